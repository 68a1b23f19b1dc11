package ui

import (
	"context"
	"slices"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
)

// mostEvents is how many events are remembered while the console runs.
const mostEvents = 2000

// eventsPage lists what happened, the newest first: what the database tells, and
// what this console saw and the database does not tell yet. The selection is an
// event, not a row; without one the newest is selected, and stays the newest.
type eventsPage struct {
	changes model.Changes
	seen    []model.Event // the oldest first
	count   int           // of all that were seen
	stored  []model.Event // in the order of time
	place   model.EventPlace
	loaded  bool
	more    bool // the database has older ones

	filter textFilter
	kind   model.EventKind // "": all
	of     string          // pipeline or cluster; "": all
	at     string          // "": the newest, whichever that is

	inFlight bool
	asked    uint64 // generation of the snapshot at the newest question
	err      string

	version uint64 // of what all was made from
	made    eventsKey
	all     []model.Event // that pass, the newest first
}

// eventsKey is all that the list depends on.
type eventsKey struct {
	version uint64
	filter  textFilter
	kind    model.EventKind
	of      string
}

// eventsMsg brings events of the database.
type eventsMsg struct {
	events model.Events
	err    error
}

// noteEvents remembers what changed since the snapshot before. What is seen for
// the first time did not change.
func (m *root) noteEvents(now *model.Snapshot) {
	v := &m.events
	for _, e := range v.changes.Take(now.Time, now.Clusters, now.Pipelines) {
		if e.Before == "" && e.Kind != model.EventRun {
			continue
		}
		v.count++
		e.ID = "s" + strconv.Itoa(v.count)
		v.seen = boundedEvents(append(v.seen, e))
		v.version++
	}
}

// boundedEvents lets the oldest of very many go.
func boundedEvents(list []model.Event) []model.Event {
	if len(list) <= mostEvents {
		return list
	}
	return slices.Clone(list[len(list)-mostEvents:])
}

// openEvents shows what happened.
func (m *root) openEvents() tea.Cmd {
	m.leaveTo(pageEvents)
	m.events.asked = 0
	return m.readEvents()
}

// readEvents asks the database for what is new, where events are shown: at every
// snapshot, since other consoles write too; one question at a time.
func (m *root) readEvents() tea.Cmd {
	v, historian := &m.events, m.opts.Historian
	if m.page != pageEvents || historian == nil || v.inFlight || m.snap == nil || v.asked == m.snap.Generation {
		return nil
	}
	v.inFlight, v.asked = true, m.snap.Generation
	q := model.EventQuery{After: v.place, Limit: mostEvents}
	return m.jobs.cmd(func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, historyWithin)
		defer cancel()
		events, err := historian.Events(ctx, q)
		return eventsMsg{events, err}
	})
}

// eventsRead takes the answer to [root.readEvents].
func (m *root) eventsRead(msg eventsMsg) tea.Cmd {
	v := &m.events
	v.inFlight, v.err = false, ""
	if msg.err != nil {
		v.err = clean(msg.err.Error())
		return nil
	}
	if v.loaded && len(msg.events.List) == 0 {
		return nil
	}
	v.more = v.more || (!v.loaded && msg.events.More)
	v.loaded, v.place = true, msg.events.Next
	v.stored = append(v.stored, msg.events.List...)
	slices.SortStableFunc(v.stored, func(a, b model.Event) int { return a.At.Compare(b.At) })
	v.more = v.more || len(v.stored) > mostEvents
	v.stored = boundedEvents(v.stored)
	v.forgetSeen()
	v.version++
	return m.readEvents()
}

