package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// Watch is the state of the fold: what the evidence so far says of all clusters
// and pipelines. It is not safe for use from several goroutines.
type Watch struct {
	rules     Rules
	clusters  []*cluster
	pipelines []*pipeline
	byCluster map[string]*cluster
	byName    map[string]*pipeline
	lists     map[string]*list // by cluster

	clusterTable  []clusterRule
	pipelineTable []pipelineRule
	adviceTable   []adviceRule

	lastCluster  *cluster  // that the newest evidence was of
	lastPipeline *pipeline // likewise

	now      time.Time     // the newest moment this watch has heard of
	ticks    uint64        // how often every verdict was brought up to date
	awayFor  time.Duration // how long nothing can be reached from here
	awayFrom time.Time     // since when, at the earliest
	offline  bool          // for so long that it is this console
	halted   bool          // all clusters stand at about the same slot
}

// list is who may be on the list of subscribers of a cluster.
type list struct {
	look   int // how many lists were read
	byName map[string][]*seat
	seats  []*seat
	order  []listed // who was at each place of the newest list: it changes rarely
}

// listed are the seats of a name at a place of a list.
type listed struct {
	name  string
	seats []*seat
}

// maxOrder bounds how many places of a list are remembered.
const maxOrder = 4096

// New starts a watch on these clusters and pipelines. Thresholds that are zero
// take their defaults. A pipeline is active at home until SetActive says else.
func New(rules Rules, clusters []model.Cluster, pipelines []model.Pipeline) *Watch {
	w := &Watch{
		rules:         rules.withDefaults(),
		byCluster:     map[string]*cluster{},
		byName:        map[string]*pipeline{},
		lists:         map[string]*list{},
		clusterTable:  clusterRules(),
		pipelineTable: pipelineRules(),
		adviceTable:   adviceRules(),
	}
	for _, cfg := range clusters {
		c := &cluster{cfg: cfg, verdict: model.ClusterUnknown}
		w.clusters = append(w.clusters, c)
		w.byCluster[cfg.Name] = c
		w.lists[cfg.Name] = &list{byName: map[string][]*seat{}}
	}
	for _, cfg := range pipelines {
		w.addPipeline(cfg)
	}
	return w
}

// addPipeline seats a pipeline at each of its clusters; with none listed, at all.
func (w *Watch) addPipeline(cfg model.Pipeline) {
	p := &pipeline{cfg: cfg, configuredHome: cfg.Home, rules: &w.rules, active: cfg.Home, verdict: model.PipelineUnknown}
	names := cfg.Clusters
	if len(names) == 0 {
		for _, c := range w.clusters {
			names = append(names, c.cfg.Name)
		}
	}
	for _, name := range names {
		c := w.byCluster[name]
		if c == nil || p.seat(c) != nil {
			continue
		}
		s := &seat{cluster: c, owner: p, metrics: &model.ClientMetrics{}}
		p.order, p.clusters = append(p.order, s), append(p.clusters, c)
		l := w.lists[name]
		l.seats = append(l.seats, s)
		l.byName[cfg.Subscriber] = append(l.byName[cfg.Subscriber], s)
	}
	p.at = p.seat(w.byCluster[p.active])
	w.pipelines = append(w.pipelines, p)
	w.byName[cfg.Name] = p
}

// Rules are the thresholds in force for clusters, and for pipelines without
// thresholds of their own.
func (w *Watch) Rules() Rules { return w.rules }

// SetRules gives a pipeline thresholds of its own. Those that are of a pipeline
// are taken: SilentAfter, Stability, Block, LagNoise and UrgentBefore. The others
// are of clusters, and ignored.
func (w *Watch) SetRules(pipeline string, r Rules) {
	p := w.byName[pipeline]
	if p == nil {
		return
	}
	r = r.withDefaults()
	own := w.rules
	own.SilentAfter, own.Stability, own.Block = r.SilentAfter, r.Stability, r.Block
	own.LagNoise, own.UrgentBefore = r.LagNoise, r.UrgentBefore
	p.rules = &own
}

// Observe folds one look at the world. Looks at clusters and pipelines that are
// not known are ignored.
func (w *Watch) Observe(e model.Evidence) {
	c := w.clusterOf(&e)
	if c == nil || c.late(&e, &w.rules) {
		return
	}
	w.now = later(w.now, e.Answered)
	switch e.Kind {
	case model.KindVersion, model.KindTip, model.KindSlotRange:
		if c.observe(&e, &w.rules) {
			w.comeBack(e.Answered)
			if e.Kind == model.KindSlotRange {
				w.trail(c, e.Answered)
			}
			w.step(c, e.Answered)
		}
	case model.KindSubscribers:
		w.lists[e.Cluster].observe(&e)
		c.observeList(&e, &w.rules)
	case model.KindCanary:
		c.canary.observe(&e, c.unservedAt, &w.rules)
	case model.KindMetrics, model.KindCursor:
		if p := w.pipelineOf(&e); p != nil {
			if s := p.seat(c); s != nil {
				s.observe(&e, p.rules)
			}
		}
	}
}

