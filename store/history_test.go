package store

import (
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

func anyEvidence(random *rand.Rand, answered time.Time) model.Evidence {
	e := model.Evidence{
		Cluster: "ams", Asked: answered.Add(-time.Duration(random.Int64N(1e9))), Answered: answered,
	}
	if random.IntN(4) == 0 {
		e.Kind, e.Failure = model.KindVersion, model.NewFailure(model.ClassTimeout, anyText(random), nil)
		return e
	}
	switch random.IntN(6) {
	case 0:
		e.Kind, e.Version = model.KindVersion, anyText(random)
	case 1:
		e.Kind, e.Tip = model.KindTip, ptr(model.Offset(random.Int64()))
	case 2:
		e.Kind, e.Slots = model.KindSlotRange, &model.SlotRange{Min: model.Slot(random.Uint64()), Max: math.MaxUint64}
	case 3:
		e.Kind, e.Subscribers = model.KindSubscribers, []model.Subscriber{{ID: anyText(random), Name: anyText(random), Stale: true}, {}}
	case 4:
		e.Kind, e.Pipeline = model.KindMetrics, "trades"
		e.Metrics = &model.ClientMetrics{
			Tip: maybe(random, model.Offset(0)), Lag: maybe(random, int64(-1)), Commits: maybe(random, random.ExpFloat64()),
			Committed: maybe(random, model.Offset(7)), MaxSlot: maybe(random, model.Slot(9)), Events: maybe(random, math.MaxFloat64),
		}
	case 5:
		e.Kind, e.Pipeline = model.KindCursor, "trades"
		e.Cursor = maybe(random, model.Cursor{Pipeline: "trades", Cluster: "ams", Slot: 5, UpdatedAt: anyTime(random), Source: "store"})
	}
	return e
}

func TestAnyEvidenceComesBackAsItWas(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	random := rand.New(rand.NewPCG(7, 7))
	var want []model.Evidence
	for i := range 400 {
		want = append(want, anyEvidence(random, t0.Add(time.Duration(i)*time.Millisecond+time.Duration(random.IntN(1e6)))))
	}
	shuffled := append([]model.Evidence(nil), want...)
	random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	must(t, s.AppendEvidence(t.Context(), shuffled[:250]))
	must(t, s.AppendEvidence(t.Context(), shuffled[250:]))
	got, err := s.Evidence(t.Context(), t0)
	must(t, err)
	if len(got) != len(want) {
		t.Fatalf("%d of %d came back", len(got), len(want))
	}
	for i := range want {
		if !reflect.DeepEqual(got[i], want[i]) {
			t.Fatalf("%d:\n got %+v\nwant %+v", i, got[i], want[i])
		}
	}
	since := want[100].Answered
	got, err = s.Evidence(t.Context(), since)
	must(t, err)
	if len(got) != 300 || !got[0].Answered.Equal(since) {
		t.Errorf("since %v: %d pieces from %v on", since, len(got), got[0].Answered)
	}
	if got, _ = s.Evidence(t.Context(), since.Add(1)); len(got) != 299 {
		t.Errorf("a nanosecond later: %d pieces", len(got))
	}
}

func TestOddEvidenceDoesNotLoseTheRest(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	nan := model.Evidence{
		Kind: model.KindMetrics, Answered: t0,
		Metrics: &model.ClientMetrics{Commits: ptr(math.NaN()), Polls: ptr(math.Inf(1)), Events: ptr(1.0)},
	}
	huge := model.Evidence{Kind: model.KindVersion, Answered: t0, Version: strings.Repeat("v", maxEvidence)}
	good := model.Evidence{Kind: model.KindVersion, Answered: t0, Version: "1"}
	err := s.AppendEvidence(t.Context(), []model.Evidence{nan, huge, good})
	if !errors.Is(err, model.ErrLeftOut) || KindOf(err) != "" {
		t.Errorf("evidence too large to store: %v", err)
	}
	got, err := s.Evidence(t.Context(), t0)
	must(t, err)
	if len(got) != 2 || got[0].Metrics.Commits != nil || got[0].Metrics.Polls != nil || *got[0].Metrics.Events != 1 || got[1].Version != "1" {
		t.Errorf("stored %+v", got)
	}
	if !math.IsNaN(*nan.Metrics.Commits) {
		t.Error("the caller's evidence was changed")
	}
	execSQL(t, foreign(t, s.Path()), `INSERT INTO evidence (answered, body) VALUES (?, '{nonsense')`, t0.UnixMicro())
	if got, err := s.Evidence(t.Context(), t0); err != nil || len(got) != 2 {
		t.Errorf("with a row that nobody can read: %d pieces, %v", len(got), err)
	}
}

// TestEachEvidenceReadsPageByPage: many rows, a whole page and more of them of
// one moment, come once each and in their order.
func TestEachEvidenceReadsPageByPage(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	var all []model.Evidence
	for i := range 2*pageSize + 100 {
		at := t0.Add(time.Duration(min(i, pageSize/2)) * time.Millisecond)
		all = append(all, model.Evidence{Kind: model.KindTip, Cluster: "ams", Answered: at, Tip: ptr(model.Offset(i))})
	}
	must(t, s.AppendEvidence(t.Context(), all))
	next := 0
	must(t, s.EachEvidence(t.Context(), t0, func(e model.Evidence) error {
		if *e.Tip != model.Offset(next) {
			t.Fatalf("%d came in the place of %d", *e.Tip, next)
		}
		next++
		return nil
	}))
	if next != len(all) {
		t.Errorf("%d of %d came", next, len(all))
	}
	late := t0.Add(time.Hour)
	must(t, s.AppendEvidence(t.Context(), []model.Evidence{
		{Kind: model.KindTip, Answered: late.Add(425)}, {Kind: model.KindTip, Answered: late.Add(9)}, {Kind: model.KindTip, Answered: late.Add(1000)},
	}))
	before := late
	must(t, s.EachEvidence(t.Context(), late, func(e model.Evidence) error {
		if e.Answered.Before(before) {
			t.Errorf("%s comes after %s", e.Answered, before)
		}
		before = e.Answered
		return nil
	}))
	enough := errors.New("enough")
	seen := 0
	err := s.EachEvidence(t.Context(), t0, func(model.Evidence) error {
		if seen++; seen == 3 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || seen != 3 {
		t.Errorf("it went on to %d: %v", seen, err)
	}
}

func TestHistoryIsPrunedLittleByLittle(t *testing.T) {
	s, c := newStoreAt(t, t0)
	var old []model.Evidence
	var samples []model.Sample
	for i := range 1000 {
		at := t0.Add(time.Duration(i) * time.Millisecond)
		old = append(old, model.Evidence{Kind: model.KindTip, Cluster: "ams", Answered: at})
		samples = append(samples, model.Sample{Series: lagOf("gone", "ams"), At: at, Value: int64(i)})
	}
	must(t, s.AppendEvidence(t.Context(), old))
	must(t, s.AppendSamples(t.Context(), samples))
	count := func(table string) (n int) {
		must(t, s.reader.QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&n))
		return n
	}
	c.move(8 * 24 * time.Hour)
	for i := 1; i <= 5; i++ {
		must(t, s.AppendEvidence(t.Context(), []model.Evidence{{Kind: model.KindTip, Answered: c.now()}}))
		must(t, s.AppendSamples(t.Context(), []model.Sample{{At: c.now().Add(time.Duration(i) * time.Millisecond), Series: lagOf("trades", "ams")}}))
		want := max(0, 1000-i*minPruned) + i
		if e, l := count("evidence"), count("sample"); e != want || l != want {
			t.Errorf("after %d writes: %d pieces of evidence and %d samples, want %d", i, e, l, want)
		}
	}
}

func TestRetentionKeepsWhatIsYoungEnough(t *testing.T) {
	c := &clock{at: t0}
	s := open(t, newPath(t), WithClock(c.now), WithRetention(time.Minute, time.Hour))
	must(t, s.AppendEvidence(t.Context(), []model.Evidence{{Kind: model.KindTip, Answered: t0}, {Kind: model.KindTip, Answered: t0.Add(time.Second)}}))
	must(t, s.AppendSamples(t.Context(), []model.Sample{{At: t0, Series: lagOf("p", "c")}, {At: t0.Add(time.Second), Series: lagOf("p", "c")}}))
	c.at = t0.Add(time.Minute + time.Millisecond)
	must(t, s.AppendEvidence(t.Context(), nil))
	must(t, s.AppendSamples(t.Context(), nil))
	evidence, err := s.Evidence(t.Context(), time.Time{})
	must(t, err)
	samples, err := s.Samples(t.Context(), model.MeasureLag, time.Time{})
	must(t, err)
	if len(evidence) != 1 || len(samples) != 2 {
		t.Errorf("%d pieces of evidence, want 1; %d samples, want 2", len(evidence), len(samples))
	}
}

func TestRetentionOfNothingIsTheDefault(t *testing.T) {
	s := open(t, newPath(t), WithRetention(0, -1))
	if s.keepRaw != defaults().keepRaw || s.keepSeries != defaults().keepSeries {
		t.Errorf("evidence %s, series %s", s.keepRaw, s.keepSeries)
	}
}

// History gives up while another process holds the lock; a run's journal waits.
func TestHistoryDoesNotWaitForLong(t *testing.T) {
	path := newPath(t)
	s := open(t, path, WithBusyWait(time.Minute))
	s.historyWait = 50 * time.Millisecond
	db := foreign(t, path)
	execSQL(t, db, "BEGIN IMMEDIATE")
	// They come back at all: the lock is held until after them.
	if err := s.AppendEvidence(t.Context(), []model.Evidence{{Kind: model.KindTip}}); KindOf(err) != KindLocked {
		t.Errorf("evidence: %v, want it locked", err)
	}
	if err := s.AppendSamples(t.Context(), nil); KindOf(err) != KindLocked {
		t.Errorf("samples: %v, want it locked", err)
	}
	written := make(chan error, 1)
	go func() { written <- s.Writable(background()) }()
	if _, err := s.Cursors(t.Context()); err != nil {
		t.Errorf("reading while another writes: %v", err)
	}
	execSQL(t, db, "COMMIT")
	if err := <-written; err != nil {
		t.Errorf("the patient write: %v", err)
	}
}

func FuzzEvidence(f *testing.F) {
	f.Add("metrics", "ams", "message", uint64(1), int64(-1), 1.5)
	f.Add("\x00", "\xff", "\x1b[0m", uint64(math.MaxUint64), int64(math.MinInt64), math.Inf(-1))
	s, _ := newStoreAt(f, t0)
	f.Fuzz(func(t *testing.T, kind, cluster, message string, slot uint64, offset int64, number float64) {
		e := model.Evidence{
			Kind: model.EvidenceKind(kind), Cluster: cluster, Answered: t0,
			Failure: model.NewFailure(model.ClassServer, message, errors.New("cause")),
			Slots:   &model.SlotRange{Min: model.Slot(slot)}, Tip: ptr(model.Offset(offset)),
			Metrics: &model.ClientMetrics{Commits: &number},
		}
		body, err := encodeEvidence(e)
		if err != nil {
			if len(kind)+len(cluster) < maxEvidence/16 {
				t.Fatal(err)
			}
			return
		}
		if len(body) > maxEvidence {
			t.Fatalf("%d bytes", len(body))
		}
		if s.AppendEvidence(t.Context(), []model.Evidence{e}) != nil {
			t.Fatal("it was encoded but not stored")
		}
		got, err := s.Evidence(t.Context(), t0)
		if _, clearErr := s.history.ExecContext(t.Context(), `DELETE FROM evidence`); clearErr != nil {
			t.Fatal(clearErr)
		}
		if err != nil || len(got) == 0 {
			t.Fatalf("%d, %v", len(got), err)
		}
		last := got[len(got)-1]
		if *last.Tip != model.Offset(offset) || last.Slots.Min != model.Slot(slot) || last.Failure.Message != e.Failure.Message {
			t.Fatalf("got %+v, want %+v", last, e)
		}
	})
}
