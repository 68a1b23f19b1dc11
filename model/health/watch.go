package health

import (
	"fmt"
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

	now     time.Time // the newest moment this watch has heard of
	offline bool      // this console can reach nothing
}

// pipeline is the fold of all evidence on one pipeline.
type pipeline struct {
	cfg    model.Pipeline
	active string
	seats  map[string]*seat
	order  []*seat // in the order of cfg.Clusters

	told         bool      // active was told, and is not just the home that we presume
	activeFrom   time.Time // since when it is active there, where this watch saw it change
	run          *model.Run
	lastFailover time.Time

	verdict model.PipelineVerdict
	since   time.Time
	reason  string
}

// New starts a watch on these clusters and pipelines. Thresholds that are zero
// take their defaults. A pipeline is active at home until SetActive says else.
func New(rules Rules, clusters []model.Cluster, pipelines []model.Pipeline) *Watch {
	w := &Watch{
		rules:     rules.withDefaults(),
		byCluster: map[string]*cluster{},
		byName:    map[string]*pipeline{},
	}
	for _, cfg := range clusters {
		c := &cluster{cfg: cfg, verdict: model.ClusterUnknown}
		w.clusters = append(w.clusters, c)
		w.byCluster[cfg.Name] = c
	}
	for _, cfg := range pipelines {
		w.addPipeline(cfg)
	}
	return w
}

// addPipeline seats a pipeline at each of its clusters; with none listed, at all.
func (w *Watch) addPipeline(cfg model.Pipeline) {
	p := &pipeline{cfg: cfg, active: cfg.Home, seats: map[string]*seat{}, verdict: model.PipelineUnknown}
	names := cfg.Clusters
	if len(names) == 0 {
		for _, c := range w.clusters {
			names = append(names, c.cfg.Name)
		}
	}
	for _, name := range names {
		c := w.byCluster[name]
		if c == nil || p.seats[name] != nil {
			continue
		}
		s := &seat{cluster: c}
		p.seats[name] = s
		p.order = append(p.order, s)
	}
	w.pipelines = append(w.pipelines, p)
	w.byName[cfg.Name] = p
}

// Rules are the thresholds in force.
func (w *Watch) Rules() Rules { return w.rules }

// Observe folds one look at the world. Looks at clusters and pipelines that are
// not known are ignored.
func (w *Watch) Observe(e model.Evidence) {
	c := w.byCluster[e.Cluster]
	if c == nil {
		return
	}
	w.now = later(w.now, e.Answered)
	switch {
	case kindIndex(e.Kind) >= 0:
		if c.observe(&e, &w.rules) {
			w.comeBack(e.Answered)
			w.step(c, e.Answered)
		}
	case e.Kind == model.KindSubscribers:
		w.observeSubscribers(&e)
	default:
		if p := w.byName[e.Pipeline]; p != nil && p.seats[e.Cluster] != nil {
			p.seats[e.Cluster].observe(&e, &w.rules)
		}
	}
}

// observeSubscribers folds the list of all subscribers of a cluster. A look
// that failed says nothing of any of them.
func (w *Watch) observeSubscribers(e *model.Evidence) {
	if e.Failure != nil {
		return
	}
	found := make(map[string]model.SubscriberState, len(e.Subscribers))
	for _, s := range e.Subscribers {
		found[s.Name] = model.SubscriberPresent
		if s.Stale {
			found[s.Name] = model.SubscriberStale
		}
	}
	for _, p := range w.pipelines {
		s := p.seats[e.Cluster]
		if s == nil {
			continue
		}
		state, ok := found[p.cfg.Subscriber]
		if !ok {
			state = model.SubscriberAbsent
		}
		if state != s.sub {
			s.sub, s.subTimes = state, 0
		}
		s.subTimes++
		s.subAt = e.Answered
	}
}

// SetActive says where a pipeline consumes now; "" is home.
func (w *Watch) SetActive(pipeline, cluster string) {
	p := w.byName[pipeline]
	if p == nil {
		return
	}
	if cluster == "" {
		cluster = p.cfg.Home
	}
	if p.told && cluster != p.active {
		p.activeFrom = w.now
	}
	p.active, p.told = cluster, true
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
	if p := w.byName[pipeline]; p != nil {
		p.lastFailover = at
	}
}

// Assess says what all evidence so far means at this moment. The states share
// nothing with the watch that later evidence would change.
func (w *Watch) Assess(now time.Time) ([]model.ClusterState, []model.PipelineState) {
	w.now = later(w.now, now)
	w.comeBack(now)
	for _, c := range w.clusters {
		w.step(c, now)
	}
	clusters := make([]model.ClusterState, 0, len(w.clusters))
	for _, c := range w.clusters {
		clusters = append(clusters, c.state(now, &w.rules))
	}
	for _, p := range w.pipelines {
		w.judgePipeline(p, now)
	}
	pipelines := make([]model.PipelineState, 0, len(w.pipelines))
	for _, p := range w.pipelines {
		pipelines = append(pipelines, w.pipelineState(p, now))
	}
	return clusters, pipelines
}

// Lags are the lags from tip that are measured at this moment, one for each
// pipeline and cluster at most, each with the time of its measurement.
func (w *Watch) Lags(now time.Time) []model.LagSample {
	var samples []model.LagSample
	for _, p := range w.pipelines {
		for _, s := range p.order {
			if lag, ok := s.lag(now, &w.rules); ok {
				samples = append(samples, model.LagSample{
					At: s.scrapeAt, Pipeline: p.cfg.Name, Cluster: s.cluster.cfg.Name, Lag: lag,
				})
			}
		}
	}
	return samples
}

// state is the picture of a cluster.
func (c *cluster) state(now time.Time, r *Rules) model.ClusterState {
	s := model.ClusterState{
		Name: c.cfg.Name, Region: c.cfg.Region, Endpoint: c.cfg.Endpoint,
		Verdict: c.verdict, Since: c.since, Reason: c.reason, Outlook: c.outlook, StableSince: c.stableSince,
		ServiceVersion: c.version, RTT: c.rtt, Tip: c.tip, Slots: c.slots,
		Failure: c.failure, AnsweredAt: c.answeredAt,
	}
	if rate, ok := c.pace.rate(); ok && young(c.slotsAt, now, r) {
		s.SlotsPerSecond = &rate
		if c.verdict == model.ClusterHealthy {
			s.Reason = fmt.Sprintf("%s by %.1f a second", s.Reason, rate)
		}
	}
	return s
}