// forgetSeen forgets what was seen here as far as the database tells it: then the
// state of the same was the same about then.
func (v *eventsPage) forgetSeen() {
	v.seen = slices.DeleteFunc(v.seen, func(e model.Event) bool {
		for i := len(v.stored) - 1; i >= 0; i-- {
			told := &v.stored[i]
			if told.At.After(e.At.Add(model.SightingsApart)) || !told.SameSubject(&e) {
				continue
			}
			near := told.At.Sub(e.At).Abs() <= model.SightingsApart
			if told.SameState(&e) {
				if v.at == e.ID {
					v.at = told.ID
				}
				return true
			}
			if !near {
				return false
			}
		}
		return false
	})
}

// list are the events that pass, the newest first.
func (v *eventsPage) list() []model.Event {
	key := eventsKey{v.version, v.filter, v.kind, v.of}
	if v.made == key && v.all != nil {
		return v.all
	}
	v.made, v.all = key, make([]model.Event, 0, len(v.seen)+len(v.stored))
	add := func(e *model.Event) {
		if (v.kind == "" || e.Kind == v.kind) && (v.of == "" || e.Pipeline == v.of || e.Cluster == v.of) && v.filter.passesEvent(e) {
			v.all = append(v.all, *e)
		}
	}
	stored := v.stored
	for i := len(v.seen) - 1; i >= 0; i-- {
		for n := len(stored); n > 0 && stored[n-1].At.After(v.seen[i].At); n-- {
			add(&stored[n-1])
			stored = stored[:n-1]
		}
		add(&v.seen[i])
	}
	for i := len(stored) - 1; i >= 0; i-- {
		add(&stored[i])
	}
	return v.all
}

// row is the row of the selected event; the first where it is not listed.
func (v *eventsPage) row(all []model.Event) int {
	if v.at == "" {
		return 0
	}
	return max(0, slices.IndexFunc(all, func(e model.Event) bool { return e.ID == v.at }))
}

// selected is the selected event; nil without one.
func (v *eventsPage) selected() *model.Event {
	all := v.list()
	if len(all) == 0 {
		return nil
	}
	return &all[v.row(all)]
}

// move changes the selection. Who goes to the newest follows what comes.
func (v *eventsPage) move(by int) {
	all := v.list()
	if len(all) == 0 {
		return
	}
	if to := stepTo(len(all), v.row(all), by); to > 0 {
		v.at = all[to].ID
	} else {
		v.at = ""
	}
}

// nextKind lists events of the next kind alone, and of all after the last.
func (v *eventsPage) nextKind() {
	kinds := append([]model.EventKind{""}, model.EventKinds()...)
	v.kind = kinds[(slices.Index(kinds, v.kind)+1)%len(kinds)]
}

// sameSubject lists events of what the selected one is of alone, or of all.
func (v *eventsPage) sameSubject() {
	if v.of != "" {
		v.of = ""
	} else if e := v.selected(); e != nil {
		v.of = e.Subject()
	}
}

// showAll takes all filters away; false where there is none.
func (v *eventsPage) showAll() bool {
	was := v.filter != "" || v.kind != "" || v.of != ""
	v.filter, v.kind, v.of = "", "", ""
	return was
}

// openEvent opens what the selected event is about: its run, or what was known
// when it changed.
func (m *root) openEvent() tea.Cmd {
	e := m.events.selected()
	switch {
	case e == nil:
		return nil
	case e.Run != "":
		return m.openRunOf(e)
	case e.Kind == model.EventAction:
		if _, ok := m.snap.Pipeline(e.Pipeline); ok {
			m.selected = e.Pipeline
			m.goTo(pageDetail)
			return m.explain()
		}
		m.say("the pipeline " + clean(e.Pipeline) + " is no longer configured")
		return nil
	}
	return m.openThen(*e)
}

// openRunOf opens the run of an event, which is read where the snapshot does not
// have it.
func (m *root) openRunOf(e *model.Event) tea.Cmd {
	cmd := m.openRun(e.Pipeline, e.Run)
	if m.run.last != nil || m.opts.Historian == nil {
		return cmd
	}
	m.run.read = true // that it has begun just now is not known
	return tea.Batch(cmd, m.fetchRun(e.Run))
}
