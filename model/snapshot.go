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
	Since       time.Time // when the verdict began
	Reason      string    // the evidence for it, in one line
	Outlook     string    // what would change it, such as "down in 1m40s unless it answers"
	StableSince time.Time // healthy without a break since; zero when it is not

	ServiceVersion string
	RTT            *time.Duration
	Tip            *Offset
	Slots          *SlotRange
	SlotsPerSecond *float64
	Failure        *Failure  // of the newest failed call, while calls fail
	AnsweredAt     time.Time // the newest answer of any call; zero: none yet
}

// ClientState is what is known of a pipeline's client at one cluster.
type ClientState struct {
	Scraped bool // its metrics page answered lately
	Failure *Failure
	Metrics ClientMetrics
	At      time.Time // of the newest answered scrape
}

// PipelineState is what is known of a pipeline. Maps are by cluster name.
type PipelineState struct {
	Name, Subscriber, Home, Active string

	Verdict PipelineVerdict
	Since   time.Time
	Reason  string
	Advice  Advice

	LagOffsets *int64 // lag from tip at the active cluster, in offsets
	LagSlots   *int64 // newest slot of the active cluster minus cursor, in slots

	Subscribers map[string]SubscriberState
	Cursors     map[string]Cursor
	Clients     map[string]ClientState
	Run         *Run // the run that has not ended, else the newest one of this console
	History     map[string][]LagPoint
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
