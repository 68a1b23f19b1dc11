package model

import "time"

// RuleState is how near a rule is to deciding.
type RuleState string

// The states of a rule.
const (
	RuleFired   RuleState = "fired"   // it decided the verdict or the advice
	RuleHolds   RuleState = "holds"   // it holds too, but one before it decided
	RuleNear    RuleState = "near"    // it has begun to count, and may fire
	RuleQuiet   RuleState = "quiet"   // nothing speaks for it
	RuleUnknown RuleState = "unknown" // there is no evidence to judge it by
)

// RuleCheck is one rule as it stands at a moment.
type RuleCheck struct {
	Rule     string    // the verdict, or the row of the table of advice, that it leads to
	Subject  string    // the cluster or pipeline it is about
	State    RuleState // how near it is
	Measured string    // what was measured, such as "every call failed for 1m20s"
	Bound    string    // what it is held against, such as "3m"; "" where there is no threshold
	Setting  string    // the setting of that bound, such as "detection.down_after"; "" without one
	Change   string    // what would change it, such as "down in 1m40s unless it answers"; may be ""
}

// Explanation says how the verdict and the advice on a pipeline, or the verdict
// on a cluster, came about.
type Explanation struct {
	Time     time.Time
	Cluster  *ClusterState  // of a cluster; nil for a pipeline
	Pipeline *PipelineState // of a pipeline; nil for a cluster
	Clusters []Explanation  // for a pipeline: of its clusters, the active one first
	Facts    []Fact         // each piece of evidence, the newest of its kind
	Rules    []RuleCheck    // in the order in which they are tried
	Hints    []string       // what only hints, and never decides, such as an unusual silence
}
