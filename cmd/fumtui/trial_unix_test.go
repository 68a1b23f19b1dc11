//go:build unix

package main_test

import (
	"bytes"
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/store"
)

// The tests that use this file hurt real processes: they kill them, suspend
// them, and take their database away. What a run came to is read from its
// journal, and whether it did harm from what the clients of the simulator
// recorded.

// lookEvery is how often a test looks for what it waits for.
const lookEvery = 4 * time.Millisecond

// within is a random time of at most so much.
func within(random *rand.Rand, most time.Duration) time.Duration {
	return time.Duration(random.Int64N(int64(most)))
}

// process is a command of fumtui that a test may hurt.
type process struct {
	t     testing.TB
	name  string
	cmd   *exec.Cmd
	out   paper // all that it printed
	ended chan struct{}
}

// paper keeps what a command prints, and can be read while it goes on.
type paper struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (p *paper) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

func (p *paper) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// launch starts a command. It ends with the test at the latest.
func launch(t testing.TB, args ...string) *process {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	return launchCommand(t, exec.Command(path, args...))
}

// launchCommand starts a command that was made ready.
func launchCommand(t testing.TB, cmd *exec.Cmd) *process {
	t.Helper()
	p := &process{t: t, name: strings.Join(cmd.Args[1:], " "), cmd: cmd, ended: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = &p.out, &p.out
	cmd.WaitDelay = time.Second // a hook that outlives it does not hold it up
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = cmd.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() { p.kill() })
	return p
}

// hasEnded reports whether it ended.
func (p *process) hasEnded() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// signal sends it a signal, if it still runs.
func (p *process) signal(s syscall.Signal) { _ = p.cmd.Process.Signal(s) }

// kill ends it at once, and reports whether that was what ended it.
func (p *process) kill() bool {
	p.signal(syscall.SIGKILL)
	<-p.ended
	return p.code() < 0
}

// code is the exit code of a process that ended; -1: it was killed.
func (p *process) code() int { return p.cmd.ProcessState.ExitCode() }

// wait waits for its end and gives its exit code.
func (p *process) wait() int {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		p.kill()
		p.t.Fatalf("fumtui %s did not end in %s\n%s", p.name, patience, p.out.String())
	}
	return p.code()
}

// ends waits for its end, and fails the test unless its exit code is one of
// these. It gives what was printed.
func (p *process) ends(codes ...int) string {
	p.t.Helper()
	got := p.wait()
	for _, code := range codes {
		if got == code {
			return p.out.String()
		}
	}
	p.t.Fatalf("fumtui %s: exit code %d, want one of %v\n%s", p.name, got, codes, p.out.String())
	return ""
}

// boundary is a place in a journal: a step begun and not ended, or ended and no
// other begun.
type boundary struct {
	step  model.StepName
	ended bool
}

// String implements fmt.Stringer.
func (b boundary) String() string {
	if b.ended {
		return "after " + string(b.step)
	}
	return "in " + string(b.step)
}

// where is the place that a run's journal has come to.
func where(run *model.Run) boundary {
	var at boundary
	for i := range run.Steps {
		if s := &run.Steps[i]; s.State != model.StepPending {
			at = boundary{s.Name, s.State != model.StepRunning}
		}
	}
	return at
}

// boundaries are the places of a run that goes forward, in order, but for its
// end.
func boundaries() []boundary {
	var all []boundary
	for _, step := range model.Steps() {
		if step != model.StepLease { // it begins and ends in one transaction
			all = append(all, boundary{step, false})
		}
		if step != model.StepActivate { // it is the end
			all = append(all, boundary{step, true})
		}
	}
	return all
}

// journal is the database of a simulator, looked at past the program.
type journal struct {
	t     testing.TB
	path  string
	db    *sql.DB
	store *store.Store // reads
}

// openJournal opens the database of a simulator.
func openJournal(t testing.TB, s *simulator) *journal {
	t.Helper()
	j := &journal{t: t, path: filepath.Join(s.dir, "fumtui.db")}
	var err error
	if j.store, err = store.OpenReadOnly(t.Context(), j.path); err != nil {
		t.Fatal(err)
	}
	if j.db, err = sql.Open("sqlite", "file:"+j.path+"?_pragma=busy_timeout(10000)"); err != nil {
		t.Fatal(err)
	}
	j.db.SetMaxOpenConns(1)
	t.Cleanup(j.close)
	return j
}

