package scenario

import (
	"math/rand/v2"
	"sort"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/health"
)

// epoch is when every scenario begins, on the clock of its console.
var epoch = time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC)

// Steering is what a console learns from its ledger. A health.Watch is one.
type Steering interface {
	SetActive(pipeline, cluster string)
	SetRun(pipeline string, run *model.Run)
	SetLastFailover(pipeline string, at time.Time)
}

// World is a simulated world and the probes that look at it, on a clock of its
// own. It is not safe for use from several goroutines.
type World struct {
	s       *Scenario
	rules   health.Rules
	dice    *rand.Rand
	publish func(model.Evidence)
	steer   Steering

	now       time.Duration
	skew      time.Duration // of the console's clock
	chain     *chain
	clusters  []*cluster
	byName    map[string]*cluster
	clients   []*client
	console   console
	active    map[string]string
	loops     queue
	changes   []change
	book      *book
	moved     map[string]time.Duration // when a pipeline was last moved
	unsettled map[string]bool          // a run of the pipeline has not ended
	rattled   time.Duration            // the end of the newest sleep, step of the clock or loss of the console's network
}

// console is this console's own state.
type console struct {
	offline int
	class   model.ErrorClass
	scrapes bool
	asleep  time.Duration // until then
}

// change is something that happens at a moment.
type change struct {
	at time.Duration
	do func()
}

// NewWorld builds the world of a scenario. Its evidence goes to publish, and
// what its ledger says to steer.
func NewWorld(s *Scenario, publish func(model.Evidence), steer Steering) *World {
	w := &World{
		s: s, rules: s.thresholds(&s.Rules), dice: rand.New(rand.NewPCG(s.Seed, 0x5ca1ab1e)), publish: publish, steer: steer,
		chain:  newChain(2.5*s.Speed, s.Noise.Skipped, s.Seed),
		byName: map[string]*cluster{}, active: map[string]string{},
		moved: map[string]time.Duration{}, unsettled: map[string]bool{},
	}
	for i := range s.Clusters {
		w.addCluster(s.Clusters[i], i)
	}
	w.book = newBook(w)
	for i := range s.Pipelines {
		w.addPipeline(&s.Pipelines[i])
	}
	w.loops.heapify()
	for i := range s.Events {
		w.plan(&s.Events[i])
	}
	sort.SliceStable(w.changes, func(i, j int) bool { return w.changes[i].at < w.changes[j].at })
	return w
}

// addCluster adds a cluster and the loops that look at it.
func (w *World) addCluster(cfg Cluster, i int) {
	c := &cluster{
		cfg: cfg, chain: w.chain, pace: 1, window: cfg.Window,
		// The logs began at different times, and count dead forks differently.
		events: 2.9 + 0.1*float64(i%3), first: int64(i+1) * 123_456_789,
		pos: firstSlot - float64(cfg.Trails),
	}
	w.clusters = append(w.clusters, c)
	w.byName[cfg.Name] = c
	kinds := []model.EvidenceKind{model.KindVersion, model.KindTip, model.KindSlotRange, model.KindSubscribers}
	if w.s.Probe.Canary > 0 {
		kinds = append(kinds, model.KindCanary)
	}
	for _, kind := range kinds {
		l := &loop{kind: kind, call: callsOfKinds[kind], cluster: c, interval: w.s.Probe.Interval}
		if kind == model.KindCanary {
			l.interval = w.s.Probe.Canary
		}
		w.addLoop(l)
	}
}

// addLoop starts a loop: all begin with the console, a little apart.
func (w *World) addLoop(l *loop) {
	l.when = time.Duration(w.dice.Float64() * float64(min(w.s.Probe.Interval, 100*time.Millisecond)))
	w.loops = append(w.loops, l)
}

// addPipeline adds a pipeline's clients and the loops that look at them.
func (w *World) addPipeline(p *Pipeline) {
	w.active[p.Name] = p.Active
	if w.steer != nil {
		w.steer.SetActive(p.Name, p.Active)
	}
	for _, name := range p.Clusters {
		k := &client{cfg: p, cluster: w.byName[name], scale: w.s.Speed, gc: w.drawGC()}
		w.clients = append(w.clients, k)
		if name == p.Active {
			k.cluster.setSubscriber(p.Name, model.SubscriberPresent)
			k.begin(k.cluster.at(0)-float64(p.Client.Behind), p.Client.Fresh)
		}
		if !p.Client.NoMetrics {
			w.addLoop(&loop{kind: model.KindMetrics, cluster: k.cluster, client: k, interval: w.s.Probe.Interval})
		}
		if !p.Client.NoCursor {
			w.addLoop(&loop{kind: model.KindCursor, cluster: k.cluster, client: k, interval: w.s.Probe.Interval})
		}
	}
}

// drawGC makes a source of pauses for a client; nil: it has none.
func (w *World) drawGC() *gcNoise {
	n := &w.s.Noise
	if n.GCEvery <= 0 || n.GCPause <= 0 {
		return nil
	}
	dice := rand.New(rand.NewPCG(w.s.Seed, uint64(len(w.clients))))
	draw := func() (every, pause time.Duration) {
		return time.Duration(dice.ExpFloat64()*float64(n.GCEvery)) + n.GCPause,
			time.Duration(dice.Float64() * 2 * float64(n.GCPause))
	}
	first, _ := draw()
	return &gcNoise{next: first, draw: draw}
}

// Now is the time since the beginning.
func (w *World) Now() time.Duration { return w.now }

// wall is the time on the clock of the console.
func (w *World) wall() time.Time { return epoch.Add(w.now + w.skew) }

// Asleep reports whether the console's machine is suspended: nobody assesses
// anything then.
func (w *World) Asleep() bool { return w.now < w.console.asleep }

// Advance lets everything happen until a moment, that moment included.
func (w *World) Advance(to time.Duration) {
	for {
		next, isChange := to+1, false
		if len(w.changes) > 0 {
			next, isChange = w.changes[0].at, true
		}
		if len(w.loops) > 0 && w.loops[0].when < next {
			next, isChange = w.loops[0].when, false
		}
		if next > to {
			break
		}
		w.now = max(w.now, next)
		if isChange {
			w.settle()
			do := w.changes[0].do
			w.changes = w.changes[1:]
			do()
			continue
		}
		w.step(w.loops[0])
		w.loops.sink(0)
	}
	w.now = max(w.now, to)
}

// settle brings everything up to now, before something changes.
func (w *World) settle() {
	for _, k := range w.clients {
		k.advance(w.now)
	}
	for _, c := range w.clusters {
		c.settle(w.now)
	}
}

// client is a pipeline's client at a cluster.
func (w *World) client(pipeline, cluster string) *client {
	for _, k := range w.clients {
		if k.cfg.Name == pipeline && k.cluster.cfg.Name == cluster {
			return k
		}
	}
	return nil
}

// queue is a heap of loops, the one that is due next at its top.
type queue []*loop

func (q queue) heapify() {
	for i := len(q)/2 - 1; i >= 0; i-- {
		q.sink(i)
	}
}

// sink moves a loop that is due later down to its place.
func (q queue) sink(i int) {
	for {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(q); child++ {
			if q[child].when < q[least].when {
				least = child
			}
		}
		if least == i {
			return
		}
		q[i], q[least] = q[least], q[i]
		i = least
	}
}
