package store

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/fumtui/fumtui/model/failover"
)

// childEnv makes the test binary a process of its own that drives a run at the
// path it holds, until it is killed.
const childEnv = "FUMTUI_STORE_TEST_CHILD"

// child opens the database, begins a run named after its process, and prints
// the number of every journal write that was acknowledged.
func child(path string) int {
	ctx := context.Background()
	s, err := Open(ctx, path)
	if err != nil {
		fmt.Println("open:", err)
		return 1
	}
	name := fmt.Sprint(os.Getpid())
	run := newRun(name, name, "ams", "nyc", t0)
	lease, err := s.Begin(ctx, run, ttl)
	for n := 0; err == nil; n++ {
		run.Note = strconv.Itoa(n)
		for i := range run.Steps {
			run.Steps[i].Detail = run.Note
		}
		batch := failover.Batch{Run: run, SetCursor: &failover.CursorSeed{Cluster: "nyc", Slot: 0}}
		if err = s.Write(ctx, lease, batch); err == nil {
			fmt.Println(n)
		}
	}
	fmt.Println("write:", err)
	return 1
}

// Processes that start on no database at all migrate it and write at once; each
// is killed in the middle, and nothing that was acknowledged is lost or torn.
func TestKilledProcessesLoseNothing(t *testing.T) {
	const processes, writes = 3, 25
	path := newPath(t)
	type driver struct {
		cmd  *exec.Cmd
		out  *bufio.Scanner
		last int
	}
	var drivers []*driver
	for range processes {
		cmd := exec.Command(os.Args[0]) //nolint:gosec // the test itself
		cmd.Env = append(os.Environ(), childEnv+"="+path)
		out, err := cmd.StdoutPipe()
		must(t, err)
		must(t, cmd.Start())
		drivers = append(drivers, &driver{cmd: cmd, out: bufio.NewScanner(out)})
	}
	for _, d := range drivers {
		for d.out.Scan() {
			n, err := strconv.Atoi(d.out.Text())
			if err != nil {
				t.Errorf("a process said %q", d.out.Text())
				break
			}
			if d.last = n; n == writes {
				must(t, d.cmd.Process.Kill())
			}
		}
		_ = d.cmd.Process.Kill()
		_ = d.cmd.Wait() // it was killed
	}
	s := open(t, path)
	for _, d := range drivers {
		run, err := s.Run(t.Context(), fmt.Sprint(d.cmd.Process.Pid))
		must(t, err)
		n, err := strconv.Atoi(run.Note)
		must(t, err)
		if d.last < writes || n < d.last {
			t.Errorf("the journal is at %d, acknowledged was %d", n, d.last)
		}
		for _, step := range run.Steps {
			if step.Detail != run.Note {
				t.Errorf("a torn write: step %s of %s, run of %s", step.Name, step.Detail, run.Note)
			}
		}
	}
	var sound string
	must(t, s.reader.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&sound))
	if sound != "ok" {
		t.Errorf("integrity: %s", sound)
	}
}
