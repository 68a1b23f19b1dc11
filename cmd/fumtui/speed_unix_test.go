//go:build unix

package main_test

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// atRest is how long [BenchmarkAtRest] looks.
const atRest = 20 * time.Second

// BenchmarkFirstFrame is the time from the start of the process to the first
// frame on a terminal, and to the overview with what was seen, with two clusters
// and five pipelines.
func BenchmarkFirstFrame(b *testing.B) {
	sim := startSim(b, "--pipelines", "5")
	var first, overview time.Duration
	for b.Loop() {
		began := time.Now()
		x := openTerminal(b, 120, 40, "--config", sim.config)
		x.Until("shows something", func(screen string) bool { return strings.TrimSpace(screen) != "" })
		first += time.Since(began)
		x.Await("PIPELINE")
		overview += time.Since(began)
		x.Kill()
	}
	b.ReportMetric(float64(first.Microseconds())/1e3/float64(b.N), "ms-first-frame")
	b.ReportMetric(float64(overview.Microseconds())/1e3/float64(b.N), "ms-overview")
}

// BenchmarkKey is the time from a key to what it changes on the screen.
func BenchmarkKey(b *testing.B) {
	sim := startSim(b, "--pipelines", "5")
	x := openTerminal(b, 120, 40, "--config", sim.config)
	x.Await("✓ healthy", "› trades")
	var longest time.Duration
	for n := 0; b.Loop(); n++ {
		key, want := "j", "› accounts"
		if n%2 == 1 {
			key, want = "k", "› trades"
		}
		began := time.Now()
		x.Press(key)
		x.Await(want)
		longest = max(longest, time.Since(began))
	}
	b.ReportMetric(float64(longest.Microseconds())/1e3, "ms-longest")
}

// BenchmarkAtRest is what a console costs that is left alone, with two clusters
// and five pipelines that are probed every two seconds: processor time, resident
// memory, and bytes to the terminal.
func BenchmarkAtRest(b *testing.B) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		b.Skip("what a process costs is read from /proc")
	}
	sim := startSim(b, "--pipelines", "5")
	x := openTerminal(b, 120, 40, "--config", sim.config)
	x.Await("✓ healthy", "✓ streaming", "✓ ALL WELL")
	x.Within(atRest/2, func(string) bool { return false }) // it settles
	var cpu time.Duration
	var written int
	for b.Loop() {
		before, bytes := processorTime(b, x.PID()), x.Bytes()
		x.Within(atRest, func(string) bool { return false })
		cpu += processorTime(b, x.PID()) - before
		written += x.Bytes() - bytes
	}
	seconds := atRest.Seconds() * float64(b.N)
	b.ReportMetric(100*cpu.Seconds()/seconds, "%cpu")
	b.ReportMetric(resident(b, x.PID()), "MB")
	b.ReportMetric(float64(written)/seconds, "bytes/s")
}

// processorTime is what a process has used so far.
func processorTime(b *testing.B, pid int) time.Duration {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Fatal(err)
	}
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	var ticks int
	for _, f := range fields[11:13] { // in user mode, and in the system
		n, err := strconv.Atoi(string(f))
		if err != nil {
			b.Fatal(err)
		}
		ticks += n
	}
	const ticksPerSecond = 100 // everywhere that Go runs
	return time.Duration(ticks) * time.Second / ticksPerSecond
}

// resident is the memory of a process that is not swapped out, in MB.
func resident(b *testing.B, pid int) float64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				b.Fatal(err)
			}
			return float64(kb) / 1e3
		}
	}
	b.Fatal("no VmRSS")
	return 0
}
