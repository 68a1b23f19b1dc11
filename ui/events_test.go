package ui

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// rows are the ids of the events that are listed.
func (d *driver) events() string {
	var ids []string
	for _, e := range d.m.events.list() {
		ids = append(ids, e.ID)
	}
	return strings.Join(ids, " ")
}

// What was before this console started is there, and what it sees is told at
// once, then as the database has it, and never twice.
func TestEventsAreOfAllConsoles(t *testing.T) {
	d, past := withHistory(t, 120, 40, fakeSnapshot(1, 3, 0))
	d.keys("e")
	d.sees("4 events · following", "oncall@bastion", "begin: cutover to nyc", "nyc [31mred", "cluster was healthy, is down: every call has failed for 3m", "carol@bastion-3")
	s := outage(2, 3)
	s.Time = noon.Add(2 * time.Second)
	d.arrive(s)
	d.sees("11 events", "was streaming, is cut-off", "was nothing to do, is fail over to nyc: ams has been down")
	d.keys("down", "down")
	at := d.m.events.selected()
	// Another console wrote the same a moment later, and something else.
	for _, e := range d.m.events.seen {
		e.ID, e.At, e.By = "c1"+e.ID, e.At.Add(400*time.Millisecond), "carol@bastion-3"
		past.stored = append(past.stored, e)
	}
	past.stored = append(past.stored, model.Event{
		ID: "a10", At: s.Time.Add(time.Second), Kind: model.EventAction, Pipeline: "trades", Run: "run-100", Word: "begin", By: "dave@bastion-4",
	})
	s.Generation = 3
	d.arrive(s)
	d.sees("12 events", "dave@bastion-4", "3 newer, home or g follows")
	if n := len(d.m.events.seen); n != 0 {
		t.Errorf("%d of what the database tells are there a second time", n)
	}
	if now := d.m.events.selected(); !now.SameState(at) || now.ID == at.ID {
		t.Errorf("the selection went from %+v to %+v", at, now)
	}
	d.keys("g")
	d.sees("12 events · following")
	past.stored = append(past.stored, model.Event{ID: "a11", At: s.Time.Add(2 * time.Second), Kind: model.EventAction, Pipeline: "trades", Word: "home", By: "dave@bastion-4"})
	s.Generation = 4
	d.arrive(s)
	if e := d.m.events.selected(); e.ID != "a11" {
		t.Errorf("following, %s is selected", e.ID)
	}
	for i, asked := range past.asked[:3] {
		if want := []string{"events after 0", "events after 4", "events after 4"}[i]; asked != want {
			t.Errorf("question %d: %q, want %q", i, asked, want)
		}
	}
}

// Two consoles differ: what the database does not tell stays.
func TestWhatIsNotStoredStays(t *testing.T) {
	d, past := withHistory(t, 120, 40, fakeSnapshot(1, 1, 0))
	past.stored = nil
	d.keys("e")
	past.err = errors.New("the database is locked")
	s := outage(2, 1)
	s.Time = noon.Add(2 * time.Second)
	d.arrive(s)
	d.sees("3 events", "the database could not be read: the database is locked")
	past.err = nil
	past.stored = []model.Event{
		{ID: "c1", At: s.Time, Kind: model.EventVerdict, Cluster: "ams", Before: "healthy", Word: "down"},
		{ID: "c2", At: s.Time, Kind: model.EventVerdict, Cluster: "nyc", Before: "healthy", Word: "down"},
	}
	s.Generation = 3
	d.arrive(s)
	d.sees("4 events")
	d.lacks("locked")
}

