package ui

import (
	"errors"
	"time"

	"github.com/fumtui/fumtui/model"
)

// later lets time pass.
func later(by time.Duration) func(*driver) {
	return func(d *driver) {
		d.now = d.now.Add(by)
		d.m.Update(tickMsg{})
	}
}

// overviewStates are the first screen, but for the faults.
func overviewStates() []state {
	calm := fakeSnapshot(1, 3, 10*time.Minute)
	return []state{
		{name: "starting"},
		{name: "starting_trouble", then: func(d *driver) {
			d.m.Update(feedMsg{errors.New("open /var/lib/fumtui/fumtui.db: the database is locked by another program: end it, or wait")})
		}},
		{name: "overview", snap: fakeSnapshot(1, 5, 10*time.Minute)},
		{name: "overview_first_seconds", snap: firstSeconds()},
		{name: "overview_nothing", snap: model.Snapshot{Generation: 1, Time: noon}},
		{name: "overview_no_pipelines", snap: fakeSnapshot(1, 0, 0)},
		{name: "overview_one", snap: fakeSnapshot(1, 1, 10*time.Minute)},
		{name: "overview_one_cluster", snap: oneCluster()},
		{name: "overview_four_clusters", snap: fourClusters()},
		{name: "overview_both_down", snap: bothDown()},
		{name: "overview_unknown", snap: nothingKnown()},
		{name: "overview_stale_answers", snap: oldAnswers()},
		{name: "overview_silent_feed", snap: calm, then: later(20 * time.Second)},
		{name: "overview_feed_error", snap: calm, then: func(d *driver) {
			d.m.Update(feedMsg{errors.New("the monitor has ended: start fumtui anew")})
		}},
		{name: "overview_store_trouble", snap: storeTrouble()},
		{name: "overview_loss_soon", snap: lossSoon()},
		{name: "overview_double_active", snap: doubleActive()},
		{name: "overview_cannot_fail_over", snap: cannotFailOver()},
		{name: "overview_fail_back", snap: failBack()},
		{name: "overview_way_back", snap: leftBehind(1, true)},
		{name: "overview_catching_up", snap: catchingUp()},
		{name: "overview_moving", snap: moving()},
		{name: "overview_asks", snap: left(model.RunWaiting, "stop the client of trades at ams, then answer yes"), keys: []string{"esc"}},
		{name: "overview_stands", snap: runThatStands(runAt("trades", model.RunUnknown, model.StepStop, 3, 9)), keys: []string{"esc"}},
		{name: "overview_stands_going_back", snap: runThatStands(goingBack(model.RunInterrupted)), keys: []string{"esc"}},
		{name: "overview_stands_started", snap: runThatStands(runAt("trades", model.RunUnknown, model.StepConfirm, 3, 9), "nyc"), keys: []string{"esc"}},
		{name: "overview_banner", snap: threeRuns(), keys: []string{"esc"}},
		{name: "overview_outage", snap: outage(1, 3)},
		{name: "overview_canary_off", snap: canaryOff(1)},
		{name: "overview_read_only", snap: outage(1, 3), with: func(d *driver) { d.m.opts.ReadOnly = true }},
		{name: "overview_no_demo", snap: calm, with: func(d *driver) { d.m.opts.Faults, d.m.keys = nil, newKeymap(false) }},
		{name: "overview_remark", snap: calm, keys: []string{"b"}},
		{name: "overview_ascii", snap: outage(1, 3), with: ascii},
		{name: "overview_frozen", snap: calm, keys: []string{"space"}, then: func(d *driver) {
			d.now = d.now.Add(95 * time.Second)
			d.snapshot(outage(2, 3))
		}},
		{name: "too_small", snap: calm, sizes: tooSmall},
		{name: "too_small_outage", snap: outage(1, 3), sizes: tooSmall},
		{name: "too_small_run", snap: withRuns(1, waitingRun(9)), sizes: tooSmall},
		{name: "too_small_starting", sizes: tooSmall},
	}
}

