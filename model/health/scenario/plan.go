package scenario

import (
	"slices"
	"time"

	"github.com/fumtui/fumtui/model"
)

// plan puts an event on the timeline, as often as it happens.
func (w *World) plan(e *Event) {
	for i := range e.Times {
		at := e.At + time.Duration(i)*e.Every
		if e.Run != nil {
			w.planRun(at, e)
			continue
		}
		do, undo := w.effect(e)
		w.change(at, do)
		if undo != nil && e.For > 0 {
			w.change(at+e.For, undo)
		}
	}
}

func (w *World) change(at time.Duration, do func()) {
	w.changes = append(w.changes, change{at: at, do: do})
}

// effect is what an event does, and what ends it; nil where nothing does.
func (w *World) effect(e *Event) (do, undo func()) {
	switch {
	case e.Fail != nil:
		return w.faulty(e.Fail.Cluster, &fault{
			class: e.Fail.Class, calls: callsOf(e.Fail.Calls), share: e.Fail.Share, takes: e.Fail.Takes, seenBy: e.Fail.SeenBy,
		})
	case e.Slow != nil:
		return w.faulty(e.Slow.Cluster, &fault{
			calls: callsOf(e.Slow.Calls), share: e.Slow.Share, takes: e.Slow.By, spread: e.Slow.Spread,
		})
	case e.Withhold != nil:
		return w.faulty(e.Withhold.Cluster, &fault{
			calls: callsOf([]string{"data"}), share: 1, seenBy: e.Withhold.SeenBy, withheld: true,
		})
	case e.Ingest != nil:
		c := w.byName[e.Ingest.Cluster]
		return w.overlapping(&c.paces, e.Ingest.Pace, func() { c.pace = least(c.paces) })
	case e.Window != nil:
		c := w.byName[e.Window.Cluster]
		return func() { c.window = e.Window.Slots }, func() { c.window = c.cfg.Window }
	case e.Subscriber != nil:
		c, name := w.byName[e.Subscriber.Cluster], e.Subscriber.Pipeline
		return func() { c.setSubscriber(name, e.Subscriber.Is) }, func() { c.setSubscriber(name, model.SubscriberPresent) }
	case e.Chain != nil:
		if e.Chain.Skip > 0 {
			return func() { w.chain.burst(w.now, e.Chain.Skip) }, nil
		}
		return w.overlapping(&w.chain.paces, e.Chain.Pace, func() { w.chain.change(w.now, least(w.chain.paces)) })
	case e.Console != nil:
		return w.befall(e)
	}
	return w.trouble(e.Client)
}

// overlapping keeps paces of which several may be in force at a time.
func (*World) overlapping(list *[]float64, pace float64, changed func()) (do, undo func()) {
	return func() { *list = append(*list, pace); changed() }, func() {
		i := slices.Index(*list, pace)
		*list = slices.Delete(*list, i, i+1)
		changed()
	}
}

// least is the least pace in force; 1 without any.
func least(paces []float64) float64 {
	if len(paces) == 0 {
		return 1
	}
	return slices.Min(paces)
}

// faulty puts a fault on a cluster and takes it away.
func (w *World) faulty(name string, f *fault) (do, undo func()) {
	c := w.byName[name]
	return func() { c.faults = append(c.faults[:len(c.faults):len(c.faults)], f) }, func() { c.remove(f) }
}

// befall is trouble of the console.
func (w *World) befall(e *Event) (do, undo func()) {
	switch e.Console.Is {
	case consoleOffline:
		return func() {
				w.console.offline++
				w.console.class, w.console.scrapes = e.Console.Class, e.Console.Scrape
			}, func() {
				w.console.offline--
				w.rattled = w.now
			}
	case consoleStepped:
		step := func(d time.Duration) func() { return func() { w.skew += d; w.rattled = w.now } }
		return step(e.Console.Step), step(-e.Console.Step)
	}
	return func() { w.sleep(e.For) }, nil
}

