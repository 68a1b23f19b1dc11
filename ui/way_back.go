package ui

import "github.com/fumtui/fumtui/model"

// wayBackLines say of a pipeline that is away from home what it left behind, and
// for how long it can still be had; nothing of one at home.
func (s scene) wayBackLines(p *model.PipelineState, w int) []string {
	b := p.WayBack
	if b == nil {
		return nil
	}
	look, glyph := roleFaint, glyphPending
	if b.Urgent {
		look, glyph = roleWarn, glyphWarn
	}
	return s.painted(look, wrapIndent(" "+glyph+" ", "way back: "+clean(b.Says), w-1))
}
