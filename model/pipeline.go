package model

// Cluster is one regional Fumarole deployment, as configured.
type Cluster struct {
	Name, Region, Endpoint string
}

// Guarantee is what a pipeline asks of a failover.
type Guarantee string

// The guarantees.
const (
	AtLeastOnce Guarantee = "at_least_once" // no gap unless approved by its number; may repeat
	ExactlyOnce Guarantee = "exactly_once"  // no gap; only for an idempotent pipeline
	NoGuarantee Guarantee = "none"          // may start at LATEST
)

// Bootstrap says what to do when there is no usable cursor.
type Bootstrap string

// The bootstrap policies.
const (
	BootstrapReject Bootstrap = "reject"
	BootstrapAwait  Bootstrap = "await_approval"
	BootstrapAllow  Bootstrap = "allow" // only with NoGuarantee
)

// Pipeline is one consuming application, as configured.
type Pipeline struct {
	Name       string
	Subscriber string // name of its persistent subscriber in every cluster
	Home       string // name of its home cluster
	Guarantee  Guarantee
	Bootstrap  Bootstrap
	Idempotent bool
	Overlap    uint64   // slots to go back behind cursor + 1
	Highest    bool     // the cursor is only the highest slot seen: the overlap covers what is missing below it
	Clusters   []string // where it has a client
	// Quiet are the windows in which a failback may begin; none: at any time.
	Quiet []DailyWindow
}
