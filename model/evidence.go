package model

import (
	"errors"
	"math"
	"time"
)

// ErrLeftOut is in the chain of the error of who keeps evidence when some of it
// can never be kept, such as what is too large, and all else was.
var ErrLeftOut = errors.New("some evidence was left out")

// EvidenceKind names what was looked at.
type EvidenceKind string

// The kinds of evidence. Metrics and cursor are of a pipeline at a cluster, the
// others of a cluster as a whole.
const (
	KindVersion     EvidenceKind = "version"     // the service version: reachable, round trip
	KindTip         EvidenceKind = "tip"         // the newest offset
	KindSlotRange   EvidenceKind = "slot_range"  // the retention window
	KindSubscribers EvidenceKind = "subscribers" // all subscribers of this account
	KindMetrics     EvidenceKind = "metrics"     // a client's own metrics
	KindCursor      EvidenceKind = "cursor"      // a pipeline's durable cursor
	KindCanary      EvidenceKind = "canary"      // data that fumtui's own subscriber was sent
)

// Evidence is one look at the world and what came back: either a Failure or the
// field of its kind. It is never changed after it was made.
type Evidence struct {
	Kind     EvidenceKind `json:"kind"`
	Cluster  string       `json:"cluster"`
	Pipeline string       `json:"pipeline,omitempty"` // metrics and cursor only
	Asked    time.Time    `json:"asked"`
	Answered time.Time    `json:"answered"` // when the answer, or the failure, came
	Failure  *Failure     `json:"failure,omitempty"`

	Version     string         `json:"version,omitempty"`
	Tip         *Offset        `json:"tip,omitempty"`
	Slots       *SlotRange     `json:"slots,omitempty"`
	Subscribers []Subscriber   `json:"subscribers,omitempty"`
	Metrics     *ClientMetrics `json:"metrics,omitempty"`
	Cursor      *Cursor        `json:"cursor,omitempty"` // nil in an answer: there is none
	Canary      *CanaryData    `json:"canary,omitempty"` // nil without a failure: it was switched off
}

// ID is the short name of the kind of evidence in the documentation, E1 to E7.
func (k EvidenceKind) ID() string {
	switch k {
	case KindVersion:
		return "E1"
	case KindTip:
		return "E2"
	case KindSlotRange:
		return "E3"
	case KindSubscribers:
		return "E4"
	case KindMetrics:
		return "E5"
	case KindCursor:
		return "E6"
	case KindCanary:
		return "E7"
	}
	return ""
}

// CanaryPrefix begins the names of fumtui's own subscribers, which it makes and
// removes as it likes: no pipeline may have one.
const CanaryPrefix = "fumtui-canary-"

// CanaryData is what one look of the canary got: a block that came whole.
type CanaryData struct {
	Slot   Slot   `json:"slot"`   // of the block
	Offset Offset `json:"offset"` // of the event that announced it
}

// RTT is the round trip of the look.
func (e Evidence) RTT() time.Duration { return e.Answered.Sub(e.Asked) }

// Subscriber is a persistent subscriber of one cluster, as the API shows it.
// No call of the API shows its position.
type Subscriber struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Stale bool   `json:"stale"`
}

// ClientMetrics are the values of one scrape of a client. A nil field was not
// on the page: not known, which is not 0. A value of 0 is kept as it was read;
// what it means is for the rules to say (a client's tip is 0 in its first
// seconds, and its committed offset is 0 until it commits).
type ClientMetrics struct {
	Tip       *Offset  `json:"tip,omitempty"`       // fumarole_blockchain_offset_tip
	Committed *Offset  `json:"committed,omitempty"` // fumarole_max_offset_committed
	Lag       *int64   `json:"lag,omitempty"`       // fumarole_offset_lag_from_tip, in offsets
	MaxSlot   *Slot    `json:"max_slot,omitempty"`  // fumarole_max_slot_detected
	Commits   *float64 `json:"commits,omitempty"`   // fumarole_offset_commitment_count
	Polls     *float64 `json:"polls,omitempty"`     // fumarole_poll_history_call_count
	Events    *float64 `json:"events,omitempty"`    // fumarole_total_event_downloaded
}

// Finite is a copy in which numbers that JSON cannot hold are not known; nil of
// nil.
func (m *ClientMetrics) Finite() *ClientMetrics {
	if m == nil {
		return nil
	}
	known := *m
	for _, value := range []**float64{&known.Commits, &known.Polls, &known.Events} {
		if *value != nil && (math.IsNaN(**value) || math.IsInf(**value, 0)) {
			*value = nil
		}
	}
	return &known
}

// Cursor is the last slot that a pipeline has fully consumed from a cluster.
type Cursor struct {
	Pipeline  string    `json:"pipeline"`
	Cluster   string    `json:"cluster"`
	Slot      Slot      `json:"slot"`
	UpdatedAt time.Time `json:"updated_at"`
	FirstSlot *Slot     `json:"first_slot,omitempty"` // first slot this start of the client consumed
	Source    string    `json:"source"`               // where it was read: store, hook, ...
}
