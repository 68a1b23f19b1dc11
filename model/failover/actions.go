package failover

import (
	"fmt"
	"slices"

	"github.com/fumtui/fumtui/model"
)

// actions says in words what a run of the plan will do, in order.
func actions(plan *model.Plan, f *facts) []string {
	w := f.wish()
	at := "the slot that the run asks for"
	if plan.ResumeSlot != nil {
		at = fmt.Sprintf("slot %d, %s", *plan.ResumeSlot, w.how(plan.To, *plan.ResumeSlot))
		switch {
		case w.latest:
			at += ": it is asked for again just before"
		case w.from == nil && plan.Mode != model.Reactive:
			at += ", or later, as the cursor advances until the drain"
		}
	}
	remove := fmt.Sprintf("delete a subscriber %s at %s, if there is one by then", plan.Subscriber, plan.To)
	if f.target != nil {
		remove = fmt.Sprintf("delete the subscriber %s (id %s) that is at %s", plan.Subscriber, model.Clean(f.target.ID, 64), plan.To)
	}
	list := []string{
		stopAction(plan, f.source),
		fmt.Sprintf("prove that the client at %s is stopped", plan.From),
		fmt.Sprintf("read the cursor of %s", plan.From),
		remove,
		fmt.Sprintf("create the subscriber %s at %s from %s", plan.Subscriber, plan.To, at),
		clientAction("start", HookStart, plan.To, f.dest),
		fmt.Sprintf("confirm that it streams and reaches the live tip of %s", plan.To),
	}
	if plan.Kind == model.Recreate {
		return append(list, fmt.Sprintf("leave %s the active cluster", plan.To))
	}
	return append(list,
		fmt.Sprintf("make %s the active cluster", plan.To),
		fmt.Sprintf("leave the subscriber %s at %s alone: it is the way back", plan.Subscriber, plan.From))
}

// stopAction says how the client at the source is brought to rest.
func stopAction(plan *model.Plan, source clientFacts) string {
	if plan.Mode == model.Reactive || (!slices.Contains(source.hooks, HookDrain) && !source.manual()) {
		return clientAction("stop", HookStop, plan.From, source)
	}
	text := clientAction("drain", HookDrain, plan.From, source)
	if plan.Mode == model.Hybrid && !source.manual() {
		text += "; where that does not end in time, stop it by force (hook " + string(HookStop) + ")"
	}
	return text
}

// clientAction says who does what to a client.
func clientAction(verb string, hook Hook, cluster string, c clientFacts) string {
	if c.manual() {
		return fmt.Sprintf("ask a person to %s the client at %s", verb, cluster)
	}
	return fmt.Sprintf("%s the client at %s (hook %s)", verb, cluster, hook)
}
