package recording_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
	"github.com/fumtui/fumtui/model/monitor"
	"github.com/fumtui/fumtui/store"
)

// A scripted world of two clusters and two pipelines, looked at every 2 s.
const (
	slotsPerSecond  = 2.5
	eventsPerSecond = 8.0
	firstSlot       = 1_000_000
)

// client is a client of a pipeline at one cluster: how far, in seconds of chain,
// it has come.
type client struct {
	up       bool
	done     float64       // consumed
	recorded float64       // as its commits and cursor say
	speed    float64       // seconds of chain a second at most
	tip      *model.Offset // as it last heard of it
}

// world is what is looked at.
type world struct {
	t       *testing.T
	m       *monitor.Monitor
	random  *rand.Rand
	began   time.Time
	last    time.Time
	down    map[string]bool // clusters that do not answer
	frozen  map[string]float64
	lost    map[string]bool // subscribers that are gone, at ams
	clients map[string]*client
	active  map[string]string
}

var pipelines = []model.Pipeline{
	{Name: "trades", Subscriber: "trades-prod", Home: "ams", Clusters: []string{"ams", "nyc"}},
	{Name: "orders", Subscriber: "orders-prod", Home: "ams", Clusters: []string{"ams", "nyc"}},
}

func newWorld(t *testing.T) *world {
	now := time.Now()
	w := &world{
		t: t, random: rand.New(rand.NewPCG(11, 12)), began: now, last: now,
		down: map[string]bool{}, frozen: map[string]float64{}, lost: map[string]bool{},
		clients: map[string]*client{}, active: map[string]string{},
	}
	for _, p := range pipelines {
		w.active[p.Name] = "ams"
		for _, c := range p.Clusters {
			w.clients[p.Name+c] = &client{up: c == "ams", speed: 4}
		}
	}
	return w
}

// chain is the age of the chain as a cluster has it, in seconds.
func (w *world) chain(cluster string) float64 {
	if at, ok := w.frozen[cluster]; ok {
		return at
	}
	return time.Since(w.began).Seconds()
}

// live lets d pass.
func (w *world) live(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); {
		round := time.Now()
		w.consume()
		for _, c := range []string{"ams", "nyc"} {
			w.lookAtCluster(c)
			for _, p := range pipelines {
				w.lookAtClient(p.Name, c)
			}
		}
		time.Sleep(2*time.Second - time.Since(round))
	}
}

// consume lets all clients go on to now.
func (w *world) consume() {
	passed := time.Since(w.last).Seconds()
	w.last = time.Now()
	for _, p := range pipelines {
		for _, at := range p.Clusters {
			c := w.clients[p.Name+at]
			if !c.up || w.down[at] || w.active[p.Name] != at {
				continue
			}
			c.done = min(c.done+passed*c.speed, w.chain(at))
			if w.random.IntN(3) > 0 { // it commits now and then
				c.recorded = c.done
			}
		}
	}
}

// answer is one look; it takes some milliseconds, and sometimes is lost.
func (w *world) answer(e model.Evidence, failure *model.Failure) {
	e.Asked = time.Now()
	time.Sleep(time.Duration(2+w.random.IntN(20)) * time.Millisecond)
	if failure == nil && w.random.IntN(100) < 2 {
		failure = model.NewFailure(model.ClassTimeout, "no answer in time", nil)
	}
	if failure != nil {
		e = model.Evidence{Kind: e.Kind, Cluster: e.Cluster, Pipeline: e.Pipeline, Asked: e.Asked, Failure: failure}
	}
	e.Answered = time.Now()
	w.m.Observe(e)
}

func (w *world) lookAtCluster(c string) {
	var failure *model.Failure
	if w.down[c] {
		failure = model.NewFailure(model.ClassUnreachable, "connection refused", nil)
	}
	age := w.chain(c)
	newest := model.Slot(firstSlot + age*slotsPerSecond)
	w.answer(model.Evidence{Kind: model.KindVersion, Cluster: c, Version: "0.40.0"}, failure)
	w.answer(model.Evidence{Kind: model.KindTip, Cluster: c, Tip: tipAt(c, age)}, failure)
	w.answer(model.Evidence{Kind: model.KindSlotRange, Cluster: c, Slots: &model.SlotRange{Min: newest - 500_000, Max: newest}}, failure)
	subscribers := []model.Subscriber{{ID: "9", Name: "of-somebody-else"}}
	for _, p := range pipelines {
		if !w.lost[p.Name+c] {
			subscribers = append(subscribers, model.Subscriber{ID: "1", Name: p.Subscriber})
		}
	}
	w.answer(model.Evidence{Kind: model.KindSubscribers, Cluster: c, Subscribers: subscribers}, failure)
}

func (w *world) lookAtClient(pipeline, at string) {
	c := w.clients[pipeline+at]
	var failure *model.Failure
	if !c.up {
		failure = model.NewFailure(model.ClassUnreachable, "connection refused", nil)
	}
	if !w.down[at] || c.tip == nil {
		c.tip = tipAt(at, w.chain(at))
	}
	tip := *c.tip
	w.answer(model.Evidence{
		Kind: model.KindMetrics, Cluster: at, Pipeline: pipeline, Metrics: &model.ClientMetrics{Tip: &tip, Committed: tipAt(at, c.recorded)},
	}, failure)
	var cursor *model.Cursor
	if c.recorded > 0 {
		cursor = &model.Cursor{Pipeline: pipeline, Cluster: at, Slot: model.Slot(firstSlot + c.recorded*slotsPerSecond), UpdatedAt: time.Now().UTC(), Source: "store"}
	}
	w.answer(model.Evidence{Kind: model.KindCursor, Cluster: at, Pipeline: pipeline, Cursor: cursor}, nil)
}

// tipAt is a cluster's own offset of a moment of the chain.
func tipAt(cluster string, age float64) *model.Offset {
	tip := model.Offset(age*eventsPerSecond) + map[string]model.Offset{"ams": 5_000_000, "nyc": 9_000_000}[cluster]
	return &tip
}

// move fails a pipeline over with a journaled run, as an engine does.
func (w *world) move(ctx context.Context, db *store.Store, id, pipeline, to string) {
	w.t.Helper()
	from, now := w.active[pipeline], time.Now().UTC()
	run := model.Run{
		ID: id, Pipeline: pipeline, Subscriber: pipeline + "-prod", Kind: model.Cutover, Mode: model.Reactive,
		From: from, To: to, State: model.RunRunning, RequestedBy: "op@host", StartedAt: now,
		Holder: model.Holder{Host: "host", PID: 1},
	}
	lease, err := db.Begin(ctx, run, time.Minute)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, step := range []model.StepName{model.StepStop, model.StepCreate, model.StepStart} {
		at := time.Now().UTC()
		run.Steps = append(run.Steps, model.Step{Name: step, State: model.StepRunning, StartedAt: &at})
		w.write(ctx, db, lease, failover.Batch{Run: run})
		w.live(4 * time.Second)
	}
	source, target := w.clients[pipeline+from], w.clients[pipeline+to]
	source.up = false
	*target = client{up: true, done: source.recorded, recorded: source.recorded, speed: 4}
	w.active[pipeline] = to
	w.live(6 * time.Second)
	at := time.Now().UTC()
	run.State, run.EndedAt = model.RunDone, &at
	w.write(ctx, db, lease, failover.Batch{Run: run, Activate: true, Release: true})
}

func (w *world) write(ctx context.Context, db *store.Store, lease failover.Lease, batch failover.Batch) {
	w.t.Helper()
	if err := db.Write(ctx, lease, batch); err != nil {
		w.t.Fatal(err)
	}
}
