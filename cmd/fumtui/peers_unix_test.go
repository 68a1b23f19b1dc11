//go:build unix

package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/ui/terminaltest"
)

// BenchmarkPeers counts what other consoles write to a terminal of the same size,
// drawn anew every second, where they are installed.
func BenchmarkPeers(b *testing.B) {
	config := b.TempDir()
	if err := os.MkdirAll(filepath.Join(config, "btop"), 0o700); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(config, "btop", "btop.conf"), []byte("update_ms = 1000\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	for _, peer := range [][]string{{"btop", "--utf-force"}, {"htop", "--delay=10"}} {
		b.Run(peer[0], func(b *testing.B) {
			if _, err := exec.LookPath(peer[0]); err != nil {
				b.Skip("it is not installed")
			}
			cmd := exec.Command(peer[0], peer[1:]...)
			cmd.Env = terminaltest.Environment("XDG_CONFIG_HOME="+config, "LANG=C.UTF-8", "LC_ALL=C.UTF-8")
			x := terminaltest.Start(b, cmd, 120, 40)
			x.Until("shows something", func(screen string) bool { return strings.TrimSpace(screen) != "" })
			pass := func(d time.Duration) { x.Within(d, func(string) bool { return false }) }
			pass(5 * time.Second)
			began, before := time.Now(), x.Bytes()
			for b.Loop() {
				pass(atRest)
			}
			b.ReportMetric(float64(x.Bytes()-before)/time.Since(began).Seconds(), "bytes/s")
		})
	}
}
