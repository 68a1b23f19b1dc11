package ui

import (
	"strings"
	"testing"

	"github.com/fumtui/fumtui/model"
)

// TestAnswersAgreeWithTheAdvice: whatever is advised and however ready a target is,
// no plain yes stands beside an advice that speaks against a failover, and no
// advised failover beside a plain no of another cluster.
func TestAnswersAgreeWithTheAdvice(t *testing.T) {
	snap := foreseen(fakeSnapshot(1, 1, 0))
	s := plainScene(&snap, noon)
	actions := []model.Action{
		model.ActionNone, model.ActionWait, model.ActionFailOver, model.ActionCannotFailOver, model.ActionCheckConsole, model.ActionCheckYourSide,
		model.ActionFixConfiguration, model.ActionAskSupport, model.ActionRecreateSubscriber, model.ActionChainHalted, model.ActionFailBack, model.ActionDataLossSoon,
	}
	for _, action := range actions {
		for _, ready := range []model.Ready{model.ReadyYes, model.ReadyAsks, model.ReadyNo, model.ReadyUnknown} {
			for _, but := range []string{"", "nyc is degraded"} {
				p := snap.Pipelines[0]
				p.Advice = model.Advice{Action: action}
				p.Readiness = []model.Readiness{{Target: "nyc", Kind: model.Cutover, Ready: ready, But: but, Gap: ptr(uint64(0)), Repeat: ptr(uint64(32))}}
				text := s.moveAnswer(&p).text
				plain := strings.HasPrefix(text, "yes") && !strings.Contains(text, "not advised") && !strings.Contains(text, ", but ")
				against := action == model.ActionCannotFailOver || action == model.ActionChainHalted || unadvised(action)
				if against && plain || action == model.ActionCannotFailOver && strings.HasPrefix(text, "yes") {
					t.Errorf("advised %s, ready %s, but %q: %s", action, ready, but, text)
				}
			}
		}
	}
}

// TestCannotFailOverSaysWhyNot: a target that is degraded is possible, and not
// advised.
func TestCannotFailOverSaysWhyNot(t *testing.T) {
	d := newDriver(t, 120, 40, cannotFailOver())
	d.seesWrapped("Fail over now: possible to nyc, but not advised: nyc is degraded")
	d.lacks("phi", "Fail over now: yes")
}

// TestAllIsAll: a pipeline that cannot be moved at all is not among those that can.
func TestAllIsAll(t *testing.T) {
	snap := fakeSnapshot(1, 3, 0)
	d := newDriver(t, 120, 40, snap)
	d.seesWrapped("Fail over now: yes, all 3 pipelines to nyc")
	for i := range 2 {
		d.twist = func(s model.Snapshot) model.Snapshot { return s }
		s := foreseen(snap)
		for j := range i + 1 {
			s.Pipelines[j].Readiness = nil
		}
		d.m.Update(snapshotMsg{s})
		d.seesWrapped("Fail over now: yes, " + []string{"2", "1"}[i] + " of 3 pipelines to nyc")
	}
}
