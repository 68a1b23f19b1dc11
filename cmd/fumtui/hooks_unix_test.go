//go:build unix

package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// slowDrains makes the drain hook at ams take a while and tell of its begin and
// end in a file.
func (s *simulator) slowDrains(file string) {
	s.t.Helper()
	text, err := os.ReadFile(s.config)
	if err != nil {
		s.t.Fatal(err)
	}
	hook := regexp.MustCompile(`(?m)^( *drain: )\[(.*, ams)\]$`)
	slow := `$1[sh, -c, 'echo begin >> "$$0"; sleep 1.5; "$$@"; code=$$?; echo end >> "$$0"; exit $$code', "` + file + `", $2]`
	changed := hook.ReplaceAllString(string(text), slow)
	if changed == string(text) {
		s.t.Fatalf("no drain hook in\n%s", text)
	}
	if err := os.WriteFile(s.config, []byte(changed), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// TestHookOfAKilledDriverIsNotDoubled kills the driver of a run, and the whole
// process group with it, while its drain hook runs: the hook goes on, and who
// resumes the run waits for its end.
func TestHookOfAKilledDriverIsNotDoubled(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	said := filepath.Join(t.TempDir(), "said")
	sim.slowDrains(said)
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	driver := exec.Command(path, sim.with("cutover", "trades", "--to", "nyc", "--confirm", "nyc", "--mode", "planned")...)
	driver.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := driver.Start(); err != nil {
		t.Fatal(err)
	}
	for until := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		if text, _ := os.ReadFile(said); len(text) > 0 {
			break
		}
		if time.Now().After(until) {
			t.Fatal("the drain hook did not begin")
		}
	}
	if err := syscall.Kill(-driver.Process.Pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = driver.Wait()

	var runs []struct{ ID string }
	decode(t, must(t, 0, sim.with("history", "--json")...).stdout, &runs)
	must(t, 0, sim.with("resume", runs[0].ID, "--confirm", "nyc")...)
	text, err := os.ReadFile(said)
	if got := strings.Fields(string(text)); err != nil || len(got) < 2 || len(got)%2 != 0 {
		t.Fatalf("%q, %v", got, err)
	}
	for i, word := range strings.Fields(string(text)) {
		if want := []string{"begin", "end"}[i%2]; word != want {
			t.Fatalf("two hooks ran at once: %q", text)
		}
	}
	outcomes, err := filepath.Glob(filepath.Join(sim.dir, "fumtui.db.hooks", "trades.outcomes", "*-drain.json"))
	if err != nil || len(outcomes) == 0 {
		t.Errorf("%q, %v", outcomes, err)
	}
	sim.activeOn("nyc")
	sim.audit()
}