// clusterOf is the cluster that evidence is of; nil where it is not known. Looks
// come in rows of the same cluster.
func (w *Watch) clusterOf(e *model.Evidence) *cluster {
	if c := w.lastCluster; c == nil || c.cfg.Name != e.Cluster {
		w.lastCluster = w.byCluster[e.Cluster]
	}
	return w.lastCluster
}

// pipelineOf is the same for a pipeline.
func (w *Watch) pipelineOf(e *model.Evidence) *pipeline {
	if p := w.lastPipeline; p == nil || p.cfg.Name != e.Pipeline {
		w.lastPipeline = w.byName[e.Pipeline]
	}
	return w.lastPipeline
}

// observe folds the list of all subscribers of a cluster. A look that failed says
// nothing of any of them.
func (l *list) observe(e *model.Evidence) {
	if e.Failure != nil {
		return
	}
	l.look++
	for i := range e.Subscribers {
		sub := &e.Subscribers[i]
		state := model.SubscriberPresent
		if sub.Stale {
			state = model.SubscriberStale
		}
		for _, s := range l.find(i, sub.Name) {
			s.subLook = l.look
			s.listed(state, e.Answered)
		}
	}
	for _, s := range l.seats {
		if s.subLook != l.look {
			s.listed(model.SubscriberAbsent, e.Answered)
		}
	}
}

// find gives the seats of a name, which stands at this place of a list.
func (l *list) find(place int, name string) []*seat {
	if place < len(l.order) && l.order[place].name == name {
		return l.order[place].seats
	}
	seats := l.byName[name]
	switch here := (listed{name, seats}); {
	case place < len(l.order):
		l.order[place] = here
	case place == len(l.order) && place < maxOrder:
		l.order = append(l.order, here)
	}
	return seats
}

// listed notes how the subscriber stands.
func (s *seat) listed(state model.SubscriberState, at time.Time) {
	if state != s.sub {
		s.sub, s.subTimes = state, 0
	}
	s.subTimes++
	s.subAt = at
	if state != model.SubscriberPresent {
		s.lostAt = at
	}
}

// SetHome says which cluster a person made the home of a pipeline; "", and one
// where it has no client, is the configured one.
func (w *Watch) SetHome(pipeline, cluster string) {
	p := w.byName[pipeline]
	if p == nil {
		return
	}
	if cluster == "" || p.seat(w.byCluster[cluster]) == nil {
		cluster = p.configuredHome
	}
	p.cfg.Home = cluster
}

// SetActive says where a pipeline consumes now; "" is the configured home.
func (w *Watch) SetActive(pipeline, cluster string) {
	p := w.byName[pipeline]
	if p == nil {
		return
	}
	if cluster == "" {
		cluster = p.configuredHome
	}
	if cluster != p.active {
		if p.told {
			p.activeFrom = w.now
		}
		p.active, p.at = cluster, p.seat(w.byCluster[cluster])
	}
	p.told = true
}

// SetRun says which run of a pipeline to show: one under way makes its verdict
// moving. The run must not be changed afterwards; nil is none.
func (w *Watch) SetRun(pipeline string, run *model.Run) {
	if p := w.byName[pipeline]; p != nil {
		if p.moving() && (run == nil || run.State.Ended()) {
			p.activeFrom = w.now
		}
		p.run = run
	}
}

// SetLastFailover says when the pipeline was last moved; it holds back the next
// advice to do so.
func (w *Watch) SetLastFailover(pipeline string, at time.Time) {
	p := w.byName[pipeline]
	if p == nil || at.Equal(p.toldFailover) {
		return
	}
	p.toldFailover, p.lastFailover = at, at
	if !w.now.IsZero() && at.Sub(w.now) > w.rules.MaxAge {
		p.lastFailover = w.now // some clock was wrong
	}
}

// Lags are the lags from tip that are measured at this moment, one for each
// pipeline and cluster at most, each with the time of its measurement.
func (w *Watch) Lags(now time.Time) []model.LagSample {
	samples := make([]model.LagSample, 0, len(w.pipelines))
	for _, p := range w.pipelines {
		for _, s := range p.order {
			if lag, ok := s.lag(now, p.rules); ok {
				samples = append(samples, model.LagSample{
					At: s.scrapeAt, Pipeline: p.cfg.Name, Cluster: s.cluster.cfg.Name, Lag: lag,
				})
			}
		}
	}
	return samples
}
