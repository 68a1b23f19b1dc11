package model

// Alert is how loudly a monitoring system should call. The values are the exit
// codes of monitoring plugins.
type Alert int

// The alerts.
const (
	AlertOK       Alert = 0
	AlertWarning  Alert = 1
	AlertCritical Alert = 2
	AlertUnknown  Alert = 3 // nothing can be said
)

// String is the alert as monitoring plugins write it.
func (a Alert) String() string {
	switch a {
	case AlertOK:
		return "OK"
	case AlertWarning:
		return "WARNING"
	case AlertCritical:
		return "CRITICAL"
	case AlertUnknown:
	}
	return "UNKNOWN"
}

// Worse is the graver of two alerts. Not to know is graver than that all is
// well, and less grave than what is known to be wrong.
func (a Alert) Worse(b Alert) Alert {
	rank := map[Alert]int{AlertOK: 0, AlertUnknown: 1, AlertWarning: 2, AlertCritical: 3}
	if rank[b] > rank[a] {
		return b
	}
	return a
}

// Alert is what a verdict on a cluster is worth by itself.
func (v ClusterVerdict) Alert() Alert {
	switch v {
	case ClusterHealthy:
		return AlertOK
	case ClusterBlip, ClusterDegraded:
		return AlertWarning
	case ClusterStalled, ClusterDown, ClusterRefusingUs:
		return AlertCritical
	case ClusterUnknown:
	}
	return AlertUnknown
}

// Alert is what a verdict on a pipeline is worth by itself: critical where
// nothing is consumed or twice is.
func (v PipelineVerdict) Alert() Alert {
	switch v {
	case PipelineStreaming, PipelineCatchingUp:
		return AlertOK
	case PipelineMoving, PipelineFallingBehind:
		return AlertWarning
	case PipelineDoubleActive, PipelineSubscriberLost, PipelineSubscriberStale,
		PipelineCutOff, PipelineClientDown, PipelineSilent:
		return AlertCritical
	case PipelineUnknown:
	}
	return AlertUnknown
}

// Alert is what an advice is worth by itself. To check one's own side is no more
// than the verdict makes of it: for a lag that grows a warning, for a client
// that is down critical.
func (a Action) Alert() Alert {
	switch a {
	case ActionNone, ActionFailBack:
		return AlertOK
	case ActionWait, ActionCheckConsole, ActionCheckYourSide, ActionAskSupport, ActionChainHalted:
		return AlertWarning
	case ActionFailOver, ActionCannotFailOver, ActionFixConfiguration, ActionRecreateSubscriber, ActionDataLossSoon:
		return AlertCritical
	}
	return AlertUnknown
}

// Alert is what the state of a run is worth: one that goes on by itself is not
// done yet, and one that needs somebody keeps its pipeline standing until
// somebody comes.
func (s RunState) Alert() Alert {
	switch s {
	case RunDone, RunAborted, RunFailed:
		return AlertOK
	case RunRunning:
		return AlertWarning
	case RunWaiting, RunInterrupted, RunUnknown:
	}
	return AlertCritical
}

// Alert is how a pipeline stands, where active is the verdict on its active
// cluster: the graver of what its verdict and its advice are worth. Data that
// is about to be lost is critical whatever else is; a run that has not ended
// speaks for its pipeline; and to wait for evidence on the active cluster is
// not to know.
func (p *PipelineState) Alert(active ClusterVerdict) Alert {
	switch {
	case p.Advice.UrgentSeconds != nil:
		return AlertCritical
	case p.Run != nil && !p.Run.State.Ended():
		return p.Run.State.Alert()
	case p.Advice.Action == ActionWait && active == ClusterUnknown:
		return p.Verdict.Alert().Worse(AlertUnknown)
	}
	return p.Verdict.Alert().Worse(p.Advice.Action.Alert())
}
