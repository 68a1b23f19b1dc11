package store

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// BenchmarkCursorUpsert is what a client pays for a durable cursor, by the
// public contract, through a handle of its own.
func BenchmarkCursorUpsert(b *testing.B) {
	path := newPath(b)
	open(b, path)
	db := foreign(b, path)
	execSQL(b, db, "PRAGMA synchronous = FULL")
	stmt, err := db.PrepareContext(b.Context(), CursorUpsert)
	must(b, err)
	defer func() { _ = stmt.Close() }()
	slot := 0
	for b.Loop() {
		slot++
		if _, err := stmt.ExecContext(b.Context(), "trades", "ams", slot, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkJournalWrite is one fenced, durable write of a run with all its
// steps.
func BenchmarkJournalWrite(b *testing.B) {
	s := open(b, newPath(b))
	run := newRun("run-1", "trades", "ams", "nyc", t0)
	lease, err := s.Begin(b.Context(), run, ttl)
	must(b, err)
	for b.Loop() {
		if err := s.Write(b.Context(), lease, failover.Batch{Run: run}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkJournalWriteSideBySide is the same while 64 runs are under way.
func BenchmarkJournalWriteSideBySide(b *testing.B) {
	s := open(b, newPath(b))
	const many = 64
	var next atomic.Int64
	b.SetParallelism(many / runtime.GOMAXPROCS(0))
	b.RunParallel(func(pb *testing.PB) {
		name := fmt.Sprintf("p%d", next.Add(1))
		run := newRun("run-"+name, name, "ams", "nyc", t0)
		lease, err := s.Begin(b.Context(), run, ttl)
		for err == nil && pb.Next() {
			err = s.Write(b.Context(), lease, failover.Batch{Run: run})
		}
		if err != nil {
			b.Error(err)
		}
	})
}

// BenchmarkAppendEvidence is one durable write of what a tick of two clusters
// and four pipelines sees: 20 pieces.
func BenchmarkAppendEvidence(b *testing.B) {
	c := &clock{at: t0}
	s := open(b, newPath(b), WithClock(c.now), WithRetention(time.Minute, time.Hour))
	var batch []model.Evidence
	for i := range 20 {
		batch = append(batch, model.Evidence{
			Kind: model.KindMetrics, Cluster: "ams", Pipeline: fmt.Sprint("p", i), Asked: t0,
			Metrics: &model.ClientMetrics{Tip: ptr(model.Offset(1 << 40)), Lag: ptr(int64(12)), MaxSlot: ptr(model.Slot(3e8))},
		})
	}
	for b.Loop() {
		c.move(2 * time.Second) // so that pruning is part of it
		for i := range batch {
			batch[i].Answered = c.at
		}
		if err := s.AppendEvidence(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBuckets reads a month of two series, as the widest chart asks.
func BenchmarkBuckets(b *testing.B) {
	s, c := newStoreAt(b, t0)
	fillMonth(b, s, c, 2*time.Minute)
	for name, span := range map[string]time.Duration{"day": 24 * time.Hour, "week": 7 * 24 * time.Hour, "month": 30 * 24 * time.Hour} {
		b.Run(name, func(b *testing.B) {
			q := model.BucketQuery{
				Series: []model.Series{lagOf("trades", "ams"), lagOf("trades", "nyc")},
				From:   c.now().Add(-span), To: c.now(), Every: span / 400,
			}
			for b.Loop() {
				if got, err := s.Buckets(b.Context(), q); err != nil || len(got.Series[0]) < 300 {
					b.Fatal(len(got.Series[0]), err)
				}
			}
		})
	}
}

// BenchmarkAppendSamples is one durable write of what a tick of 100 pipelines
// measures.
func BenchmarkAppendSamples(b *testing.B) {
	s, c := newStoreAt(b, t0)
	batch := make([]model.Sample, 200)
	for b.Loop() {
		c.move(2 * time.Second)
		for i := range batch {
			batch[i] = model.Sample{Series: lagOf(fmt.Sprint("p", i), "ams"), At: c.now(), Value: int64(i)}
		}
		if err := s.AppendSamples(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpen opens a database that is up to date.
func BenchmarkOpen(b *testing.B) {
	path := newPath(b)
	open(b, path)
	for b.Loop() {
		s, err := Open(b.Context(), path)
		must(b, err)
		must(b, s.Close())
	}
}

// BenchmarkUnendedRuns is what a console that is left alone reads at each look.
func BenchmarkUnendedRuns(b *testing.B) {
	s := open(b, newPath(b))
	for b.Loop() {
		if _, err := s.Runs(b.Context(), "", true, 0); err != nil {
			b.Fatal(err)
		}
	}
}
