package plain

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
	"github.com/fumtui/fumtui/ui"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func ptr[T any](v T) *T { return &v }

// calm is a console at peace: two clusters, and pipelines that stream from the
// first.
func calm(names ...string) model.Snapshot {
	snap := model.Snapshot{Generation: 1, Time: noon}
	for i, name := range []string{"ams", "nyc"} {
		snap.Clusters = append(snap.Clusters, model.ClusterState{
			Name: name, Region: []string{"eu", "us"}[i], Verdict: model.ClusterHealthy, Since: noon.Add(-time.Hour),
			Reason: "answers and advances", Slots: &model.SlotRange{Min: 312345678, Max: 312363678}, RTT: ptr(time.Duration(12+70*i) * time.Millisecond),
			AnsweredAt: noon,
		})
	}
	for _, name := range names {
		snap.Pipelines = append(snap.Pipelines, model.PipelineState{
			Name: name, Subscriber: name + "-prod", Home: "ams", Active: "ams", Verdict: model.PipelineStreaming, Since: noon.Add(-time.Hour),
			Reason: "commits advance, lag is small", LagOffsets: ptr(int64(312)), LagSlots: ptr(int64(38)),
			Advice: model.Advice{Action: model.ActionNone, Text: name + " streams from ams and is at the live tip"},
			Seats: []model.SeatState{
				{Cluster: "ams", Subscriber: model.SubscriberPresent, Cursor: &model.Cursor{Pipeline: name, Cluster: "ams", Slot: 312363640, UpdatedAt: noon}},
				{Cluster: "nyc", Subscriber: model.SubscriberAbsent},
			},
		})
	}
	return snap
}

// outage is the same while ams is down.
func outage(names ...string) model.Snapshot {
	snap := calm(names...)
	snap.Clusters[0].Verdict, snap.Clusters[0].Reason = model.ClusterDown, "every call has failed since 11:55:55"
	for i := range snap.Pipelines {
		p := &snap.Pipelines[i]
		p.Verdict, p.Reason, p.LagOffsets = model.PipelineCutOff, "ams is down and its client makes no progress", nil
		p.Advice = model.Advice{
			Action: model.ActionFailOver, Target: "nyc", UrgentSeconds: ptr(6480.0),
			Text: "ams has been down for 4m05s and nyc is healthy: fail " + p.Name + " over to nyc", Change: "ams does well for 30s",
		}
	}
	return snap
}

// moving is a cutover of the first pipeline, with so many steps done, in a state.
func moving(snap model.Snapshot, done int, state model.RunState) model.Snapshot {
	p := &snap.Pipelines[0]
	r := &model.Run{
		ID: "20260102-120000-abcdef", Pipeline: p.Name, Subscriber: p.Subscriber, Kind: model.Cutover, Mode: model.Reactive, From: "ams", To: "nyc",
		State: state, RequestedBy: "ada@bastion", StartedAt: noon, Epoch: 7, Sequence: uint64(done),
		Holder: model.Holder{Host: "bastion", User: "ada", PID: 4711}, Cursor: ptr(model.Slot(312363640)), ResumeSlot: ptr(model.Slot(312363641)),
		GapSlots: ptr(uint64(0)), DuplicateSlots: ptr(uint64(32)),
	}
	for i, name := range model.Steps() {
		st := model.Step{Name: name, State: model.StepPending}
		from, to := noon.Add(time.Duration(i)*time.Second), noon.Add(time.Duration(i)*time.Second+300*time.Millisecond)
		switch {
		case i < done:
			st.State, st.StartedAt, st.EndedAt, st.Detail = model.StepDone, &from, &to, "as it should be"
		case i == done && !state.Ended():
			st.State, st.StartedAt = model.StepRunning, &from
		}
		r.Steps = append(r.Steps, st)
	}
	if state.Ended() {
		end := noon.Add(12 * time.Second)
		r.EndedAt = &end
	}
	p.Run, p.Verdict, p.Advice = r, model.PipelineMoving, model.Advice{Action: model.ActionWait, Text: "a cutover is under way"}
	return snap
}

// ports answer a console, and note what it asked them to do.
type ports struct {
	ui.Historian // what is not asked here

	calls   []string
	plan    func(req model.Request) (model.Plan, error)
	fails   error
	events  []model.Event
	observe failover.EvacuationObserver
	over    func()
}

