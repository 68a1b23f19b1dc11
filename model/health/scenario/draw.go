package scenario

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/health"
)

// Draw makes a random scenario: clusters, pipelines, noise and up to three
// faults of every kind, of lengths that crowd around the thresholds. The same
// seed always makes the same one. It has no expectations: [Truth] knows.
func Draw(seed uint64) *Scenario {
	d := &drawer{Rand: rand.New(rand.NewPCG(seed, 0xca3e)), s: &Scenario{
		Name: fmt.Sprintf("drawn-%d", seed), Shows: "drawn at random", Seed: seed + 1,
	}}
	d.world()
	d.s.withDefaults()
	d.rules = d.s.thresholds(&d.s.Rules)
	d.faults()
	for i := range d.s.Events {
		d.s.eventDefaults(&d.s.Events[i])
	}
	return d.s
}

// drawer draws one scenario.
type drawer struct {
	*rand.Rand
	s     *Scenario
	rules health.Rules
	end   time.Duration // of the last fault
	moved bool          // there is a run already
}

// pick is one of a list.
func pick[T any](d *drawer, list ...T) T { return list[d.IntN(len(list))] }

// chance is true with a probability.
func (d *drawer) chance(p float64) bool { return d.Float64() < p }

// between is a time between two.
func (d *drawer) between(a, b time.Duration) time.Duration {
	return a + time.Duration(d.Float64()*float64(b-a)).Round(100*time.Millisecond)
}

// world draws all but the faults.
func (d *drawer) world() {
	s := d.s
	s.Rules.Preset = pick(d, health.PresetDefault, health.PresetDefault, health.PresetDefault, health.PresetCautious, health.PresetAggressive)
	s.Probe.Interval = pick(d, time.Second, 2*time.Second, 2*time.Second, 2*time.Second, 5*time.Second)
	s.Probe.Timeout = pick(d, time.Second, 2*time.Second, 5*time.Second, 5*time.Second)
	if d.chance(0.2) {
		s.Probe.Canary, s.Probe.CanaryWaits = 10*time.Second, d.chance(0.5)
	}
	names := []string{"ams", "nyc", "fra", "tyo"}[:2+d.IntN(3)]
	for _, name := range names {
		s.Clusters = append(s.Clusters, Cluster{
			Name: name, RTT: d.between(5*time.Millisecond, 150*time.Millisecond) + time.Millisecond, Trails: uint64(d.IntN(32)),
		})
	}
	for _, name := range []string{"trades", "orders", "fills", "quotes", "blocks"}[:1+d.IntN(5)] {
		p := Pipeline{Name: name, Home: pick(d, names...)}
		p.Active = p.Home
		if d.chance(0.1) {
			p.Active = pick(d, names...)
		}
		p.Client = Client{
			Commit: pick(d, time.Second, 5*time.Second, 10*time.Second), NoCursor: d.chance(0.1), NoMetrics: d.chance(0.1),
			LateCommit: d.chance(0.2), ExitsOnError: d.chance(0.3), TipHangs: d.chance(0.2), CursorDips: d.chance(0.2),
			Capacity: 3 + 10*d.Float64(),
		}
		if d.chance(0.15) {
			d.batches(&p)
		}
		s.Pipelines = append(s.Pipelines, p)
	}
	s.Noise = Noise{Jitter: 0.1 + 0.4*d.Float64(), Lost: pick(d, 0, 0, 0.005, 0.01, 0.02)}
	if d.chance(0.3) {
		s.Noise.GCEvery, s.Noise.GCPause = d.between(30*time.Second, 3*time.Minute), d.between(100*time.Millisecond, time.Second)
	}
}

// batches makes a client one that commits seldom, and rules that know of it.
func (d *drawer) batches(p *Pipeline) {
	p.Client.Commit = d.between(30*time.Second, 110*time.Second)
	p.Client.Cursor = p.Client.Commit
	p.Rules = &Rules{Preset: d.s.Rules.Preset, SilentAfter: 10 * time.Minute, LagNoise: 1500}
}

