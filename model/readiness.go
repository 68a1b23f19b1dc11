package model

import "time"

// Ready says whether a pipeline could be moved to a cluster right now.
type Ready string

// The answers. All of them rest on what was seen already; a plan looks again.
const (
	ReadyYes     Ready = "yes"
	ReadyAsks    Ready = "asks"    // yes, once a person has answered what it asks
	ReadyNo      Ready = "no"      // a plan would be refused
	ReadyUnknown Ready = "unknown" // too little is seen, or too long ago
)

// Readiness is what moving a pipeline to a cluster would be like now, and what it
// would cost, by the rules of a plan but without asking anybody: it rests on the
// snapshot that it is part of. Nil fields are not known.
type Readiness struct {
	Target string
	Kind   RunKind
	Mode   Mode // as a run would bring the source to rest
	Ready  Ready
	Why    string // the first thing that stands in the way, is asked, or is not known; "" where nothing does
	But    string // what speaks against it though it could be done; "" where nothing does

	Resume *Slot   // where the target's subscriber would begin
	Gap    *uint64 // slots that would be skipped
	Repeat *uint64 // slots that would be delivered again, about
	Replay *uint64 // from the resume slot to the target's newest

	// ToTip is how long from the beginning of the run until its client is at the
	// live tip, about: as earlier runs took, and as far as there is to catch up.
	ToTip *time.Duration
	// Usual is what it rests on; nil: no earlier run tells.
	Usual *Usual
	// Left is how long until the slot after the cursor leaves the target's
	// window, were the cursor to stand from now on; 0: it has left.
	Left *time.Duration
	At   time.Time // of the oldest look that it rests on; zero: none yet
}

// Possible reports whether a run could begin.
func (r *Readiness) Possible() bool { return r.Ready == ReadyYes || r.Ready == ReadyAsks }

// Usual is how long runs took that did the same, from one cluster to the other:
// the median of those that are remembered. It is not changed once it was made.
type Usual struct {
	Runs  int                        // that it is made of
	Steps map[StepName]time.Duration // of the steps that were done
	First *time.Duration             // from the decision to the first data; nil: no run tells
	Tip   *time.Duration             // from the decision to the live tip
	Total time.Duration              // from the decision to the end
	// CaughtUp is by how many slots a second a client came nearer to the tip; nil:
	// there was too little to catch up to tell.
	CaughtUp *float64
}
