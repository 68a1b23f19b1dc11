package model

import "testing"

// TestWhose keeps the rule that a failover is advised only where the cluster is
// to blame.
func TestWhose(t *testing.T) {
	sides := map[Action]Side{
		ActionNone: SideNobody, ActionWait: SideUnclear, ActionFailOver: SideCluster, ActionCannotFailOver: SideCluster,
		ActionCheckConsole: SideConsole, ActionCheckYourSide: SideClient, ActionFixConfiguration: SideConfiguration,
		ActionAskSupport: SideProvider, ActionRecreateSubscriber: SideSubscriber, ActionChainHalted: SideChain,
		ActionFailBack: SideNobody, ActionDataLossSoon: SideUnclear, Action("what is this"): SideUnclear,
	}
	for action, want := range sides {
		if got := action.Whose(); got != want {
			t.Errorf("%s: got %q, want %q", action, got, want)
		}
	}
}
