package ui

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// noon is the time at which all fake pictures are taken.
var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func ptr[T any](v T) *T { return &v }

// fakeSnapshot is a console at peace: two clusters, the given pipelines, and
// as much history.
func fakeSnapshot(generation uint64, pipelines int, history time.Duration) model.Snapshot {
	s := model.Snapshot{Generation: generation, Time: noon}
	for i, name := range []string{"ams", "nyc"} {
		s.Clusters = append(s.Clusters, model.ClusterState{
			Name: name, Region: []string{"eu", "us"}[i], Endpoint: "https://" + name + ".fumarole.example:443",
			Verdict: model.ClusterHealthy, Since: noon.Add(-2*time.Hour - 3*time.Minute), Reason: "answers and advances, 60 of 60 calls in 60s",
			StableSince: noon.Add(-2 * time.Hour), ServiceVersion: "1.4.2", RTT: ptr(time.Duration(12+70*i) * time.Millisecond),
			Tip: ptr(model.Offset(123456789 - 98765432*i)), Slots: &model.SlotRange{Min: 312345678, Max: 312363678 + model.Slot(i)},
			SlotsPerSecond: ptr(2.5 - float64(i)*0.1), AnsweredAt: noon.Add(-time.Second),
			MeanRTT: ptr(time.Duration(14+71*i) * time.Millisecond), ErrorRate: ptr(0.004 * float64(i)), TipPerSecond: ptr(20.1 - float64(i)*0.4),
			Behind: ptr(uint64(1 - i)), Suspicion: ptr(0.4), Canary: canarySees(312363670 + model.Slot(i)),
		})
	}
	for i := range pipelines {
		s.Pipelines = append(s.Pipelines, fakePipeline([]string{"trades", "accounts", "nft-index", "ledger", "alerts"}[i%5]+strings.Repeat("x", i/5), i, history))
	}
	return s
}

// foreseen fills in what a monitor would foresee. The snapshot given stays as it
// is: tests share it.
func foreseen(s model.Snapshot) model.Snapshot {
	s.Pipelines = slices.Clone(s.Pipelines)
	for i := range s.Pipelines {
		s.Pipelines[i].Seats = slices.Clone(s.Pipelines[i].Seats)
	}
	var pipelines []model.Pipeline
	for i := range s.Pipelines {
		p := &s.Pipelines[i]
		pipelines = append(pipelines, model.Pipeline{
			Name: p.Name, Subscriber: p.Subscriber, Home: p.Home, Guarantee: model.AtLeastOnce, Bootstrap: model.BootstrapAwait,
		})
	}
	f := failover.NewForesight(failover.DefaultSettings(), pipelines)
	scene := failover.Scene{Now: s.Time, Clusters: s.Clusters, Past: failover.NewPast([]model.Run{*measuredRun()})}
	for i := range s.Pipelines {
		p := &s.Pipelines[i]
		for j := range p.Seats {
			seat := &p.Seats[j]
			seat.CursorAt = s.Time.Add(-time.Second)
			c, _ := s.Cluster(seat.Cluster)
			if at, ok := p.Seat(p.Active); ok && at.Cursor != nil && c.Slots != nil {
				seat.Left = ptr(time.Duration(model.SlotsBetween(c.Slots.Min, at.Cursor.Slot+1)) * 400 * time.Millisecond)
			}
		}
		seen := *p // a client that is left there does not run
		seen.Seats = slices.Clone(p.Seats)
		for j := range seen.Seats {
			if seat := &seen.Seats[j]; seat.Cluster != p.Active && p.Verdict != model.PipelineDoubleActive {
				seat.Client = nil
			}
		}
		p.Readiness = f.Tell(nil, &seen, &scene)
		if p.Run != nil && !p.Run.State.Ended() {
			p.RunUsual, p.RunMost = scene.Past.UsualOf(p.Run), f.Most(p.Run.Mode)
		}
	}
	return s
}

// canarySees is a canary that was sent a block 3 s ago.
func canarySees(slot model.Slot) *model.CanaryState {
	return &model.CanaryState{
		At: noon.Add(-3 * time.Second), Data: &model.CanaryData{Slot: slot, Offset: 123456700},
		DataAt: noon.Add(-3 * time.Second), Since: noon.Add(-2 * time.Hour),
	}
}