// tooSmall are windows that show no whole screen.
var tooSmall = [][2]int{{79, 24}, {80, 23}, {40, 10}, {20, 3}, {1, 1}}

func ascii(d *driver) { d.toASCII(true) }

// firstSeconds is a console before anything was answered.
func firstSeconds() model.Snapshot {
	s := fakeSnapshot(1, 2, 0)
	for i := range s.Clusters {
		c := &s.Clusters[i]
		s.Clusters[i] = model.ClusterState{Name: c.Name, Region: c.Region, Endpoint: c.Endpoint, Verdict: model.ClusterUnknown, Since: noon, Reason: "not yet looked at", Canary: &model.CanaryState{}}
	}
	for i := range s.Pipelines {
		p := &s.Pipelines[i]
		s.Pipelines[i] = model.PipelineState{
			Name: p.Name, Subscriber: p.Subscriber, Home: "ams", Active: "ams", Verdict: model.PipelineUnknown, Since: noon, Reason: "too little evidence yet",
			Advice: model.Advice{Action: model.ActionWait, Text: "too little is known of " + p.Name + " yet: wait for the first answers"},
			Seats:  []model.SeatState{{Cluster: "ams", Subscriber: model.SubscriberUnknown}, {Cluster: "nyc", Subscriber: model.SubscriberUnknown}},
		}
	}
	return s
}

func oneCluster() model.Snapshot {
	s := fakeSnapshot(1, 2, 10*time.Minute)
	s.Clusters = s.Clusters[:1]
	for i := range s.Pipelines {
		s.Pipelines[i].Seats = s.Pipelines[i].Seats[:1]
	}
	return s
}

func fourClusters() model.Snapshot {
	s := outage(1, 3)
	s.Notices = nil
	for i, name := range []string{"singapore", "lon"} {
		c := fakeSnapshot(1, 0, 0).Clusters[1]
		c.Name, c.Region, c.Endpoint = name, []string{"ap", "eu"}[i], "https://"+name+".fumarole.example:443"
		s.Clusters = append(s.Clusters, c)
		s.Pipelines[i].Seats = append(s.Pipelines[i].Seats, model.SeatState{Cluster: name, Subscriber: model.SubscriberAbsent})
	}
	s.Clusters[3].Verdict = model.ClusterUnknown
	s.Pipelines[1].Active = "singapore"
	return s
}

// bothDown is two outages at once, seen by a console whose network does well.
func bothDown() model.Snapshot {
	s := outage(1, 3)
	s.Notices = nil
	c := &s.Clusters[1]
	*c = s.Clusters[0]
	c.Name, c.Region, c.Endpoint = "nyc", "us", "https://nyc.fumarole.example:443"
	c.Failure = model.NewFailure(model.ClassUnreachable, "nyc.fumarole.example:443 refuses the connection: nothing listens there", nil)
	return advised(s, model.PipelineCutOff, model.Advice{
		Action: model.ActionCannotFailOver, UrgentSeconds: ptr(6480.0),
		Text: "ams has been down for 4m05s, and no other cluster is healthy: nyc is down; wait, and call the provider",
		Evidence: []model.Fact{
			fact(model.VantageConsole, "ams", "", "48 of 48 calls failed in the last 4m05s (timeout)"),
			fact(model.VantageConsole, "nyc", "", "48 of 48 calls failed in the last 4m05s (unreachable)"),
		},
	})
}

// nothingKnown is a console whose evidence is too old to say anything.
func nothingKnown() model.Snapshot {
	s := fakeSnapshot(1, 3, 10*time.Minute)
	for i := range s.Clusters {
		c := &s.Clusters[i]
		c.Verdict, c.Since, c.Reason, c.StableSince = model.ClusterUnknown, noon.Add(-time.Minute), "nothing new for 1m0s", time.Time{}
	}
	return advised(s, model.PipelineUnknown, model.Advice{Action: model.ActionWait, Text: "nothing new is known of %s for 1m0s: wait"})
}

