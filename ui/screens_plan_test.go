package ui

import (
	"errors"
	"time"

	"github.com/fumtui/fumtui/model"
)

// plans is a console whose plans are as told.
func plans(plan func(model.Request) model.Plan) func(*driver) {
	return func(d *driver) { d.operator.plan = plan }
}

// withMode is a plan that takes the mode asked for.
func withMode(req model.Request) model.Plan {
	p := fakePlan(req)
	if req.Mode != "" {
		p.Mode = req.Mode
	}
	return p
}

func noOpPlan(req model.Request) model.Plan {
	return model.Plan{
		Request: req, Kind: model.Cutover, Mode: req.Mode, From: req.To, To: req.To, Subscriber: "trades-prod", Guarantee: model.AtLeastOnce,
		MadeAt: noon, NoOp: "pipeline trades is active on nyc already",
	}
}

// detailStates are all that is known of a pipeline.
func detailStates() []state {
	explained := func(d *driver) { d.m.opts.Explainer = &fakeExplainer{explanation: explainOutage} }
	return []state{
		{name: "detail", snap: fakeSnapshot(1, 3, 10*time.Minute), keys: []string{"enter"}},
		{name: "detail_first_seconds", snap: firstSeconds(), keys: []string{"enter"}},
		{name: "detail_cut_off", snap: outage(1, 3), keys: []string{"enter"}},
		{name: "detail_explained", snap: outage(1, 3), with: explained, keys: []string{"enter", "pgdown"}},
		{name: "detail_explained_end", snap: outage(1, 3), with: explained, keys: []string{"enter", "end"}},
		{name: "detail_explaining", snap: outage(1, 3), with: explained, then: func(d *driver) {
			d.m.Update(keyPress("enter"))
			d.keys("end")
		}},
		{name: "detail_unexplained", snap: outage(1, 3), with: func(d *driver) {
			d.m.opts.Explainer = &fakeExplainer{err: errors.New("the monitor has ended")}
		}, keys: []string{"enter", "end"}},
		{name: "detail_double_active", snap: doubleActive(), keys: []string{"enter"}},
		{name: "detail_client_down", snap: clientDown(), keys: []string{"down", "enter"}},
		{name: "detail_subscriber_lost", snap: lostSubscriber(1), keys: []string{"enter"}},
		{name: "detail_catching_up", snap: catchingUp(), keys: []string{"enter"}},
		{name: "detail_fail_back", snap: failBack(), keys: []string{"enter"}},
		{name: "detail_moving", snap: moving(), keys: []string{"enter"}},
		{name: "detail_asks", snap: withRuns(1, waitingRun(9)), keys: []string{"esc", "enter"}},
		{name: "detail_long_names", snap: longNames(), keys: []string{"enter"}},
	}
}

// planStates are the way to a run.
func planStates() []state {
	calm, short := fakeSnapshot(1, 2, 0), []string{"c"}
	away := movedAway()
	return []state{
		{name: "target", snap: fourClusters(), keys: short},
		{name: "plan_making", snap: calm, then: func(d *driver) {
			d.m.Update(keyPress("c"))
			later(4 * time.Second)(d)
		}},
		{name: "plan_not_made", snap: calm, with: func(d *driver) { d.operator.planErr = errors.New("read the cursor: database is locked: try again") }, keys: short},
		{name: "plan", snap: calm, keys: []string{"c", "=ny"}},
		{name: "plan_ascii", snap: calm, with: func(d *driver) { plans(refusedPlan)(d); ascii(d) }, keys: []string{"c"}},
		{name: "plan_wrong_name", snap: calm, keys: []string{"c", "=ny", "enter"}},
		{name: "plan_not_painted", snap: calm, keys: short, then: func(d *driver) {
			d.m.rearm()
			d.m.Update(keyPress("n"))
		}},
		{name: "plan_asks", snap: calm, with: plans(askingPlan), keys: short},
		{name: "plan_reactive", snap: outage(1, 2), with: plans(withMode), keys: []string{"c", "tab"}},
		{name: "plan_hybrid", snap: calm, with: plans(withMode), keys: []string{"c", "tab", "tab"}},
		{name: "plan_refused", snap: away, with: plans(refusedPlan), keys: []string{"b"}},
		{name: "plan_forced", snap: away, with: plans(refusedPlan), keys: []string{"b", "f"}},
		{name: "plan_recreate", snap: lostSubscriber(1), with: plans(recreatePlan), keys: []string{"R"}},
		{name: "plan_nothing_to_do", snap: calm, with: plans(noOpPlan), keys: short},
		{name: "plan_expired", snap: calm, keys: []string{"c", "=nyc"}, then: later(61 * time.Second)},
		{name: "plan_moved_on", snap: calm, with: func(d *driver) {
			d.operator.runErr = errors.New("the plan no longer holds: the cursor is 312363702 now, it was 312363640: plan again")
		}, keys: []string{"c", "=nyc", "enter"}},
		{name: "plan_choices", snap: calm, with: plans(placedPlan), keys: []string{"c", "=ny", "ctrl+o"}},
		{name: "plan_choices_recreate", snap: lostSubscriber(1), with: plans(recreatePlan), keys: []string{"R", "ctrl+o"}},
		{name: "plan_choices_slot", snap: calm, with: plans(placedPlan), keys: append(choosing(rowSlot), "enter", "=350000283")},
		{name: "plan_choices_wrong", snap: calm, with: plans(placedPlan), keys: append(choosing(rowSlot), "enter", "=35x", "enter")},
		{name: "plan_choices_gap_wrong", snap: calm, with: plans(placedPlan), keys: append(choosing(rowLatest), "enter", "ctrl+o", "end", "up", "enter", "=38", "enter")},
		{name: "plan_from_slot", snap: calm, with: plans(placedPlan), keys: append(choosing(rowSlot), "enter", "=312363600", "enter")},
		{name: "plan_latest", snap: calm, with: plans(placedPlan), keys: append(choosing(rowLatest), "enter")},
		{name: "plan_gap_approved", snap: calm, with: plans(placedPlan), keys: append(choosing(rowLatest), "enter", "ctrl+o", "end", "up", "enter", "=39", "enter", "=ny")},
		{name: "plan_begins", snap: calm, keys: []string{"c", "=nyc"}, then: func(d *driver) { d.m.Update(keyPress("enter")) }},
		{name: "home", snap: away, keys: []string{"H", "=ny"}},
		{name: "home_not_made", snap: away, with: func(d *driver) { d.operator.runErr = errors.New("the database is locked") }, keys: []string{"H", "=nyc", "enter"}},
		{name: "home_expired", snap: away, keys: []string{"H"}, then: later(2 * time.Minute)},
	}
}
