package model

import "time"

// Snapshot is one picture of everything, as known at Time. It is immutable:
// whoever receives one may keep it and read it from any goroutine.
type Snapshot struct {
	Generation uint64 // grows by one with every snapshot of a console
	Time       time.Time
	Clusters   []ClusterState  // in the order of the configuration
	Pipelines  []PipelineState // in the order of the configuration
	Notices    []string        // troubles of the console itself, such as a locked database
}

// Cluster finds a cluster by name.
func (s *Snapshot) Cluster(name string) (ClusterState, bool) {
	for _, c := range s.Clusters {
		if c.Name == name {
			return c, true
		}
	}
	return ClusterState{}, false
}

// Pipeline finds a pipeline by name.
func (s *Snapshot) Pipeline(name string) (PipelineState, bool) {
	for _, p := range s.Pipelines {
		if p.Name == name {
			return p, true
		}
	}
	return PipelineState{}, false
}

// ClusterState is what is known of a cluster. Nil fields are not known.
type ClusterState struct {
	Name, Region, Endpoint string

	Verdict     ClusterVerdict
	Since       time.Time // when what it says began: trouble is as old as its first sign
	Reason      string    // the evidence for it, in one line
	Outlook     string    // what would change it, such as "down in 1m40s unless it answers"
	StableSince time.Time // healthy without a break since; zero when it is not

	ServiceVersion string
	RTT            *time.Duration
	Tip            *Offset
	Slots          *SlotRange
	SlotsAt        time.Time // when those were read
	SlotsOld       bool      // that is too long ago to count
	SlotsPerSecond *float64  // pace of the newest slot
	TipPerSecond   *float64  // pace of the tip, in offsets a second
	Failure        *Failure  // of the newest failed call, while calls fail
	AnsweredAt     time.Time // the newest answer of any call; zero: none yet

	MeanRTT   *time.Duration // mean round trip over the window
	ErrorRate *float64       // share of failed calls over the window, 0 to 1
	Behind    *uint64        // slots that its newest slot trails that of the foremost cluster
	Suspicion *float64       // how unusual its silence is; see health.Suspicion. Only a hint
	Canary    *CanaryState   // nil where the canary is off
}

// CanaryState is what the canary says of a cluster.
type CanaryState struct {
	At      time.Time   // its newest look, answered or not; zero: none yet
	Data    *CanaryData // the newest that came; nil: none yet
	DataAt  time.Time   // when that came
	NewAt   time.Time   // when data last came that was newer than any before
	Failure *Failure    // of the newest look, where it failed
	Since   time.Time   // when that state, data or failure, began
}

// ClientState is what is known of a pipeline's client at one cluster.
type ClientState struct {
	Scraped bool // its metrics page answered lately
	Failure *Failure
	Metrics ClientMetrics
	At      time.Time // of the newest answered scrape
}

// SeatState is what is known of a pipeline at one of its clusters.
type SeatState struct {
	Cluster    string
	Subscriber SubscriberState
	Cursor     *Cursor      // nil: there is none
	CursorAt   time.Time    // the newest answered look at the cursor; zero: none yet
	CursorOld  bool         // that is too long ago to count
	Client     *ClientState // nil: nothing is known of it
	// Left is how long until the slot after the cursor at the active cluster
	// leaves the window here, were that cursor to stand from now on; 0: it has
	// left; nil: not known, or the window here stands.
	Left *time.Duration
}

// Estimate is a duration that is not known exactly.
type Estimate struct {
	Likely time.Duration
	// Low and High hold the true value as far as the evidence goes. High of 0:
	// nothing bounds it.
	Low, High time.Duration
}

// Retention is how long until the slots after a cursor are lost.
type Retention struct {
	Cluster string        // whose window it is that serves them the longest
	Left    time.Duration // until the slot after the cursor leaves the window; 0: it has left
	Urgent  bool          // that is near
}

// WayBack is the subscriber that a pipeline left behind at the cluster from which
// a run moved it. Nobody touches it until a failback: while it is there, and the
// cluster still serves the slot at which it stands, nothing of before is lost.
type WayBack struct {
	Cluster    string          // which the pipeline left
	Subscriber SubscriberState // there
	Slot       *Slot           // at which it stands: the one after the cursor of then; nil: not known
	Left       *time.Duration  // until that slot leaves the retention window there, about; 0: it has left; nil: not known, or the window stands
	Urgent     bool            // it is not there any more, or that is near
	Says       string          // the same in a sentence, without a stop
}

// PipelineState is what is known of a pipeline.
type PipelineState struct {
	Name, Subscriber, Home, Active string

	Verdict PipelineVerdict
	Since   time.Time
	Reason  string
	Advice  Advice

	LagOffsets *int64 // lag from tip at the active cluster, in offsets
	LagSlots   *int64 // newest slot of the active cluster minus cursor, in slots

	ConsumedPerSecond *float64    // pace of its commits at the active cluster, in offsets a second
	CursorPerSecond   *float64    // pace of its cursor there, in slots a second
	ToGo              *Estimate   // until it reaches the tip, while it is catching up
	Retention         *Retention  // the countdown while it makes no progress; nil while it does
	Readiness         []Readiness // for each of its other clusters, in the order of the configuration
	RunUsual          *Usual      // how long runs like Run took, while that has not ended; nil where none tells
	// RunMost is how long each step of Run may take at most, as it is configured;
	// nil without one. It is not to be changed.
	RunMost   map[StepName]time.Duration
	WayBack   *WayBack // while it is away from home, where a run moved it
	Suspicion *float64 // how unusual the silence of its client is; see health.Suspicion. Only a hint

	Seats   []SeatState // at each of its clusters, in the order of the configuration
	Run     *Run        // the run that has not ended, else the newest one of this console
	History map[string][]LagPoint
}

// Seat is what is known of the pipeline at a cluster; ok is false where it has
// no client.
func (p *PipelineState) Seat(cluster string) (seat SeatState, ok bool) {
	for _, s := range p.Seats {
		if s.Cluster == cluster {
			return s, true
		}
	}
	return SeatState{Cluster: cluster, Subscriber: SubscriberUnknown}, false
}

// ReadinessFor is what moving the pipeline to a cluster would be like; nil where
// that is not said.
func (p *PipelineState) ReadinessFor(cluster string) *Readiness {
	for i := range p.Readiness {
		if p.Readiness[i].Target == cluster {
			return &p.Readiness[i]
		}
	}
	return nil
}

// Reserve is how long the slot after the cursor can still be had, were the cursor
// to stand from now on, and at which of its clusters the longest; nil where that
// is not known, or no window moves.
func (p *PipelineState) Reserve() (left *time.Duration, cluster string) {
	for i := range p.Seats {
		if l := p.Seats[i].Left; l != nil && (left == nil || *l > *left) {
			left, cluster = l, p.Seats[i].Cluster
		}
	}
	return left, cluster
}

// LagPoint is one measured lag from tip, in offsets.
type LagPoint struct {
	At  time.Time
	Lag int64
}

// LagSample is one measured lag from tip of a pipeline at a cluster, in
// offsets, as it is kept in the history.
type LagSample struct {
	At       time.Time
	Pipeline string
	Cluster  string
	Lag      int64
}
