package monitor

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fumtui/fumtui/model"
)

func TestExplainIsAnsweredByTheLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, stop := start(t, nil)
		defer stop()
		feed(m, 20*time.Second)
		time.Sleep(100 * time.Millisecond) // between two ticks
		synctest.Wait()
		generation := m.Snapshot().Generation
		x, err := m.Explain(t.Context(), "trades")
		if err != nil {
			t.Fatal(err)
		}
		s := m.Snapshot()
		want, _ := s.Pipeline("trades")
		if x.Pipeline == nil || x.Pipeline.Verdict != want.Verdict || len(x.Pipeline.History["ams"]) != len(want.History["ams"]) {
			t.Errorf("explained %+v, the snapshot has %+v", x.Pipeline, want)
		}
		if s.Generation != generation {
			t.Error("a question made a snapshot: who asks at every snapshot would ask without end")
		}
		c, err := m.ExplainCluster(t.Context(), "nyc")
		if err != nil || c.Cluster == nil || c.Cluster.Verdict != model.ClusterHealthy {
			t.Errorf("cluster: %+v, %v", c.Cluster, err)
		}
		if _, err := m.Explain(t.Context(), "nosuch"); err == nil || !strings.Contains(err.Error(), `"nosuch"`) {
			t.Errorf("an unknown pipeline: %v", err)
		}
		if _, err := m.ExplainCluster(t.Context(), "nosuch"); err == nil {
			t.Error("an unknown cluster is explained")
		}
	})
}

// TestExplainCountsWhatWasHandedInBefore: evidence in the queue is no less seen.
func TestExplainCountsWhatWasHandedInBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, stop := start(t, func(c *Config) { c.Interval = time.Hour })
		defer stop()
		synctest.Wait()
		for _, e := range probe(time.Now()) {
			m.Observe(e)
		}
		x, err := m.ExplainCluster(t.Context(), "ams")
		if err != nil || x.Cluster.ServiceVersion != "0.40.0" {
			t.Errorf("%+v, %v", x.Cluster, err)
		}
	})
}

func TestExplainBeforeAndAfterRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, stop := start(t, nil)
		synctest.Wait()
		done, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := m.Explain(done, "trades"); err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("a question of somebody who left: %v", err)
		}
		stop()
		if _, err := m.Explain(t.Context(), "trades"); !errors.Is(err, ErrStopped) {
			t.Errorf("after the end: %v", err)
		}
		if _, err := New(m.cfg).Explain(t.Context(), "trades"); !errors.Is(err, ErrNotRunning) {
			t.Errorf("before the beginning: %v", err)
		}
	})
}

// TestExplainWhileItEnds asks from many goroutines while the monitor ends: each
// comes back, with an answer or a clear error.
func TestExplainWhileItEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, stop := start(t, nil)
		synctest.Wait()
		var asking sync.WaitGroup
		for range 8 {
			asking.Go(func() {
				for {
					switch _, err := m.Explain(t.Context(), "trades"); {
					case errors.Is(err, ErrStopped):
						return
					case err != nil:
						t.Error(err)
						return
					}
					for _, e := range probe(time.Now()) {
						m.Observe(e)
					}
					time.Sleep(time.Millisecond)
				}
			})
		}
		time.Sleep(50 * time.Millisecond)
		stop()
		asking.Wait()
	})
}
