package store

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

func TestWriteAppliesTheWholeBatchOrNothing(t *testing.T) {
	s, c := newStoreAt(t, t0)
	must(t, s.SetCursor(t.Context(), "trades", "nyc", 900, false, nil))
	run := newRun("run-1", "trades", "ams", "nyc", t0)
	lease, err := s.Begin(t.Context(), run, ttl)
	must(t, err)
	c.move(time.Minute)

	batch := failover.Batch{
		Run: ended(run, c.now()), SetCursor: &failover.CursorSeed{Cluster: "nyc", Slot: 500},
		Activate: true, Release: true,
		Audit: []failover.AuditEntry{{At: c.now(), Actor: "ada@bastion", Action: "cutover", Detail: "done"}},
	}
	impossible := batch
	impossible.SetCursor = &failover.CursorSeed{Cluster: "nyc", Slot: 1 << 63}
	if err := s.Write(t.Context(), lease, impossible); err == nil {
		t.Fatal("a slot that cannot be was written")
	}
	stored, err := s.Run(t.Context(), "run-1")
	must(t, err)
	active, err := s.Active(t.Context(), "trades")
	must(t, err)
	if stored.State != model.RunRunning || active != "" {
		t.Errorf("half a batch was written: run %s, active %q", stored.State, active)
	}

	must(t, s.Write(t.Context(), lease, batch))
	cursor, err := s.Cursor(t.Context(), "trades", "nyc")
	must(t, err)
	want := model.Cursor{Pipeline: "trades", Cluster: "nyc", Slot: 500, UpdatedAt: c.now(), Source: "store"}
	if !reflect.DeepEqual(*cursor, want) {
		t.Errorf("cursor %+v, want %+v", *cursor, want)
	}
	if active, err := s.Active(t.Context(), "trades"); err != nil || active != "nyc" {
		t.Errorf("active %q, %v", active, err)
	}
	records, err := s.Audit(t.Context(), 10)
	must(t, err)
	wantRecord := AuditRecord{ID: 1, Pipeline: "trades", RunID: "run-1", AuditEntry: batch.Audit[0]}
	if len(records) != 1 || records[0] != wantRecord {
		t.Errorf("audit %+v, want %+v", records, wantRecord)
	}
}

// The report of a run is made of its own entries, in the order of what happened.
func TestAuditOfARun(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	for _, p := range []string{"orders", "trades"} {
		run := newRun("run of "+p, p, "ams", "nyc", t0)
		lease, err := s.Begin(t.Context(), run, ttl)
		must(t, err)
		for _, action := range []string{"begin", "stop", "done"} {
			entry := failover.AuditEntry{At: t0, Actor: "ada@bastion", Action: action, Detail: p}
			must(t, s.Write(t.Context(), lease, failover.Batch{Run: run, Audit: []failover.AuditEntry{entry}}))
		}
	}
	entries, err := s.AuditOf(t.Context(), "run of trades")
	must(t, err)
	got := ""
	for _, e := range entries {
		got += e.Action + " " + e.Detail + " "
	}
	if got != "begin trades stop trades done trades " {
		t.Errorf("entries: %s", got)
	}
	if none, err := s.AuditOf(t.Context(), "another"); err != nil || len(none) != 0 {
		t.Errorf("of a run that is not: %+v, %v", none, err)
	}
}

// Below slot 0 there is none to seed a cursor with: an old row goes.
func TestSeedBelowTheFirstSlot(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	must(t, s.SetCursor(t.Context(), "trades", "nyc", 900, false, nil))
	must(t, s.SetCursor(t.Context(), "trades", "ams", 7, false, nil))
	run := newRun("run-1", "trades", "ams", "nyc", t0)
	lease, err := s.Begin(t.Context(), run, ttl)
	must(t, err)
	must(t, s.Write(t.Context(), lease, failover.Batch{Run: run, SetCursor: &failover.CursorSeed{Cluster: "nyc", Remove: true}}))
	if c, err := s.Cursor(t.Context(), "trades", "nyc"); err != nil || c != nil {
		t.Errorf("cursor %+v, %v; want none", c, err)
	}
	if c, err := s.Cursor(t.Context(), "trades", "ams"); err != nil || c == nil {
		t.Errorf("the other cluster's cursor: %+v, %v", c, err)
	}
}

func TestWriteRefusesARunThatIsNotTheLeases(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	lease, err := s.Begin(t.Context(), newRun("run-1", "trades", "ams", "nyc", t0), ttl)
	must(t, err)
	for _, run := range []model.Run{newRun("run-2", "trades", "ams", "nyc", t0), newRun("run-1", "orders", "ams", "nyc", t0)} {
		if err := s.Write(t.Context(), lease, failover.Batch{Run: run}); err == nil || errors.Is(err, failover.ErrFenced) {
			t.Errorf("run %s of %s under the lease of run-1 of trades: %v", run.ID, run.Pipeline, err)
		}
	}
}

