package monitor

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
	"github.com/fumtui/fumtui/model/health"
)

func TestEvidenceBecomesSnapshots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, stop := start(t, nil)
		defer stop()
		first := m.Snapshot()
		if first.Generation == 0 || first.Clusters[0].Verdict != model.ClusterUnknown {
			t.Errorf("first snapshot: %+v", first)
		}
		feed(m, 20*time.Second)
		s := m.Snapshot()
		if s.Generation < 20 || s.Clusters[0].Verdict != model.ClusterHealthy || s.Pipelines[0].Verdict != model.PipelineStreaming {
			t.Errorf("generation %d, %s, %s", s.Generation, s.Clusters[0].Verdict, s.Pipelines[0].Verdict)
		}
		if got := len(s.Pipelines[0].History["ams"]); got != 10 {
			t.Errorf("%d points of lag, want one for each scrape", got)
		}
		if len(s.Notices) != 0 {
			t.Errorf("notices: %q", s.Notices)
		}
		if first.Clusters[0].Verdict != model.ClusterUnknown || first.Pipelines[0].History["ams"] != nil {
			t.Error("an earlier snapshot changed")
		}
	})
}

func TestNextCoalescesAndEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, stop := start(t, nil)
		synctest.Wait()
		ctx := context.Background()
		a, err := m.Next(ctx, 0)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(10*time.Second + time.Millisecond)
		b, err := m.Next(ctx, a.Generation)
		if err != nil || b.Generation != a.Generation+10 {
			t.Errorf("generation %d after %d: %v", b.Generation, a.Generation, err)
		}
		begin := time.Now()
		if c, err := m.Next(ctx, b.Generation); err != nil || c.Generation != b.Generation+1 || time.Since(begin) == 0 {
			t.Errorf("did not wait for the next one: %d, %v", c.Generation, err)
		}
		short, cancel := context.WithTimeout(ctx, time.Millisecond)
		defer cancel()
		if _, err := m.Next(short, 1<<40); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error: %v", err)
		}
		waiting := make(chan error, 1)
		go func() { _, err := m.Next(ctx, 1<<40); waiting <- err }()
		stop()
		if err := <-waiting; !errors.Is(err, ErrStopped) {
			t.Errorf("error: %v", err)
		}
	})
}

func TestKickAssessesNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, stop := start(t, func(c *Config) { c.Interval = time.Hour })
		defer stop()
		synctest.Wait()
		before := m.Snapshot()
		for _, e := range probe(time.Now()) {
			m.Observe(e)
		}
		m.Kick()
		s, err := m.Next(context.Background(), before.Generation)
		if err != nil || s.Clusters[0].ServiceVersion != "0.40.0" {
			t.Errorf("after a kick: %+v, %v", s.Clusters[0], err)
		}
		if !s.Time.Equal(before.Time) {
			t.Errorf("a kick took %s", s.Time.Sub(before.Time))
		}
	})
}

func TestObserveNeverWaits(t *testing.T) {
	m := New(Config{Watch: health.New(health.DefaultRules(), nil, nil)}) // nobody drains
	for range maxQueue + 7 {
		m.Observe(model.Evidence{})
	}
	m.publish()
	if n := m.Snapshot().Notices; len(n) != 1 || !strings.Contains(n[0], "7 looks were dropped") {
		t.Errorf("notices: %q", n)
	}
}

func TestHistoryIsWrittenAndLoaded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept := &memory{}
		m, stop := start(t, func(c *Config) { c.History = kept })
		feed(m, 5*time.Minute)
		stop()
		looks, lags := kept.counts()
		if lags != 150 || looks < 150*6 || looks >= 150*9 {
			t.Errorf("%d looks and %d lags were kept", looks, lags)
		}

		// A command that runs once counts what the console knew.
		again, stop := start(t, func(c *Config) { c.History = kept })
		synctest.Wait()
		s := again.Snapshot()
		if s.Clusters[0].Verdict != model.ClusterHealthy || s.Pipelines[0].Verdict != model.PipelineStreaming {
			t.Errorf("loaded: %s, %s", s.Clusters[0].Verdict, s.Pipelines[0].Verdict)
		}
		if stable := s.Time.Sub(s.Clusters[0].StableSince); stable < 4*time.Minute {
			t.Errorf("stable for %s", stable)
		}
		if got := len(s.Pipelines[0].History["ams"]); got != 150 {
			t.Errorf("%d points of lag were loaded", got)
		}
		time.Sleep(5 * time.Second)
		stop()
		if l, g := kept.counts(); l != looks || g != lags {
			t.Errorf("loaded history was written back: %d and %d", l-looks, g-lags)
		}
	})
}

func TestOldHistorySaysNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept := &memory{}
		m, stop := start(t, func(c *Config) { c.History = kept })
		feed(m, time.Minute)
		stop()
		time.Sleep(10 * time.Minute)
		m, stop = start(t, func(c *Config) { c.History = kept })
		defer stop()
		synctest.Wait()
		if v := m.Snapshot().Clusters[0].Verdict; v != model.ClusterUnknown {
			t.Errorf("verdict %s from old evidence", v)
		}
	})
}

func TestTroubleOfTheDatabaseIsANotice(t *testing.T) {
	for name, spoil := range map[string]func(h *memory, b *book){
		"locked": func(h *memory, b *book) { h.set(errLocked, false); b.edit(func(b *book) { b.fail = errLocked }) },
		"hangs":  func(h *memory, b *book) { h.set(nil, true); b.edit(func(b *book) { b.hang = true }) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				kept, ledger := &memory{}, &book{}
				m, stop := start(t, func(c *Config) { c.History, c.Ledger = kept, ledger })
				feed(m, 20*time.Second)
				spoil(kept, ledger)
				before := m.Snapshot().Generation
				feed(m, 20*time.Second)
				s := m.Snapshot()
				if s.Generation < before+18 || s.Clusters[0].Verdict != model.ClusterHealthy {
					t.Errorf("the loop was held up: %d snapshots", s.Generation-before)
				}
				all := strings.Join(s.Notices, "\n")
				if !strings.Contains(all, "evidence cannot be kept") || !strings.Contains(all, "cannot be read") {
					t.Errorf("notices: %q", s.Notices)
				}
				kept.set(nil, false)
				ledger.edit(func(b *book) { b.fail, b.hang = nil, false })
				feed(m, 20*time.Second)
				if n := m.Snapshot().Notices; len(n) != 0 {
					t.Errorf("notices after it was mended: %q", n)
				}
				stop()
				if _, lags := kept.counts(); lags != 30 {
					t.Errorf("%d of 30 lags were kept", lags)
				}
			})
		})
	}
}

func TestLedgerShowsRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ledger := &book{active: map[string]string{"trades": ""}}
		m, stop := start(t, func(c *Config) { c.Ledger = ledger })
		defer stop()
		feed(m, 10*time.Second)
		if p := m.Snapshot().Pipelines[0]; p.Active != "ams" || p.Run != nil {
			t.Errorf("before: active %s, run %v", p.Active, p.Run)
		}
		run := model.Run{
			ID: "r1", Pipeline: "trades", Kind: model.Cutover, From: "ams", To: "nyc", State: model.RunRunning, StartedAt: time.Now(),
			Steps: []model.Step{{Name: model.StepStop, State: model.StepRunning}},
		}
		ledger.edit(func(b *book) {
			b.runs = []model.Run{run}
			b.lease = &failover.Lease{Pipeline: "trades", RunID: "r1", ExpiresAt: time.Now().Add(15 * time.Second)}
		})
		m.Kick()
		synctest.Wait()
		p := m.Snapshot().Pipelines[0]
		if p.Verdict != model.PipelineMoving || p.Run == nil || p.Run.State != model.RunRunning {
			t.Fatalf("during: %s, %v", p.Verdict, p.Run)
		}
		time.Sleep(29 * time.Second)
		if s := m.Snapshot().Pipelines[0].Run.State; s != model.RunRunning {
			t.Errorf("state %s while the lease may still be renewed", s)
		}
		time.Sleep(4 * time.Second)
		if s := m.Snapshot().Pipelines[0].Run.State; s != model.RunUnknown {
			t.Errorf("state %s long after the lease ran out in a step", s)
		}
		now := time.Now()
		ledger.edit(func(b *book) {
			run.State, run.EndedAt = model.RunDone, &now
			b.runs, b.lease, b.active = []model.Run{run}, nil, map[string]string{"trades": "nyc"}
		})
		time.Sleep(3 * time.Second)
		p = m.Snapshot().Pipelines[0]
		if p.Active != "nyc" || p.Run == nil || p.Run.State != model.RunDone || p.Verdict == model.PipelineMoving {
			t.Errorf("after: active %s, %s, run %v", p.Active, p.Verdict, p.Run)
		}
	})
}

