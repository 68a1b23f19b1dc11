package failover

import (
	"fmt"
	"strings"

	"github.com/fumtui/fumtui/model"
)

// checks judges the facts. Nothing here looks at the world.
func (e *Engine) checks(plan *model.Plan, f *facts) []model.Check {
	list := []model.Check{
		checkBusy(f),
		checkStore(f),
		checkTarget(f),
		checkWindow(f),
	}
	if plan.Kind == model.Recreate {
		list = append(list, checkSubscriber(f))
	} else {
		list = append(list, checkSource(plan, f), checkTargetClient(f))
	}
	list = append(list, checkHooks(f), checkCursor(plan, f))
	if plan.ResumeSlot != nil && f.windowErr == nil {
		list = append(list, e.checkPosition(plan, f))
	}
	if f.proof != nil {
		list = append(list, checkData(plan, f))
	}
	if f.pipeline.Guarantee == model.ExactlyOnce {
		list = append(list, checkExactlyOnce(plan, f))
	}
	if plan.Kind != model.Recreate && f.last != nil && f.now.Sub(*f.last.EndedAt) < e.holdsOf(f.pipeline.Name).block {
		list = append(list, e.checkRecent(f))
	}
	if plan.Kind == model.Failback {
		list = append(list, e.checkStability(f))
		if len(f.pipeline.Quiet) > 0 {
			list = append(list, checkQuiet(f))
		}
	}
	return list
}

// ok, warn, refuse and pose make checks of their level.
func ok(name, saw string) model.Check {
	return model.Check{Name: name, Level: model.CheckOK, Saw: saw}
}

func warn(name, saw, mend string) model.Check {
	return model.Check{Name: name, Level: model.CheckWarn, Saw: saw, Mend: mend}
}

func refuse(name, saw, mend string) model.Check {
	return model.Check{Name: name, Level: model.CheckRefuse, Saw: saw, Mend: mend}
}

func pose(name, saw, mend string) model.Check {
	return model.Check{Name: name, Level: model.CheckAsk, Saw: saw, Mend: mend}
}

// checkBusy refuses while another run of the pipeline has not ended.
func checkBusy(f *facts) model.Check {
	const name = "lease"
	if f.busyErr != nil {
		return refuse(name, "the runs cannot be read: "+f.busyErr.Error(), "mend the store")
	}
	if f.busy == nil {
		return ok(name, "no other run of the pipeline is under way")
	}
	saw := fmt.Sprintf("run %s to %s has not ended (%s at %s)", f.busy.ID, f.busy.To, f.busy.State, f.busy.CurrentStep())
	return refuse(name, saw, takeUp(f.busy))
}

// checkStore refuses when a journal could not be kept.
func checkStore(f *facts) model.Check {
	if f.ledgerErr != nil {
		return refuse("store", "not writable: "+f.ledgerErr.Error(), "free or mend the database: a run needs its journal")
	}
	return ok("store", "writable")
}

// checkTarget refuses when the target does not answer or refuses us.
func checkTarget(f *facts) model.Check {
	const name = "target"
	err := f.targetErr
	if err == nil {
		err = f.targetSub
	}
	if err != nil {
		return refuse(name, f.to+": "+err.Error(), mendFor(err, f.to))
	}
	if f.toHealth.Verdict == model.ClusterDegraded || f.toHealth.Verdict == model.ClusterStalled {
		return warn(name, fmt.Sprintf("%s answers but is %s: %s", f.to, f.toHealth.Verdict, f.toHealth.Reason), "wait until it is healthy, if you can")
	}
	return ok(name, f.to+" answers and accepts the token")
}

// mendFor says what would mend a failed call.
func mendFor(err error, cluster string) string {
	switch class := model.ClassOf(err); {
	case class == model.ClassAuth:
		return "give a token that " + cluster + " accepts"
	case class.RefusesUs():
		return "this is a matter of configuration or quota at " + cluster + ": mend it there"
	case class == model.ClassDNS:
		return "the name does not resolve here: mend name resolution or the endpoint"
	}
	return "wait until " + cluster + " answers"
}

// checkWindow refuses when the target's retention window is not known: nothing
// may be deleted before the position is known to be there.
func checkWindow(f *facts) model.Check {
	if f.windowErr != nil {
		return refuse("window", "the slot range of "+f.to+" is not known: "+f.windowErr.Error(), mendFor(f.windowErr, f.to))
	}
	return ok("window", f.to+" serves slots "+f.window.String())
}

