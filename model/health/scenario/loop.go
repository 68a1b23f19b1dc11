package scenario

import (
	"math"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/health"
)

// jitterShare is by how much a pause differs from the interval, as in the real
// probes.
const jitterShare = 0.1

// loop looks at one thing again and again, as a loop of the real probes does:
// looks never overlap, the next begins an interval after the last began or at
// once when that took longer, and sooner after failures.
type loop struct {
	kind     model.EvidenceKind
	call     call
	cluster  *cluster
	client   *client // metrics and cursor only
	interval time.Duration

	when     time.Duration // of what comes next: the beginning of a look, or its end
	inFlight bool
	asked    time.Duration
	fails    model.ErrorClass // how the look in flight will end
	failures int
	seen     model.Evidence
}

// callsOfKinds are the calls of the kinds of evidence that are of a cluster.
var callsOfKinds = map[model.EvidenceKind]call{
	model.KindVersion: callVersion, model.KindTip: callTip, model.KindSlotRange: callSlotRange,
	model.KindSubscribers: callSubscribers, model.KindCanary: callData,
}

// step begins a look or ends it.
func (w *World) step(l *loop) {
	if !l.inFlight {
		w.begin(l)
		return
	}
	w.finish(l)
}

// begin begins a look and settles how it will end.
func (w *World) begin(l *loop) {
	var takes time.Duration
	switch l.kind {
	case model.KindMetrics:
		l.client.advance(w.now)
		l.fails, takes = l.client.scrape(&w.console, w.s.Probe.Timeout)
	case model.KindCursor:
		l.fails, takes = "", 2*time.Millisecond
		if l.client.has[cursorGone] > 0 {
			l.fails = model.ClassServer
		}
	default:
		l.fails, takes = w.callTo(l)
	}
	l.inFlight, l.asked = true, w.now
	l.seen = model.Evidence{Kind: l.kind, Cluster: l.cluster.cfg.Name, Asked: w.wall()}
	if l.client != nil {
		l.seen.Pipeline = l.client.cfg.Name
	}
	l.when = w.now + takes
}

// callTo is how a call to a cluster that begins now goes.
func (w *World) callTo(l *loop) (class model.ErrorClass, takes time.Duration) {
	timeout := w.s.Probe.Timeout
	rtt := w.roundTrip(l.cluster)
	if w.console.offline > 0 {
		return failing(w.console.class, 0, time.Millisecond, timeout)
	}
	for _, f := range l.cluster.faults {
		if !f.calls[l.call] || !f.seen(onlyConsole) || (f.share < 1 && w.dice.Float64() >= f.share) {
			continue
		}
		if f.withheld {
			continue
		}
		if f.class != "" {
			return failing(f.class, f.takes, rtt, timeout)
		}
		rtt += f.takes + time.Duration(w.dice.Float64()*float64(f.spread))
	}
	if l.kind == model.KindCanary && !w.dataFlows(l.cluster) {
		return model.ClassTimeout, timeout
	}
	if (w.s.Noise.Lost > 0 && w.dice.Float64() < w.s.Noise.Lost) || rtt >= timeout {
		return model.ClassTimeout, timeout
	}
	return "", rtt
}

// dataFlows reports whether a subscriber of this console's own is sent
// something.
func (w *World) dataFlows(c *cluster) bool {
	_, withheld := c.data(onlyConsole, callData)
	return !withheld && (!w.s.Probe.CanaryWaits || (c.pace > 0 && c.chain.pace > 0))
}

// roundTrip draws the time that a call takes when all is well.
func (w *World) roundTrip(c *cluster) time.Duration {
	rtt := float64(c.cfg.RTT) * math.Exp(w.s.Noise.Jitter*w.dice.NormFloat64())
	if n := w.s.Noise.Nightly; n != nil {
		const day = 24 * time.Hour
		if (w.now-n.From+day)%day < n.For {
			rtt *= n.Slower
		}
	}
	return time.Duration(rtt)
}

// finish ends a look, publishes what it saw and settles when the next begins.
func (w *World) finish(l *loop) {
	l.inFlight = false
	l.seen.Answered = w.wall()
	if l.fails != "" {
		l.seen.Failure = model.NewFailure(l.fails, "simulated", nil)
		if l.fails.Outage() {
			l.failures++
		} else {
			l.failures = 0
		}
	} else {
		l.failures = 0
		w.fill(l)
	}
	w.book.note(w, l)
	w.publish(l.seen)
	pause := float64(health.Pause(l.interval, l.failures))
	pause *= 1 + jitterShare*(2*w.dice.Float64()-1)
	l.when = max(l.asked+time.Duration(pause), w.now+1)
}

// fill puts into a look what an answer holds.
func (w *World) fill(l *loop) {
	c, e := l.cluster, &l.seen
	switch l.kind {
	case model.KindVersion:
		e.Version = "0.40.0"
	case model.KindTip:
		tip := c.offset(float64(c.newest(w.now)))
		e.Tip = &tip
	case model.KindSlotRange:
		slots := c.slots(w.now)
		e.Slots = &slots
	case model.KindSubscribers:
		e.Subscribers = c.subs
	case model.KindCanary:
		slot := c.newest(w.now)
		e.Canary = &model.CanaryData{Slot: model.Slot(slot), Offset: c.offset(float64(slot))}
	case model.KindMetrics:
		l.client.advance(w.now)
		e.Metrics = l.client.metrics()
	case model.KindCursor:
		l.client.advance(w.now)
		e.Cursor = l.client.row(epoch)
	}
}
