package ui

import (
	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// goOnBlocked says why the evacuation on the page cannot be gone on with here.
func (m *root) goOnBlocked() string {
	e := &m.evacuation
	rows := m.evacuationRows()
	n, _ := e.standing(rows)
	switch {
	case m.opts.ReadOnly:
		return readOnlyHere
	case !e.watched && !e.over:
		return "it is under way"
	case n > 0:
		return ""
	case !e.over:
		return "it is driven by " + evacuationDriver(rows) + ": wait for its end, or stop it there"
	}
	switch own, more := e.remaining(m.scene()); {
	case own > 0:
		return ""
	case more > 0:
		return "it is over; " + e.moreText(more)
	default:
		return "it is over, and nothing is left on " + clean(e.plan.From)
	}
}

// goOn is what is asked for to go on with the evacuation on the page. The journal
// of one that another console began does not tell whether all of the cluster was
// meant: it is gone on with for the pipelines of its runs alone.
func (e *evacuationPage) goOn() failover.Evacuation {
	req := e.req
	if e.watched {
		req.Only = make([]string, len(e.plan.Pipelines))
		for i := range req.Only {
			req.Only[i] = e.plan.Pipelines[i].Pipeline
		}
	}
	return req
}

// remaining is how many pipelines are active on the cluster still: those that
// [evacuationPage.goOn] asks for, and more.
func (e *evacuationPage) remaining(s scene) (own, more int) {
	only := e.goOn().Only
	mine := make(map[string]bool, len(only))
	for _, name := range only {
		mine[name] = true
	}
	for i := range s.snap.Pipelines {
		switch p := &s.snap.Pipelines[i]; {
		case p.Active != e.plan.From:
		case only == nil || mine[p.Name]:
			own++
		default:
			more++
		}
	}
	return own, more
}

// moreText says how pipelines are moved that are not of the evacuation on the page.
func (e *evacuationPage) moreText(more int) string {
	from := clean(e.plan.From)
	return model.Units(more, "more pipeline") + " on " + from + ": :evacuate " + from + " moves " +
		map[bool]string{true: "it", false: "them"}[more == 1] + " too"
}
