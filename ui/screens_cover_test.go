package ui

import (
	"testing"

	"github.com/fumtui/fumtui/model"
)

// TestStatesCoverAll: every page, verdict, advice, and state of a run is on some
// golden screen.
func TestStatesCoverAll(t *testing.T) {
	pages := map[page]bool{}
	seen := map[any]bool{}
	for _, s := range states() {
		d := s.console(t, 120, 40)
		pages[d.m.page] = true
		if d.m.snap == nil {
			continue
		}
		for i := range d.m.snap.Clusters {
			seen[d.m.snap.Clusters[i].Verdict] = true
		}
		for i := range d.m.snap.Pipelines {
			p := &d.m.snap.Pipelines[i]
			seen[p.Verdict], seen[p.Advice.Action] = true, true
			if p.Run != nil {
				seen[p.Run.State], seen[p.Run.Kind] = true, true
			}
		}
	}
	for p := pageOverview; p <= pageQuit; p++ {
		if !pages[p] {
			t.Errorf("no state shows %s", p)
		}
	}
	for _, want := range []any{
		model.ClusterUnknown, model.ClusterHealthy, model.ClusterBlip, model.ClusterDegraded, model.ClusterStalled, model.ClusterDown, model.ClusterRefusingUs,
		model.PipelineMoving, model.PipelineDoubleActive, model.PipelineSubscriberLost, model.PipelineSubscriberStale, model.PipelineCutOff,
		model.PipelineClientDown, model.PipelineSilent, model.PipelineCatchingUp, model.PipelineFallingBehind, model.PipelineStreaming, model.PipelineUnknown,
		model.ActionNone, model.ActionWait, model.ActionFailOver, model.ActionCannotFailOver, model.ActionCheckConsole, model.ActionCheckYourSide,
		model.ActionFixConfiguration, model.ActionAskSupport, model.ActionRecreateSubscriber, model.ActionChainHalted, model.ActionFailBack, model.ActionDataLossSoon,
		model.RunRunning, model.RunWaiting, model.RunInterrupted, model.RunUnknown, model.RunDone, model.RunAborted, model.RunFailed,
		model.Cutover, model.Failback, model.Recreate,
	} {
		if !seen[want] {
			t.Errorf("no state shows %T %s", want, want)
		}
	}
}