// sleep suspends the console's machine: all its timers stand still meanwhile,
// and of the looks in flight some are lost.
func (w *World) sleep(d time.Duration) {
	w.console.asleep = w.now + d
	w.rattled = w.console.asleep
	for _, l := range w.loops {
		l.when += d
		if l.inFlight && w.dice.Float64() < 0.5 {
			l.fails = model.ClassTimeout
		}
	}
	w.loops.heapify()
}

// trouble is what befalls a client.
func (w *World) trouble(t *Trouble) (do, undo func()) {
	k, what := w.client(t.Pipeline, t.Cluster), troubles[t.Is]
	do = func() { k.has[what]++ }
	undo = func() { k.has[what]-- }
	switch what {
	case crashed:
		return k.crash, nil
	case restarted:
		return func() { k.end(); k.wanted = true; k.start(w.now) }, nil
	case stopped:
		return k.end, func() { k.wanted = true; k.start(w.now) }
	case running:
		return func() {
			k.cluster.setSubscriber(t.Pipeline, model.SubscriberPresent)
			k.pos = k.cluster.at(w.now)
			k.kept, k.wanted = k.pos, true
			k.start(w.now)
		}, k.end
	case slow:
		return func() { k.has[what]++; k.pace = t.Pace }, undo
	case looping:
		return func() { k.has[what]++; k.life = t.Life }, undo
	case hostDead:
		return func() { k.has[what]++; k.crash(); k.startAt = 0 }, func() {
			k.has[what]--
			if k.wanted {
				k.start(w.now)
			}
		}
	}
	return do, undo
}

// planRun puts a run on the timeline: the source's client stops, the target's
// starts after the source's cursor, and at its end the target is active.
func (w *World) planRun(at time.Duration, e *Event) {
	name, to := e.Run.Pipeline, e.Run.To
	var run model.Run
	var source, target *client
	tell := func(step model.StepName, state model.RunState) {
		run = run.Clone()
		run.State = state
		for i := range run.Steps {
			switch s := &run.Steps[i]; {
			case s.Name == step:
				s.State = model.StepRunning
			case s.State == model.StepRunning:
				s.State = model.StepDone
			}
		}
		told := run
		w.steer.SetRun(name, &told)
	}
	w.change(at, func() {
		source, target = w.client(name, w.active[name]), w.client(name, to)
		run = model.Run{ID: "run-1", Pipeline: name, Subscriber: name, Kind: model.Cutover, Mode: model.Planned, From: w.active[name], To: to}
		if to == source.cfg.Home {
			run.Kind = model.Failback
		}
		for _, step := range model.Steps() {
			run.Steps = append(run.Steps, model.Step{Name: step, State: model.StepPending})
		}
		w.unsettled[name] = true
		tell(model.StepPreflight, model.RunRunning)
	})
	w.change(at+e.For/20, func() { source.end(); tell(model.StepStop, model.RunRunning) })
	w.change(at+e.For/10, func() {
		w.seat(source, target)
		tell(model.StepConfirm, model.RunRunning)
	})
	w.change(at+e.For, func() { w.endRun(e.Run, source, target, tell) })
}

// seat creates the subscriber at the target, after the source's cursor, and
// starts the client there.
func (w *World) seat(source, target *client) {
	target.cluster.setSubscriber(target.cfg.Name, model.SubscriberPresent)
	target.cursor, target.cursorAt = source.cursor, w.now
	target.pos = float64(source.cursor)
	target.kept, target.before, target.wanted = target.pos, true, true
	target.start(w.now)
}

// endRun ends a run as the file has it.
func (w *World) endRun(m *Move, source, target *client, tell func(model.StepName, model.RunState)) {
	name := m.Pipeline
	switch m.End {
	case model.RunDone:
		w.active[name] = m.To
		w.moved[name] = w.now
		w.steer.SetActive(name, m.To)
		w.steer.SetLastFailover(name, w.wall())
	case model.RunAborted:
		target.end()
		source.wanted = true
		source.start(w.now)
	case model.RunFailed:
		target.end()
	}
	w.unsettled[name] = !m.End.Ended()
	tell(model.StepActivate, m.End)
}