// canaryMisses is a canary that has been sent nothing for a while.
func canaryMisses(c *model.CanaryState, d time.Duration, class model.ErrorClass) *model.CanaryState {
	out := *c
	out.Failure, out.Since, out.DataAt = model.NewFailure(class, "poll: no answer within 5s", nil), noon.Add(-d), noon.Add(-d)
	return &out
}

func fakePipeline(name string, i int, history time.Duration) model.PipelineState {
	p := model.PipelineState{
		Name: name, Subscriber: name + "-prod", Home: "ams", Active: "ams",
		Verdict: model.PipelineStreaming, Since: noon.Add(-40 * time.Minute), Reason: "commits advance, lag is small",
		Advice: model.Advice{
			Action: model.ActionNone, Text: name + " streams from ams and is at the live tip",
			Evidence: []model.Fact{
				{Vantage: model.VantageConsole, Cluster: "ams", At: noon.Add(-time.Second), Says: "it answered 60 of 60 calls in the last 60s"},
				{Vantage: model.VantageClient, Cluster: "ams", Pipeline: name, At: noon.Add(-2 * time.Second), Says: "its cursor moved 5 slots in the last 2s"},
			},
		},
		LagOffsets: ptr(int64(312 + 17*i)), LagSlots: ptr(int64(38 + i)),
		ConsumedPerSecond: ptr(20.1), CursorPerSecond: ptr(2.5), Suspicion: ptr(0.2),
		Seats: []model.SeatState{
			{
				Cluster: "ams", Subscriber: model.SubscriberPresent,
				Cursor: &model.Cursor{
					Pipeline: name, Cluster: "ams", Slot: 312363640 + model.Slot(i), UpdatedAt: noon.Add(-2 * time.Second), Source: "store",
					FirstSlot: ptr(model.Slot(312300000)),
				},
				Client: &model.ClientState{Scraped: true, At: noon.Add(-time.Second), Metrics: model.ClientMetrics{
					Tip: ptr(model.Offset(123456789)), Committed: ptr(model.Offset(123456477)), Lag: ptr(int64(312)),
					MaxSlot: ptr(model.Slot(312363678)), Commits: ptr(41234.0), Polls: ptr(9876.0),
				}},
			},
			{
				Cluster: "nyc", Subscriber: model.SubscriberAbsent,
				Client: &model.ClientState{Failure: model.NewFailure(model.ClassUnreachable, "connection refused", nil)},
			},
		},
		History: map[string][]model.LagPoint{},
	}
	for at := noon.Add(-history); history > 0 && !at.After(noon); at = at.Add(2 * time.Second) {
		age := noon.Sub(at)
		if age > history/3 && age < history/3+history/12 {
			continue // nothing was measured
		}
		lag := 300 + 120*math.Sin(age.Minutes()+float64(i)) + 60*math.Sin(age.Seconds())
		if age > history/2 && age < history/2+history/10 {
			lag += 2000 * (1 - math.Abs(float64(age-history/2-history/20))/float64(history/20))
		}
		p.History["ams"] = append(p.History["ams"], model.LagPoint{At: at, Lag: int64(lag)})
		if age > history/4*3 {
			p.History["nyc"] = append(p.History["nyc"], model.LagPoint{At: at, Lag: int64(900 - age.Seconds()/20)})
		}
	}
	return p
}