// faults draws one to three of them, apart or on top of each other.
func (d *drawer) faults() {
	at := d.between(3*time.Minute, 6*time.Minute)
	for range 1 + d.IntN(3) {
		d.fault(at)
		if d.chance(0.5) {
			at = d.between(at, d.end) // on top of it
		} else {
			at = d.end + d.between(10*time.Second, 8*time.Minute)
		}
	}
	d.s.Length = (d.end + d.rules.DownAfter + 3*time.Minute).Round(d.s.Tick)
}

// around draws a length that crowds around a threshold.
func (d *drawer) around(threshold time.Duration) time.Duration {
	share := pick(d, 0.2, 0.6, 0.9, 0.95, 0.98, 1.02, 1.05, 1.1, 1.5, 2.5, 4)
	return max(time.Duration(share*float64(threshold))+d.between(-2*time.Second, 2*time.Second), time.Second)
}

// add adds an event that lasts.
func (d *drawer) add(at, length time.Duration, e Event) {
	e.At, e.For = at, length
	d.s.Events = append(d.s.Events, e)
	d.end = max(d.end, at+length)
}

// fault draws one fault.
func (d *drawer) fault(at time.Duration) {
	cluster := pick(d, d.s.Clusters...).Name
	if d.chance(0.6) {
		cluster = pick(d, d.s.Pipelines...).Active
	}
	switch d.IntN(14) {
	case 0, 1:
		d.outage(at, cluster)
	case 12:
		d.outages(at)
	case 13:
		d.run(at)
	case 2:
		d.add(at, d.around(d.rules.DownAfter)*time.Duration(pick(d, 1, 1, 4)), Event{Ingest: &Ingest{Cluster: cluster, Pace: pick(d, 0, 0, 0, 0.02, 0.1, 0.1+0.7*d.Float64(), 0.8)}})
	case 3:
		d.fromHere(at, cluster)
	case 4:
		d.chainFault(at)
	case 5:
		d.gray(at, cluster)
	case 6:
		class := pick(d, model.ClassAuth, model.ClassThrottled, model.ClassIncompatible)
		d.add(at, d.around(d.rules.DownAfter), Event{Fail: &Fail{Cluster: cluster, Class: class, SeenBy: pick(d, everyone, onlyConsole)}})
	case 7:
		p := pick(d, d.s.Pipelines...)
		d.add(at, d.around(d.rules.DownAfter), Event{Subscriber: &Subscriber{
			Cluster: p.Active, Pipeline: p.Name, Is: pick(d, model.SubscriberAbsent, model.SubscriberStale),
		}})
	case 8:
		e := Event{Fail: &Fail{Cluster: cluster, Class: pick(d, model.ClassUnreachable, model.ClassServer, model.ClassTimeout)}}
		e.Every = d.between(20*time.Second, 4*time.Minute)
		e.Times = 3 + d.IntN(8)
		d.add(at, time.Duration(float64(e.Every)*(0.2+0.6*d.Float64())), e)
		d.end = max(d.end, at+e.Every*time.Duration(e.Times))
	case 9:
		d.add(at, d.around(d.rules.SilentAfter), Event{Withhold: &Withhold{Cluster: cluster}})
	default:
		d.client(at)
	}
}

// outage draws a cluster that fails, to everybody.
func (d *drawer) outage(at time.Duration, cluster string) {
	length := d.around(d.rules.DownAfter)
	if d.chance(0.15) {
		// The name does not always resolve, and among all the other failures that says nothing.
		d.add(at, length, Event{Fail: &Fail{Cluster: cluster, Class: model.ClassDNS, Share: 0.003 + 0.012*d.Float64(), SeenBy: onlyConsole}})
	}
	if d.chance(0.75) {
		class := pick(d, model.ClassUnreachable, model.ClassServer, model.ClassTimeout)
		d.add(at, length, Event{Fail: &Fail{Cluster: cluster, Class: class}})
		return
	}
	for _, call := range []string{"version", "tip", "slot_range", "subscribers", "data"} {
		class := pick(d, model.ClassUnreachable, model.ClassServer, model.ClassTimeout)
		d.add(at, length, Event{Fail: &Fail{Cluster: cluster, Class: class, Calls: []string{call}}})
	}
}

