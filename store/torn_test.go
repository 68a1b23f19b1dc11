package store

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/fumtui/fumtui/model/failover"
)

// A log that is torn anywhere, cut off or spoiled, leaves the journal of an
// earlier moment, whole, under which a run can be taken over and gone on with.
func TestTornLogLeavesAnEarlierMoment(t *testing.T) {
	const writes, tears = 20, 40
	path := newPath(t)
	cmd := exec.Command(os.Args[0]) //nolint:gosec // the test itself
	cmd.Env = append(os.Environ(), childEnv+"="+path)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() && lines.Text() != fmt.Sprint(writes) {
	}
	must(t, cmd.Process.Kill())
	_ = cmd.Wait() // it was killed
	main, log := readFile(t, path), readFile(t, path+"-wal")
	id, earlier := fmt.Sprint(cmd.Process.Pid), 0
	random := rand.New(rand.NewPCG(5, 6)) //nolint:gosec // it is to be repeatable
	for range tears {
		torn, at := append([]byte(nil), log...), random.IntN(len(log))
		if random.IntN(2) == 0 {
			torn = torn[:at]
		} else {
			torn[at] ^= byte(1 + random.IntN(255))
		}
		path := newPath(t)
		must(t, os.MkdirAll(filepath.Dir(path), 0o700))
		must(t, os.WriteFile(path, main, 0o600))
		must(t, os.WriteFile(path+"-wal", torn, 0o600))
		if n := goesOn(t, path, id, at); n < writes {
			earlier++
		}
	}
	if earlier == 0 {
		t.Error("no tear ever took a write away: nothing was tried")
	}
	t.Logf("%d of %d tears left an earlier moment", earlier, tears)
}

// goesOn takes over what a torn log left of a run and writes once more. It gives
// the number of the last write that is there; -1: not even the run.
func goesOn(t *testing.T, path, id string, at int) int {
	t.Helper()
	s := open(t, path)
	defer func() { _ = s.Close() }()
	var sound string
	must(t, s.reader.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&sound))
	if sound != "ok" {
		t.Fatalf("torn at %d: %s", at, sound)
	}
	runs, err := s.Runs(t.Context(), id, true, 1)
	must(t, err)
	if len(runs) == 0 {
		_, err := s.Begin(t.Context(), newRun("again", id, "ams", "nyc", t0), ttl)
		must(t, err)
		return -1
	}
	run := runs[0]
	n := -1
	if run.Note != "" {
		n, err = strconv.Atoi(run.Note)
		must(t, err)
	}
	for _, step := range run.Steps {
		if step.Detail != run.Note {
			t.Fatalf("torn at %d: step %s is of write %q, the run of %q", at, step.Name, step.Detail, run.Note)
		}
	}
	seen, err := s.LeaseOf(t.Context(), id)
	must(t, err)
	lease, err := s.TakeOver(t.Context(), run.ID, *seen, run.Holder, ttl)
	must(t, err)
	run.Note = "gone on with"
	must(t, s.Write(t.Context(), lease, failover.Batch{Run: run}))
	return n
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	must(t, err)
	return data
}