// outage is the same console while ams is down.
func outage(generation uint64, pipelines int) model.Snapshot {
	s := fakeSnapshot(generation, pipelines, 10*time.Minute)
	c := &s.Clusters[0]
	c.Verdict, c.Since, c.AnsweredAt = model.ClusterDown, noon.Add(-245*time.Second), noon.Add(-245*time.Second)
	c.Reason = "every call has failed since 11:55:55"
	c.StableSince, c.SlotsPerSecond, c.TipPerSecond, c.Behind = time.Time{}, nil, nil, ptr(uint64(612))
	c.MeanRTT, c.ErrorRate, c.Suspicion = nil, ptr(1.0), ptr(14.2)
	c.Canary = canaryMisses(c.Canary, 245*time.Second, model.ClassTimeout)
	c.Failure = model.NewFailure(model.ClassTimeout, "Version: no answer within 5s from https://ams.fumarole.example:443", nil)
	for i := range s.Pipelines {
		p := &s.Pipelines[i]
		p.Verdict, p.Since, p.LagOffsets, p.LagSlots = model.PipelineCutOff, noon.Add(-65*time.Second), nil, ptr(int64(612))
		p.Reason = "ams is down and its client makes no progress"
		p.ConsumedPerSecond, p.CursorPerSecond, p.Suspicion = ptr(0.0), ptr(0.0), ptr(9.0)
		p.Retention = &model.Retention{Cluster: "nyc", Left: 6480 * time.Second, Urgent: true}
		p.Advice = model.Advice{
			Action: model.ActionFailOver, Target: "nyc", UrgentSeconds: ptr(6480.0), Change: "nothing to do once ams has done well for 30s",
			Text: "ams has been down for 4m05s and nyc is healthy and can serve from slot 312363641: fail " + p.Name + " over to nyc",
			Evidence: []model.Fact{
				{Vantage: model.VantageConsole, Cluster: "ams", At: noon.Add(-time.Second), Says: "48 of 48 calls failed in the last 4m05s (timeout)"},
				{Vantage: model.VantageConsole, Cluster: "nyc", At: noon.Add(-time.Second), Says: "healthy for 2h03m, newest slot 312363679"},
				{Vantage: model.VantageClient, Cluster: "ams", Pipeline: p.Name, At: noon.Add(-2 * time.Second), Says: "its cursor is at slot 312363640, within nyc's window"},
			},
		}
		p.Seats[0].Cursor.UpdatedAt = noon.Add(-245 * time.Second)
	}
	s.Notices = []string{"the database was locked for 3s: it is slow, or another program holds it"}
	return s
}

// fakePlan is a cutover that may be executed.
func fakePlan(req model.Request) model.Plan {
	p := model.Plan{
		Request: req, Kind: model.Cutover, Mode: model.Planned, From: "ams", To: req.To, Subscriber: req.Pipeline + "-prod",
		Guarantee: model.AtLeastOnce, Cursor: ptr(model.Slot(312363640)), CursorAge: 2 * time.Second,
		ResumeSlot: ptr(model.Slot(312363641)), DuplicateSlots: model.RepeatedSlots, ReplaySlots: ptr(uint64(38)), MadeAt: noon,
		Actions: []string{
			"drain the client at ams: ssh trades-eu drain trades (10s at most)", "prove that it stands still",
			"read its cursor", "delete the subscriber trades-prod at nyc, if there is one", "create it from slot 312363641",
			"start the client at nyc: ssh trades-us start trades", "confirm that it streams and reaches the live tip",
		},
		Checks: []model.Check{
			{Name: "target answers", Level: model.CheckOK, Saw: "nyc answered in 82 ms, service 1.4.2"},
			{Name: "target's client", Level: model.CheckOK, Saw: "its status hook says stopped"},
			{Name: "hooks", Level: model.CheckOK, Saw: "drain, stop, status at ams; start, status at nyc"},
			{Name: "source", Level: model.CheckWarn, Saw: "ams is healthy", Mend: "nothing, if you have a reason to leave it"},
			{Name: "window", Level: model.CheckOK, Saw: "312363641 lies within [312345678, 312363679]"},
		},
	}
	if req.To == "ams" {
		p.Kind, p.From = model.Failback, "nyc"
	}
	return p
}

// refusedPlan is a failback before home was stable.
func refusedPlan(req model.Request) model.Plan {
	p := fakePlan(req)
	if !req.Force {
		p.Checks = append(p.Checks, model.Check{
			Name: "home is stable", Level: model.CheckRefuse, Saw: "ams has been healthy for 4m10s of 30m00s",
			Mend: "wait 25m50s, or plan with force",
		})
	}
	return p
}

// fakeRun is a run in the middle, or at its end.
func fakeRun(done bool) *model.Run {
	r := &model.Run{
		ID: "run-7", Pipeline: "trades", Subscriber: "trades-prod", Kind: model.Cutover, Mode: model.Planned, From: "ams", To: "nyc",
		State: model.RunRunning, RequestedBy: "oncall@bastion", StartedAt: noon.Add(-20 * time.Second),
		Cursor: ptr(model.Slot(312363640)), ResumeSlot: ptr(model.Slot(312363641)), GapSlots: ptr(uint64(0)), DuplicateSlots: ptr(uint64(32)),
	}
	at := r.StartedAt
	for i, name := range model.Steps() {
		st := model.Step{Name: name, State: model.StepDone, StartedAt: ptr(at), EndedAt: ptr(at.Add(time.Duration(i+1) * 300 * time.Millisecond)), Detail: "step " + string(name) + " is done"}
		switch {
		case !done && name == model.StepConfirm:
			st.State, st.EndedAt, st.Detail = model.StepRunning, nil, "312 slots behind, about 20s to go"
		case !done && name == model.StepActivate:
			st = model.Step{Name: name, State: model.StepPending}
		default:
			at = *st.EndedAt
		}
		r.Steps = append(r.Steps, st)
	}
	if done {
		r.State, r.EndedAt = model.RunDone, ptr(at)
	}
	return r
}

