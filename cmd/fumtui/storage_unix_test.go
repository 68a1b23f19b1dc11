//go:build unix

package main_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/fumtui/fumtui/model"
)

// TestDatabaseThatFails takes the database away from drivers in the middle of
// their runs. Each stops at a safe point and says so, and when the database is
// back another one goes on to the same end.
func TestDatabaseThatFails(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "10", "--pipelines", "1")
	j := openJournal(t, sim)
	for _, f := range []struct {
		name string
		at   boundary
		hurt func()
		mend func()
		says string // of what is wrong
	}{
		{
			"locked, with the effect of create had and not journaled",
			boundary{model.StepCreate, false},
			func() { j.exec("BEGIN IMMEDIATE") },
			func() { j.exec("ROLLBACK") },
			"",
		},
		{
			"removed, with the source stopped",
			boundary{model.StepVerifyStop, true},
			func() { rename(t, j.path, j.path+"-away") },
			func() { rename(t, j.path+"-away", j.path) },
			"removed or replaced",
		},
		{
			"locked, with the start of the target begun",
			boundary{model.StepStart, false},
			func() { j.exec("BEGIN IMMEDIATE") },
			func() { j.exec("ROLLBACK") },
			"",
		},
		{
			"removed, with the position decided and not journaled",
			boundary{model.StepPosition, false},
			func() { rename(t, j.path, j.path+"-away") },
			func() { rename(t, j.path+"-away", j.path) },
			"removed or replaced",
		},
	} {
		t.Log(f.name)
		to, begin := sim.elsewhere(j)
		before := j.newest("trades").ID
		j.hold("trades", f.at)
		p := launch(t, sim.with(begin...)...)
		if !j.meet(p, "trades", before, f.at) {
			t.Fatalf("fumtui %s ended before it was %s\n%s", p.name, f.at, p.out.String())
		}
		f.hurt()
		said := p.ends(7)
		f.mend()
		j.letGo("trades")
		run := j.newest("trades")
		if !strings.Contains(said, f.says) || !strings.Contains(said, "fumtui resume "+run.ID) {
			t.Errorf("a driver whose database is %s says\n%s", f.name, said)
		}
		if where(&run) != f.at {
			t.Errorf("a driver whose database is %s left its run %s\n%s", f.name, where(&run), j.tell("trades"))
		}
		must(t, 0, sim.with("resume", run.ID, "--confirm", to)...)
		j.endedWell("trades", to)
		sim.atOnce(0)
	}
}

// elsewhere gives the cluster that the first pipeline is not on, and the command
// that moves it there.
func (s *simulator) elsewhere(j *journal) (to string, begin []string) {
	s.t.Helper()
	active, err := j.store.Active(s.t.Context(), "trades")
	if err != nil {
		s.t.Fatal(err)
	}
	if active == "nyc" {
		return "ams", []string{"failback", "trades", "--confirm", "ams", "--force"}
	}
	return "nyc", []string{"cutover", "trades", "--to", "nyc", "--confirm", "nyc"}
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

// TestDatabaseThatCannotBeWritten: nothing is begun and nothing gone on with,
// and the reason is told, with the exit code of a refusal.
func TestDatabaseThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "10", "--pipelines", "1")
	j := openJournal(t, sim)

	t.Log("locked, before anything was begun")
	j.exec("BEGIN IMMEDIATE")
	r := must(t, 3, sim.with("cutover", "trades", "--to", "nyc", "--confirm", "nyc")...)
	j.exec("ROLLBACK")
	if !strings.Contains(r.stdout+r.stderr, "locked by another process") || j.newest("trades").ID != "" {
		t.Errorf("a cutover on a locked database says\n%s%s", r.stdout, r.stderr)
	}

	t.Log("read-only, with the source stopped")
	at := boundary{model.StepPosition, true}
	j.hold("trades", at)
	p := launch(t, sim.with("cutover", "trades", "--to", "nyc", "--confirm", "nyc")...)
	if !j.meet(p, "trades", "", at) || !p.kill() {
		t.Fatalf("fumtui %s ended before it was %s\n%s", p.name, at, p.out.String())
	}
	j.letGo("trades")
	run := j.newest("trades")
	if err := os.Chmod(j.path, 0o400); err != nil {
		t.Fatal(err)
	}
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"resume", run.ID, "--confirm", "nyc"}, {"abort", run.ID}, {"cutover", "trades", "--to", "nyc", "--confirm", "nyc"},
	} {
		cmd := exec.Command(path, sim.with(args...)...)
		obeyModes(t, cmd)
		said := launchCommand(t, cmd).ends(3)
		if !strings.Contains(said, "read-only") {
			t.Errorf("%s on a read-only database says\n%s", args[0], said)
		}
	}
	if now := j.newest("trades"); where(&now) != at || now.Epoch != run.Epoch {
		t.Errorf("something was changed\n%s", j.tell("trades"))
	}
	if err := os.Chmod(j.path, 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, 0, sim.with("resume", run.ID, "--confirm", "nyc")...)
	j.endedWell("trades", "nyc")
	sim.atOnce(0)
}