func TestRunsNewestFirst(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	add := func(id, pipeline string, at time.Time, end bool) {
		run := newRun(id, pipeline, "ams", "nyc", at)
		lease, err := s.Begin(t.Context(), run, ttl)
		must(t, err)
		if end {
			must(t, s.Write(t.Context(), lease, failover.Batch{Run: ended(run, at), Release: true}))
		}
	}
	add("b", "trades", t0, true)
	add("a", "trades", t0, true)
	add("c", "trades", t0.Add(time.Nanosecond), true)
	add("d", "orders", t0.Add(-time.Hour), false)
	add("e", "trades", t0.Add(time.Second), false)
	tests := []struct {
		pipeline string
		unended  bool
		limit    int
		want     string
	}{
		{"", false, 0, "[e c b a d]"},
		{"", false, 2, "[e c]"},
		{"trades", false, 0, "[e c b a]"},
		{"", true, 0, "[e d]"},
		{"orders", true, 1, "[d]"},
		{"none", false, 0, "[]"},
	}
	for _, test := range tests {
		runs, err := s.Runs(t.Context(), test.pipeline, test.unended, test.limit)
		must(t, err)
		ids := []string{}
		for _, run := range runs {
			ids = append(ids, run.ID)
			if len(run.Steps) != len(model.Steps()) {
				t.Errorf("run %s came with %d steps", run.ID, len(run.Steps))
			}
		}
		if got := fmt.Sprint(ids); got != test.want {
			t.Errorf("runs of %q unended %v limit %d: %s, want %s", test.pipeline, test.unended, test.limit, got, test.want)
		}
	}
}

// anyText is text that a database might trip over.
func anyText(random *rand.Rand) string {
	pieces := []string{"", "a", "'", "\"; DROP TABLE run; --", "line\nbreak", "ünïcödé", "%00", "日本", "?1", "\x00 zero"}
	return pieces[random.IntN(len(pieces))] + pieces[random.IntN(len(pieces))]
}

func maybe[T any](random *rand.Rand, v T) *T {
	if random.IntN(3) == 0 {
		return nil
	}
	return &v
}

func anyTime(random *rand.Rand) time.Time {
	return time.Unix(random.Int64N(4_000_000_000), random.Int64N(1_000_000_000)).UTC()
}

func anyRun(random *rand.Rand, id, pipeline string) model.Run {
	run := model.Run{
		ID: id, Pipeline: pipeline, Subscriber: anyText(random), Kind: model.Failback, Mode: model.Reactive,
		From: anyText(random), To: anyText(random), State: model.RunWaiting,
		RequestedBy: anyText(random), Reason: anyText(random), Forced: random.IntN(2) == 0,
		StartedAt: anyTime(random), EndedAt: maybe(random, anyTime(random)), Holder: driverA,
		Cursor: maybe(random, model.Slot(random.Uint64())), ReportedCursor: maybe(random, model.Slot(0)),
		ResumeSlot: maybe(random, model.Slot(random.Uint64())), GapSlots: maybe(random, random.Uint64()),
		Sequence: random.Uint64(), ApprovedGap: maybe(random, random.Uint64()),
		DuplicateSlots: maybe(random, uint64(32)), SubscriberID: anyText(random), SourceAnswered: random.IntN(2) == 0,
		Question: anyText(random), Note: anyText(random),
		Origin: anyText(random), Evacuation: anyText(random), Latest: random.IntN(2) == 0,
		DetectedAt: maybe(random, anyTime(random)), FromSlot: maybe(random, model.Slot(random.Uint64())),
		FirstSlot: maybe(random, model.Slot(random.Uint64())), FirstSlotAt: maybe(random, anyTime(random)),
		LiveAt: maybe(random, anyTime(random)), PossibleLoss: random.Uint64(), ReplaySlots: maybe(random, random.Uint64()),
		TakenUpAt: maybe(random, anyTime(random)),
	}
	for range random.IntN(4) {
		run.Evidence = append(run.Evidence, "ams: "+strings.ReplaceAll(anyText(random), "\n", " "))
	}
	for range random.IntN(14) {
		run.Steps = append(run.Steps, model.Step{
			Name: model.StepName(anyText(random)), State: model.StepState(anyText(random)),
			StartedAt: maybe(random, anyTime(random)), EndedAt: maybe(random, anyTime(random)),
			Error: anyText(random), Detail: anyText(random),
		})
	}
	return run
}

func TestAnyRunComesBackAsItWas(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 1))
		id, pipeline := fmt.Sprintf("run-%d", seed), fmt.Sprintf("p-%d", seed)
		begun := anyRun(random, id, pipeline)
		lease, err := s.Begin(t.Context(), begun, ttl)
		must(t, err)
		begun.Epoch = lease.Epoch
		check := func(want model.Run) {
			t.Helper()
			got, err := s.Run(t.Context(), id)
			must(t, err)
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("seed %d:\n got %+v\nwant %+v", seed, got, want)
			}
		}
		check(begun)
		written := anyRun(random, id, pipeline) // more steps, or fewer
		written.Epoch = lease.Epoch
		must(t, s.Write(t.Context(), lease, failover.Batch{Run: written}))
		check(written)
	}
}

func TestWritable(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	must(t, s.Writable(t.Context()))
	must(t, s.Writable(t.Context()))
}
