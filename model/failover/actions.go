package failover

import (
	"fmt"
	"slices"

	"github.com/fumtui/fumtui/model"
)

// actions says in words what a run of the plan will do, in order.
func actions(plan *model.Plan, f *facts) []string {
	at := "the slot after the cursor"
	if plan.ResumeSlot != nil {
		at = fmt.Sprintf("slot %d", *plan.ResumeSlot)
		if plan.Mode == model.Planned {
			at += " or later, as the cursor advances until the drain"
		}
	}
	remove := fmt.Sprintf("delete a subscriber %s at %s, if there is one by then", plan.Subscriber, plan.To)
	if f.target != nil {
		remove = fmt.Sprintf("delete the subscriber %s (id %s) that is at %s", plan.Subscriber, model.Clean(f.target.ID, 64), plan.To)
	}
	return []string{
		stopAction(plan, f.source),
		fmt.Sprintf("prove that the client at %s is stopped", plan.From),
		fmt.Sprintf("read the cursor of %s", plan.From),
		remove,
		fmt.Sprintf("create the subscriber %s at %s from %s", plan.Subscriber, plan.To, at),
		clientAction("start", HookStart, plan.To, f.dest),
		fmt.Sprintf("confirm that it streams and reaches the live tip of %s", plan.To),
		fmt.Sprintf("make %s the active cluster", plan.To),
	}
}

// stopAction says how the client at the source is brought to rest.
func stopAction(plan *model.Plan, source clientFacts) string {
	if plan.Mode == model.Planned {
		if slices.Contains(source.hooks, HookDrain) || source.manual() {
			return clientAction("drain", HookDrain, plan.From, source)
		}
	}
	return clientAction("stop", HookStop, plan.From, source)
}

// clientAction says who does what to a client.
func clientAction(verb string, hook Hook, cluster string, c clientFacts) string {
	if c.manual() {
		return fmt.Sprintf("ask a person to %s the client at %s", verb, cluster)
	}
	return fmt.Sprintf("%s the client at %s (hook %s)", verb, cluster, hook)
}
