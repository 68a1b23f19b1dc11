package probe

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/health"
	"github.com/fumtui/fumtui/probe/sim/chain"
	"github.com/fumtui/fumtui/probe/sim/cluster"
)

// The pace of trials. What is waited for has far more time than it needs: a
// busy machine makes a trial slow, and never makes it fail.
const (
	trialInterval = 200 * time.Millisecond
	trialPatience = 2 * time.Minute
	trialCall     = 15 * time.Second
	trialDown     = 3 * time.Second
)

// fault is what happens between a console and a cluster, and what has to come
// of it.
type fault struct {
	name   string
	secure bool
	host   string        // in the endpoint; "": the address
	own    *ownCluster   // nil: the one that all share, behind a front
	call   time.Duration // the time of a call; 0: long

	well   func(net *front) // nil: pass everything on
	break_ func(net *front)
	mend   func(net *front) // nil: what well does

	classes []model.ErrorClass // of the failures; the first must be seen of each kind; none: no failure
	words   []string           // one of them must be in each message of the first class
	verdict model.ClusterVerdict
	action  model.Action
}

// rules are short rules. An outage must be seen to go on, as with the defaults:
// it takes longer than evidence stays young, and than two calls that run out of
// their time.
func (f *fault) rules() health.Rules {
	r := health.DefaultRules()
	r.DownAfter = max(trialDown, 4*f.call)
	r.DegradedAfter, r.Window = r.DownAfter/3, r.DownAfter/3
	r.SilentAfter, r.MaxAge = 10*time.Second, 2*time.Second
	r.Latency = time.Minute // how fast this machine is does not matter
	return r
}

// trial is one fault on its way from a socket to an advice: a console of its
// own that watches two clusters, of which one is behind a front.
type trial struct {
	fault
	front  *front
	client *Client
	tip    func() model.Offset

	mu       sync.Mutex
	watch    *health.Watch
	seen     []model.Evidence // of the cluster behind the front
	stands   bool             // the client there makes no progress
	moments  []moment
	breaking span // when the fault began
	mending  span // when it ended
	problems []string
}

// span is from the beginning of a change to its end.
type span struct{ from, to time.Time }

// moment is one assessment.
type moment struct {
	at      time.Time
	looks   int // at the cluster behind the front that it knew of
	cluster model.ClusterState
	advice  model.Advice
}

const (
	trialActive  = "ams"
	trialStandby = "fra"
)

// newTrial prepares a trial in front of a cluster.
func newTrial(f fault, front *front, client *Client, tip func() model.Offset) *trial {
	return &trial{
		fault: f, front: front, client: client, tip: tip,
		watch: health.New(f.rules(),
			[]model.Cluster{{Name: trialActive}, {Name: trialStandby}},
			[]model.Pipeline{{Name: "trades", Subscriber: "trades", Home: trialActive}}),
	}
}

// problem notes what went wrong.
func (r *trial) problem(format string, args ...any) {
	r.problems = append(r.problems, fmt.Sprintf(format, args...))
}

// publish folds evidence.
func (r *trial) publish(e model.Evidence) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e.Cluster == trialActive {
		r.seen = append(r.seen, e)
	}
	r.watch.Observe(e)
}

// run goes through the trial: all is well, the fault, all is well again.
func (r *trial) run(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, trialPatience)
	defer cancel()
	var probing sync.WaitGroup
	probeCtx, stop := context.WithCancel(ctx)
	probing.Go(func() {
		Prober{
			Cluster: trialActive, Client: r.client, Publish: r.publish,
			Interval: trialInterval, Timeout: 2 * r.patience(),
		}.Run(probeCtx)
	})
	defer probing.Wait()
	defer stop()

	if !r.until(ctx, "all is well", r.isWell) {
		return
	}
	r.breaking = r.turn(r.break_, len(r.classes) > 0)
	if !r.until(ctx, fmt.Sprintf("verdict %s and advice %s", r.verdict, r.action), r.isBroken) {
		return
	}
	mend := r.mend
	if mend == nil {
		mend = r.well
	}
	r.mending = r.turn(mend, false)
	r.until(ctx, "all is well again", r.isWell)
}

// turn changes what happens, and whether the client makes progress.
func (r *trial) turn(change func(*front), stands bool) span {
	took := span{from: time.Now()}
	change(r.front)
	took.to = time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stands = stands
	return took
}