func oldAnswers() model.Snapshot {
	s := fakeSnapshot(1, 3, 10*time.Minute)
	s.Clusters[0].AnsweredAt = noon.Add(-40 * time.Second)
	for i := range s.Pipelines {
		s.Pipelines[i].Seats[0].Client.At = noon.Add(-40 * time.Second)
		s.Pipelines[i].Seats[0].Cursor.UpdatedAt = noon.Add(-42 * time.Second)
	}
	return s
}

func storeTrouble() model.Snapshot {
	s := fakeSnapshot(1, 3, 10*time.Minute)
	s.Notices = []string{
		"the database was locked for 3s: it is slow, or another program holds it",
		"the history cannot be written: write /var/lib/fumtui/fumtui.db: no space left on device: make room there",
		"the clock of this host jumped by 12s: times before 11:58:03 UTC are off by that",
	}
	return s
}

func lossSoon() model.Snapshot {
	s := clientDown()
	p := &s.Pipelines[1]
	p.Retention = &model.Retention{Cluster: "ams", Left: 11 * time.Minute, Urgent: true}
	p.Advice.Action, p.Advice.UrgentSeconds = model.ActionDataLossSoon, ptr(660.0)
	p.Advice.Text = "the cursor of accounts leaves the retention window of ams in 11m0s: get its client going before that, or move it to nyc"
	return s
}

func doubleActive() model.Snapshot {
	s := fakeSnapshot(1, 3, 10*time.Minute)
	p := &s.Pipelines[0]
	p.Verdict, p.Since, p.Reason = model.PipelineDoubleActive, noon.Add(-12*time.Second), "clients at ams and at nyc both commit"
	p.Seats[1].Subscriber = model.SubscriberPresent
	p.Seats[1].Client = p.Seats[0].Client
	p.Advice = model.Advice{
		Action: model.ActionCheckYourSide, Text: "the clients of trades at ams and at nyc both commit: stop the one that should not run; trades is active on ams",
		Evidence: []model.Fact{
			fact(model.VantageClient, "ams", "trades", "its committed offset moved in the last 2s"),
			fact(model.VantageClient, "nyc", "trades", "its committed offset moved in the last 2s"),
		},
	}
	return s
}

func cannotFailOver() model.Snapshot {
	s := outage(1, 2)
	s.Notices = nil
	s.Clusters[1].Verdict, s.Clusters[1].Reason = model.ClusterDegraded, "nyc answers in 1.9s on average, for 5m0s"
	return advised(s, model.PipelineCutOff, model.Advice{
		Action: model.ActionCannotFailOver, Text: "ams has been down for 4m05s, but slot 312363641 lies below the retention window of nyc: a failover would skip 1,204 slots; wait for ams, or approve that gap in a plan",
		Evidence: []model.Fact{fact(model.VantageConsole, "nyc", "", "its window begins at slot 312364845")},
	})
}

func failBack() model.Snapshot {
	s := leftBehind(1, false)
	p := &s.Pipelines[0]
	p.Advice = model.Advice{
		Action: model.ActionFailBack, Target: "ams", Text: "ams has been healthy for 2h00m and trades does well on nyc: fail it back when it is quiet, or make nyc its home",
		Evidence: []model.Fact{fact(model.VantageConsole, "ams", "", "healthy for 2h00m")},
	}
	return s
}

func catchingUp() model.Snapshot {
	s := fakeSnapshot(1, 3, 10*time.Minute)
	p := &s.Pipelines[0]
	p.Verdict, p.ToGo = model.PipelineCatchingUp, &model.Estimate{Likely: 4 * time.Minute, Low: 3 * time.Minute, High: 6 * time.Minute}
	p.LagOffsets, p.LagSlots, p.ConsumedPerSecond, p.CursorPerSecond = ptr(int64(48123)), ptr(int64(6000)), ptr(220.4), ptr(27.5)
	p.Advice.Text = "trades catches up: its lag falls by 200 offsets a second"
	return s
}
