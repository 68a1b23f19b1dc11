package failover

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fumtui/fumtui/model"
)

// Ledger keeps what all consoles must agree on: leases, journals, active
// clusters, cursors and the audit trail. Each method is one transaction; no
// transaction spans two calls, so that a database elsewhere could serve as
// well as a local file. An error other than those named here leaves the
// outcome of a write unknown.
type Ledger interface {
	// Begin writes the run's row and first steps and takes the pipeline's
	// lease, both or neither. It fails with [BusyError] while another run of
	// the pipeline has not ended, and with [MovedError] when the active
	// cluster is no longer run.From. The returned lease carries the epoch,
	// which is higher than any before it for this pipeline.
	Begin(ctx context.Context, run model.Run, ttl time.Duration) (Lease, error)
	// TakeOver takes the lease of a run that has not ended, for holder, with
	// a higher epoch; the run is running from then on, and taken up at that
	// time. The caller has made sure that the old holder is dead or its lease
	// expired; seen is the lease it judged by, and [ErrFenced] comes back if
	// the lease changed since.
	TakeOver(ctx context.Context, runID string, seen Lease, holder model.Holder, ttl time.Duration) (Lease, error)
	// Renew extends the lease. [ErrFenced]: it is no longer ours, or it has
	// run out: a driver that slept through its term must not wake it up.
	Renew(ctx context.Context, lease Lease, ttl time.Duration) (Lease, error)
	// Write applies the batch if the lease still has its epoch, else it does
	// nothing and fails with [ErrFenced].
	Write(ctx context.Context, lease Lease, batch Batch) error

	// LeaseOf is the lease of a pipeline, nil when it was never taken or was
	// released by the end of its run.
	LeaseOf(ctx context.Context, pipeline string) (*Lease, error)
	// Run reads one run with its steps; [ErrNotFound] without one.
	Run(ctx context.Context, id string) (model.Run, error)
	// Runs reads runs, newest first; pipeline "" is all, limit 0 is no limit.
	Runs(ctx context.Context, pipeline string, unended bool, limit int) ([]model.Run, error)
	// Cursor reads the durable cursor; nil when there is none.
	Cursor(ctx context.Context, pipeline, cluster string) (*model.Cursor, error)
	// RecordCursor keeps what a cursor source other than the ledger itself said,
	// asked at read.UpdatedAt, and gives the cursor as it then is. What the source
	// said already when the engine set the row ([CursorSeed.Stale]) is of an earlier
	// stay: it changes nothing until the source says something else. Nor does an
	// answer that was asked for before the row was written.
	RecordCursor(ctx context.Context, read model.Cursor) (model.Cursor, error)
	// Home is the home cluster that a person chose for a pipeline by failing
	// forward; "" where the configured one stands. It is forgotten for good when it
	// is asked for under a configuration whose home is another than it was then.
	Home(ctx context.Context, pipeline, configured string) (string, error)
	// SetHome makes a cluster the home of a pipeline whose active cluster it is.
	// It fails with [BusyError] while a run has not ended, and with [MovedError]
	// when the active cluster is another.
	SetHome(ctx context.Context, pipeline, configured, home string, audit AuditEntry) error
	// Active is the pipeline's active cluster; "" when no run ever set it.
	Active(ctx context.Context, pipeline string) (string, error)
	// Writable fails when the ledger could not be written now.
	Writable(ctx context.Context) error
}

// Batch is one fenced write: the run as it now is, with all of its steps, and
// what changes together with it.
type Batch struct {
	Run       model.Run
	SetCursor *CursorSeed // with the outcome of create
	Activate  bool        // the active cluster becomes Run.To
	Audit     []AuditEntry
	Release   bool // the run has ended: give up the lease
}

// CursorSeed sets a cursor row back or forward. Only the engine does that.
type CursorSeed struct {
	Cluster string
	Slot    model.Slot
	Remove  bool // there is no slot below the first: the row goes, and Slot says nothing
	// Stale is what the cursor source of the pipeline at that cluster said before
	// its client was started; nil where it said nothing, or is the ledger itself.
	Stale *model.Slot
	// StaleUnknown: that source could not be read then. What it says first after
	// that is taken for what it said before.
	StaleUnknown bool
}

