package store

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

func lagOf(pipeline, cluster string) model.Series {
	return model.Series{Measure: model.MeasureLag, Pipeline: pipeline, Cluster: cluster}
}

// fillMonth writes a month of two series, a sample at every step. The clock is at
// its end then.
func fillMonth(t testing.TB, s *Store, c *clock, step time.Duration) {
	t.Helper()
	var batch []model.Sample
	for i := range int(30 * 24 * time.Hour / step) {
		c.move(step)
		for n, cluster := range []string{"ams", "nyc"} {
			batch = append(batch, model.Sample{Series: lagOf("trades", cluster), At: c.now(), Value: int64(100*n + i%50)})
		}
		if len(batch) >= 2000 {
			must(t, s.AppendSamples(t.Context(), batch))
			batch = batch[:0]
		}
	}
	must(t, s.AppendSamples(t.Context(), batch))
}

func TestSamples(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	at := func(n int) time.Time { return t0.Add(time.Duration(n) * time.Second) }
	must(t, s.AppendSamples(t.Context(), []model.Sample{
		{At: at(3), Series: lagOf("trades", "ams"), Value: 30},
		{At: at(1), Series: lagOf("trades", "ams"), Value: 10},
		{At: at(1), Series: lagOf("trades", "nyc"), Value: -11},
		{At: at(2), Series: lagOf("orders", "ams"), Value: math.MaxInt64},
		{At: at(2), Series: model.Series{Measure: model.MeasureRTT, Cluster: "ams"}, Value: 12_000},
	}))
	must(t, s.AppendSamples(t.Context(), []model.Sample{{At: at(3), Series: lagOf("trades", "ams"), Value: 33}}))
	got, err := s.Samples(t.Context(), model.MeasureLag, at(1))
	must(t, err)
	want := []model.Sample{
		{At: at(1), Series: lagOf("trades", "ams"), Value: 10},
		{At: at(1), Series: lagOf("trades", "nyc"), Value: -11},
		{At: at(2), Series: lagOf("orders", "ams"), Value: math.MaxInt64},
		{At: at(3), Series: lagOf("trades", "ams"), Value: 33},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, err = s.Samples(t.Context(), model.MeasureLag, at(2)); err != nil || len(got) != 2 {
		t.Errorf("since the second second: %v, %v", got, err)
	}
}

// A single high sample is in the picture of every span, from every kind of row,
// and what is between two samples stays empty.
func TestBucketsKeepPeaksAndGaps(t *testing.T) {
	s, c := newStoreAt(t, t0.Truncate(time.Hour))
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a test
	begin := c.now()
	var batch []model.Sample
	for i := range 2 * 24 * 60 { // two days, but for three hours
		at := begin.Add(time.Duration(i)*time.Minute + time.Duration(random.IntN(59))*time.Second)
		if h := at.Sub(begin).Hours(); h >= 40 && h < 43 {
			continue
		}
		batch = append(batch, model.Sample{Series: lagOf("trades", "ams"), At: at, Value: 10 + random.Int64N(5)})
	}
	peak, dip := begin.Add(45*time.Hour+17*time.Minute+30*time.Second), begin.Add(46*time.Hour+1*time.Second)
	batch = append(batch, model.Sample{Series: lagOf("trades", "ams"), At: peak, Value: 9999}, model.Sample{Series: lagOf("trades", "ams"), At: dip, Value: -7})
	must(t, s.AppendSamples(t.Context(), batch))
	c.move(48 * time.Hour)
	for _, every := range []time.Duration{10 * time.Second, 90 * time.Second, 7 * time.Minute, time.Hour, 5 * time.Hour} {
		t.Run(every.String(), func(t *testing.T) {
			q := model.BucketQuery{Series: []model.Series{lagOf("trades", "ams"), lagOf("nothing", "ams")}, From: begin, To: c.now(), Every: every}
			if every < time.Minute {
				q.From = c.now().Add(-5 * time.Hour) // as long as every sample is kept
			}
			got, err := s.Buckets(t.Context(), q)
			must(t, err)
			if got.Every != every || len(got.Series) != 2 || len(got.Series[1]) != 0 {
				t.Fatalf("buckets of %s for %d series", got.Every, len(got.Series))
			}
			high, low := int64(0), int64(math.MaxInt64)
			var before time.Time
			for _, b := range got.Series[0] {
				if b.Low > b.Last || b.Last > b.High || b.At.UnixMilli()%every.Milliseconds() != 0 || !b.At.After(before) {
					t.Fatalf("an odd bucket: %+v after %s", b, before)
				}
				if h := b.At.Sub(begin).Hours(); h >= 40 && h+every.Hours() <= 43 {
					t.Errorf("a bucket where nothing was measured: %+v", b)
				}
				high, low, before = max(high, b.High), min(low, b.Low), b.At
			}
			if high != 9999 || low != -7 {
				t.Errorf("from %d to %d: a peak is lost", low, high)
			}
		})
	}
}

func TestOldHistoryIsCoarser(t *testing.T) {
	s, c := newStoreAt(t, t0)
	ask := func(age time.Duration) time.Duration {
		got, err := s.Buckets(t.Context(), model.BucketQuery{Series: []model.Series{lagOf("p", "c")}, From: c.now().Add(-age), To: c.now(), Every: 5 * time.Second})
		must(t, err)
		return got.Every
	}
	for age, want := range map[time.Duration]time.Duration{time.Hour: 5 * time.Second, 7 * time.Hour: time.Minute, 20 * 24 * time.Hour: time.Hour} {
		if got := ask(age); got != want {
			t.Errorf("from %s back: buckets of %s, want %s", age, got, want)
		}
	}
}

// A month of history is bounded: what is left of a series after it.
func TestAMonthOfHistoryIsSmall(t *testing.T) {
	s, c := newStoreAt(t, t0)
	fillMonth(t, s, c, 30*time.Minute)
	for range 30 { // what pruning still has to do
		must(t, s.AppendSamples(t.Context(), nil))
	}
	count := func(query string) (n int) {
		must(t, s.reader.QueryRowContext(t.Context(), query).Scan(&n))
		return n
	}
	for what, most := range map[string]int{
		"FROM sample": 2 * 6 * 2, "FROM rollup WHERE span = 60000": 2 * 8 * 24 * 2, "FROM rollup WHERE span = 3600000": 2 * 30 * 24,
	} {
		if n := count("SELECT count(*) " + what); n > most+4 || n < most*9/10 {
			t.Errorf("%s: %d rows, want about %d", what, n, most)
		}
	}
}

func TestMarks(t *testing.T) {
	s, c := newStoreAt(t, t0)
	change := func(after time.Duration, cluster, before, word string) model.Event {
		return model.Event{At: t0.Add(after).Truncate(time.Millisecond), Kind: model.EventVerdict, Cluster: cluster, Before: before, Word: word}
	}
	healthy, down := change(time.Second, "ams", "", "healthy"), change(2*time.Second, "ams", "healthy", "down")
	must(t, s.AppendEvents(t.Context(), []model.Event{healthy, down}))
	// Another console saw the same a little later.
	must(t, s.AppendEvents(t.Context(), []model.Event{change(2500*time.Millisecond, "ams", "healthy", "down"), change(time.Second, "nyc", "", "healthy")}))
	run := newRun("run-1", "trades", "ams", "nyc", t0.Add(3*time.Second))
	_, err := s.Begin(t.Context(), run, ttl)
	must(t, err)
	got, err := s.Marks(t.Context(), "trades", t0, t0.Add(time.Minute))
	must(t, err)
	var text []string
	for _, m := range got {
		text = append(text, fmt.Sprint(m.At.Sub(t0).Round(time.Second), " ", m.Kind, " ", m.Pipeline, "/", m.Cluster, " ", m.Before, ">", m.Word))
	}
	want := []string{"1s verdict /nyc >healthy", "1s verdict /ams >healthy", "2s verdict /ams healthy>down", "3s run-began trades/nyc >running"}
	if len(text) != 4 || text[2] != want[2] || text[3] != want[3] {
		t.Errorf("got %q, want %q", text, want)
	}
	if got, err = s.Marks(t.Context(), "trades", t0.Add(4*time.Second), t0.Add(time.Minute)); err != nil || len(got) != 0 {
		t.Errorf("later: %v, %v", got, err)
	}
	// What happens to others takes no room from it.
	var others []model.Event
	for i := range mostMarks {
		e := change(time.Duration(5+i)*time.Second, "ams", "streaming", "cut-off")
		e.Pipeline = fmt.Sprintf("other-%d", i)
		others = append(others, e)
	}
	must(t, s.AppendEvents(t.Context(), others))
	if again, err := s.Marks(t.Context(), "trades", t0, t0.Add(time.Hour)); err != nil || len(again) != 4 {
		t.Errorf("beside %d changes of others: %v, %v", len(others), again, err)
	}
	if of, err := s.Marks(t.Context(), "", t0, t0.Add(time.Hour)); err != nil || len(of) != 3 {
		t.Errorf("of the clusters: %v, %v", of, err)
	}
	c.move(31 * 24 * time.Hour)
	must(t, s.AppendEvents(t.Context(), nil))
	if got, err = s.Marks(t.Context(), "trades", t0, t0.Add(2*time.Second)); err != nil || len(got) != 0 {
		t.Errorf("a month later: %v, %v", got, err)
	}
}

// What an older fumtui measured is there in every kind of row.
func TestLagOfTheOldSchemaIsKept(t *testing.T) {
	path := newPath(t)
	must(t, os.MkdirAll(filepath.Dir(path), 0o700))
	db := foreign(t, path)
	all, err := migrations()
	must(t, err)
	execSQL(t, db, all[0].sql+all[1].sql+"; PRAGMA application_id = 1718971764; PRAGMA user_version = 2;")
	execSQL(t, db, `INSERT INTO lag_series VALUES (7, 'trades', 'ams')`)
	newest := t0.Truncate(time.Hour)
	for i, lag := range []int64{5, 9000, 6, 7} { // half a day ago, a peak, and now
		ago := []time.Duration{12 * time.Hour, 12*time.Hour - 10*time.Second, 12*time.Hour - 20*time.Second, 0}[i]
		execSQL(t, db, `INSERT INTO lag VALUES (7, ?, ?)`, newest.Add(-ago).UnixMilli(), lag)
	}
	must(t, db.Close())
	c := &clock{at: newest.Add(time.Second)}
	s := open(t, path, WithClock(c.now))
	samples, err := s.Samples(t.Context(), model.MeasureLag, time.Time{})
	must(t, err)
	if len(samples) != 1 || samples[0].Value != 7 {
		t.Errorf("samples: %+v", samples)
	}
	for _, every := range []time.Duration{time.Minute, time.Hour} {
		got, err := s.Buckets(t.Context(), model.BucketQuery{Series: []model.Series{lagOf("trades", "ams")}, From: newest.Add(-13 * time.Hour), To: c.now(), Every: every})
		must(t, err)
		if b := got.Series[0]; len(b) != 2 || b[0].Low != 5 || b[0].High != 9000 || b[0].Last != 6 || b[1].Last != 7 {
			t.Errorf("%s: %+v", every, b)
		}
	}
}
