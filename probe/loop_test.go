package probe

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fumtui/fumtui/model"
)

// journal gathers published evidence.
type journal struct {
	mu   sync.Mutex
	seen []model.Evidence
}

func (j *journal) publish(e model.Evidence) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.seen = append(j.seen, e)
}

func (j *journal) of(kind model.EvidenceKind) []model.Evidence {
	j.mu.Lock()
	defer j.mu.Unlock()
	var out []model.Evidence
	for _, e := range j.seen {
		if e.Kind == kind {
			out = append(out, e)
		}
	}
	return out
}

// runFor runs a loop for d of the bubble's time and gives what it published,
// as times since the start.
func runFor(t *testing.T, d time.Duration, l Loop) (asked []time.Duration, seen []model.Evidence) {
	t.Helper()
	var j journal
	l.Publish = j.publish
	start := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	l.Run(ctx)
	for _, e := range j.seen {
		asked = append(asked, e.Asked.Sub(start))
	}
	return asked, j.seen
}

func seconds(ss ...float64) []time.Duration {
	var out []time.Duration
	for _, s := range ss {
		out = append(out, time.Duration(s*float64(time.Second)))
	}
	return out
}

func TestLoopKeepsItsInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked, seen := runFor(t, 7*time.Second, Loop{
			Evidence: model.Evidence{Kind: model.KindTip, Cluster: "ams"},
			Look: func(ctx context.Context, e *model.Evidence) error {
				sleep(ctx, 500*time.Millisecond)
				tip := model.Offset(7)
				e.Tip = &tip
				return nil
			},
		})
		if !slices.Equal(asked, seconds(0, 2, 4, 6)) {
			t.Errorf("asked at %v", asked)
		}
		for _, e := range seen {
			if e.Cluster != "ams" || e.Kind != model.KindTip || e.RTT() != 500*time.Millisecond || *e.Tip != 7 || e.Failure != nil {
				t.Errorf("published %+v", e)
			}
		}
	})
}

func TestLoopNeverOverlapsASlowLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		flying := 0
		asked, seen := runFor(t, 11*time.Second, Loop{
			Timeout: 3 * time.Second,
			Look: func(ctx context.Context, _ *model.Evidence) error {
				if flying++; flying > 1 {
					t.Error("two looks at once")
				}
				defer func() { flying-- }()
				<-ctx.Done()
				return ctx.Err()
			},
		})
		if !slices.Equal(asked, seconds(0, 3, 6)) {
			t.Errorf("asked at %v", asked)
		}
		if seen[0].Failure == nil || seen[0].Failure.Class != model.ClassTimeout {
			t.Errorf("published %+v", seen[0])
		}
	})
}

func TestLoopIsFasterAfterFailuresAndBacksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		down := true
		asked, _ := runFor(t, 30*time.Second, Loop{
			Look: func(context.Context, *model.Evidence) error {
				if down {
					return model.NewFailure(model.ClassUnreachable, "refused", nil)
				}
				return nil
			},
		})
		if asked[1]-asked[0] != 500*time.Millisecond || asked[19]-asked[18] != 500*time.Millisecond {
			t.Errorf("not faster at first: %v", asked[:20])
		}
		last := asked[len(asked)-1] - asked[len(asked)-2]
		if last != 2*time.Second {
			t.Errorf("did not back off: the last pause is %v", last)
		}
	})
}

func TestLoopDoesNotHurryWhereThatMendsNothing(t *testing.T) {
	for _, class := range []model.ErrorClass{model.ClassAuth, model.ClassThrottled, model.ClassIncompatible, model.ClassDNS, model.ClassNotFound} {
		synctest.Test(t, func(t *testing.T) {
			asked, _ := runFor(t, 5*time.Second, Loop{Look: func(context.Context, *model.Evidence) error {
				return model.NewFailure(class, "no", nil)
			}})
			if !slices.Equal(asked, seconds(0, 2, 4)) {
				t.Errorf("%s: asked at %v", class, asked)
			}
		})
	}
}

func TestLoopDropsTheLookThatItsEndCutShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, seen := runFor(t, time.Second, Loop{Look: func(ctx context.Context, _ *model.Evidence) error {
			<-ctx.Done()
			return errors.New("cut short")
		}})
		if len(seen) != 0 {
			t.Errorf("published %+v", seen)
		}
	})
}

func TestJitterIsATenth(t *testing.T) {
	for random, want := range map[float64]time.Duration{0: 1800 * time.Millisecond, 0.5: 2 * time.Second, 1: 2200 * time.Millisecond} {
		l := Loop{Random: func() float64 { return random }}
		if got := l.jittered(2 * time.Second); got != want {
			t.Errorf("jittered at %v: %v, want %v", random, got, want)
		}
	}
}

// slowTip is a cluster whose tip never comes.
type slowTip struct{ tips, versions int }

