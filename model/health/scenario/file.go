package scenario

import (
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/health"
)

// Scenario is one file of the corpus. Times are since its beginning.
type Scenario struct {
	Name   string        `yaml:"name"`
	Shows  string        `yaml:"shows"`  // which trap, verdict or row of the advice, in one line
	Length time.Duration `yaml:"length"` // of simulated time
	Seed   uint64        `yaml:"seed,omitempty"`
	Speed  float64       `yaml:"speed,omitempty"` // of the chain, in real ones: 1
	Tick   time.Duration `yaml:"tick,omitempty"`  // between two assessments: 1s
	Long   bool          `yaml:"long,omitempty"`  // short runs, and those with the race detector, play its first hour

	Probe     Probe      `yaml:"probe,omitempty"`
	Rules     Rules      `yaml:"rules,omitempty"`
	Clusters  []Cluster  `yaml:"clusters,omitempty"`  // none: ams and nyc
	Pipelines []Pipeline `yaml:"pipelines,omitempty"` // none: trades, at home in ams
	Noise     Noise      `yaml:"noise,omitempty"`

	Events []Event  `yaml:"events,omitempty"`
	Expect []Expect `yaml:"expect,omitempty"`
}

// Probe is how this console looks at the world.
type Probe struct {
	Interval time.Duration `yaml:"interval,omitempty"` // 2s
	Timeout  time.Duration `yaml:"timeout,omitempty"`  // 5s
	Canary   time.Duration `yaml:"canary,omitempty"`   // its interval; 0: it is off
	// CanaryWaits: where nothing is new the canary gets no answer. Else it gets
	// the newest block again and again.
	CanaryWaits bool `yaml:"canary_waits,omitempty"`
}

// Rules are the thresholds: a preset, and single ones that differ from it.
type Rules struct {
	Preset        string        `yaml:"preset,omitempty"`
	DownAfter     time.Duration `yaml:"down_after,omitempty"`
	DegradedAfter time.Duration `yaml:"degraded_after,omitempty"`
	Window        time.Duration `yaml:"window,omitempty"`
	SilentAfter   time.Duration `yaml:"silent_after,omitempty"`
	Stability     time.Duration `yaml:"stability,omitempty"`
	Block         time.Duration `yaml:"block,omitempty"`
	Latency       time.Duration `yaml:"latency,omitempty"`
	ErrorRate     float64       `yaml:"error_rate,omitempty"`
	StallSlots    uint64        `yaml:"stall_slots,omitempty"`
	LagNoise      int64         `yaml:"lag_noise,omitempty"`
	UrgentBefore  time.Duration `yaml:"urgent_before,omitempty"`
}

// Cluster is one cluster of the world.
type Cluster struct {
	Name   string        `yaml:"name"`
	RTT    time.Duration `yaml:"rtt,omitempty"`    // median round trip; 20ms
	Window uint64        `yaml:"window,omitempty"` // slots it keeps; 18000
	Trails uint64        `yaml:"trails,omitempty"` // slots its newest trails the chain's; 0
}

// Pipeline is one pipeline and how its clients behave, alike at each cluster.
type Pipeline struct {
	Name     string   `yaml:"name"`
	Home     string   `yaml:"home,omitempty"`     // the first cluster
	Active   string   `yaml:"active,omitempty"`   // home
	Clusters []string `yaml:"clusters,omitempty"` // all
	Client   Client   `yaml:"client,omitempty"`
	Rules    *Rules   `yaml:"rules,omitempty"` // thresholds of its own
}

// Client is how a client behaves.
type Client struct {
	Commit       time.Duration `yaml:"commit,omitempty"`         // from one commit to the next; 5s
	Cursor       time.Duration `yaml:"cursor,omitempty"`         // from one write of the cursor to the next; 2s
	NoCursor     bool          `yaml:"no_cursor,omitempty"`      // nothing tells the cursor
	NoMetrics    bool          `yaml:"no_metrics,omitempty"`     // nothing is scraped
	NoCommit     bool          `yaml:"no_commit,omitempty"`      // it never commits
	LateCommit   bool          `yaml:"late_commit,omitempty"`    // no forced commit when a session starts
	Capacity     float64       `yaml:"capacity,omitempty"`       // times the chain's pace; 8
	ExitsOnError bool          `yaml:"exits_on_error,omitempty"` // its process ends when a call fails, else it waits
	RestartAfter time.Duration `yaml:"restart_after,omitempty"`  // until its supervisor tries again; 10s
	TipHangs     bool          `yaml:"tip_hangs,omitempty"`      // a tip refresh that got no answer hangs until a restart
	CursorDips   bool          `yaml:"cursor_dips,omitempty"`    // the cursor goes back with the slots repeated after a restart
	Behind       uint64        `yaml:"behind,omitempty"`         // slots behind at the beginning
	Fresh        bool          `yaml:"fresh,omitempty"`          // its process starts with the scenario
}

// Noise is what is never quite still.
type Noise struct {
	Jitter  float64       `yaml:"jitter,omitempty"`   // sigma of the log-normal round trip; 0.2
	Lost    float64       `yaml:"lost,omitempty"`     // share of calls that never get an answer
	GCEvery time.Duration `yaml:"gc_every,omitempty"` // a client pauses about this often
	GCPause time.Duration `yaml:"gc_pause,omitempty"` // for about this long
	Skipped float64       `yaml:"skipped,omitempty"`  // share of slots that nobody produces; 0.05
	Nightly *Nightly      `yaml:"nightly,omitempty"`
}

// Nightly is a load that comes back every 24 hours.
type Nightly struct {
	From   time.Duration `yaml:"from"`   // after the beginning, and every 24h from then
	For    time.Duration `yaml:"for"`    // how long
	Slower float64       `yaml:"slower"` // times the round trip
}

