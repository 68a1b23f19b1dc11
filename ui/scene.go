package ui

import (
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/ui/chart"
)

// scene is what pure renderers look at: a snapshot, the theme, and the instant
// from which ages count.
type scene struct {
	theme  *theme
	glyphs chart.Glyphs // what charts are drawn with
	keys   []binding    // that sentences name; nil: they name none
	snap   *model.Snapshot
	now    time.Time     // the snapshot's own time
	looks  bool          // this console is read-only
	marked bool          // pipelines are marked, and what moves several moves those
	config string        // the file that commands for people name; may be ""
	spots  *spots        // where rows are marked for the mouse; may be nil
	stale  time.Duration // what was answered longer ago than this is old
}

// old reports whether the newest answer of a cluster lies too far back.
func (s scene) old(at time.Time) bool {
	return !at.IsZero() && s.now.Sub(at) > s.stale
}

// activeOn counts the pipelines that are active on a cluster.
func (s scene) activeOn(cluster string) int {
	n := 0
	for i := range s.snap.Pipelines {
		if s.snap.Pipelines[i].Active == cluster {
			n++
		}
	}
	return n
}

// attention is how soon a person should look at a pipeline: the severity of
// its advice, but a run that needs somebody comes before all, and one that goes
// on by itself before what can wait.
func attention(p *model.PipelineState) int {
	run := underWay(p)
	switch {
	case run == nil:
		return p.Advice.Action.Severity()
	case run.State == model.RunRunning:
		return model.ActionWait.Severity()
	}
	return model.ActionDataLossSoon.Severity() + 1
}

// urgent is the pipeline that a person should look at first: the gravest, and
// among equals the selected one. It is nil without pipelines.
func (s scene) urgent(selected string) *model.PipelineState {
	var best *model.PipelineState
	for i := range s.snap.Pipelines {
		p := &s.snap.Pipelines[i]
		switch {
		case best == nil, attention(p) > attention(best):
			best = p
		case attention(p) == attention(best) && p.Name == selected:
			best = p
		}
	}
	return best
}

// underWay is the pipeline's run while it has not ended.
func underWay(p *model.PipelineState) *model.Run {
	if p.Run == nil || p.Run.State.Ended() {
		return nil
	}
	return p.Run
}

// field is a labelled value: the label faint, the value as it is.
func (s scene) field(label, value string, labelWidth int) string {
	return s.theme.paint(roleFaint, fit(label, labelWidth)) + value
}

// rule is a heading followed by a line to the right end.
func (s scene) rule(title, right string, w int) string {
	line := " " + s.theme.paint(roleTitle, cut(title, w-2)) + " "
	end := ""
	if right != "" && width(line)+width(right)+6 <= w {
		end = " " + right + " "
	}
	n := w - width(line) - width(end)
	if end != "" {
		n -= 2
		return line + s.theme.paint(roleFaint, bar(n)) + end + s.theme.paint(roleFaint, bar(2))
	}
	return line + s.theme.paint(roleFaint, bar(n))
}