// AuditEntry is one line of the audit trail.
type AuditEntry struct {
	At     time.Time
	Actor  string // user@host
	Action string
	Detail string
}

// Lease is the right to drive the runs of one pipeline.
type Lease struct {
	Pipeline  string
	RunID     string
	Holder    model.Holder
	Epoch     int64 // fencing token
	Renewals  int64
	ExpiresAt time.Time
}

// ErrFenced says that another driver holds the lease now: stop at once.
var ErrFenced = errors.New("another driver holds the lease now")

// ErrNotFound says that there is no such run.
var ErrNotFound = errors.New("no such run")

// ErrStaleCursor says that a cursor source still says what it said before the
// engine set the cursor, and that there is no other.
var ErrStaleCursor = errors.New("that is no cursor of this stay")

// ErrAlreadyExists is in the chain of the error of [Cluster.CreateFromSlot]
// when the cluster has a subscriber of that name already.
var ErrAlreadyExists = errors.New("the subscriber exists already")

// ErrPortRefused is in the chain of the error of [Client.Metrics] when every
// address of the metrics port refused the connection: nobody listens there. A
// scrape that fails in any other way proves nothing.
var ErrPortRefused = errors.New("the metrics port refuses connections")

// BusyError says that a run of the pipeline has not ended.
type BusyError struct{ Run model.Run }

// Error implements error.
func (e *BusyError) Error() string {
	return fmt.Sprintf("run %s of pipeline %s to %s has not ended (%s at step %s): %s",
		e.Run.ID, e.Run.Pipeline, e.Run.To, e.Run.State, e.Run.CurrentStep(), takeUp(&e.Run))
}

// takeUp says how a run that nobody drives is ended, whichever way.
func takeUp(run *model.Run) string {
	text := fmt.Sprintf("go on with it: fumtui resume %s --confirm %s", run.ID, run.Toward())
	if run.GoingBack() {
		text = fmt.Sprintf("go on with it, back to %s: fumtui resume %s --confirm %s", run.From, run.ID, run.From)
	}
	if run.CanAbort() {
		text += "; or give it up: fumtui abort " + run.ID
	}
	return text
}

// MovedError says that the pipeline is active elsewhere than the run believes.
type MovedError struct{ Pipeline, Expected, Active string }

// Error implements error.
func (e *MovedError) Error() string {
	return fmt.Sprintf("pipeline %s is active on %s and not on %s: make a new plan", e.Pipeline, e.Active, e.Expected)
}

// Cluster is what the engine needs of a cluster. Errors carry a
// [model.Failure].
type Cluster interface {
	Version(ctx context.Context) (string, error)
	SlotRange(ctx context.Context) (model.SlotRange, error)
	// Subscriber fails with class not_found when there is none of that name.
	Subscriber(ctx context.Context, name string) (model.Subscriber, error)
	// CreateFromSlot creates a subscriber that begins at slot from, and gives
	// its id.
	CreateFromSlot(ctx context.Context, name string, from model.Slot) (string, error)
	// Delete removes a subscriber; existed is false when there was none.
	Delete(ctx context.Context, name string) (existed bool, err error)
}

// DataProver is implemented by a [Cluster] where fumtui may have a subscriber of
// its own for a moment. It is asked once for a plan, and once in preflight.
type DataProver interface {
	// ProveData finds out whether a subscriber that begins at slot from is sent
	// data: it creates one of fumtui's own, which is no customer's, gets one
	// block and removes it again. Data is that block. Errors carry a
	// [model.Failure], of an outage class where no data came.
	ProveData(ctx context.Context, from model.Slot) (data model.CanaryData, err error)
}