// Event is one thing that happens. One of its kinds is set.
type Event struct {
	At    time.Duration `yaml:"at"`
	For   time.Duration `yaml:"for,omitempty"`   // 0: for good, or at once
	Every time.Duration `yaml:"every,omitempty"` // it happens again
	Times int           `yaml:"times,omitempty"` // how often in all

	Fail       *Fail       `yaml:"fail,omitempty"`
	Slow       *Slow       `yaml:"slow,omitempty"`
	Ingest     *Ingest     `yaml:"ingest,omitempty"`
	Withhold   *Withhold   `yaml:"withhold,omitempty"`
	Window     *Window     `yaml:"window,omitempty"`
	Subscriber *Subscriber `yaml:"subscriber,omitempty"`
	Chain      *Chain      `yaml:"chain,omitempty"`
	Console    *Console    `yaml:"console,omitempty"`
	Client     *Trouble    `yaml:"client,omitempty"`
	Run        *Move       `yaml:"run,omitempty"`
}

// Fail makes calls to a cluster fail.
type Fail struct {
	Cluster string           `yaml:"cluster"`
	Class   model.ErrorClass `yaml:"class"`
	Calls   []string         `yaml:"calls,omitempty"`   // version, tip, slot_range, subscribers, data; none: all
	Share   float64          `yaml:"share,omitempty"`   // of the calls; 1
	Takes   time.Duration    `yaml:"takes,omitempty"`   // until it fails; as its class has it
	SeenBy  string           `yaml:"seen_by,omitempty"` // everyone, console, clients, or a pipeline; everyone
}

// Slow makes calls to a cluster take longer.
type Slow struct {
	Cluster string        `yaml:"cluster"`
	By      time.Duration `yaml:"by"`
	Spread  time.Duration `yaml:"spread,omitempty"` // up to this much more, evenly
	Calls   []string      `yaml:"calls,omitempty"`
	Share   float64       `yaml:"share,omitempty"`
}

// Ingest changes the pace at which a cluster takes in the chain.
type Ingest struct {
	Cluster string  `yaml:"cluster"`
	Pace    float64 `yaml:"pace"` // share of the chain's; 0: it stands
}

// Withhold makes a cluster send no data while its calls answer.
type Withhold struct {
	Cluster string `yaml:"cluster"`
	SeenBy  string `yaml:"seen_by,omitempty"`
}

// Window changes how many slots a cluster keeps.
type Window struct {
	Cluster string `yaml:"cluster"`
	Slots   uint64 `yaml:"slots"`
}

// Subscriber changes how a pipeline's subscriber stands.
type Subscriber struct {
	Cluster  string                `yaml:"cluster"`
	Pipeline string                `yaml:"pipeline"`
	Is       model.SubscriberState `yaml:"is"`
}

// Chain changes the chain.
type Chain struct {
	Pace float64 `yaml:"pace,omitempty"` // share of its own; 0 without skip: it halts
	Skip uint64  `yaml:"skip,omitempty"` // this many slots in a row are not produced
}

// Console is trouble of this console's machine.
type Console struct {
	Is     string           `yaml:"is"`               // offline, suspended, stepped
	Class  model.ErrorClass `yaml:"class,omitempty"`  // offline: how calls fail; unreachable
	Scrape bool             `yaml:"scrape,omitempty"` // offline: clients can still be scraped
	Step   time.Duration    `yaml:"step,omitempty"`   // stepped: by how much its clock jumps
}

// Trouble is of one client.
type Trouble struct {
	Pipeline string        `yaml:"pipeline"`
	Cluster  string        `yaml:"cluster,omitempty"` // where it is active
	Is       string        `yaml:"is"`
	Pace     float64       `yaml:"pace,omitempty"` // slow: share of the chain's pace
	Life     time.Duration `yaml:"life,omitempty"` // looping: from a start to the next crash
}

// Move is a run of a pipeline.
type Move struct {
	Pipeline string         `yaml:"pipeline"`
	To       string         `yaml:"to"`
	End      model.RunState `yaml:"end,omitempty"` // done, aborted, failed, interrupted; done
}

// thresholds are rules of a scenario: of all of it, or a pipeline's own.
func (s *Scenario) thresholds(own *Rules) health.Rules {
	r, _ := health.Preset(own.Preset)
	if s.Speed != 1 {
		for _, d := range []*time.Duration{
			&r.DownAfter, &r.DegradedAfter, &r.Window, &r.SilentAfter, &r.Stability, &r.Block, &r.UrgentBefore,
		} {
			*d = time.Duration(float64(*d) / s.Speed)
		}
		r.SlotsPerSecond *= s.Speed
	}
	for _, f := range []struct{ to, own *time.Duration }{
		{&r.DownAfter, &own.DownAfter},
		{&r.DegradedAfter, &own.DegradedAfter},
		{&r.Window, &own.Window},
		{&r.SilentAfter, &own.SilentAfter},
		{&r.Stability, &own.Stability},
		{&r.Block, &own.Block},
		{&r.Latency, &own.Latency},
		{&r.UrgentBefore, &own.UrgentBefore},
	} {
		if *f.own > 0 {
			*f.to = *f.own
		}
	}
	if own.ErrorRate > 0 {
		r.ErrorRate = own.ErrorRate
	}
	if own.StallSlots > 0 {
		r.StallSlots = own.StallSlots
	}
	if own.LagNoise > 0 {
		r.LagNoise = own.LagNoise
	}
	return r.ForProbing(s.Probe.Interval, s.Probe.Timeout)
}
