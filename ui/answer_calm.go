package ui

import (
	"slices"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
)

// calmAnswers are the same where nothing is to be done about any pipeline, of all
// of them at once: the dearest move, and the least time.
func (s scene) calmAnswers(p *model.PipelineState) []answer {
	if len(s.snap.Pipelines) < 2 {
		return s.answers(p)
	}
	return append(s.calmMoves(), s.calmLoss()...)
}

// chances sums up what moving several pipelines would be like.
type chances struct {
	can, cannot    int
	first          *model.PipelineState // the first that cannot
	targets        []string
	gap, repeat    uint64
	toTip          time.Duration
	untold, uncost bool // of one the time, or the gap, is not known
	all, total     int  // pipelines of which it is known, and all of them
}

// calmMoves is whether the pipelines can be moved.
func (s scene) calmMoves() []answer {
	var m chances
	for i := range s.snap.Pipelines {
		m.add(&s.snap.Pipelines[i])
	}
	switch {
	case m.all == 0:
		return nil
	case m.can == 0 && m.cannot == 1:
		return []answer{s.moveAnswer(m.first)}
	case m.can == 0:
		a := s.moveAnswer(m.first)
		of := " (" + clean(m.first.Name) + ", the first of " + model.Count(int64(m.cannot)) + ")"
		a.text += of
		if a.short != "" {
			a.short += of
		}
		return []answer{a}
	}
	a := answer{role: roleText, label: "Fail over now"}
	to := " to " + strings.Join(m.targets, " or ") + " – "
	a.text, a.short = "yes, "+m.who()+to+m.cost(false), "yes, all"+to+m.cost(true)
	if m.can < m.total {
		a.short = "yes, " + model.Count(int64(m.can)) + to + m.cost(true)
	}
	if m.cannot > 0 {
		a.role = roleWarn
		a.text, a.short = a.text+m.not(), "yes, "+model.Count(int64(m.can))+to+m.cost(true)+m.not()
	}
	return []answer{a}
}

// not names the first that cannot be moved, and says why.
func (m *chances) not() string {
	text := "; not " + clean(m.first.Name)
	if m.cannot > 1 {
		text += " and " + model.Units(int64(m.cannot-1), "other")
	}
	if r := best(m.first); r.Why != "" {
		text += ": " + clean(r.Why)
	}
	return text
}

// add takes a pipeline in.
func (m *chances) add(p *model.PipelineState) {
	m.total++
	r := best(p)
	if r == nil || underWay(p) != nil {
		return
	}
	m.all++
	if !r.Possible() || r.Ready == model.ReadyAsks {
		if m.cannot++; m.first == nil {
			m.first = p
		}
		return
	}
	m.can++
	if name := clean(r.Target); !slices.Contains(m.targets, name) {
		m.targets = append(m.targets, name)
	}
	if r.Gap != nil {
		m.gap = max(m.gap, *r.Gap)
	} else {
		m.uncost = true
	}
	if r.Repeat != nil {
		m.repeat = max(m.repeat, *r.Repeat)
	}
	if r.ToTip != nil {
		m.toTip = max(m.toTip, *r.ToTip)
	} else {
		m.untold = true
	}
}

// who says of how many that is said.
func (m *chances) who() string {
	switch {
	case m.can < m.total:
		return model.Count(int64(m.can)) + " of " + model.Units(int64(m.total), "pipeline")
	case m.can == 2:
		return "both pipelines"
	}
	return "all " + model.Count(int64(m.can)) + " pipelines"
}

// cost is what the dearest of them costs.
func (m *chances) cost(short bool) string {
	r := model.Readiness{Repeat: &m.repeat}
	if !m.uncost {
		r.Gap = &m.gap
	}
	if !m.untold {
		r.ToTip = &m.toTip
	}
	return moveCost(&r, short)
}

// calmLoss is how long the first of them would last.
func (s scene) calmLoss() []answer {
	var first *model.PipelineState
	var least time.Duration
	for i := range s.snap.Pipelines {
		p := &s.snap.Pipelines[i]
		left, _ := p.Reserve()
		if p.Retention != nil {
			left = &p.Retention.Left
		}
		if left != nil && (first == nil || *left < least) {
			first, least = p, *left
		}
	}
	if first == nil {
		return nil
	}
	a, ok := s.lossAnswer(first)
	if !ok {
		return nil
	}
	return []answer{a}
}