// checkSource refuses a planned run on an unreachable source. All else only
// warns: a person may leave a cluster for reasons that no probe sees.
func checkSource(plan *model.Plan, f *facts) model.Check {
	const name = "source"
	reachable := answers(f.sourceErr)
	switch {
	case plan.Mode == model.Planned && !reachable:
		return refuse(name, f.from+" does not answer: "+f.sourceErr.Error(), "a planned run needs a healthy source: use mode reactive")
	case plan.Mode == model.Hybrid && !reachable:
		return warn(name, f.from+" does not answer: "+f.sourceErr.Error(), "the drain may not end, and the client is stopped by force then: mode reactive does not wait for it")
	case !reachable:
		return ok(name, f.from+" does not answer: "+f.sourceErr.Error())
	case f.sourceErr != nil:
		return warn(name, f.from+" refuses us: "+f.sourceErr.Error(),
			"that is never a reason to fail over: mend the configuration, unless you have another reason to leave")
	case plan.Mode == model.Reactive:
		return warn(name, f.from+" answers, and the mode is reactive", "mode planned would drain the client first")
	}
	if v := f.fromHealth.Verdict; v != "" && v != model.ClusterHealthy && v != model.ClusterUnknown {
		return warn(name, fmt.Sprintf("%s answers, verdict %s: %s", f.from, v, f.fromHealth.Reason), "")
	}
	return ok(name, f.from+" answers")
}

// checkHooks refuses when a hook is missing that the run, or its way back,
// needs.
func checkHooks(f *facts) model.Check {
	const name = "hooks"
	if err := f.source.err; err != nil {
		return refuse(name, "the client at "+f.from+": "+err.Error(), "configure it")
	}
	if err := f.dest.err; err != nil {
		return refuse(name, "the client at "+f.to+": "+err.Error(), "configure it")
	}
	if f.hooksErr != nil {
		return refuse(name, "they cannot be run: "+f.hooksErr.Error(), "mend that: a hook must not outlive its driver unseen")
	}
	var missing, manual, broken []string
	seats := []struct {
		cluster string
		client  clientFacts
	}{{f.from, f.source}, {f.to, f.dest}}
	both := f.from + " and " + f.to
	if f.recreates() {
		seats, both = seats[:1], f.from
	}
	for _, c := range seats {
		if c.client.manual() {
			manual = append(manual, c.cluster)
			continue
		}
		for _, h := range c.client.missing() {
			missing = append(missing, fmt.Sprintf("%s at %s", h, c.cluster))
		}
		if err := c.client.unrunnable; err != nil {
			broken = append(broken, fmt.Sprintf("at %s %v", c.cluster, err))
		}
	}
	if len(missing) > 0 {
		return refuse(name, "missing: "+strings.Join(missing, ", "), "configure them, or set hooks: manual")
	}
	if len(broken) > 0 {
		return refuse(name, "they cannot be run: "+strings.Join(broken, "; "), "correct the programs of these hooks")
	}
	if len(manual) > 0 {
		return warn(name, "the client at "+strings.Join(manual, " and ")+" is controlled by a person", "be ready to do it when the run asks")
	}
	return ok(name, "configured at "+both)
}

// runsThere tells by what a client shows that it runs; "" where it does not.
func runsThere(status ClientStatus, scrapeErr error) string {
	switch {
	case status == ClientRunning:
		return "its status hook says so"
	case scrapeErr == nil:
		return "its metrics port answers"
	}
	return ""
}

// checkTargetClient refuses when a client runs at the target already, or when
// nothing tells that none does.
func checkTargetClient(f *facts) model.Check {
	const name = "target client"
	c := f.dest
	mend := "stop the client at " + f.to + " first: no cluster may have two of a pipeline"
	switch sign := runsThere(c.status, c.scrapeErr); {
	case sign != "":
		return refuse(name, "the client at "+f.to+" is running: "+sign, mend)
	case f.destMoved:
		return refuse(name, "the cursor of "+f.to+" moves, so a client runs there, whatever its status hook says", mend)
	case c.status == ClientStopped:
		return ok(name, "the client at "+f.to+" is stopped")
	case c.manual() && !isPortRefused(c.scrapeErr) && f.pipeline.Guarantee == model.ExactlyOnce:
		return refuse(name, "nothing tells whether the client at "+f.to+" runs", "exactly_once takes no word for it: give it a metrics port, or a status hook")
	case c.manual() && isPortRefused(c.scrapeErr):
		return warn(name, "nothing answers at the metrics port of the client at "+f.to, "make sure that nobody has started it")
	case c.manual():
		return warn(name, "nothing tells whether the client at "+f.to+" runs", "make sure that nobody has started it")
	}
	saw := "the status hook does not tell whether the client at " + f.to + " runs"
	if c.statusErr != nil {
		saw += ": " + c.statusErr.Error()
	}
	return refuse(name, saw, "mend the status hook: exit code 0 is running, 3 is stopped")
}
