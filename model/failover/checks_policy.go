package failover

import (
	"fmt"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
)

// checkRecent warns of a pipeline that was moved a short while ago.
func (e *Engine) checkRecent(f *facts) model.Check {
	ago := f.now.Sub(*f.last.EndedAt).Round(time.Second)
	return warn("recent", fmt.Sprintf("the pipeline was moved from %s to %s %s ago (run %s)", f.last.From, f.last.To, ago, f.last.ID),
		"moving to and fro costs repeats each time: look for the cause first")
}

// checkExactlyOnce refuses what cannot keep that promise.
func checkExactlyOnce(plan *model.Plan, f *facts) model.Check {
	const name = "guarantee"
	switch {
	case !f.pipeline.Idempotent:
		return refuse(name, fmt.Sprintf("exactly_once, but about %d slots come twice and the pipeline is not idempotent", model.RepeatedSlots),
			"declare idempotent: true if it is, or use at_least_once")
	case f.pipeline.Overlap > 0:
		return refuse(name, "exactly_once with an overlap", "set overlap: 0")
	case f.pipeline.Highest:
		return refuse(name, "exactly_once with a cursor that is only the highest slot seen: slots below it may be missing",
			"have the client report a contiguous cursor, or use at_least_once with an overlap")
	case plan.Cursor != nil && f.cursor.err != nil:
		return refuse(name, "exactly_once, but the cursor is what was last recorded, "+f.cursor.age(f.now)+": what was consumed since would come twice",
			"mend the cursor source, or use at_least_once")
	}
	if plan.ResumeSlot != nil {
		if saw, mend := breaksOnce(f.wish(), *plan.ResumeSlot, plan.GapSlots); saw != "" {
			return refuse(name, saw, mend)
		}
	}
	return ok(name, fmt.Sprintf("exactly_once, idempotent: about %d slots come twice", model.RepeatedSlots))
}

// breaksOnce tells what of a position breaks the promise of exactly_once, and
// what would mend it; "" where nothing does.
func breaksOnce(w wish, resume model.Slot, gap uint64) (saw, mend string) {
	switch {
	case w.latest:
		return "exactly_once, but the latest was chosen: what lies before it is skipped", "resume after the cursor"
	case gap > 0:
		return fmt.Sprintf("exactly_once, but %s would be skipped", model.Units(gap, "slot")), "resume after the cursor, at a cluster that still has it"
	case w.cursor != nil && resume <= *w.cursor:
		return fmt.Sprintf("exactly_once, but %s before the slot after the cursor would come again",
			model.Units(model.SlotsBetween(resume, *w.cursor+1), "slot")), "resume after the cursor"
	}
	return "", ""
}

// checkSubscriber refuses to make a subscriber again that is well.
func checkSubscriber(f *facts) model.Check {
	const name = "subscriber"
	who := fmt.Sprintf("the subscriber %s at %s", f.pipeline.Subscriber, f.to)
	switch {
	case f.targetErr != nil || f.targetSub != nil:
		return refuse(name, "whether "+who+" is well is not known", "wait until "+f.to+" answers")
	case f.target == nil:
		return ok(name, who+" is lost")
	case f.target.Stale:
		return ok(name, who+" is stale")
	case f.request.Force:
		return warn(name, who+" is there and not stale", "it is deleted and made again by force")
	}
	return refuse(name, who+" is there and not stale: nothing to recreate", "look at its client; --force makes the subscriber again all the same")
}

// checkQuiet holds a failback until its quiet window opens.
func checkQuiet(f *facts) model.Check {
	const name = "quiet window"
	var names []string
	opens := time.Duration(-1)
	for _, w := range f.pipeline.Quiet {
		if w.Contains(f.now) {
			return ok(name, "it is "+f.now.UTC().Format("15:04")+" UTC, in "+w.String())
		}
		names = append(names, w.String())
		if wait := w.Next(f.now).Sub(f.now); opens < 0 || wait < opens {
			opens = wait
		}
	}
	saw := fmt.Sprintf("it is %s UTC, and failbacks of %s are for %s", f.now.UTC().Format("15:04"), f.pipeline.Name, strings.Join(names, " and "))
	switch {
	case f.request.Force:
		return warn(name, saw, "the wait is skipped by force")
	case unwell(f):
		return warn(name, saw, "not waited for: "+f.from+" is not healthy")
	}
	return refuse(name, saw, fmt.Sprintf("wait %s, or use --force", model.Span(opens)))
}

// checkStability holds a failback until home was healthy for its time.
func (e *Engine) checkStability(f *facts) model.Check {
	const name = "stability"
	needed := e.holdsOf(f.pipeline.Name).stability
	var stable time.Duration
	saw := f.to + " is not known to be stable"
	if !f.toHealth.StableSince.IsZero() {
		stable = f.now.Sub(f.toHealth.StableSince).Round(time.Second)
		saw = fmt.Sprintf("%s has been healthy for %s of %s", f.to, stable, needed)
		if stable >= needed {
			return ok(name, saw)
		}
	}
	switch {
	case needed <= 0:
		return ok(name, "no time of stability is asked for")
	case f.request.Force:
		return warn(name, saw, "the wait is skipped by force")
	case unwell(f):
		return warn(name, saw, "not waited for: "+f.from+" is not healthy")
	}
	return refuse(name, saw, fmt.Sprintf("leave fumtui or fumtui watch running for %s more, or use --force",
		(needed-stable).Round(time.Second)))
}

// unwell reports whether the active cluster is in trouble of its own.
func unwell(f *facts) bool {
	switch f.fromHealth.Verdict {
	case model.ClusterDown, model.ClusterStalled, model.ClusterDegraded:
		return true
	}
	return !answers(f.sourceErr) && model.ClassOf(f.sourceErr).Outage()
}
