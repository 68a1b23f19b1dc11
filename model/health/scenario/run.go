package scenario

import (
	"fmt"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/health"
)

// Judge is what is put to the test. A health.Watch is one.
type Judge interface {
	Steering
	Observe(model.Evidence)
	Assess(now time.Time) ([]model.ClusterState, []model.PipelineState)
	SetRules(pipeline string, r health.Rules)
}

// NewJudge makes a judge for clusters and pipelines, with these thresholds.
type NewJudge func(health.Rules, []model.Cluster, []model.Pipeline) Judge

// Watch is the judge that the project ships.
func Watch(r health.Rules, clusters []model.Cluster, pipelines []model.Pipeline) Judge {
	return health.New(r, clusters, pipelines)
}

// Failure is an expectation that was not met.
type Failure struct {
	At      time.Duration
	Subject string
	Text    string
}

// Error is the failure in one line.
func (f Failure) Error() string { return fmt.Sprintf("%s: %s: %s", f.At, f.Subject, f.Text) }

// Tick is the state of a scenario after an assessment.
type Tick struct {
	World     *World
	At        time.Duration
	Clusters  []model.ClusterState
	Pipelines []model.PipelineState
}

// Run plays a scenario before a judge and gives what was not as expected.
// Watchers, which may be none, see every tick.
func Run(s *Scenario, judge NewJudge, watchers ...func(*Tick)) []Failure {
	c := newChecks(s)
	Play(s, judge, append(watchers, c.tick)...)
	return c.end()
}

// Play plays a scenario before a judge and shows every tick.
func Play(s *Scenario, judge NewJudge, watchers ...func(*Tick)) {
	var clusters []model.Cluster
	for _, c := range s.Clusters {
		clusters = append(clusters, model.Cluster{Name: c.Name, Region: c.Name, Endpoint: "https://" + c.Name + ".example"})
	}
	var pipelines []model.Pipeline
	for _, p := range s.Pipelines {
		pipelines = append(pipelines, model.Pipeline{Name: p.Name, Subscriber: p.Name, Home: p.Home, Clusters: p.Clusters})
	}
	j := judge(s.thresholds(&s.Rules), clusters, pipelines)
	for _, p := range s.Pipelines {
		if p.Rules != nil {
			j.SetRules(p.Name, s.thresholds(p.Rules))
		}
	}
	w := NewWorld(s, j.Observe, j)
	for at := s.Tick; at <= s.Length; at += s.Tick {
		w.Advance(at)
		if w.Asleep() {
			continue
		}
		t := Tick{World: w, At: at}
		t.Clusters, t.Pipelines = j.Assess(w.wall())
		for _, watch := range watchers {
			watch(&t)
		}
	}
}

// maxFailures bounds what is reported of one scenario.
const maxFailures = 12

// checks follow the expectations of a scenario.
type checks struct {
	s        *Scenario
	done     []bool
	allowed  map[string]bool // pipelines for which advice to fail over is expected at all
	failures []Failure
	told     map[string]bool // failures that last are told once
	slack    time.Duration
}

func newChecks(s *Scenario) *checks {
	c := &checks{
		s: s, done: make([]bool, len(s.Expect)), allowed: map[string]bool{}, told: map[string]bool{},
		slack: Slack(s.Probe.Interval, s.Tick),
	}
	for i := range s.Expect {
		e := &s.Expect[i]
		for _, a := range e.Advice {
			if a == string(model.ActionFailOver) && e.Never == nil {
				c.allowed[e.Pipeline] = true
			}
		}
	}
	return c
}

// Slack is how long after its floor a verdict may come: a fast interval of the
// probes, its jitter included, and a tick.
func Slack(interval, tick time.Duration) time.Duration {
	fast := health.Pause(interval, 1)
	return fast + time.Duration(jitterShare*float64(fast)) + tick
}

func (c *checks) fail(at time.Duration, subject, format string, args ...any) {
	if len(c.failures) < maxFailures {
		c.failures = append(c.failures, Failure{at, subject, fmt.Sprintf(format, args...)})
	}
}

