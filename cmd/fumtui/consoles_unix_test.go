//go:build unix

package main_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// TestSuspendedConsole suspends drivers at several places of their runs. Others
// wait for the lease to run out and go on with the runs; the first ones, when
// they wake up, send nothing more.
func TestSuspendedConsole(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "10", "--pipelines", "4")
	j := openJournal(t, sim)
	log := sim.logHooks()
	sim.impatient()
	var all sync.WaitGroup
	for pipeline, at := range map[string]boundary{
		"trades":   {model.StepStop, true},
		"accounts": {model.StepPosition, true},
		"entries":  {model.StepCreate, false},
		"blocks":   {model.StepStart, false},
	} {
		all.Go(func() { suspended(t, sim, j, log, pipeline, at) })
	}
	all.Wait()
	sim.audit()
}

// suspended suspends the driver of one run at a boundary.
func suspended(t *testing.T, sim *simulator, j *journal, log, pipeline string, at boundary) {
	j.hold(pipeline, at)
	first := launch(t, sim.with("cutover", pipeline, "--to", "nyc", "--confirm", "nyc")...)
	if !j.meet(first, pipeline, "", at) {
		t.Fatalf("fumtui %s ended before it was %s\n%s", first.name, at, first.out.String())
	}
	if at == (boundary{model.StepStart, false}) {
		// A driver that starts a hook has the pipeline's lock, and keeps it while it
		// is suspended: nobody else could know what it is about to do.
		for !slices.ContainsFunc(effects(t, log, pipeline), func(e string) bool { return strings.HasSuffix(e, " start nyc") }) {
			if first.hasEnded() {
				t.Fatalf("fumtui %s ended before its hook\n%s", first.name, first.out.String())
			}
			time.Sleep(lookEvery)
		}
	}
	j.suspend(first)
	j.letGo(pipeline)
	held := j.newest(pipeline)

	launch(t, sim.with("resume", held.ID, "--confirm", "nyc")...).ends(0)
	j.endedWell(pipeline, "nyc")
	done, subscribers, hooks := j.newest(pipeline), sim.subscribers("nyc"), effects(t, log, pipeline)
	if done.Epoch <= held.Epoch {
		t.Errorf("%s: the lease was taken with epoch %d, after %d", pipeline, done.Epoch, held.Epoch)
	}

	first.signal(syscall.SIGCONT)
	if out, want := first.ends(0), "run "+held.ID+" was taken over by "; !strings.Contains(out, want) || strings.Contains(out, "fumtui resume") {
		t.Errorf("%s: the one that woke up does not say %q, or to resume it:\n%s", pipeline, want, out)
	}
	if now := j.newest(pipeline); !reflect.DeepEqual(now, done) {
		t.Errorf("%s: the run was changed by the one that woke up:\n%+v\n%+v", pipeline, done, now)
	}
	if now := effects(t, log, pipeline); !reflect.DeepEqual(now, hooks) {
		t.Errorf("%s: the one that woke up ran hooks: %v, before %v", pipeline, now, hooks)
	}
	name := held.Subscriber
	if was, now := subscribers[name], sim.subscribers("nyc")[name]; was == "" || was != now {
		t.Errorf("%s: the subscriber at nyc was %q and is %q", pipeline, was, now)
	}
}

// suspend suspends a driver, but not within a transaction: nobody else could write
// to the database until it woke up.
func (j *journal) suspend(p *process) {
	j.t.Helper()
	db, err := sql.Open("sqlite", "file:"+j.path+"?_pragma=busy_timeout(500)")
	if err != nil {
		j.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for deadline := time.Now().Add(patience); ; time.Sleep(lookEvery) {
		p.signal(syscall.SIGSTOP)
		if _, err = db.ExecContext(j.t.Context(), "BEGIN IMMEDIATE; ROLLBACK"); err == nil {
			return
		}
		if time.Now().After(deadline) {
			j.t.Fatal(err)
		}
		p.signal(syscall.SIGCONT)
	}
}

// TestTwoConsolesAtOnce starts two commands at the same instant: exactly one
// drives, and the other one says why it does not, or that it is done already.
func TestTwoConsolesAtOnce(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "10", "--pipelines", "1")
	j := openJournal(t, sim)
	for range 3 {
		to, begin := sim.elsewhere(j)
		before := j.newest("trades")
		at := boundary{model.StepVerifyStop, true}
		j.hold("trades", at)
		first, second := launch(t, sim.with(begin...)...), launch(t, sim.with(begin...)...)
		if !j.meet(first, "trades", before.ID, at) && !j.meet(second, "trades", before.ID, at) {
			t.Fatalf("nobody drives\n%s%s", first.out.String(), second.out.String())
		}
		begun := j.newest("trades")
		if begun.Epoch != before.Epoch+1 {
			t.Errorf("the run has epoch %d, the one before %d: others were begun between them", begun.Epoch, before.Epoch)
		}
		// Whichever of them drives is killed; the other one has nothing to drive.
		driver, other := first, second
		if begun.Holder.PID == second.cmd.Process.Pid {
			driver, other = second, first
		}
		if !driver.kill() {
			t.Fatalf("the driver ended\n%s", driver.out.String())
		}
		other.ends(3, 5)
		j.letGo("trades")

		resume := sim.with("resume", begun.ID, "--confirm", to)
		first, second = launch(t, resume...), launch(t, resume...)
		driver, other = first, second
		if first.wait() != 0 {
			driver, other = second, first
		}
		driver.ends(0)
		other.ends(3, 5)
		j.endedWell("trades", to)
		if run := j.newest("trades"); run.ID != begun.ID || run.Epoch != begun.Epoch+1 {
			t.Errorf("run %s was driven with epoch %d, and run %s with %d", begun.ID, begun.Epoch, run.ID, run.Epoch)
		}
		sim.atOnce(0)
	}
}

// configure changes the configuration of a simulator.
func (s *simulator) configure(change func(text string) string) {
	s.t.Helper()
	text, err := os.ReadFile(s.config)
	if err != nil {
		s.t.Fatal(err)
	}
	changed := change(string(text))
	if changed == string(text) {
		s.t.Fatalf("nothing to change in\n%s", text)
	}
	if err := os.WriteFile(s.config, []byte(changed), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// impatient shortens the terms that a test has to wait out.
func (s *simulator) impatient() {
	s.t.Helper()
	s.configure(func(text string) string {
		return strings.NewReplacer("lease: 15s", "lease: 10s", "hook_timeout: 30s", "hook_timeout: 15s").Replace(text)
	})
}

// hookCommand is what a hook is in the configuration of a simulator.
var hookCommand = regexp.MustCompile(`(?m)^( +(start|stop|drain): )\[(.*)\]$`)

// logHooks has the hooks that change something write to a log, and gives its
// path.
func (s *simulator) logHooks() string {
	s.t.Helper()
	log := filepath.Join(s.dir, "hooks.log")
	s.configure(func(text string) string {
		return hookCommand.ReplaceAllString(text, fmt.Sprintf(
			`$1[sh, "-c", 'echo "$$FUMTUI_PIPELINE $$FUMTUI_EPOCH $2 $$FUMTUI_CLUSTER" >> %q && exec "$$@"', hook, $3]`, log))
	})
	return log
}

// effects are the hooks that were run for a pipeline, in order.
func effects(t *testing.T, log, pipeline string) []string {
	t.Helper()
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, pipeline+" ") {
			all = append(all, strings.TrimSpace(line))
		}
	}
	return all
}
