package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
)

// heard is what the hooks of the run on the page said.
type heard struct {
	run     string
	asking  bool
	final   bool // it was asked after the run had ended
	outputs []model.HookOutput
	err     string
}

// hookMsg answers what hooks said.
type hookMsg struct {
	run     string
	final   bool
	outputs []model.HookOutput
	err     error
}

// hearHooks asks what the hooks of the run on the page say, one time at a time.
func (m *root) hearHooks() tea.Cmd {
	r := m.run.last
	if m.page != pageRun || m.opts.Hooks == nil || r == nil {
		return nil
	}
	if m.run.heard.run != r.ID {
		m.run.heard = heard{run: r.ID}
	}
	if m.run.heard.asking || m.run.heard.final {
		return nil
	}
	m.run.heard.asking = true
	hooks, pipeline, id, final := m.opts.Hooks, r.Pipeline, r.ID, r.State.Ended()
	return m.jobs.cmd(func(ctx context.Context) tea.Msg {
		outputs, err := hooks.HookOutput(ctx, pipeline, id)
		return hookMsg{id, final, outputs, err}
	})
}

// hooksHeard takes the answer. What was heard of hooks that are no longer kept
// stays on the page.
func (m *root) hooksHeard(msg hookMsg) {
	h := &m.run.heard
	if h.run != msg.run {
		return
	}
	h.asking, h.final, h.err = false, msg.final && msg.err == nil, ""
	if msg.err != nil {
		h.err = clean(msg.err.Error())
		return
	}
	for _, o := range msg.outputs {
		h.take(o)
	}
}

// take adds what a hook said, or brings it up to date.
func (h *heard) take(o model.HookOutput) {
	const most = 16
	for i := range h.outputs {
		old := &h.outputs[i]
		if old.BeganAt.Equal(o.BeganAt) || (old.Hook == "status" && o.Hook == "status" && old.Cluster == o.Cluster) {
			*old = o
			return
		}
	}
	h.outputs = append(h.outputs, o)
	h.outputs = h.outputs[max(0, len(h.outputs)-most):]
}

// shown are the outputs in the order in which they are worth reading: without the
// status hook, unless it runs or nothing else did.
func (h *heard) shown() []model.HookOutput {
	var out []model.HookOutput
	for _, o := range h.outputs {
		if o.Hook != "status" {
			out = append(out, o)
		}
	}
	if len(out) == 0 {
		return h.outputs
	}
	return out
}

// hookLines are what the hooks of the run on the page say, in at most h lines,
// the newest last; with at least one line of each that there is room for.
func (m *root) hookLines(s scene, w, h int) []string {
	heard := &m.run.heard
	if m.run.last == nil || heard.run != m.run.last.ID || h < 2 {
		return nil
	}
	if heard.err != "" {
		return s.painted(roleWarn, clip(wrapIndent(" "+glyphWarn+" what the hooks say cannot be read: ", heard.err, w-1), min(2, h), w-1))
	}
	var out []string
	shown := heard.shown()
	for i := len(shown) - 1; i >= 0 && len(out)+2 <= h-1; i-- {
		out = append(s.hookBlock(&shown[i], w, h-1-len(out)), out...)
	}
	if len(out) == 0 {
		return nil
	}
	return append([]string{s.rule("Hooks", "", w)}, out...)
}

// hookBlock is a hook and its last lines, in at most h lines.
func (s scene) hookBlock(o *model.HookOutput, w, h int) []string {
	look, glyph, how := roleOK, glyphOK, "exit 0"
	took := o.EndedAt.Sub(o.BeganAt)
	switch {
	case o.EndedAt.IsZero():
		look, glyph, how, took = roleFocus, glyphMoving, "runs", s.now.Sub(o.BeganAt)
	case o.Error != "":
		look, glyph, how = roleCritical, glyphCritical, clean(o.Error)
	case o.ExitCode != 0:
		look, glyph, how = roleWarn, glyphWarn, "exit "+model.Count(int64(o.ExitCode))
	}
	head := glyph + " " + clean(o.Hook) + " at " + clean(o.Cluster) + ", " + precise(max(took, 0)) + ": " + how
	out := []string{" " + s.theme.paint(look, cut(head, w-2))}
	const most = 6
	lines := o.Lines[max(0, len(o.Lines)-min(most, max(0, h-1))):]
	for _, l := range lines {
		out = append(out, s.theme.paint(roleFaint, cut("   | "+clean(l), w-1)))
	}
	return out
}

// waitLines say for what an act on a pipeline waits, with a countdown; nil where
// it waits for nothing.
func (m *root) waitLines(s scene, pipeline string, w int) []string {
	if m.opts.Waits == nil {
		return nil
	}
	why, until := m.opts.Waits(pipeline)
	left := until.Sub(m.now)
	if why == "" || left <= 0 {
		return nil
	}
	text := "waiting up to " + span(left.Round(time.Second)) + " more: " + clean(why)
	return s.painted(roleWarn, clip(wrapIndent(" "+glyphPending+" ", text, w-1), 3, w-1))
}
