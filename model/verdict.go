package model

// ClusterVerdict says what the evidence on a cluster means.
type ClusterVerdict string

// The verdicts on a cluster.
const (
	ClusterUnknown    ClusterVerdict = "unknown"     // too little, or too old, evidence
	ClusterHealthy    ClusterVerdict = "healthy"     // answers and advances
	ClusterBlip       ClusterVerdict = "blip"        // a sign of down or stalled, not yet for long
	ClusterDegraded   ClusterVerdict = "degraded"    // answers slowly or with server errors
	ClusterStalled    ClusterVerdict = "stalled"     // answers, but its newest slot stands still
	ClusterDown       ClusterVerdict = "down"        // every call has failed for long
	ClusterRefusingUs ClusterVerdict = "refusing_us" // token, quota, version or certificate
)

// PipelineVerdict says what the evidence on a pipeline means.
type PipelineVerdict string

// The verdicts on a pipeline, in the order in which the first that holds wins.
const (
	PipelineMoving          PipelineVerdict = "moving"
	PipelineDoubleActive    PipelineVerdict = "double_active"
	PipelineSubscriberLost  PipelineVerdict = "subscriber_lost"
	PipelineSubscriberStale PipelineVerdict = "subscriber_stale"
	PipelineCutOff          PipelineVerdict = "cut_off"
	PipelineClientDown      PipelineVerdict = "client_down"
	PipelineSilent          PipelineVerdict = "silent"
	PipelineCatchingUp      PipelineVerdict = "catching_up"
	PipelineFallingBehind   PipelineVerdict = "falling_behind"
	PipelineStreaming       PipelineVerdict = "streaming"
	PipelineUnknown         PipelineVerdict = "unknown"
)

// SubscriberState says how a pipeline's subscriber stands in one cluster.
type SubscriberState string

// The states of a subscriber.
const (
	SubscriberPresent SubscriberState = "present"
	SubscriberStale   SubscriberState = "stale"
	SubscriberAbsent  SubscriberState = "absent"
	SubscriberUnknown SubscriberState = "unknown"
)

// Action is what a person should do about a pipeline.
type Action string

// The actions of an advice.
const (
	ActionNone               Action = "none"
	ActionWait               Action = "wait"
	ActionFailOver           Action = "fail_over"
	ActionCannotFailOver     Action = "cannot_fail_over"
	ActionCheckConsole       Action = "check_console"
	ActionCheckYourSide      Action = "check_your_side"
	ActionFixConfiguration   Action = "fix_configuration"
	ActionAskSupport         Action = "ask_support"
	ActionRecreateSubscriber Action = "recreate_subscriber"
	ActionChainHalted        Action = "chain_halted"
	ActionFailBack           Action = "fail_back"
	ActionDataLossSoon       Action = "data_loss_soon"
)

// Advice is what to do about a pipeline, and why.
type Advice struct {
	Action        Action   `json:"action"`
	Target        string   `json:"target,omitempty"` // the cluster to go to, where there is one
	Text          string   `json:"text"`             // one sentence for a person
	UrgentSeconds *float64 `json:"urgent_seconds"`   // seconds until data is lost, where that is near
	Evidence      []Fact   `json:"-"`                // what it rests on, a line each
	Change        string   `json:"change,omitempty"` // what would change it, such as "down in 1m40s unless it answers"
}

// Severity orders actions by how soon a person should look: the higher, the
// sooner. 0 is nothing to do.
func (a Action) Severity() int {
	switch a {
	case ActionDataLossSoon:
		return 6
	case ActionFailOver, ActionCannotFailOver:
		return 5
	case ActionRecreateSubscriber, ActionFixConfiguration, ActionCheckYourSide:
		return 4
	case ActionCheckConsole, ActionAskSupport, ActionChainHalted:
		return 3
	case ActionWait:
		return 2
	case ActionFailBack:
		return 1
	case ActionNone:
		return 0
	}
	return 0
}
