package ui

import (
	"slices"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/ui/chart"
)

// markLook is how a mark shows.
func markLook(m model.Mark) (role, string) {
	switch {
	case m.Kind == model.MarkRunBegan:
		return roleFocus, glyphMoving
	case m.Kind == model.MarkRunEnded:
		return runLook(model.RunState(m.Word))
	case m.Pipeline == "":
		return clusterLook(model.ClusterVerdict(m.Word))
	}
	return pipelineLook(model.PipelineVerdict(m.Word))
}

// gravestFirst orders marks by how much a person should see them; among equals
// the newest comes first.
func gravestFirst(marks []model.Mark) []model.Mark {
	out := slices.Clone(marks)
	slices.Reverse(out)
	rank := map[role]int{roleCritical: -3, roleWarn: -2, roleFocus: -1}
	slices.SortStableFunc(out, func(a, b model.Mark) int {
		of, _ := markLook(a)
		than, _ := markLook(b)
		return rank[of] - rank[than]
	})
	return out
}

// asciiGlyphs are the signs of marks where there are no others.
var asciiGlyphs = map[string]rune{glyphOK: 'v', glyphWarn: '!', glyphCritical: 'X', glyphMoving: '>', glyphUnknown: '?'}

// chartMark is a mark on the axis of time.
func (s scene) chartMark(m model.Mark) chart.Mark {
	r, glyph := markLook(m)
	sign := []rune(glyph)[0]
	if s.glyphs == chart.ASCII {
		sign = asciiGlyphs[glyph]
	}
	return chart.Mark{At: m.At, Glyph: sign, Paint: func(text string) string { return s.theme.paint(r, text) }}
}

// markText is a mark in a few words.
func markText(m model.Mark) string {
	switch m.Kind {
	case model.MarkRunBegan:
		return clean(string(m.RunKind)) + " of " + clean(m.Pipeline) + " to " + clean(m.Cluster) + " began"
	case model.MarkRunEnded:
		return clean(string(m.RunKind)) + " of " + clean(m.Pipeline) + " to " + clean(m.Cluster) + ": " + word(m.Word)
	case model.MarkVerdict:
	}
	text := clean(m.Pipeline+m.Cluster) + " " + word(m.Word)
	if m.Before != "" {
		text += ", was " + word(m.Before)
	}
	return text
}