func (p *ports) call(format string, args ...any) error {
	p.calls = append(p.calls, fmt.Sprintf(format, args...))
	return p.fails
}

func planOf(req model.Request) model.Plan {
	plan := model.Plan{
		Request: req, Kind: model.Cutover, Mode: model.Reactive, From: "ams", To: req.To, Subscriber: req.Pipeline + "-prod", Guarantee: model.AtLeastOnce,
		Cursor: ptr(model.Slot(312363640)), CursorAge: 4 * time.Minute, ResumeSlot: ptr(model.Slot(312363641)), DuplicateSlots: 32, ReplaySlots: ptr(uint64(612)),
		Actions: []string{"stop the client at ams", "start the client at nyc"}, MadeAt: noon,
		Checks: []model.Check{
			{Name: "target", Level: model.CheckOK, Saw: "nyc answers"},
			{Name: "recent", Level: model.CheckWarn, Saw: "it was moved 5m ago", Mend: "look for the cause first"},
		},
	}
	if req.Mode != "" {
		plan.Mode = req.Mode
	}
	return plan
}

func (p *ports) Plan(_ context.Context, req model.Request) (model.Plan, error) {
	err := p.call("plan %s to %s mode %q force %t recreate %t", req.Pipeline, req.To, req.Mode, req.Force, req.Recreate)
	if p.plan != nil {
		return p.plan(req)
	}
	return planOf(req), err
}

func (p *ports) Execute(_ context.Context, plan model.Plan) (string, error) {
	return "20260102-120000-abcdef", p.call("execute %s to %s", plan.Request.Pipeline, plan.To)
}

func (p *ports) Resume(_ context.Context, shown model.Run, answer string) error {
	return p.call("resume %s at %d answer %q", shown.ID, shown.Sequence, answer)
}

func (p *ports) Abort(_ context.Context, shown model.Run) error { return p.call("abort %s", shown.ID) }

func (p *ports) PlanEvacuation(_ context.Context, ev failover.Evacuation) (failover.EvacuationPlan, error) {
	err := p.call("plan to empty %s into %s, only %v", ev.From, ev.To, ev.Only)
	plan := failover.EvacuationPlan{Evacuation: ev, ID: "e1"}
	for _, name := range []string{"trades", "accounts"} {
		one := planOf(model.Request{Pipeline: name, To: ev.To})
		plan.Pipelines = append(plan.Pipelines, failover.EvacuationItem{Pipeline: name, Plan: &one})
	}
	plan.Pipelines = append(plan.Pipelines, failover.EvacuationItem{Pipeline: "entries", Err: errors.New("it has no client there")})
	return plan, err
}

func (p *ports) Evacuate(_ context.Context, plan failover.EvacuationPlan, observe failover.EvacuationObserver, over func()) error {
	p.observe, p.over = observe, over
	return p.call("empty %s into %s", plan.From, plan.To)
}

func (p *ports) SetHome(_ context.Context, pipeline, cluster string) error {
	return p.call("home of %s is %s", pipeline, cluster)
}

func (p *ports) Run(_ context.Context, id string) (model.Run, error) {
	return model.Run{}, errors.New("there is no run " + id)
}

func (p *ports) SetCanary(_ context.Context, on bool) error { return p.call("canary %t", on) }

func (p *ports) Kinds() []ui.FaultKind {
	return []ui.FaultKind{{Name: "down", About: "nothing answers"}}
}

func (p *ports) Fault(_ context.Context, cluster, kind string) error {
	return p.call("fault %s %s", cluster, kind)
}
func (p *ports) Heal(_ context.Context, cluster string) error { return p.call("heal %s", cluster) }

func (p *ports) Explain(_ context.Context, name string) (model.Explanation, error) {
	snap := outage(name)
	return model.Explanation{
		Time: noon, Pipeline: &snap.Pipelines[0],
		Facts: []model.Fact{{ID: "E1", Kind: model.KindVersion, Vantage: model.VantageConsole, Cluster: "ams", At: noon.Add(-time.Second), Says: "48 of 48 calls failed"}},
		Rules: []model.RuleCheck{
			{Rule: "cut_off", Subject: name, State: model.RuleFired, Measured: "down for 1m05s", Bound: "1m", Setting: "detection.down_after"},
			{Rule: "silent", Subject: name, State: model.RuleQuiet},
		},
		Clusters: []model.Explanation{{Time: noon, Cluster: &snap.Clusters[0]}},
	}, p.fails
}

