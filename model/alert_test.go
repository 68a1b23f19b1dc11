package model

import "testing"

func TestAlertOfEveryVerdict(t *testing.T) {
	for verdict, want := range map[ClusterVerdict]Alert{
		ClusterUnknown: AlertUnknown, ClusterHealthy: AlertOK, ClusterBlip: AlertWarning, ClusterDegraded: AlertWarning,
		ClusterStalled: AlertCritical, ClusterDown: AlertCritical, ClusterRefusingUs: AlertCritical, "": AlertUnknown, "new": AlertUnknown,
	} {
		if got := verdict.Alert(); got != want {
			t.Errorf("cluster %q: %s, want %s", verdict, got, want)
		}
	}
	for verdict, want := range map[PipelineVerdict]Alert{
		PipelineMoving: AlertWarning, PipelineDoubleActive: AlertCritical, PipelineSubscriberLost: AlertCritical,
		PipelineSubscriberStale: AlertCritical, PipelineCutOff: AlertCritical, PipelineClientDown: AlertCritical,
		PipelineSilent: AlertCritical, PipelineCatchingUp: AlertOK, PipelineFallingBehind: AlertWarning,
		PipelineStreaming: AlertOK, PipelineUnknown: AlertUnknown, "": AlertUnknown, "new": AlertUnknown,
	} {
		if got := verdict.Alert(); got != want {
			t.Errorf("pipeline %q: %s, want %s", verdict, got, want)
		}
	}
	for action, want := range map[Action]Alert{
		ActionNone: AlertOK, ActionWait: AlertWarning, ActionFailOver: AlertCritical, ActionCannotFailOver: AlertCritical,
		ActionCheckConsole: AlertWarning, ActionCheckYourSide: AlertWarning, ActionFixConfiguration: AlertCritical,
		ActionAskSupport: AlertWarning, ActionRecreateSubscriber: AlertCritical, ActionChainHalted: AlertWarning,
		ActionFailBack: AlertOK, ActionDataLossSoon: AlertCritical, "": AlertUnknown, "new": AlertUnknown,
	} {
		if got := action.Alert(); got != want {
			t.Errorf("action %q: %s, want %s", action, got, want)
		}
	}
	for state, want := range map[RunState]Alert{
		RunRunning: AlertWarning, RunWaiting: AlertCritical, RunInterrupted: AlertCritical, RunUnknown: AlertCritical,
		RunDone: AlertOK, RunAborted: AlertOK, RunFailed: AlertOK, "new": AlertCritical,
	} {
		if got := state.Alert(); got != want {
			t.Errorf("run %q: %s, want %s", state, got, want)
		}
	}
}

func TestAlertsHaveAnOrderAndTheCodesOfPlugins(t *testing.T) {
	order := []Alert{AlertOK, AlertUnknown, AlertWarning, AlertCritical}
	for i, a := range order {
		for j, b := range order {
			if got, want := a.Worse(b), order[max(i, j)]; got != want {
				t.Errorf("of %s and %s: %s, want %s", a, b, got, want)
			}
		}
	}
	for code, name := range []string{"OK", "WARNING", "CRITICAL", "UNKNOWN"} {
		if Alert(code).String() != name {
			t.Errorf("exit code %d is %s, want %s", code, Alert(code), name)
		}
	}
}

