package health

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

var epoch = time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC)

// world is a tiny simulation of clusters and clients on a fake clock: what a
// probe would see of it is folded at an interval.
type world struct {
	t        *testing.T
	w        *Watch
	r        Rules
	now      time.Time
	interval time.Duration
	speed    float64 // slots a second
	slot     float64 // newest slot of the chain
	clusters map[string]*simCluster
	clients  map[string]*simClient // by pipeline@cluster
	paused   bool                  // nobody looks
}

type simCluster struct {
	fail       model.ErrorClass                          // of every call; "" answers
	failTip    model.ErrorClass                          // of the tip call only
	failSome   func(model.EvidenceKind) model.ErrorClass // of some calls; nil: of none
	rtt        time.Duration
	slowBy     time.Duration // every call takes this to twice this, and has a second
	dice       *rand.Rand
	frozen     bool
	crawl      float64 // share of the chain's pace; 0 is all of it
	slot       float64
	offset     float64 // its log began elsewhere
	subs       []model.Subscriber
	loseEvery  int // every nth call times out
	lost       int
	unprobed   bool
	windowSize float64
}

type simClient struct {
	down      bool // the port refuses
	hidden    bool // no metrics are configured
	noCursor  bool
	stopped   bool // makes no progress
	pace      float64
	lag       float64 // in offsets
	committed float64
	cursor    float64
	tipZero   bool
	noCommit  bool
	frozenTip *model.Offset
	tipFrozen bool
	seesTip   bool // its tip moves on, though it is stopped and its cluster fails from here
}

func newWorld(t *testing.T, change ...func(*Rules)) *world {
	r := DefaultRules()
	for _, f := range change {
		f(&r)
	}
	x := &world{
		t: t, r: r.withDefaults(), now: epoch, interval: 2 * time.Second, speed: r.SlotsPerSecond, slot: 1_000_000,
		clusters: map[string]*simCluster{}, clients: map[string]*simClient{},
	}
	for i, name := range []string{"ams", "nyc"} {
		x.clusters[name] = &simCluster{
			rtt: 20 * time.Millisecond, slot: x.slot, offset: float64(i+1) * 1e6, windowSize: 18000,
			subs: []model.Subscriber{{ID: "1", Name: "trades-prod"}, {ID: "2", Name: "orders-prod"}},
		}
	}
	x.clients["trades@ams"] = &simClient{pace: 1, cursor: x.slot - 8}
	x.w = New(r, []model.Cluster{{Name: "ams"}, {Name: "nyc"}}, []model.Pipeline{
		{Name: "trades", Subscriber: "trades-prod", Home: "ams", Clusters: []string{"ams", "nyc"}},
		{Name: "orders", Subscriber: "orders-prod", Home: "ams", Clusters: []string{"ams", "nyc"}},
	})
	return x
}

// run lets d pass, looking at everything at each interval.
func (x *world) run(d time.Duration) {
	for end := x.now.Add(d); x.now.Before(end); {
		step := min(x.interval, end.Sub(x.now))
		x.advance(step)
		if !x.paused {
			x.look()
		}
	}
}

// advance moves the world on.
func (x *world) advance(d time.Duration) {
	x.now = x.now.Add(d)
	before := x.slot
	x.slot += d.Seconds() * x.speed
	for _, c := range x.clusters {
		switch {
		case c.frozen:
		case c.crawl > 0:
			c.slot += (x.slot - before) * c.crawl
		default:
			c.slot = x.slot
		}
	}
	for key, k := range x.clients {
		c := x.clusters[key[len(key)-3:]]
		if k.stopped || k.down {
			continue
		}
		tip := c.offset + 3*c.slot
		if k.committed == 0 {
			k.committed = tip - k.lag - 20
		}
		k.committed = min(k.committed+(x.slot-before)*3*max(k.pace, 0), tip-20)
		k.cursor = max(k.cursor, (k.committed-c.offset)/3-2)
	}
}

// look folds what a round of probes sees.
func (x *world) look() {
	for _, name := range []string{"ams", "nyc"} {
		c := x.clusters[name]
		if c.unprobed {
			continue
		}
		tip := model.Offset(c.offset + 3*c.slot)
		slots := model.SlotRange{Min: model.Slot(max(c.slot-c.windowSize, 1)), Max: model.Slot(c.slot)}
		for _, e := range []model.Evidence{
			{Kind: model.KindVersion, Version: "0.40.0"},
			{Kind: model.KindTip, Tip: &tip},
			{Kind: model.KindSlotRange, Slots: &slots},
			{Kind: model.KindSubscribers, Subscribers: c.subs},
		} {
			e.Cluster = name
			x.w.Observe(x.call(c, e))
		}
	}
	for key, k := range x.clients {
		x.lookClient(key[:len(key)-4], key[len(key)-3:], k)
	}
}