func TestEventsAreFiltered(t *testing.T) {
	d, _ := withHistory(t, 120, 40, fakeSnapshot(1, 3, 0))
	d.keys("e")
	for _, c := range []struct{ keys, want, sees string }{
		{"t", "c2 c1", "only verdicts"},
		{"t", "", "only advices"},
		{"t", "", "only runs that were left"},
		{"t", "a9 a8", "only actions"},
		{"t", "a9 a8 c2 c1", "4 events · following"},
		{"o", "a9", "of trades"},
		{"o", "a9 a8 c2 c1", "4 events"},
		{"/ =!bastion-3 enter", "a9 a8", "2 of 4 events · /!bastion-3"},
		{"o", "a9", "1 of 4 events · of trades · /!bastion-3"},
		{"esc", "a9 a8 c2 c1", "4 events"},
	} {
		d.keys(strings.Fields(c.keys)...)
		if got := d.events(); got != c.want {
			t.Errorf("%s: %q, want %q", c.keys, got, c.want)
		}
		d.sees(c.sees)
	}
	d.keys("esc")
	d.sees("Lag from tip")
}

// Enter opens what an event is about.
func TestEventsOpenWhatTheyAreAbout(t *testing.T) {
	d, past := withHistory(t, 120, 40, fakeSnapshot(1, 3, 0))
	d.keys("e", "enter")
	d.seesWrapped("run run-99", "Result") // which no snapshot has any more
	d.keys("esc")
	d.sees("Events, the newest first")
	d.keys("down", "enter")
	d.sees("accounts · subscriber accounts-prod")
	d.keys("esc", "e", "end", "enter")
	d.seesWrapped("Event of 01-02 10:00:00 UTC", "2h00m ago", "first seen by the console of carol@bastion-3", "cannot be shown: no evidence of then is kept")
	past.then = func(at time.Time) (model.Explanation, error) {
		c := fakeSnapshot(1, 1, 0).Clusters[0]
		c.Verdict, c.Reason, c.Since = model.ClusterDown, "every call has failed for 3m", at
		return model.Explanation{Time: at, Cluster: &c, Facts: []model.Fact{{ID: "e1", At: at.Add(-time.Second), Says: "48 of 48 calls failed"}}}, nil
	}
	d.keys("esc", "enter")
	d.seesWrapped("What was known then", "cluster ams · eu", "down", "48 of 48 calls failed", "1s ago")
	d.keys("esc")
	d.sees("Events, the newest first")
	past.stored = append(past.stored, model.Event{ID: "a12", At: noon, Kind: model.EventAction, Pipeline: "gone", Word: "home"})
	s := fakeSnapshot(2, 3, 0)
	d.arrive(s)
	d.keys("g", "enter")
	d.sees("the pipeline gone is no longer configured")
}

// The run of an event is read, and not said to have begun just now.
func TestTheRunOfAnEventIsRead(t *testing.T) {
	d, past := withHistory(t, 120, 40, fakeSnapshot(1, 3, 0))
	d.keys("e")
	past.err = errors.New("the database is locked")
	d.keys("enter")
	d.sees("Run run-99", "it could not be read: the database is locked", "esc returns to the events")
	d.lacks("has begun", "goes on")
	d.keys("esc")
	d.sees("Events, the newest first")
}

func TestEventsAreBounded(t *testing.T) {
	d, past := withHistory(t, 120, 40, fakeSnapshot(1, 1, 0))
	for i := range 2*mostEvents + 2 {
		s := fakeSnapshot(uint64(i+2), 1, 0)
		if i%2 == 0 {
			s.Clusters[0].Verdict = model.ClusterDown
		}
		d.m.noteEvents(&s)
		past.stored = append(past.stored, model.Event{ID: fmt.Sprint("c", i), At: noon, Kind: model.EventAction})
	}
	d.keys("e")
	if v := &d.m.events; len(v.seen) > mostEvents || len(v.stored) > mostEvents || !v.more {
		t.Fatalf("%d and %d events are remembered", len(v.seen), len(v.stored))
	}
	d.sees("the newest ")
}

func TestWithoutADatabaseOnlyWhatIsSeen(t *testing.T) {
	d := newDriver(t, 80, 24, fakeSnapshot(1, 1, 0))
	d.keys("e")
	d.sees("Only what this console saw: no database is open here.", "nothing has changed yet")
	d.arrive(outage(2, 1))
	d.sees("3 events", "cluster was healthy, is down")
	d.keys("enter")
	d.sees("no database is open here")
}