func TestAlertOfAPipeline(t *testing.T) {
	left := 60.0
	run := func(s RunState) *Run { return &Run{State: s} }
	for name, tt := range map[string]struct {
		p      PipelineState
		active ClusterVerdict
		want   Alert
	}{
		"streams":                       {PipelineState{Verdict: PipelineStreaming, Advice: Advice{Action: ActionNone}}, ClusterHealthy, AlertOK},
		"may come home":                 {PipelineState{Verdict: PipelineStreaming, Advice: Advice{Action: ActionFailBack}}, ClusterHealthy, AlertOK},
		"catches up":                    {PipelineState{Verdict: PipelineCatchingUp, Advice: Advice{Action: ActionNone}}, ClusterHealthy, AlertOK},
		"blip":                          {PipelineState{Verdict: PipelineStreaming, Advice: Advice{Action: ActionWait}}, ClusterBlip, AlertWarning},
		"blip, client out of sight":     {PipelineState{Verdict: PipelineUnknown, Advice: Advice{Action: ActionWait}}, ClusterBlip, AlertWarning},
		"nothing known yet":             {PipelineState{Verdict: PipelineUnknown, Advice: Advice{Action: ActionWait}}, ClusterUnknown, AlertUnknown},
		"client unknown":                {PipelineState{Verdict: PipelineUnknown, Advice: Advice{Action: ActionNone}}, ClusterHealthy, AlertUnknown},
		"streams, cluster not known":    {PipelineState{Verdict: PipelineStreaming, Advice: Advice{Action: ActionWait}}, ClusterUnknown, AlertUnknown},
		"silent, cluster not known":     {PipelineState{Verdict: PipelineSilent, Advice: Advice{Action: ActionWait}}, ClusterUnknown, AlertCritical},
		"console offline":               {PipelineState{Verdict: PipelineUnknown, Advice: Advice{Action: ActionCheckConsole}}, ClusterUnknown, AlertWarning},
		"degraded":                      {PipelineState{Verdict: PipelineStreaming, Advice: Advice{Action: ActionAskSupport}}, ClusterDegraded, AlertWarning},
		"silent":                        {PipelineState{Verdict: PipelineSilent, Advice: Advice{Action: ActionAskSupport}}, ClusterHealthy, AlertCritical},
		"chain halted":                  {PipelineState{Verdict: PipelineStreaming, Advice: Advice{Action: ActionChainHalted}}, ClusterBlip, AlertWarning},
		"falls behind":                  {PipelineState{Verdict: PipelineFallingBehind, Advice: Advice{Action: ActionCheckYourSide}}, ClusterHealthy, AlertWarning},
		"client down":                   {PipelineState{Verdict: PipelineClientDown, Advice: Advice{Action: ActionCheckYourSide}}, ClusterHealthy, AlertCritical},
		"double active":                 {PipelineState{Verdict: PipelineDoubleActive, Advice: Advice{Action: ActionCheckYourSide}}, ClusterHealthy, AlertCritical},
		"outage":                        {PipelineState{Verdict: PipelineCutOff, Advice: Advice{Action: ActionFailOver}}, ClusterDown, AlertCritical},
		"outage, nowhere to go":         {PipelineState{Verdict: PipelineCutOff, Advice: Advice{Action: ActionCannotFailOver}}, ClusterDown, AlertCritical},
		"outage held back":              {PipelineState{Verdict: PipelineCutOff, Advice: Advice{Action: ActionWait}}, ClusterStalled, AlertCritical},
		"token refused":                 {PipelineState{Verdict: PipelineStreaming, Advice: Advice{Action: ActionFixConfiguration}}, ClusterRefusingUs, AlertCritical},
		"falls behind, data soon lost":  {PipelineState{Verdict: PipelineFallingBehind, Advice: Advice{Action: ActionCheckYourSide, UrgentSeconds: &left}}, ClusterHealthy, AlertCritical},
		"run goes on":                   {PipelineState{Verdict: PipelineMoving, Advice: Advice{Action: ActionWait}, Run: run(RunRunning)}, ClusterDown, AlertWarning},
		"run asks":                      {PipelineState{Verdict: PipelineMoving, Advice: Advice{Action: ActionWait}, Run: run(RunWaiting)}, ClusterHealthy, AlertCritical},
		"run interrupted, data at risk": {PipelineState{Verdict: PipelineMoving, Advice: Advice{Action: ActionWait, UrgentSeconds: &left}, Run: run(RunRunning)}, ClusterHealthy, AlertCritical},
		"run failed, streams":           {PipelineState{Verdict: PipelineStreaming, Advice: Advice{Action: ActionNone}, Run: run(RunFailed)}, ClusterHealthy, AlertOK},
	} {
		if got := tt.p.Alert(tt.active); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}
