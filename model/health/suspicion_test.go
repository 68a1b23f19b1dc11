package health

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

func TestSuspicionNeedsPauses(t *testing.T) {
	var s Suspicion
	for range suspicionSamples {
		if _, ok := s.Phi(time.Hour); ok {
			t.Fatal("it speaks before it knows enough")
		}
		s.Learn(time.Second)
	}
	if _, ok := s.Phi(time.Hour); !ok {
		t.Error("it does not speak")
	}
}

// Of pauses that really are log-normal the scale is what it claims to be.
func TestSuspicionIsCalibrated(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	draw := func() time.Duration {
		return time.Duration(2 * math.Exp(0.6*dice.NormFloat64()) * float64(time.Second))
	}
	var s Suspicion
	for range 1000 {
		s.Learn(draw())
	}
	const n = 200_000
	above := [3]int{}
	for range n {
		phi, _ := s.Phi(draw())
		for i := range above {
			if phi >= float64(i+1) {
				above[i]++
			}
		}
	}
	for i, got := range above {
		want := n * math.Pow(10, -float64(i+1))
		if float64(got) < want/3 || float64(got) > want*3 {
			t.Errorf("a suspicion of %d came %d times in %d, want about %.0f", i+1, got, n, want)
		}
	}
}

func TestSuspicionBounds(t *testing.T) {
	var s Suspicion
	for range 1000 {
		s.Learn(2 * time.Second) // as regular as a clock
		s.Learn(-time.Second)
		s.Learn(0)
	}
	last := -1.0
	for _, silence := range []time.Duration{-time.Hour, 0, time.Second, 2 * time.Second, 3 * time.Second, 10 * time.Second, time.Hour, 1 << 62} {
		phi, ok := s.Phi(silence)
		if !ok || phi < last || phi < 0 || phi > MaxSuspicion || math.IsNaN(phi) {
			t.Errorf("of %s: %g after %g", silence, phi, last)
		}
		last = phi
	}
	if phi, _ := s.Phi(2100 * time.Millisecond); phi > 1 {
		t.Errorf("a few milliseconds more than usual are a suspicion of %.1f", phi)
	}
	if phi, _ := s.Phi(time.Minute); phi != MaxSuspicion {
		t.Errorf("a minute is a suspicion of %.1f", phi)
	}
}

// It hints, and never decides.
func TestSuspicionOnlyHints(t *testing.T) {
	x := newWorld(t)
	x.run(5 * time.Minute)
	x.clusters["ams"].failTip = model.ClassTimeout
	x.clients["trades@ams"].stopped = true
	x.run(16 * time.Second)
	p := x.wantPipeline(model.PipelineStreaming, model.ActionWait) // for the tip call
	if p.Suspicion == nil || *p.Suspicion < UnusualSilence {
		t.Errorf("suspicion %v after 16s", p.Suspicion)
	}
	e, _ := x.w.Explain("trades", x.now)
	if len(e.Hints) == 0 || !strings.Contains(e.Hints[0], "silent for 16s, ") || !strings.Contains(e.Hints[0], "(phi ") {
		t.Errorf("hints: %q", e.Hints)
	}
	if got := silence("ams", 12*time.Second, 4); got != "ams: silent for 12s, longer than all but 1 in 10,000 of its pauses (phi 4.0)" {
		t.Errorf("%q", got)
	}
}