// patience is the time of a call.
func (r *trial) patience() time.Duration {
	if r.call > 0 {
		return r.call
	}
	return trialCall
}

// until assesses again and again until a moment is the wanted one.
func (r *trial) until(ctx context.Context, what string, wanted func(moment) bool) bool {
	for {
		m := r.assess()
		r.mu.Lock()
		done := wanted(m)
		r.mu.Unlock()
		if done {
			return true
		}
		if !sleep(ctx, 50*time.Millisecond) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.problem("not reached: %s; the last is %s (%s): %s %s\nevidence:\n%s",
				what, m.cluster.Verdict, m.cluster.Reason, m.advice.Action, m.advice.Text, r.newest(12))
			return false
		}
	}
}

// assess feeds what the client's metrics say and takes one assessment.
func (r *trial) assess() moment {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	metrics := model.ClientMetrics{}
	if last := r.watchedTip(); last != nil {
		metrics.Tip, metrics.Committed = last, last
	}
	r.watch.Observe(model.Evidence{
		Kind: model.KindMetrics, Pipeline: "trades", Cluster: trialActive,
		Asked: now, Answered: now, Metrics: &metrics,
	})
	clusters, pipelines := r.watch.Assess(now)
	m := moment{at: now, looks: len(r.seen), cluster: clusters[0], advice: pipelines[0].Advice}
	r.moments = append(r.moments, m)
	return m
}

// watchedTip is the client's tip: that of the cluster, or the last one while it
// stands.
func (r *trial) watchedTip() *model.Offset {
	if r.stands {
		return r.moments[len(r.moments)-1].lastTip()
	}
	tip := r.tip()
	return &tip
}

func (m moment) lastTip() *model.Offset { return m.cluster.Tip }

// isWell: the cluster is healthy and there is nothing to do.
func (r *trial) isWell(m moment) bool {
	return m.cluster.Verdict == model.ClusterHealthy && m.advice.Action == model.ActionNone
}

// isBroken: the fault led where it should, every kind of call met it more
// than once, and it lasted for as long as an outage would take.
func (r *trial) isBroken(m moment) bool {
	if down := r.rules().DownAfter; m.at.Sub(r.breaking.to) < down+down/3 {
		return false
	}
	for _, n := range r.looks(r.breaking.to, time.Time{}) {
		if len(n) < 2 {
			return false
		}
	}
	return r.fits(m)
}

// fits reports whether a moment is what the fault should lead to.
func (r *trial) fits(m moment) bool {
	if m.cluster.Verdict != r.verdict || m.advice.Action != r.action {
		return false
	}
	return r.action != model.ActionFailOver || m.advice.Target == trialStandby
}

var trialKinds = []model.EvidenceKind{model.KindVersion, model.KindTip, model.KindSlotRange, model.KindSubscribers}

// looks are those that were asked and answered in a time, in order, by kind.
func (r *trial) looks(from, to time.Time) map[model.EvidenceKind][]model.Evidence {
	all := map[model.EvidenceKind][]model.Evidence{}
	for _, kind := range trialKinds {
		all[kind] = nil
	}
	for _, e := range r.seen {
		if e.Asked.After(from) && (to.IsZero() || e.Answered.Before(to)) {
			all[e.Kind] = append(all[e.Kind], e)
		}
	}
	return all
}

// newest writes the last looks, for a person.
func (r *trial) newest(n int) string {
	var b strings.Builder
	for _, e := range r.seen[max(0, len(r.seen)-n):] {
		fmt.Fprintf(&b, "  %s %s", e.Kind, e.RTT().Round(time.Millisecond))
		if e.Failure != nil {
			fmt.Fprintf(&b, " %v", e.Failure)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// simulate serves a simulated cluster, whose chain began at a time, until stop is called or the test ends.
func simulate(t testing.TB, name, address string, start time.Time) (c *cluster.Cluster, stop func()) {
	t.Helper()
	c, err := cluster.New(cluster.Options{
		Name: name, Chain: chain.New(1), Clock: cluster.SystemClock{},
		Start: start, Address: address,
	})
	if err != nil {
		t.Error(err)
		return nil, func() {}
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- c.Serve(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return c, stop
}
