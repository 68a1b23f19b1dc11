package ui

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/fumtui/fumtui/model"
)

// drivenRun is a run that this console began or took up.
type drivenRun struct {
	pipeline string
	begun    time.Time
	after    int64 // our lease has a higher epoch than this
}

// noteEnded remarks on runs driven here that have ended or need a person, and
// shows how where that page is open already.
func (m *root) noteEnded() {
	for id, d := range m.driven {
		p, _ := m.snap.Pipeline(d.pipeline)
		if p.Run == nil || p.Run.ID != id || p.Run.State == model.RunRunning {
			continue
		}
		if m.pending(p.Run) {
			continue // a picture from before it was taken up
		}
		delete(m.driven, id)
		switch {
		case m.page == pageEvacuation: // which shows them all
		case m.page == pageRun && m.run.id == id, m.page == pageDetail && m.selected == p.Name:
			m.view.GotoTop()
		case p.Run.State.Ended():
			m.say("the " + string(p.Run.Kind) + " of " + clean(p.Name) + " ended: " + string(p.Run.State) + "; " + m.keyFor(actHistory) + " shows it")
		default:
			m.say("the " + string(p.Run.Kind) + " of " + clean(p.Name) + " is " + string(p.Run.State) + "; " + m.keyFor(actRuns) + " shows it")
		}
	}
}

// doing names a pipeline for which something that was confirmed is being done, the
// first of them; "" without one.
func (m *root) doing() string {
	for _, deed := range slices.Sorted(maps.Keys(m.deeds)) {
		return m.deeds[deed]
	}
	return ""
}

// driving names a pipeline with a run that is driven here and goes on; "" without
// one.
func (m *root) driving() string {
	if m.evacuating() {
		return m.evacuation.plan.Pipelines[0].Pipeline
	}
	for id, d := range m.driven {
		if m.snap == nil {
			return d.pipeline
		}
		p, _ := m.snap.Pipeline(d.pipeline)
		switch {
		case p.Run != nil && p.Run.ID == id && p.Run.State == model.RunRunning:
			return d.pipeline
		case (p.Run == nil || p.Run.ID != id || m.pending(p.Run)) && m.now.Sub(d.begun) < unseenWithin:
			return d.pipeline // begun, but no snapshot shows it yet
		}
	}
	return ""
}

// drives reports whether this console drives a run.
func (m *root) drives(r *model.Run) bool {
	_, ok := m.driven[r.ID]
	return ok && r.State == model.RunRunning
}

// whoDrives names the process that holds a run.
func whoDrives(r *model.Run) string {
	h := r.Holder
	if h.Host == "" {
		return "another console"
	}
	return clean(h.User) + "@" + clean(h.Host) + " (process " + strconv.Itoa(h.PID) + ")"
}