// call fills in how a call to a cluster went.
func (x *world) call(c *simCluster, e model.Evidence) model.Evidence {
	class := c.fail
	if e.Kind == model.KindTip && c.failTip != "" {
		class = c.failTip
	}
	if c.failSome != nil {
		class = c.failSome(e.Kind)
	}
	c.lost++
	if c.loseEvery > 0 && c.lost%c.loseEvery == 0 {
		class = model.ClassTimeout
	}
	e.Asked, e.Answered = x.now.Add(-c.rtt), x.now
	if c.slowBy > 0 {
		took := c.slowBy + time.Duration(c.dice.Float64()*float64(c.slowBy))
		if took > time.Second {
			class, took = model.ClassTimeout, time.Second
		}
		e.Asked = x.now.Add(-took)
	}
	if class != "" {
		failedAt := x.now
		if c.slowBy > 0 {
			failedAt = e.Asked
		}
		e = model.Evidence{
			Kind: e.Kind, Cluster: e.Cluster, Asked: failedAt, Answered: x.now,
			Failure: model.NewFailure(class, "simulated", nil),
		}
	}
	return e
}

// lookClient folds a scrape and a look at the cursor.
func (x *world) lookClient(pipeline, cluster string, k *simClient) {
	c := x.clusters[cluster]
	e := model.Evidence{Kind: model.KindMetrics, Pipeline: pipeline, Cluster: cluster, Asked: x.now, Answered: x.now}
	tip, committed := model.Offset(c.offset+3*c.slot), model.Offset(k.committed)
	if k.tipFrozen || (k.stopped && c.fail.Outage() && !k.seesTip) {
		if k.frozenTip == nil {
			k.frozenTip = &tip
		}
		tip = *k.frozenTip
	}
	if k.tipZero {
		tip = 0
	}
	if k.noCommit {
		committed = 0
	}
	if k.down {
		e.Failure = model.NewFailure(model.ClassUnreachable, "refused", nil)
	} else {
		e.Metrics = &model.ClientMetrics{Tip: &tip, Committed: &committed}
	}
	if !k.hidden {
		x.w.Observe(e)
	}
	if !k.noCursor {
		x.w.Observe(model.Evidence{
			Kind: model.KindCursor, Pipeline: pipeline, Cluster: cluster, Asked: x.now, Answered: x.now,
			Cursor: &model.Cursor{Pipeline: pipeline, Cluster: cluster, Slot: model.Slot(k.cursor), UpdatedAt: x.now},
		})
	}
}

func (x *world) cluster(name string) model.ClusterState {
	x.t.Helper()
	clusters, _ := x.w.Assess(x.now)
	for _, c := range clusters {
		if c.Name == name {
			return c
		}
	}
	x.t.Fatalf("no cluster %s", name)
	return model.ClusterState{}
}

func (x *world) pipeline(name string) model.PipelineState {
	x.t.Helper()
	_, pipelines := x.w.Assess(x.now)
	for _, p := range pipelines {
		if p.Name == name {
			return p
		}
	}
	x.t.Fatalf("no pipeline %s", name)
	return model.PipelineState{}
}

func (x *world) wantCluster(name string, want model.ClusterVerdict) {
	x.t.Helper()
	if c := x.cluster(name); c.Verdict != want {
		x.t.Errorf("after %s: %s is %s (%s; %s), want %s", x.now.Sub(epoch), name, c.Verdict, c.Reason, c.Outlook, want)
	}
}

func (x *world) wantPipeline(verdict model.PipelineVerdict, action model.Action) model.PipelineState {
	x.t.Helper()
	p := x.pipeline("trades")
	if p.Verdict != verdict || p.Advice.Action != action {
		x.t.Errorf("after %s: trades is %s (%s) with advice %s (%s), want %s and %s",
			x.now.Sub(epoch), p.Verdict, p.Reason, p.Advice.Action, p.Advice.Text, verdict, action)
	}
	return p
}

// failAll makes every cluster fail.
func (x *world) failAll(class model.ErrorClass) {
	for _, c := range x.clusters {
		c.fail = class
	}
}
