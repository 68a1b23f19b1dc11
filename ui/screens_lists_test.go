package ui

import (
	"errors"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// listStates are the overview with many pipelines, and what is listed of them.
func listStates() []state {
	grouped := []string{"t", "t", "/", "=!nft", "enter", "j", "v", "v"}
	return []state{
		{name: "list_100", snap: many(1, 100)},
		{name: "list_500", snap: many(1, 500)},
		{name: "list_500_end", snap: many(1, 500), keys: []string{"end"}},
		{name: "list_grouped", snap: many(1, 500), keys: grouped},
		{name: "list_filtering", snap: many(1, 500), keys: []string{"/", "=trades-0"}},
		{name: "list_filtered", snap: many(1, 500), keys: []string{"/", "=trades-0", "enter"}},
		{name: "list_filtered_to_none", snap: many(1, 100), keys: []string{"/", "=zzz", "enter"}},
		{name: "list_marked", snap: many(1, 100), keys: []string{"v", "v", "j", "v"}},
		{name: "list_needing_attention", snap: many(1, 500), keys: []string{"n"}},
		{name: "list_long_names", snap: longNames(), keys: []string{"j"}},
	}
}

// longNames has names that no column holds.
func longNames() model.Snapshot {
	s := outage(1, 3)
	s.Clusters[1].Name, s.Clusters[1].Reason = "us-east-1-dedicated-validators-and-more", strings.Repeat("a reason that is long ", 12)
	s.Pipelines[0].Name = "account-updates-of-the-token-program-for-the-warehouse-in-frankfurt"
	s.Pipelines[1].Name, s.Pipelines[1].Active = "日本語のとても長いパイプラインの名前です", "us-east-1-dedicated-validators-and-more"
	s.Pipelines[2].Subscriber = strings.Repeat("x", 60)
	return s
}

// evacuationStates are the page of an evacuation.
func evacuationStates() []state {
	planned := func(d *driver) { d.operator.evacuate = evacuationOf(outage(1, 5)) }
	return []state{
		{name: "evacuation_planning", snap: outage(1, 5), then: func(d *driver) { d.m.Update(keyPress("E")) }},
		{name: "evacuation_failed_to_plan", snap: outage(1, 5), keys: []string{"E"}},
		{name: "evacuation_plan", snap: outage(1, 5), with: planned, keys: []string{"E", "down", "=ny"}},
		{name: "evacuation_expired", snap: outage(1, 5), with: planned, keys: []string{"E"}, then: later(2 * time.Minute)},
		{name: "evacuation_begins", snap: outage(1, 5), with: planned, keys: []string{"E"}, then: func(d *driver) { begin(d.t, d) }},
		{name: "evacuation", snap: outage(1, 5), with: planned, keys: []string{"E", "down"}, then: evacuatingSome},
		{name: "evacuation_over", snap: outage(1, 5), with: planned, keys: []string{"E"}, then: evacuated},
		{name: "evacuation_followed", snap: fakeSnapshot(1, 5, 0), then: follows(model.RunRunning, model.RunDone, model.RunInterrupted)},
		{name: "evacuation_followed_over", snap: fakeSnapshot(1, 5, 0), then: follows(model.RunDone, model.RunDone, model.RunFailed)},
	}
}

// evacuatingSome is an evacuation whose runs stand in different ways.
func evacuatingSome(d *driver) {
	begin(d.t, d)
	moved := fakeRun(true)
	moved.ID, moved.Pipeline = "run-of-trades", "trades"
	waiting := runAt("accounts", model.RunWaiting, model.StepPosition, 3, 7)
	waiting.Question = gapQuestion
	begun(d, 2, moved, waiting, runAt("alerts", model.RunRunning, model.StepStop, 1, 4))
	d.operator.observe.Ended(failover.EvacuationResult{Pipeline: d.called("nft-index"), Err: errors.New("refused: home is not stable")})
	d.m.Update(evacuationMsg{d.m.evacuation.seq, d.m.evacuation.news.take()})
}

// evacuated is one that is over.
func evacuated(d *driver) {
	begin(d.t, d)
	var runs []*model.Run
	for _, name := range []string{"trades", "accounts", "alerts"} {
		r := fakeRun(true)
		r.ID, r.Pipeline = "run-of-"+name, name
		if name == "alerts" {
			fails(r, model.RunFailed, model.StepConfirm, "no commit in 5m00s: look at the client's log at nyc")
		}
		runs = append(runs, r)
	}
	begun(d, 2, runs...)
	for _, r := range runs {
		d.operator.observe.Ended(failover.EvacuationResult{Pipeline: d.called(r.Pipeline), Begun: true, Run: *r})
	}
	for _, name := range []string{"nft-index", "ledger"} {
		d.operator.observe.Ended(failover.EvacuationResult{Pipeline: d.called(name), Err: errors.New("refused: home is not stable")})
	}
	d.operator.over()
	d.m.Update(evacuationMsg{d.m.evacuation.seq, d.m.evacuation.news.take()})
}
