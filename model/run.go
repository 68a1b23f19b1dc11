package model

import "time"

// RunKind says whether a run goes away from home, back to it, or stays.
type RunKind string

// The kinds of runs.
const (
	Cutover  RunKind = "cutover"
	Failback RunKind = "failback" // a cutover whose target is the home cluster
	Recreate RunKind = "recreate" // the subscriber is made again where it was: From is To
)

// Mode says how the client at the source is brought to rest.
type Mode string

// The modes of a run.
const (
	Planned  Mode = "planned"  // the source is healthy and is drained
	Reactive Mode = "reactive" // the source is not reachable and is stopped
	Hybrid   Mode = "hybrid"   // the source is drained, and stopped where that does not end in time
)

// RunState is how a run stands. It is never a guess.
type RunState string

// The states of a run.
const (
	RunRunning     RunState = "running"
	RunWaiting     RunState = "waiting"     // for an answer of a person
	RunInterrupted RunState = "interrupted" // its driver is gone
	RunUnknown     RunState = "unknown"     // an effect may still be under way
	RunDone        RunState = "done"
	RunAborted     RunState = "aborted" // the source runs as before
	RunFailed      RunState = "failed"
)

// Ended reports whether a run in this state is over.
func (s RunState) Ended() bool {
	return s == RunDone || s == RunAborted || s == RunFailed
}

// StepName names a step of a run.
type StepName string

// The steps of a run, in order.
const (
	StepLease      StepName = "lease"
	StepPreflight  StepName = "preflight"
	StepStop       StepName = "stop"
	StepVerifyStop StepName = "verify-stop"
	StepCursor     StepName = "cursor"
	StepPosition   StepName = "position"
	StepDelete     StepName = "delete"
	StepCreate     StepName = "create"
	StepStart      StepName = "start"
	StepConfirm    StepName = "confirm"
	StepActivate   StepName = "activate"
)

// The steps back are journaled behind the others when a run decides to go
// back; that is the decision, and from then on no other step is taken.
const (
	StepRevert  StepName = "revert"  // bring the source's client to a certain state
	StepRestart StepName = "restart" // put it to work again
)

// Steps are the steps of a run in their order.
func Steps() []StepName {
	return []StepName{
		StepLease, StepPreflight, StepStop, StepVerifyStop, StepCursor, StepPosition,
		StepDelete, StepCreate, StepStart, StepConfirm, StepActivate,
	}
}

// StepState is how a step stands.
type StepState string

// The states of a step. Intent is journaled as running before the effect, the
// outcome as done or failed after it.
const (
	StepPending StepState = "pending"
	StepRunning StepState = "running"
	StepDone    StepState = "done"
	StepFailed  StepState = "failed"
)

// Step is the journal of one step of a run.
type Step struct {
	Name      StepName
	State     StepState
	StartedAt *time.Time
	EndedAt   *time.Time
	Error     string // what failed, on what, and what to do next
	Detail    string // what was seen or done, in one line
}

// Run is one execution of a cutover or failback, and all that is needed to
// resume it.
type Run struct {
	ID          string
	Pipeline    string
	Subscriber  string
	Kind        RunKind
	Mode        Mode
	From, To    string
	State       RunState
	RequestedBy string // user@host
	Origin      string // where that person's ssh session came from; "" without one
	Reason      string
	Evacuation  string // shared by the runs that empty a cluster together; "" of a run on its own
	Forced      bool
	Evidence    []string   // what was seen of both clusters when the run began, in sentences
	DetectedAt  *time.Time // since when the source was seen not to be well; nil where it was
	StartedAt   time.Time  // when it was decided: the plan was confirmed
	EndedAt     *time.Time
	TakenUpAt   *time.Time // when it was last taken up again: resumed, answered or given up; nil: it never was
	Epoch       int64      // of the lease that last drove it
	Sequence    uint64     // of the last write of its journal under that lease; it only grows
	Holder      Holder

	Cursor         *Slot      // last fully consumed slot at the source
	ReportedCursor *Slot      // what the stopped client said of itself, if it did
	ResumeSlot     *Slot      // where the target's subscriber begins
	FromSlot       *Slot      // resume slot that a person chose; nil: the one after the cursor
	Latest         bool       // a person chose to resume after the target's newest slot
	ApprovedGap    *uint64    // slots that a person agreed to skip, at most; nil: nobody was asked
	GapSlots       *uint64    // slots skipped; 0: none; nil until the position is decided
	PossibleLoss   uint64     // slots that may be skipped besides the gap: nobody can tell
	DuplicateSlots *uint64    // slots expected to be delivered twice
	ReplaySlots    *uint64    // from the resume slot to the target's newest, when the position was decided
	SubscriberID   string     // of the subscriber created at the target
	SourceAnswered bool       // the source client's metrics port answered before the stop
	FirstSlot      *Slot      // the first one that the target's client consumed, if it says so
	FirstSlotAt    *time.Time // when the target's cursor was first seen to advance
	LiveAt         *time.Time // since when the target's client was at the live tip, and stayed
	Question       string     // what a waiting run asks
	Note           string     // what to do next, after a run that did not end well

	Steps []Step
}

// Step finds a step by name; it is nil where the run has none of that name.
func (r *Run) Step(name StepName) *Step {
	for i := range r.Steps {
		if r.Steps[i].Name == name {
			return &r.Steps[i]
		}
	}
	return nil
}

