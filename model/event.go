package model

import (
	"slices"
	"time"
)

// EventKind says what an event is.
type EventKind string

// The kinds of events.
const (
	EventVerdict EventKind = "verdict" // the verdict on a cluster or a pipeline changed
	EventAdvice  EventKind = "advice"  // the advice on a pipeline changed
	EventRun     EventKind = "run"     // a run was found left by its driver
	EventAction  EventKind = "action"  // somebody did something: an entry of the audit trail
)

// EventKinds are all of them.
func EventKinds() []EventKind {
	return []EventKind{EventVerdict, EventAdvice, EventRun, EventAction}
}

// Event is something that changed, or that somebody did.
type Event struct {
	ID       string // no other event of a database has it; "" before it is stored
	At       time.Time
	Kind     EventKind
	Pipeline string // "" of a cluster as a whole
	Cluster  string // of a verdict, the cluster it is on; else ""
	Run      string // its id; "" of none
	Before   string // the word before; "" where that is not known
	Word     string // the verdict, the advice, the state of the run, or what was done
	Target   string // the cluster that an advice names; "" of none
	Reason   string // why, or what it was about, in a sentence
	By       string // user@host: who did it, or whose console saw it first
}

// Subject is what an event is of: a pipeline, else a cluster; "" of neither.
func (e *Event) Subject() string {
	if e.Pipeline != "" {
		return e.Pipeline
	}
	return e.Cluster
}

// SameState reports whether two events say that the same became so, of the same.
func (e *Event) SameState(other *Event) bool {
	return e.SameSubject(other) && e.Word == other.Word && e.Target == other.Target
}

// SameSubject reports whether two events tell of the same state of the same.
func (e *Event) SameSubject(other *Event) bool {
	return e.Kind == other.Kind && e.Pipeline == other.Pipeline && e.Cluster == other.Cluster && e.Run == other.Run
}

// SightingsApart is how far apart two consoles may see the same change: within
// it, an event of the same state is the same event.
const SightingsApart = 15 * time.Second

// EventPlace is how far events were read.
type EventPlace struct{ Change, Audit int64 }

// EventQuery asks for events.
type EventQuery struct {
	After EventPlace // only what was stored later; the zero value: from the beginning
	Since time.Time  // only what happened then or later; the zero value: all
	Limit int        // at most so many, the newest; 0: no limit
}

// Events answers an [EventQuery].
type Events struct {
	List []Event    // in the order of time
	Next EventPlace // to go on from
	More bool       // there are older ones, beyond the limit
}

// Changes finds the events of what is watched, in one picture after the other.
// The zero value has seen none.
type Changes struct {
	states map[changing]stated
}

// changing is what may change.
type changing struct {
	kind          EventKind
	name, cluster string
}

// stated is how it was last.
type stated struct{ word, target, run string }

// Take gives what changed since the picture before: of what is seen for the
// first time, all that is known of it.
func (c *Changes) Take(now time.Time, clusters []ClusterState, pipelines []PipelineState) []Event {
	if c.states == nil {
		c.states = map[changing]stated{}
	}
	var out []Event
	for i := range clusters {
		s := &clusters[i]
		c.note(&out, Event{At: now, Kind: EventVerdict, Cluster: s.Name, Word: string(s.Verdict), Reason: s.Reason}, s.Verdict == ClusterUnknown)
	}
	for i := range pipelines {
		p := &pipelines[i]
		blank := p.Verdict == PipelineUnknown
		c.note(&out, Event{At: now, Kind: EventVerdict, Pipeline: p.Name, Word: string(p.Verdict), Reason: p.Reason}, blank)
		c.note(&out, Event{
			At: now, Kind: EventAdvice, Pipeline: p.Name, Word: string(p.Advice.Action), Target: p.Advice.Target, Reason: p.Advice.Text,
		}, blank || p.Advice.Action == "")
		if r := p.Run; r != nil {
			e := Event{At: now, Kind: EventRun, Pipeline: p.Name, Run: r.ID, Word: string(r.State), Reason: r.Note}
			c.note(&out, e, !leftAlone(r.State))
		}
	}
	return out
}

// leftAlone reports whether a run is in a state that no driver wrote: the audit
// trail tells of the others.
func leftAlone(s RunState) bool { return slices.Contains([]RunState{RunInterrupted, RunUnknown}, s) }

// note takes how something is, and adds the event where that changed. What was
// never known and is not known now is none; nor is how a run stands while its
// driver tells.
func (c *Changes) note(out *[]Event, e Event, quiet bool) {
	key, is := changing{e.Kind, e.Pipeline, e.Cluster}, stated{e.Word, e.Target, e.Run}
	was, known := c.states[key]
	if was == is || (!known && quiet) {
		return
	}
	c.states[key] = is
	if e.Kind == EventRun {
		if quiet {
			return
		}
		if was.run != e.Run {
			was = stated{}
		}
	}
	e.Before = was.word
	*out = append(*out, e)
}