func (p *ports) Next(ctx context.Context, _ uint64) (model.Snapshot, error) {
	<-ctx.Done()
	return model.Snapshot{}, ctx.Err()
}

func (p *ports) Runs(context.Context, int) ([]model.Run, error) {
	snap := moving(calm("trades"), 11, model.RunDone)
	return []model.Run{*snap.Pipelines[0].Run}, p.fails
}

func (p *ports) Report(_ context.Context, run string) (string, error) {
	return "Report of " + run + "\n\n  what    happened\n", p.fails
}

func (p *ports) Events(_ context.Context, q model.EventQuery) (model.Events, error) {
	from := min(int(q.After.Audit), len(p.events))
	return model.Events{List: p.events[from:], Next: model.EventPlace{Audit: int64(len(p.events))}}, p.fails
}

// rig is a console whose ports answer at once, and what it printed.
type rig struct {
	t     *testing.T
	s     *session
	ports *ports
	text  strings.Builder
	now   time.Time
	slow  bool // the terminal has not taken what was printed
}

func newRig(t *testing.T, change func(*ui.Options)) *rig {
	r := &rig{t: t, ports: &ports{}, now: noon}
	opts := ui.Options{
		Feed: r.ports, Operator: r.ports, Explainer: r.ports, Canary: r.ports, Faults: r.ports, Historian: r.ports,
		Settings: "store: fumtui.db\n\nclusters:\n  ams\n", Title: "fumtui", Version: "1.0",
	}
	if change != nil {
		change(&opts)
	}
	r.s = newSession(opts, r.now)
	r.s.post = func(then func(*session)) { then(r.s) }
	r.flush()
	return r
}

// flush prints, and has all done that is to be done.
func (r *rig) flush() {
	for {
		lines, todo := r.s.take()
		for _, l := range lines {
			r.text.WriteString(printable(l, r.s.opts.ASCII) + "\n")
		}
		if len(todo) == 0 {
			break
		}
		for _, w := range todo {
			if then := w(r.t.Context()); then != nil {
				then(r.s)
			}
		}
	}
	if !r.slow {
		r.s.printed(r.now)
	}
}

// sees hands a picture in.
func (r *rig) sees(snap model.Snapshot) {
	if r.s.snap != nil {
		snap.Generation = r.s.snap.Generation + 1
	}
	snap.Time = r.now
	r.s.arrived(snap, r.now)
	r.flush()
}

// passes lets time pass, in the steps in which the console looks at the clock.
func (r *rig) passes(d time.Duration) {
	for end := r.now.Add(d); r.now.Before(end); {
		r.now = r.now.Add(tickEvery)
		r.s.ticked(r.now, !r.slow)
		r.flush()
	}
}

// types types a line by hand: it comes alone.
func (r *rig) types(text string) {
	r.passes(2 * time.Second)
	r.text.WriteString("> " + text + "\n")
	r.bursts(text)
	r.passes(time.Second)
}

// bursts has lines come at once.
func (r *rig) bursts(lines ...string) {
	for _, l := range lines {
		r.s.typed(l, r.now)
		r.flush()
	}
}

// says checks that what was printed since the last time contains all of the texts.
func (r *rig) says(texts ...string) {
	r.t.Helper()
	text := r.text.String()
	r.text.Reset()
	for _, want := range texts {
		if !strings.Contains(text, want) {
			r.t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
}

// lacks checks that what was printed since the last time contains none of the texts.
func (r *rig) lacks(texts ...string) {
	r.t.Helper()
	for _, no := range texts {
		if strings.Contains(r.text.String(), no) {
			r.t.Errorf("it says %q:\n%s", no, r.text.String())
		}
	}
}

// did checks what the ports were asked to do since the last time, but for plans.
func (r *rig) did(want ...string) {
	r.t.Helper()
	var got []string
	for _, c := range r.ports.calls {
		if !strings.HasPrefix(c, "plan ") {
			got = append(got, c)
		}
	}
	r.ports.calls = nil
	if strings.Join(got, "; ") != strings.Join(want, "; ") {
		r.t.Errorf("it did %q, want %q\n%s", got, want, r.text.String())
	}
}