// DrivenSince is since when the driver of the run is at a step: its begin, or when
// it was taken up again, which again tells. It is the zero time before the begin.
func (r *Run) DrivenSince(s *Step) (since time.Time, again bool) {
	switch {
	case s.StartedAt == nil:
		return time.Time{}, false
	case s.State == StepRunning && r.TakenUpAt != nil && r.TakenUpAt.After(*s.StartedAt):
		return *r.TakenUpAt, true
	}
	return *s.StartedAt, false
}

// CurrentStep is the step under way, or else the last one that began.
func (r *Run) CurrentStep() StepName {
	current := StepLease
	for _, s := range r.Steps {
		if s.State != StepPending {
			current = s.Name
		}
	}
	return current
}

// Failed is the last step that failed; nil where none did.
func (r *Run) Failed() *Step {
	for i := len(r.Steps) - 1; i >= 0; i-- {
		if r.Steps[i].State == StepFailed {
			return &r.Steps[i]
		}
	}
	return nil
}

// FailedAt is the last step that failed, or else [Run.CurrentStep].
func (r *Run) FailedAt() StepName {
	if step := r.Failed(); step != nil {
		return step.Name
	}
	return r.CurrentStep()
}

// Begun reports whether the intent of a step is journaled. What failed without
// it never began: it was not to begin as things were.
func (s *Step) Begun() bool {
	return s != nil && (s.State == StepRunning || s.State == StepDone || (s.State == StepFailed && s.StartedAt != nil))
}

// ForwardOnly reports whether the run has no way back: the intent to start the
// target's client is journaled, or the subscriber that is made again where it
// was may be deleted.
func (r *Run) ForwardOnly() bool {
	if r.Step(StepStart).Begun() {
		return true
	}
	remove := r.Step(StepDelete)
	return r.Kind == Recreate && remove != nil && (remove.State == StepDone || remove.Detail != "")
}

// GoingBack reports whether the run has decided to go back: whoever goes on with it
// puts the source's client to work again.
func (r *Run) GoingBack() bool { return r.Step(StepRevert) != nil }

// Toward is the cluster at which the client works once the run has ended well: the
// target, or the source of a run that goes back.
func (r *Run) Toward() string {
	if r.GoingBack() {
		return r.From
	}
	return r.To
}

// CanAbort reports whether the run could still be given up: there is a way back,
// and it is not on it already.
func (r *Run) CanAbort() bool {
	return !r.State.Ended() && !r.ForwardOnly() && !r.GoingBack()
}

// Clone copies a run with steps of its own: changing those, or setting anything of the
// copy to something else, leaves the original alone. What its pointers point to is
// shared, and is never written.
func (r Run) Clone() Run {
	r.Steps = append([]Step(nil), r.Steps...)
	return r
}

// Holder is who drives a run: a process, told apart from any other that ever
// ran, on this host or elsewhere.
type Holder struct {
	Host      string `json:"host"`
	BootID    string `json:"boot_id"`
	PID       int    `json:"pid"`
	StartedAt string `json:"started_at"` // start of the process, as the system tells it
	User      string `json:"user"`
}

// Request asks for a run.
type Request struct {
	Pipeline    string
	To          string
	Mode        Mode    // "": planned while the source answers, else reactive
	Recreate    bool    // To is the active cluster, whose subscriber is lost or stale
	FromSlot    *Slot   // resume at this slot; nil: at the one after the cursor
	Latest      bool    // resume after the newest slot of the target
	Force       bool    // skip only the wait for home to have been stable
	ApproveGap  *uint64 // slots that a person agreed to skip
	Reason      string
	RequestedBy string
	Origin      string // where the person's ssh session came from; "" without one
	Evacuation  string // shared by the runs that empty a cluster together
}

// CheckLevel says what a preflight check means for a run.
type CheckLevel string

// The levels of a check.
const (
	CheckOK     CheckLevel = "ok"
	CheckWarn   CheckLevel = "warn"
	CheckAsk    CheckLevel = "ask"    // the run needs a person's answer
	CheckRefuse CheckLevel = "refuse" // the run must not begin
)

// Check is one preflight check: what it saw and what would mend it.
type Check struct {
	Name  string
	Level CheckLevel
	Saw   string
	Mend  string
}

// Plan is what a run would do, found out without changing anything. The plan
// that was shown is the plan that is executed.
type Plan struct {
	Request    Request
	Kind       RunKind
	Mode       Mode // as it would run
	From, To   string
	Subscriber string
	Guarantee  Guarantee

	Cursor         *Slot
	CursorAge      time.Duration
	ResumeSlot     *Slot
	GapSlots       uint64
	DuplicateSlots uint64
	ReplaySlots    *uint64  // from the resume slot to the target's newest
	Actions        []string // what will be run, in order, in words
	Checks         []Check
	NoOp           string // not empty: there is nothing to do, and why
	MadeAt         time.Time
}

// Worst is the gravest level among the plan's checks.
func (p *Plan) Worst() CheckLevel {
	rank := map[CheckLevel]int{CheckOK: 0, CheckWarn: 1, CheckAsk: 2, CheckRefuse: 3}
	worst := CheckOK
	for _, c := range p.Checks {
		if rank[c.Level] > rank[worst] {
			worst = c.Level
		}
	}
	return worst
}
