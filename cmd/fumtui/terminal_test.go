//go:build unix

package main_test

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
)

// TestDemoByKeyboard breaks a cluster, cuts over, heals it and fails back, all
// by keys, and finds no slot missing.
func TestDemoByKeyboard(t *testing.T) {
	dir := t.TempDir()
	x := openTerminal(t, 100, 30, "demo", "--speed", "20", "--dir", dir)
	x.sees("ams", "nyc", "✓ healthy", "✓ streaming", "Lag from tip")

	x.press("!")
	x.sees("break or heal a cluster")
	x.press(enter)
	x.sees("break: down")
	x.press("j" + enter)
	x.sees("FAIL OVER", "ams has been down")

	t.Log("leaving the plan does nothing")
	x.press("c")
	x.sees("Type nyc and press enter")
	x.press(escape)
	x.sees("FAIL OVER", "PIPELINE")

	t.Log("a wrong name does nothing")
	x.press("c")
	x.sees("Type nyc and press enter")
	x.types("ams")
	x.press(enter)
	x.sees("nothing was done")
	if history := must(t, 0, "history", "--json", "--config", dir+"/fumtui.yaml").stdout; strings.TrimSpace(history) != "[]" {
		t.Fatalf("something was done: %s", history)
	}
	x.press(escape)
	x.sees("PIPELINE")

	t.Log("the cutover")
	x.press("c")
	x.sees("Type nyc and press enter", "reactive")
	x.types("nyc")
	x.press(enter)
	x.sees("trades is active on nyc")
	x.press(escape)
	x.sees("PIPELINE")

	t.Log("the failback")
	x.press("!")
	x.sees("break or heal a cluster")
	x.press(enter)
	x.sees("heal: end all faults")
	x.press(enter)
	x.sees("PIPELINE", "active for 2")
	x.press("b")
	x.sees("f plans again with force")
	x.press("f")
	x.sees("Type ams and press enter", "with force")
	x.types("ams")
	x.press(enter)
	x.sees("trades is active on ams")
	x.press(escape)
	x.sees("PIPELINE")

	x.press("q")
	x.ends(0)
	(&simulator{t: t, dir: dir}).audit()
}

// TestTerminalIsRestoredBySignals ends the console by each signal.
func TestTerminalIsRestoredBySignals(t *testing.T) {
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	for _, s := range []os.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
		t.Run(s.String(), func(t *testing.T) {
			x := openTerminal(t, 80, 24, "--config", sim.config)
			x.sees("✓ healthy", "✓ streaming")
			if err := x.cmd.Process.Signal(s); err != nil {
				t.Fatal(err)
			}
			x.ends(0)
		})
	}
}

// TestSmallTerminal shows what matters and how large it needs to be.
func TestSmallTerminal(t *testing.T) {
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	x := openTerminal(t, 60, 10, "--config", sim.config)
	x.sees("ams", "nyc", "healthy", "80x24")
	if err := pty.Setsize(x.pty, &pty.Winsize{Cols: 80, Rows: 24}); err != nil {
		t.Fatal(err)
	}
	x.screen.Resize(80, 24)
	x.sees("Lag from tip", "✓ streaming")
	x.press("q")
	x.ends(0)
}

// BenchmarkFirstFrame is the time from the start of the process to the first
// frame on a terminal, with two clusters and a pipeline.
func BenchmarkFirstFrame(b *testing.B) {
	sim := startSim(b, "--pipelines", "1")
	path, err := binary()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		cmd := exec.Command(path, "--config", sim.config)
		cmd.Env = append(os.Environ(), "TERM=xterm-256color", "NO_COLOR=1")
		screen, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: 80, Rows: 24})
		if err != nil {
			b.Fatal(err)
		}
		var seen strings.Builder
		buf := make([]byte, 32<<10)
		for !strings.Contains(seen.String(), "PIPELINE") {
			n, err := screen.Read(buf)
			if err != nil {
				b.Fatalf("%v after %q", err, seen.String())
			}
			seen.Write(buf[:n])
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = screen.Close()
	}
}