// tick checks one assessment.
func (c *checks) tick(t *Tick) {
	for i := range t.Pipelines {
		p := &t.Pipelines[i]
		if p.Advice.Action == model.ActionFailOver && !c.allowed[p.Name] && !c.allowed[all] && !c.told[p.Name] {
			c.told[p.Name] = true
			c.fail(t.At, p.Name, "FALSE FAIL OVER, which nothing here calls for: %s", p.Advice.Text)
		}
	}
	for i := range c.s.Expect {
		if c.done[i] {
			continue
		}
		e := &c.s.Expect[i]
		if !e.due(t.At, c.s.Tick) {
			continue
		}
		for k := range t.Clusters {
			if e.Cluster == all || e.Cluster == t.Clusters[k].Name {
				s := seenCluster(&t.Clusters[k])
				c.check(i, t, t.Clusters[k].Name, &s)
			}
		}
		for k := range t.Pipelines {
			if e.Pipeline == all || e.Pipeline == t.Pipelines[k].Name {
				s := seenPipeline(&t.Pipelines[k])
				c.check(i, t, t.Pipelines[k].Name, &s)
			}
		}
	}
}

// due reports whether an expectation is to be looked at, at this tick.
func (e *Expect) due(at, tick time.Duration) bool {
	in := func(s *Span) bool { return at >= s.From && (s.To == 0 || at <= s.To) }
	switch {
	case e.Reached != nil:
		return at >= e.Reached.From
	case e.Always != nil:
		return in(e.Always)
	case e.Never != nil:
		return in(e.Never)
	}
	return at >= e.At && at < e.At+tick
}

// check looks at one subject of an expectation that is due.
func (c *checks) check(i int, t *Tick, subject string, s *seen) {
	e := &c.s.Expect[i]
	holds := e.holds(s)
	switch {
	case e.Reached != nil:
		if holds {
			c.done[i] = e.Cluster != all && e.Pipeline != all
			c.reached(e, t, subject, s)
		}
	case e.Never != nil:
		if holds && c.first(i, subject) {
			c.fail(t.At, subject, "is %s; never expected from %s to %s: %s", s, e.Never.From, e.Never.To, e.what())
		}
	case !holds && c.first(i, subject):
		c.fail(t.At, subject, "is %s; expected %s", s, e.what())
	}
}

// first reports whether this is the first failure of an expectation for a
// subject: one that lasts is told once.
func (c *checks) first(i int, subject string) bool {
	key := fmt.Sprint(i, subject)
	told := c.told[key]
	c.told[key] = true
	return !told
}

// reached holds the first tick at which something is so against its bounds.
func (c *checks) reached(e *Expect, t *Tick, subject string, s *seen) {
	r := e.Reached
	if t.At < r.Earliest {
		c.fail(t.At, subject, "is %s, before %s", s, r.Earliest)
	}
	if r.Latest > 0 && t.At > r.Latest {
		c.fail(t.At, subject, "is %s only now, after %s", e.what(), r.Latest)
	}
	if !r.Floor {
		return
	}
	outage := t.World.Outage
	if e.Pipeline != "" {
		outage = t.World.CutOff
	}
	floor, ok := outage(subject)
	switch {
	case !ok:
		c.fail(t.At, subject, "is %s, and no evidence calls for it", s)
	case t.At < floor && e.Pipeline != "" && t.World.Drained(subject):
		if floor, ok = t.World.Outage(t.World.active[subject]); !ok || t.At < floor {
			c.fail(t.At, subject, "is %s, before the floor of its cluster at %s", s, floor)
		}
	case t.At < floor:
		c.fail(t.At, subject, "is %s, before its floor at %s", s, floor)
	case t.At > floor+c.slack:
		c.fail(t.At, subject, "is %s %s after its floor at %s, more than %s", e.what(), t.At-floor, floor, c.slack)
	}
}

// end gives all failures, those included that only the end can tell.
func (c *checks) end() []Failure {
	for i := range c.s.Expect {
		e := &c.s.Expect[i]
		if !c.done[i] && e.Reached != nil && e.Cluster != all && e.Pipeline != all {
			c.fail(c.s.Length, e.Cluster+e.Pipeline, "never was %s", e.what())
		}
	}
	return c.failures
}
