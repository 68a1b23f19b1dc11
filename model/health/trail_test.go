package health

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestQuantileIsThatOfTheSortedList(t *testing.T) {
	dice := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		list := make([]float64, 1+dice.IntN(80))
		for i := range list {
			list[i] = float64(dice.IntN(20)) // many equal
		}
		q := dice.Float64()
		sorted := slices.Clone(list)
		slices.Sort(sorted)
		if got, want := quantile(list, q), sorted[int(q*float64(len(sorted)-1))]; got != want {
			t.Fatalf("quantile %.2f of %v is %g, want %g", q, sorted, got, want)
		}
	}
}

// sampler feeds a trail with a value of a known pace.
type sampler struct {
	trail trail
	now   time.Time
	value float64
	pace  float64
}

// sample lets d pass and takes a sample.
func (s *sampler) sample(d time.Duration) {
	s.pass(d)
	s.trail.add(s.now, int64(s.value), time.Minute, 0)
}

// pass lets d pass unseen.
func (s *sampler) pass(d time.Duration) {
	s.now = s.now.Add(d)
	s.value += s.pace * d.Seconds()
}

// TestRateIsRight measures a known pace through all that goes wrong with samples.
func TestRateIsRight(t *testing.T) {
	for name, trouble := range map[string]func(s *sampler, i int){
		"calm":               func(*sampler, int) {},
		"missed samples":     func(s *sampler, i int) { s.pass(time.Duration(i%3) * 2 * time.Second) },
		"restart":            func(s *sampler, i int) { s.value *= float64(min(abs(i-20), 1)) },
		"counter goes back":  func(s *sampler, i int) { s.value -= 1e5 * float64(1-min(abs(i-20), 1)) },
		"clock set forwards": func(s *sampler, i int) { s.now = s.now.Add(time.Duration(1-min(abs(i-20), 1)) * 40 * time.Second) },
		"clock set back":     func(s *sampler, i int) { s.now = s.now.Add(-time.Duration(1-min(abs(i-20), 1)) * time.Hour) },
		"small step":         func(s *sampler, i int) { s.now = s.now.Add(time.Duration(1-min(abs(i-20), 1)) * 9 * time.Second) },
		"suspended": func(s *sampler, i int) {
			if i == 20 {
				s.pass(3 * time.Hour)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := &sampler{now: epoch, value: 1e6, pace: 2.5}
			for i := range 60 {
				trouble(s, i)
				s.sample(2 * time.Second)
				rate, ok := s.trail.rate()
				if i > 5 && !ok {
					t.Fatalf("sample %d: no rate", i)
				}
				if ok && (rate < 2.2 || rate > 2.8) {
					t.Fatalf("sample %d: rate %.2f, want 2.5", i, rate)
				}
			}
		})
	}
}

func abs(i int) int { return max(i, -i) }

// A healthy client's commits are steps, not a slope.
func TestRateOfSteps(t *testing.T) {
	s := &sampler{now: epoch, value: 1e6, pace: 8}
	committed := int64(0)
	for i := range 300 {
		s.pass(2 * time.Second)
		if i%5 == 0 {
			committed = int64(s.value)
		}
		s.trail.add(s.now, committed, time.Minute, 0)
		if rate, ok := s.trail.rate(); i > 60 && (!ok || rate < 6.4 || rate > 9.6) {
			t.Fatalf("sample %d: rate %.2f, want about 8", i, rate)
		}
	}
	low, median, high, ok := s.trail.spread()
	if !ok || low > median || median > high {
		t.Errorf("quartiles %.1f, %.1f, %.1f", low, median, high)
	}
}

// FuzzTrail feeds arbitrary samples: a rate is never negative, and memory is what
// it is.
func FuzzTrail(f *testing.F) {
	f.Add([]byte{2, 5, 2, 5, 200, 1, 2, 0, 2, 255})
	f.Fuzz(func(t *testing.T, data []byte) {
		var trail trail
		now, value := epoch, int64(1000)
		for len(data) >= 2 {
			now = now.Add(time.Duration(int8(data[0])) * time.Second)
			value += int64(int8(data[1])) * 1e15
			data = data[2:]
			if trail.add(now, value, time.Minute, 3) < 0 {
				t.Fatal("time less than none is not to be trusted")
			}
			low, rate, high, _ := trail.spread()
			if low < 0 || rate < low || high < rate {
				t.Fatalf("paces %g, %g, %g", low, rate, high)
			}
			if trail.n < 0 || trail.n > trailPoints {
				t.Fatalf("%d points", trail.n)
			}
		}
	})
}