// Client is a pipeline's client at one cluster. Its acts are idempotent.
type Client interface {
	// Hooks names the hooks that are configured; none of them: a person
	// starts and stops the client.
	Hooks() []Hook
	// Run runs a hook to its end or timeout.
	Run(ctx context.Context, hook Hook, env HookEnv) (HookResult, error)
	// Metrics scrapes the client. It fails with class unreachable when the
	// port refuses the connection.
	Metrics(ctx context.Context) (model.ClientMetrics, error)
}

// HookChecker is implemented by a [Client] that can tell whether its hooks could
// be run, without running any.
type HookChecker interface {
	// HooksRunnable fails when a program of a hook is not there, or may not be run,
	// and names each.
	HooksRunnable() error
}

// Hook is one of the commands that control a client.
type Hook string

// The hooks.
const (
	HookStart  Hook = "start"
	HookStop   Hook = "stop"
	HookDrain  Hook = "drain"
	HookStatus Hook = "status"
)

// HookEnv is told to every hook in its environment.
type HookEnv struct {
	RunID      string      // FUMTUI_RUN_ID
	Epoch      int64       // FUMTUI_EPOCH
	Pipeline   string      // FUMTUI_PIPELINE
	Cluster    string      // FUMTUI_CLUSTER: whose client the hook controls
	From, To   string      // FUMTUI_FROM, FUMTUI_TO
	ResumeSlot *model.Slot // FUMTUI_RESUME_SLOT, once it is known
	Mode       model.Mode  // FUMTUI_MODE
}

// ClientStatus is what a status hook says.
type ClientStatus string

// The answers of a status hook: exit code 0, 3, and any other.
const (
	ClientRunning ClientStatus = "running"
	ClientStopped ClientStatus = "stopped"
	ClientUnknown ClientStatus = "unknown"
)

// HookResult is how a hook ended. Output is bounded and free of control
// characters other than line ends.
type HookResult struct {
	ExitCode int
	Status   ClientStatus // status hook only
	Cursor   *model.Slot  // from a line cursor=SLOT of drain or stop
	Output   string
}

// World gives the engine its clusters and clients by name, and time.
type World interface {
	Cluster(name string) (Cluster, error)
	Client(pipeline, cluster string) (Client, error)
	// Health is what the console knows of a cluster at this moment.
	Health(cluster string) model.ClusterState
	// Now is the time, with a monotonic reading: what is stored is its wall
	// clock, what is measured is the difference of two of them.
	Now() time.Time
	// Sleep waits for d, or until ctx is done, whose error it then returns.
	Sleep(ctx context.Context, d time.Duration) error
	// NewID makes the id of a run.
	NewID() string
	// Holder is this process.
	Holder() model.Holder
}

// Liveness is implemented by a [World] that can tell whether the holder of a
// lease still lives. known is false for a holder on another host.
type Liveness interface {
	Alive(holder model.Holder) (alive, known bool)
}

// CursorReader is implemented by a [World] that knows pipelines whose cursor is
// not the ledger's own row.
type CursorReader interface {
	// ReadCursor asks the configured source of a pipeline at a cluster. own is
	// false where the ledger's row is the cursor, and nothing was asked. A source
	// that has no slot yet gives nil.
	ReadCursor(ctx context.Context, pipeline, cluster string) (slot *model.Slot, own bool, err error)
}

// PipelineViewer is implemented by a [World] that knows how the pipelines are.
type PipelineViewer interface {
	// Pipeline is what the console knows of a pipeline at this moment.
	Pipeline(name string) model.PipelineState
}

// HookWaiter is implemented by a [World] whose hooks outlive a driver that was
// killed.
type HookWaiter interface {
	// AwaitHooks waits until no hook of the pipeline runs on this host any more,
	// or until ctx is done, whose error it then returns.
	AwaitHooks(ctx context.Context, pipeline string) error
	// HooksReady fails when no hook of the pipeline could be run now, though they
	// are configured: the place where their outcomes are kept cannot be written,
	// say. It changes nothing, and is for preflight.
	HooksReady(ctx context.Context, pipeline string) error
}