// fakeFeed gives the snapshots that a test publishes.
type fakeFeed struct {
	mu   sync.Mutex
	snap model.Snapshot
	news chan struct{}
}

func newFakeFeed(s model.Snapshot) *fakeFeed { return &fakeFeed{snap: s, news: make(chan struct{})} }

func (f *fakeFeed) publish(s model.Snapshot) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.snap = s
	close(f.news)
	f.news = make(chan struct{})
}

func (f *fakeFeed) Next(ctx context.Context, after uint64) (model.Snapshot, error) {
	for {
		f.mu.Lock()
		s, news := f.snap, f.news
		f.mu.Unlock()
		if s.Generation > after {
			return s, nil
		}
		select {
		case <-ctx.Done():
			return model.Snapshot{}, ctx.Err()
		case <-news:
		}
	}
}

// fakeOperator answers with plan and notes what was done.
type fakeOperator struct {
	plan     func(model.Request) model.Plan
	planErr  error
	runErr   error // of executing, and of all that is done
	planned  []model.Request
	executed []model.Plan
	done     []string

	evacuations []failover.Evacuation
	evacuate    func(failover.Evacuation) (failover.EvacuationPlan, error)
	evacuated   []failover.EvacuationPlan
	observe     failover.EvacuationObserver // of the evacuation under way
	over        func()
}

func (o *fakeOperator) PlanEvacuation(_ context.Context, ev failover.Evacuation) (failover.EvacuationPlan, error) {
	o.evacuations = append(o.evacuations, ev)
	if o.evacuate == nil {
		return failover.EvacuationPlan{}, errors.New("nothing can be planned")
	}
	return o.evacuate(ev)
}

func (o *fakeOperator) Evacuate(_ context.Context, plan failover.EvacuationPlan, observe failover.EvacuationObserver, over func()) error {
	o.evacuated, o.observe, o.over = append(o.evacuated, plan), observe, over
	return o.runErr
}

func (o *fakeOperator) Resume(_ context.Context, shown model.Run, answer string) error {
	o.done = append(o.done, fmt.Sprintf("resume %s at %d.%d with %q", shown.ID, shown.Epoch, shown.Sequence, answer))
	return o.runErr
}

func (o *fakeOperator) Abort(_ context.Context, shown model.Run) error {
	o.done = append(o.done, fmt.Sprintf("abort %s at %d", shown.ID, shown.Epoch))
	return o.runErr
}

func (o *fakeOperator) SetHome(_ context.Context, pipeline, cluster string) error {
	o.done = append(o.done, "home of "+pipeline+" is "+cluster)
	return o.runErr
}

func (o *fakeOperator) Plan(_ context.Context, req model.Request) (model.Plan, error) {
	o.planned = append(o.planned, req)
	if o.planErr != nil {
		return model.Plan{}, o.planErr
	}
	return o.plan(req), nil
}

func (o *fakeOperator) Execute(_ context.Context, plan model.Plan) (string, error) {
	o.executed = append(o.executed, plan)
	return "run-7", o.runErr
}

// fakeFaults notes what was asked.
type fakeFaults struct{ asked []string }

func (f *fakeFaults) Kinds() []FaultKind {
	return []FaultKind{
		{Name: "down", About: "all connections are cut and new ones refused"},
		{Name: "blackhole", About: "connections are accepted, and nothing is ever answered"},
		{Name: "slow"},
		{Name: "freeze"},
	}
}

func (f *fakeFaults) Fault(_ context.Context, cluster, kind string) error {
	f.asked = append(f.asked, kind+" "+cluster)
	return nil
}

func (f *fakeFaults) Heal(_ context.Context, cluster string) error {
	f.asked = append(f.asked, "heal "+cluster)
	return errors.New("the simulator does not answer")
}