// A home that a person chose is the one of the picture, and a pipeline that never
// moved stays where the configuration has it.
func TestHomeIsTheChosenOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ledger := &book{active: map[string]string{"trades": "nyc"}}
		m, stop := start(t, func(c *Config) { c.Ledger = ledger })
		defer stop()
		for _, c := range []struct{ active, home, wantActive, wantHome string }{
			{"nyc", "", "nyc", "ams"},
			{"nyc", "nyc", "nyc", "nyc"},
			{"ams", "nyc", "ams", "nyc"},
			{"ams", "", "ams", "ams"},
			{"", "nyc", "ams", "nyc"},
		} {
			ledger.edit(func(b *book) {
				b.active, b.home = map[string]string{"trades": c.active}, map[string]string{"trades": c.home}
			})
			m.Kick()
			synctest.Wait()
			if p := m.Snapshot().Pipelines[0]; p.Home != c.wantHome || p.Active != c.wantActive {
				t.Errorf("active %q, home %q: the picture has %s and %s", c.active, c.home, p.Active, p.Home)
			}
		}
	})
}

func TestRunWithoutALeaseIsInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ledger := &book{runs: []model.Run{{ID: "r1", Pipeline: "trades", State: model.RunRunning}}}
		m, stop := start(t, func(c *Config) { c.Ledger = ledger })
		defer stop()
		time.Sleep(3 * time.Second)
		if r := m.Snapshot().Pipelines[0].Run; r == nil || r.State != model.RunInterrupted {
			t.Errorf("run: %+v", r)
		}
	})
}

// Between two reads of one look a run may end: that is no interrupted run.
func TestRunThatEndsUnderALookIsNotLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ledger := &book{
			runs:  []model.Run{{ID: "r1", Pipeline: "trades", State: model.RunRunning}},
			lease: &failover.Lease{Pipeline: "trades", RunID: "r1", ExpiresAt: time.Now().Add(time.Hour)},
		}
		m, stop := start(t, func(c *Config) { c.Ledger = ledger })
		defer stop()
		time.Sleep(3 * time.Second)
		ended := time.Now()
		ledger.edit(func(b *book) {
			b.onLease = func() { // after the runs were read
				b.lease, b.onLease = nil, nil
				b.runs[0].State, b.runs[0].EndedAt = model.RunDone, &ended
			}
		})
		for range 5 {
			time.Sleep(500 * time.Millisecond)
			if r := m.Snapshot().Pipelines[0].Run; r == nil || r.State != model.RunRunning && r.State != model.RunDone {
				t.Errorf("run: %+v", r)
			}
		}
	})
}

func TestRunOfADeadDriver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var dead atomic.Bool
		ledger := &book{
			runs:  []model.Run{{ID: "r1", Pipeline: "trades", State: model.RunRunning}},
			lease: &failover.Lease{Pipeline: "trades", RunID: "r1", ExpiresAt: time.Now().Add(time.Hour)},
		}
		m, stop := start(t, func(c *Config) {
			c.Ledger = ledger
			c.Alive = func(model.Holder) (alive, known bool) { return !dead.Load(), true }
		})
		defer stop()
		time.Sleep(3 * time.Second)
		if r := m.Snapshot().Pipelines[0].Run; r == nil || r.State != model.RunRunning {
			t.Errorf("run: %+v", r)
		}
		dead.Store(true)
		time.Sleep(3 * time.Second)
		if r := m.Snapshot().Pipelines[0].Run; r == nil || r.State != model.RunInterrupted {
			t.Errorf("run: %+v", r)
		}
	})
}

// TestFirstPictureOfARunKnowsTheLedger: evidence of earlier judged at home, when
// the pipeline was moved away since, would be a verdict on the wrong client.
func TestFirstPictureOfARunKnowsTheLedger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, stop := start(t, func(c *Config) { c.Ledger = &book{active: map[string]string{"trades": "nyc"}} })
		defer stop()
		s, err := m.Next(context.Background(), 1) // that of New came before anything was looked at
		if err != nil || s.Pipelines[0].Active != "nyc" {
			t.Errorf("active on %s, %v", s.Pipelines[0].Active, err)
		}
	})
}

func TestEarlierRunsAreNotShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := time.Now().Add(-time.Minute)
		ledger := &book{runs: []model.Run{{ID: "r1", Pipeline: "trades", State: model.RunDone, EndedAt: &ended}}}
		m, stop := start(t, func(c *Config) { c.Ledger = ledger })
		defer stop()
		feed(m, 6*time.Second)
		p := m.Snapshot().Pipelines[0]
		if p.Run != nil {
			t.Errorf("run: %+v", p.Run)
		}
		facts := p.Advice.Evidence
		if last := facts[len(facts)-1].Line(time.Now()); !strings.Contains(last, "1m06s ago: it was moved there") {
			t.Errorf("evidence: %q", last)
		}
	})
}