// outages draws several clusters that fail, one after the other, and for long.
func (d *drawer) outages(at time.Duration) {
	for _, c := range d.s.Clusters {
		if d.chance(0.8) {
			d.add(at, d.rules.DownAfter*3+d.between(0, 10*time.Minute), Event{Fail: &Fail{
				Cluster: c.Name, Class: pick(d, model.ClassUnreachable, model.ClassServer, model.ClassTimeout, model.ClassAuth),
			}})
			at += d.between(30*time.Second, 2*time.Minute)
		}
	}
}

// run draws a run of a pipeline.
func (d *drawer) run(at time.Duration) {
	p := pick(d, d.s.Pipelines...)
	to := pick(d, p.Clusters...)
	if to == p.Active || d.moved {
		return
	}
	d.moved = true
	d.add(at, d.between(20*time.Second, 5*time.Minute), Event{Run: &Move{
		Pipeline: p.Name, To: to, End: pick(d, model.RunDone, model.RunDone, model.RunAborted, model.RunFailed),
	}})
}

// fromHere draws a fault of this console.
func (d *drawer) fromHere(at time.Duration, cluster string) {
	length := d.around(d.rules.DownAfter)
	class := pick(d, model.ClassUnreachable, model.ClassTimeout, model.ClassDNS)
	switch d.IntN(5) {
	case 0, 1:
		d.add(at, length, Event{Console: &Console{Is: consoleOffline, Class: class, Scrape: d.chance(0.5)}})
	case 2:
		d.add(at, length, Event{Console: &Console{Is: consoleSuspended}})
	case 3:
		step := d.between(2*time.Second, 20*time.Minute)
		d.add(at, 0, Event{Console: &Console{Is: consoleStepped, Step: pick(d, step, -step)}})
	case 4:
		d.add(at, length, Event{Fail: &Fail{Cluster: cluster, Class: class, SeenBy: onlyConsole}})
	}
}

// chainFault draws a fault of the whole chain.
func (d *drawer) chainFault(at time.Duration) {
	if d.chance(0.5) {
		d.add(at, 0, Event{Chain: &Chain{Skip: uint64(4 + d.IntN(60))}})
		return
	}
	d.add(at, d.around(d.rules.DownAfter), Event{Chain: &Chain{Pace: pick(d, 0, 0, 0, 0.4)}})
}

// gray draws a fault of a cluster that still answers.
func (d *drawer) gray(at time.Duration, cluster string) {
	length := d.around(d.rules.DegradedAfter + d.rules.Window)
	switch d.IntN(3) {
	case 0:
		by := time.Duration((0.2 + 2*d.Float64()) * float64(d.rules.Latency))
		d.add(at, length, Event{Slow: &Slow{Cluster: cluster, By: by, Spread: by / 4}})
	case 1:
		d.add(at, length, Event{Fail: &Fail{Cluster: cluster, Class: model.ClassServer, Share: 0.05 + 0.6*d.Float64(), SeenBy: onlyConsole}})
	case 2:
		call := pick(d, "version", "tip", "slot_range")
		class := pick(d, model.ClassUnreachable, model.ClassServer, model.ClassTimeout)
		d.add(at, length, Event{Fail: &Fail{Cluster: cluster, Class: class, Calls: []string{call}}})
	}
}

// client draws trouble of one client.
func (d *drawer) client(at time.Duration) {
	p := pick(d, d.s.Pipelines...)
	is := pick(d, "stopped", "host_dead", "hung", "stuck", "cut", "slow", "restarted", "crashed", "looping",
		"metrics_gone", "metrics_timeout", "cursor_gone", "cursor_frozen", "tip_stuck", "running")
	t := &Trouble{Pipeline: p.Name, Cluster: p.Active, Is: is, Pace: 0.3 + 0.6*d.Float64()}
	if is == "running" {
		for t.Cluster == p.Active {
			t.Cluster = pick(d, p.Clusters...)
		}
	}
	length := d.around(d.rules.SilentAfter) + d.around(d.rules.SilentAfter)
	if is == "restarted" || is == "crashed" {
		length = 0
	}
	d.add(at, length, Event{Client: t})
}