func (s *slowTip) Version(context.Context) (string, error) {
	s.versions++
	return "0.38.0", SupportedVersion("0.38.0")
}

func (s *slowTip) Tip(ctx context.Context) (model.Offset, error) {
	s.tips++
	<-ctx.Done()
	return 0, ctx.Err()
}

func (s *slowTip) SlotRange(context.Context) (model.SlotRange, error) {
	return model.SlotRange{Min: 1, Max: 2}, nil
}

func (s *slowTip) Subscribers(context.Context) ([]model.Subscriber, error) { return nil, nil }

func TestProberKindsDoNotDelayEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		c := &slowTip{}
		ctx, cancel := context.WithTimeout(t.Context(), 21*time.Second)
		defer cancel()
		Prober{Cluster: "ams", Client: c, Publish: j.publish, Timeout: 10 * time.Second}.Run(ctx)
		for kind, n := range map[model.EvidenceKind]int{
			model.KindVersion: 11, model.KindSlotRange: 11, model.KindSubscribers: 11, model.KindTip: 2,
		} {
			if got := len(j.of(kind)); got != n {
				t.Errorf("%d looks at %s, want %d", got, kind, n)
			}
		}
		first := j.of(model.KindVersion)[0]
		if first.Version != "0.38.0" || first.Failure == nil || first.Failure.Class != model.ClassIncompatible {
			t.Errorf("an old version was published as %+v", first)
		}
		if tip := j.of(model.KindTip)[0]; tip.Tip != nil {
			t.Errorf("an unknown tip was published as %v", *tip.Tip)
		}
		if r := j.of(model.KindSlotRange)[0]; *r.Slots != (model.SlotRange{Min: 1, Max: 2}) || r.Cluster != "ams" {
			t.Errorf("published %+v", r)
		}
	})
}

func TestProberAgainstARealCluster(t *testing.T) {
	fake, l := newFakeCluster(), listen(t, "")
	fake.serve(t, l)
	seen := make(chan model.Evidence, 64)
	ctx, cancel := context.WithCancel(t.Context())
	p := Prober{
		Cluster: "ams", Client: dialClient(t, Endpoint{URL: "http://" + l.Addr().String()}),
		Publish: func(e model.Evidence) { seen <- e }, Interval: 5 * time.Millisecond,
	}
	done := make(chan struct{})
	go func() { defer close(done); p.Run(ctx) }()
	for range 12 {
		if e := <-seen; e.Failure != nil || e.RTT() <= 0 {
			t.Errorf("published %+v", e)
		}
	}
	cancel()
	<-done
	if l.accepted.Load() != 1 {
		t.Errorf("%d connections were used", l.accepted.Load())
	}
}

func TestCursorLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answers := []func() (*model.Cursor, error){
			func() (*model.Cursor, error) { return nil, nil },
			func() (*model.Cursor, error) { return &model.Cursor{Slot: 5}, nil },
			func() (*model.Cursor, error) { return nil, errors.New("database is locked\x07") },
		}
		l := CursorLoop("trades", "ams", func(_ context.Context, pipeline, cluster string) (*model.Cursor, error) {
			if pipeline != "trades" || cluster != "ams" {
				t.Errorf("read %s at %s", pipeline, cluster)
			}
			next := answers[0]
			answers = answers[1:]
			return next()
		}, nil)
		_, seen := runFor(t, 4200*time.Millisecond, l)
		if seen[0].Cursor != nil || seen[0].Failure != nil {
			t.Errorf("no cursor: %+v", seen[0])
		}
		if seen[1].Cursor == nil || seen[1].Cursor.Slot != 5 || seen[1].Kind != model.KindCursor || seen[1].Pipeline != "trades" {
			t.Errorf("a cursor: %+v", seen[1])
		}
		if seen[2].Failure == nil || seen[2].Failure.Message != "database is locked" {
			t.Errorf("a failure: %+v", seen[2])
		}
	})
}

// TestLoopsLookTogether: the looks of loops that began at odd times fall on the
// same moments, at the pace that they would have otherwise.
func TestLoopsLookTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const step, span = 250 * time.Millisecond, time.Minute
		ctx, cancel := context.WithTimeout(t.Context(), span)
		defer cancel()
		var wg sync.WaitGroup
		for i := range 5 {
			looks, first := 0, true
			l := Loop{Together: step, Interval: 2 * time.Second, Random: rand.Float64, Publish: func(model.Evidence) { looks++ }}
			l.Look = func(context.Context, *model.Evidence) error {
				if now := time.Now(); !first && !now.Equal(now.Truncate(step)) {
					t.Errorf("loop %d looked at %s", i, now)
				}
				first = false
				return nil
			}
			wg.Go(func() {
				time.Sleep(time.Duration(i) * 77 * time.Millisecond)
				l.Run(ctx)
				if looks < 26 || looks > 34 {
					t.Errorf("%d looks in %s", looks, span)
				}
			})
		}
		wg.Wait()
	})
}