// close lets the database go.
func (j *journal) close() { _ = errors.Join(j.db.Close(), j.store.Close()) }

// newest is the newest run of a pipeline; one without an ID if there is none.
func (j *journal) newest(pipeline string) model.Run {
	j.t.Helper()
	runs, err := j.store.Runs(j.t.Context(), pipeline, false, 1)
	if err != nil {
		j.t.Fatal(err)
	}
	if len(runs) == 0 {
		return model.Run{}
	}
	return runs[0]
}

// exec executes a statement.
func (j *journal) exec(statement string) {
	j.t.Helper()
	if _, err := j.db.ExecContext(j.t.Context(), statement); err != nil {
		j.t.Fatal(err)
	}
}

// hold makes the database refuse whatever would take the journal of a pipeline
// beyond a boundary, until it is let go. So a driver can be met there, however
// fast it is; it takes the refusal for a passing trouble and tries again.
func (j *journal) hold(pipeline string, b boundary) {
	j.t.Helper()
	step, state := b.step, model.StepDone
	if b.ended {
		step, state = next(b.step), model.StepRunning
	}
	// In one transaction: a driver that tries again between two would slip through.
	j.exec(fmt.Sprintf(`BEGIN IMMEDIATE; DROP TRIGGER IF EXISTS "hold %[1]s"; CREATE TRIGGER "hold %[1]s" BEFORE UPDATE ON step
WHEN NEW.name = '%s' AND NEW.state = '%s' AND OLD.state <> NEW.state AND (SELECT pipeline FROM run WHERE id = NEW.run_id) = '%s'
BEGIN SELECT RAISE(ABORT, 'a test holds this journal'); END; COMMIT`, pipeline, step, state, pipeline))
}

// letGo ends a hold, if there is one.
func (j *journal) letGo(pipeline string) {
	j.t.Helper()
	j.exec(fmt.Sprintf(`DROP TRIGGER IF EXISTS "hold %s"`, pipeline))
}

// next is the step after another.
func next(step model.StepName) model.StepName {
	steps := model.Steps()
	for i, s := range steps[:len(steps)-1] {
		if s == step {
			return steps[i+1]
		}
	}
	return ""
}

// meet waits until the newest run of a pipeline, which is another than before,
// is at a boundary, or until its driver has ended. It reports whether the run
// is there.
func (j *journal) meet(p *process, pipeline, before string, b boundary) bool {
	j.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(lookEvery) {
		ended := p.hasEnded() // looked at first, so that its last write counts
		if run := j.newest(pipeline); run.ID != before && where(&run) == b {
			return true
		}
		if ended {
			return false
		}
		if time.Now().After(deadline) {
			j.t.Fatalf("%s of pipeline %s was not reached in %s by fumtui %s\n%s", b, pipeline, patience, p.name, j.tell(pipeline))
		}
	}
}

// tell tells a pipeline's newest run for a failed test.
func (j *journal) tell(pipeline string) string {
	run := j.newest(pipeline)
	var b strings.Builder
	fmt.Fprintf(&b, "run %s from %s to %s is %s (%s) %s\n", run.ID, run.From, run.To, run.State, run.Question, run.Note)
	for _, s := range run.Steps {
		fmt.Fprintf(&b, "  %-12s %s: %s\n", s.Name, s.State, cmp.Or(s.Error, s.Detail))
	}
	return b.String()
}

// endedWell fails the test unless a pipeline's newest run did what it was to do:
// forward, over no gap, to where it was to go.
func (j *journal) endedWell(pipeline, to string) {
	j.t.Helper()
	run := j.newest(pipeline)
	active, err := j.store.Active(j.t.Context(), pipeline)
	if err != nil {
		j.t.Fatal(err)
	}
	lease, err := j.store.LeaseOf(j.t.Context(), pipeline)
	if err != nil {
		j.t.Fatal(err)
	}
	well := run.State == model.RunDone && run.To == to && active == to && lease == nil &&
		run.GapSlots != nil && *run.GapSlots == 0 && run.ApprovedGap == nil &&
		run.Cursor != nil && run.ResumeSlot != nil && *run.ResumeSlot <= *run.Cursor+1
	for _, step := range model.Steps() {
		s := run.Step(step)
		well = well && s != nil && s.State == model.StepDone
	}
	if !well {
		j.t.Fatalf("pipeline %s was to go to %s, is active on %s with lease %v:\n%s", pipeline, to, active, lease, j.tell(pipeline))
	}
}