// TestTornJournal tears the end off the database's log between a kill and the
// resume, as a loss of power may. The journal is then that of an earlier moment
// of the run; to do what followed once more does no harm.
func TestTornJournal(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "10", "--pipelines", "1")
	random := rand.New(rand.NewPCG(*trialSeed, 7)) //nolint:gosec // it is to be repeatable
	// Between the two no client runs, so that nobody has the database open.
	from := boundary{model.StepVerifyStop, true}
	for _, at := range []boundary{
		{model.StepPosition, true}, {model.StepDelete, false}, {model.StepCreate, false}, {model.StepCreate, true},
	} {
		j := openJournal(t, sim)
		to, begin := sim.elsewhere(j)
		before := j.newest("trades").ID
		j.hold("trades", from)
		p := launch(t, sim.with(begin...)...)
		if !j.meet(p, "trades", before, from) {
			t.Fatalf("fumtui %s ended before it was %s\n%s", p.name, from, p.out.String())
		}
		sound := len(j.log())
		j.hold("trades", at)
		if !j.meet(p, "trades", before, at) || !p.kill() {
			t.Fatalf("fumtui %s ended before it was %s\n%s", p.name, at, p.out.String())
		}
		j.tear(sound, random)

		j = openJournal(t, sim)
		j.letGo("trades")
		run := j.newest("trades")
		t.Logf("killed %s, the torn journal is %s", at, where(&run))
		if run.ID == before {
			t.Fatal("the run is gone")
		}
		must(t, 0, sim.with("resume", run.ID, "--confirm", to)...)
		j.endedWell("trades", to)
		sim.atOnce(0)
		j.close()
	}
}

// log is the write-ahead log of the database.
func (j *journal) log() []byte {
	j.t.Helper()
	data, err := os.ReadFile(j.path + "-wal")
	if err != nil {
		j.t.Fatal(err)
	}
	return data
}

// tear closes the database, which nobody else has open, and leaves it as it was
// before, with a log that is torn somewhere behind its sound beginning: cut off,
// or spoiled in one place.
func (j *journal) tear(sound int, random *rand.Rand) {
	j.t.Helper()
	main, err := os.ReadFile(j.path)
	if err != nil {
		j.t.Fatal(err)
	}
	log := j.log()
	j.close() // the last one to close it tidies up
	if sound >= len(log) {
		sound = len(log) - len(log)/10 // it began anew meanwhile
	}
	at := sound + random.IntN(len(log)-sound)
	if random.IntN(2) == 0 {
		log = log[:at]
	} else {
		log = bytes.Clone(log)
		log[at] ^= 0x5a
	}
	for path, data := range map[string][]byte{j.path: main, j.path + "-wal": log} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			j.t.Fatal(err)
		}
	}
}
