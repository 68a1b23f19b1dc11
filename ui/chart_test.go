package ui

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/ui/chart"
)

// fakeHistory is a month in which every series waves through the days, has a
// peak a day before noon, and nothing from six to five hours before it.
type fakeHistory struct {
	asked []model.BucketQuery
	fail  error
}

func (f *fakeHistory) Buckets(_ context.Context, q model.BucketQuery) (model.Buckets, error) {
	f.asked = append(f.asked, q)
	if f.fail != nil {
		return model.Buckets{}, f.fail
	}
	out := model.Buckets{Every: q.Every, Series: make([][]model.Bucket, len(q.Series))}
	for i, s := range q.Series {
		if s.Pipeline != "" && i > 0 {
			continue // was never active there
		}
		scale := map[model.Measure]float64{model.MeasureRTT: 12_000 * float64(1+5*i), model.MeasureErrors: 3000, model.MeasureBehind: 2}[s.Measure]
		if scale == 0 {
			scale = 300
		}
		for at := q.From; at.Before(q.To) && at.Before(noon); at = at.Add(q.Every) {
			age := noon.Sub(at)
			if age > 5*time.Hour && age <= 6*time.Hour {
				continue
			}
			v := int64(scale * (1 + 0.3*math.Sin(age.Hours()+float64(i))))
			b := model.Bucket{At: at, Low: v * 9 / 10, High: v * 11 / 10, Last: v}
			if age <= 24*time.Hour && age+q.Every > 24*time.Hour {
				b.High = 20 * v
			}
			out.Series[i] = append(out.Series[i], b)
		}
	}
	return out, nil
}

func (f *fakeHistory) Marks(_ context.Context, pipeline string, from, to time.Time) ([]model.Mark, error) {
	var out []model.Mark
	for _, m := range []model.Mark{
		{At: noon.Add(-24 * time.Hour), Kind: model.MarkVerdict, Cluster: "ams", Before: "healthy", Word: "down"},
		{At: noon.Add(-24*time.Hour + 5*time.Minute), Kind: model.MarkRunBegan, Pipeline: "trades", Cluster: "nyc", RunKind: model.Cutover, Word: "running"},
		{At: noon.Add(-24*time.Hour + 7*time.Minute), Kind: model.MarkRunEnded, Pipeline: "trades", Cluster: "nyc", RunKind: model.Cutover, Word: "done"},
		{At: noon.Add(-20 * time.Hour), Kind: model.MarkVerdict, Cluster: "ams", Before: "down", Word: "healthy"},
		{At: noon.Add(-3 * time.Hour), Kind: model.MarkVerdict, Pipeline: "accounts", Before: "streaming", Word: "silent"},
		{At: noon.Add(-4 * time.Minute), Kind: model.MarkVerdict, Cluster: "nyc", Before: "healthy", Word: "blip"},
	} {
		if (m.Pipeline == "" || m.Pipeline == pipeline) && !m.At.Before(from) && m.At.Before(to) {
			out = append(out, m)
		}
	}
	return out, f.fail
}

// chartDriver is a console with a history, in peace.
func chartDriver(t testing.TB, w, h int) (*driver, *fakeHistory) {
	history := &fakeHistory{}
	d := newDriver(t, w, h, fakeSnapshot(1, 2, 10*time.Minute))
	d.m.opts.History = history
	return d, history
}

func TestChartWithoutHistoryShowsWhatSnapshotsHave(t *testing.T) {
	d := newDriver(t, 80, 24, fakeSnapshot(1, 1, 10*time.Minute))
	d.keys("w")
	d.sees("Lag from tip, in offsets · trades", "● ams 300")
	d.keys("T")
	d.sees("Lag in slots", "this needs the database")
	d.keys("T", "T", "T")
	d.sees("Failed calls, in percent")
	d.keys("T")
	d.sees("Lag from tip, in offsets")
	d.keys("esc")
	d.sees("PIPELINE")
}

// The history is asked once for what is known, and again when a column is full.
func TestHistoryIsAskedForFullColumns(t *testing.T) {
	d, history := chartDriver(t, 120, 40)
	at := func(after time.Duration) {
		d.now = noon.Add(after)
		s := fakeSnapshot(uint64(after/time.Second)+2, 2, 10*time.Minute) //nolint:gosec // small
		s.Time = d.now
		d.m.snap, d.m.snapAt, d.m.now = &s, d.now, d.now
		if cmd := d.m.loadChart(); cmd != nil {
			d.send(cmd())
		}
	}
	d.keys("w", "T", "T", "T", "z") // 10 minutes of round trips: columns of 3 s
	n := len(history.asked)
	if n == 0 {
		t.Fatal("nothing was asked")
	}
	q := history.asked[n-1]
	if q.Every != 3*time.Second || len(q.Series) != 2 || q.Series[1] != (model.Series{Measure: model.MeasureRTT, Cluster: "nyc"}) {
		t.Errorf("asked %+v", q)
	}
	at(time.Second)
	at(2 * time.Second)
	if len(history.asked) != n {
		t.Errorf("asked %d times within a column", len(history.asked)-n)
	}
	at(4 * time.Second)
	if len(history.asked) != n+1 {
		t.Errorf("asked %d times after a column", len(history.asked)-n)
	}
	d.keys("z", "z")
	n = len(history.asked)
	d.keys("+", "-") // what was shown before is known
	if got := history.asked[n:]; len(got) > 1 {
		t.Errorf("asked again: %+v", got)
	}
	d.keys("esc", "enter") // no chart is shown
	n = len(history.asked)
	at(time.Minute)
	if len(history.asked) != n {
		t.Error("asked while no chart is shown")
	}
}

func TestHistoryThatFails(t *testing.T) {
	d, history := chartDriver(t, 80, 24)
	history.fail = errors.New("database is locked\x1b[2J")
	d.keys("w", "T")
	d.sees("the history cannot be read: database is locked")
	n := len(history.asked)
	d.keys("x", "x", "x")
	if len(history.asked) != n {
		t.Error("it is asked again at once")
	}
	history.fail = nil
	d.now = d.now.Add(retryEvery)
	d.keys("x")
	d.sees("● ams 3")
	d.lacks("cannot be read")
}

func TestChartCursor(t *testing.T) {
	d, _ := chartDriver(t, 120, 40)
	d.keys("w", "z", "z", "z", "z") // a day, in columns of 10 minutes
	d.sees("last 24 h")
	d.keys("x")
	d.sees("at Jan 02 11:50:00", "● ams 358 (124–2,207)")
	d.keys("l") // there is no future
	d.sees("at Jan 02 11:50:00")
	d.keys("[", "[", "[", "h")
	d.sees("at Jan 02 06:40:00", "● ams not measured") // in the gap
	for range 14 {
		d.keys("[")
	}
	d.sees("at Jan 01 07:20:00")
	d.keys("]", "]", "l", "l", "l", "l", "l", "l", "l", "l")
	d.sees("at Jan 01 12:00:00")
	d.lacks("last 24 h")
	d.seesWrapped("✗ ams down, was healthy")
	d.keys("+")
	d.sees("at Jan 01 12:00:00")
	d.keys("esc", "esc", "x", "x")
	d.sees("last 12 h")
}

// The window goes along with a cursor that time, or a shorter span, would leave behind.
func TestChartCursorStaysInView(t *testing.T) {
	d, _ := chartDriver(t, 120, 40)
	d.keys("w", ":", "=zoom 24h", "enter", "x", "[", "[", "[", "[", "[")
	d.sees("at Jan 02 03:30:00")
	d.keys(":", "=zoom 10m", "enter")
	d.sees("at Jan 02 03:30:00", "03:30")
	d.lacks("ams not measured")
	d.keys("z")
	d.sees("at Jan 02 03:30:00")
	d.lacks("ams not measured")
}

func TestChartPansAndZooms(t *testing.T) {
	d, _ := chartDriver(t, 120, 40)
	d.keys("w", "z") // 10 minutes
	d.keys("h", "h")
	d.sees("until Jan 02 11:55 · Lag from tip · 10 min")
	d.keys("l", "l", "l")
	d.sees("last 10 min")
	for range 30 {
		d.keys("+")
	}
	d.sees("last 1 min")
	for range 30 {
		d.keys("-")
	}
	d.sees("last 30 d")
	for range 30 {
		d.keys("h")
	}
	d.sees("until Dec 03 12:00 · Lag from tip")
	d.keys("esc")
	d.sees("last 30 d")
}

// Whatever keys are pressed and whatever the history says, the window stays
// within what is kept, and the frame within the screen.
func TestAnyChartFits(t *testing.T) {
	r := rand.New(rand.NewPCG(12, 13)) //nolint:gosec // a test
	keys := []string{"T", "z", "+", "-", "h", "l", "[", "]", "x", "L", "esc", "w", "j", "k", "left", "right"}
	for range 60 {
		w, h := 80+r.IntN(130), 24+r.IntN(40)
		d, history := chartDriver(t, w, h)
		d.m.glyphs = chart.Glyphs(r.IntN(2))
		if r.IntN(4) == 0 {
			d.m.opts.History = nil
		}
		for range 40 {
			k := keys[r.IntN(len(keys))]
			history.fail = nil
			if r.IntN(8) == 0 {
				history.fail = errors.New(hostile[r.IntN(len(hostile))])
			}
			d.now = d.now.Add(time.Duration(r.IntN(20)) * time.Second)
			d.keys(k)
			fits(t, d, w, h, "after "+k)
			v := &d.m.charts
			if !v.end.IsZero() && (v.end.After(d.m.snap.Time) || d.m.snap.Time.Sub(v.end) > mostSpan+time.Hour) {
				t.Fatalf("the right end is at %s", v.end)
			}
			if n := len(v.history.kept); n > mostKept || n != len(v.history.order) {
				t.Fatalf("%d stretches of history are kept", n)
			}
		}
	}
}

// A chart that goes along with the time is the same picture until a column is
// full, and moves only when its line has reached the right end.
func TestChartStandsStill(t *testing.T) {
	drawn := func(n int) []string {
		s := idleAt(n)
		d := newDriver(t, 120, 40, s)
		return strings.Split(d.screen(), "\n")[19:37]
	}
	same, moved := 0, 0
	before := drawn(1000)
	for n := 1001; n <= 1150; n++ {
		lines := drawn(n)
		cells := 0
		for y := range lines {
			a, b := []rune(lines[y]), []rune(before[y])
			for x := range min(len(a), len(b)) {
				if a[x] != b[x] {
					cells++
				}
			}
		}
		switch {
		case cells == 0:
			same++
		case cells > 80:
			moved++
		}
		before = lines
	}
	if same < 80 || moved > 3 {
		t.Errorf("in 150 s the chart stood still %d times, and moved as a whole %d times", same, moved)
	}
}

func TestPace(t *testing.T) {
	d := newDriver(t, 120, 40, idleAt(600))
	d.m.pacing.every = calmFrames
	at := func(n int) bool { // whether a picture of second n is drawn
		d.now = noon.Add(time.Duration(n) * time.Second)
		s := idleAt(n)
		d.m.Update(snapshotMsg{s})
		before := d.m.shown
		d.m.View()
		return d.m.shown != before
	}
	at(600)
	for n, want := range []bool{true, false, false, false, true, false} { // 601 is the first that is not noon's
		if got := at(601 + n); n > 0 && got != want {
			t.Errorf("second %d: drawn %v", 601+n, got)
		}
	}
	d.send(keyPress("j"))
	if before := d.m.shown; d.m.View().Content == before {
		t.Error("a key was not answered at once")
	}
	ill := idleAt(607)
	ill.Clusters[1].Verdict = model.ClusterDown
	d.m.Update(snapshotMsg{ill})
	d.sees("down")
	d.now = noon.Add(608 * time.Second)
	d.m.Update(snapshotMsg{idleAt(608)})
	d.sees("12:10:08") // all is well again: told at once
	if at(609) {
		t.Error("at peace again, and drawn every second")
	}
	for _, page := range []page{pagePlan, pageRun, pageEvacuation, pageHome, pageQuit} {
		d.m.page = page
		if d.m.atPeace() {
			t.Errorf("page %d is drawn too rarely", page)
		}
	}
}

func TestSparklineOfAPipeline(t *testing.T) {
	d := newDriver(t, 120, 40, fakeSnapshot(1, 1, 10*time.Minute))
	s := d.m.scene()
	got := s.sparkline(&s.snap.Pipelines[0], 20)
	if width(got) != 20 || !strings.Contains(got, "█") || !strings.Contains(got, " ") {
		t.Errorf("a peak and a gap: %q", got)
	}
	if s.sparkline(&s.snap.Pipelines[0], 0) != "" || s.sparkline(&model.PipelineState{}, 5) != "     " {
		t.Error("nothing")
	}
}

func TestLocale(t *testing.T) {
	for want, envs := range map[bool][]map[string]string{
		true:  {{}, {"LANG": "en_US.UTF-8"}, {"LC_ALL": "C.utf8", "LANG": "C"}, {"LC_CTYPE": "UTF-8"}},
		false: {{"LANG": "C"}, {"LC_ALL": "POSIX", "LANG": "en_US.UTF-8"}, {"LC_CTYPE": "de_DE.ISO-8859-1"}},
	} {
		for _, env := range envs {
			if got := localeIsUTF8(func(name string) string { return env[name] }); got != want {
				t.Errorf("%v: %v", env, got)
			}
		}
	}
}

// BenchmarkChartFromCache is a frame of the chart alone, with a day of history at
// 200 columns that is known already.
func BenchmarkChartFromCache(b *testing.B) {
	d, _ := chartDriver(b, 200, 60)
	d.keys("w", "z", "z", "z", "z")
	d.m.theme = newTheme(false, true)
	s := d.m.scene()
	b.Run("anew", func(b *testing.B) {
		for b.Loop() {
			d.m.charts.drawn.lines = nil
			d.m.cachedChart(s, 200, 58)
		}
	})
	b.Run("same", func(b *testing.B) {
		for b.Loop() {
			d.m.cachedChart(s, 200, 58)
		}
	})
}

// A wide window has four charts of the same time, the chosen one first, each with
// a history of its own; a smaller one has that alone.
func TestAWideWindowHasSeveralCharts(t *testing.T) {
	d := newDriver(t, 200, 60, fakeSnapshot(1, 2, 10*time.Minute))
	past := &fakeHistory{}
	d.m.opts.History = past
	d.keys("w")
	for range 4 { // one look at a time
		d.snapshot(fakeSnapshot(d.m.generation()+1, 2, 10*time.Minute))
	}
	d.sees("Lag from tip, in offsets", "Newest slot behind", "Round trips, in milliseconds", "Failed calls, in percent")
	seen := map[model.Measure]bool{}
	for _, q := range past.asked {
		seen[q.Series[0].Measure] = true
	}
	if len(seen) != 4 || len(past.asked) != 4 {
		t.Errorf("asked %d times, for %v", len(past.asked), seen)
	}
	d.keys("T")
	if lines := strings.Split(d.screen(), "\n"); !strings.HasPrefix(strings.TrimSpace(lines[1]), "Lag in slots") {
		t.Errorf("the chosen one is not the first: %s", lines[1])
	}
	d.send(tea.WindowSizeMsg{Width: 120, Height: 40})
	d.sees("Lag in slots")
	d.lacks("Round trips, in milliseconds")
}

// A slow database says for how long it has been waited for, and keeps no key from
// working.
func TestASlowHistorySaysSo(t *testing.T) {
	d := newDriver(t, 80, 24, fakeSnapshot(1, 1, 0))
	d.m.opts.History = &fakeHistory{}
	d.m.Update(keyPress("w")) // what it asks is not answered
	d.m.Update(keyPress("T"))
	d.sees("reading the history …")
	d.now = d.now.Add(3 * time.Second)
	d.m.Update(tickMsg{})
	d.sees("reading the history … 3s")
	d.keys("esc")
	d.sees("trades-prod")
}

// A column of hours is drawn before it is full.
func TestLongColumnsAreDrawnBeforeTheyAreFull(t *testing.T) {
	now := noon.Add(10 * time.Minute)
	w := chartWindow{from: now.Add(-mostSpan), to: ceilTime(now, 6*time.Hour), every: 6 * time.Hour, now: now}
	v := &chartView{kind: chartRTT}
	got := stretch{clusters: map[string][]model.Bucket{"ams": {{At: noon, Low: 1, High: 3, Last: 2}}}}
	if points := v.chartPoints(nil, "ams", w, got); len(points) != 1 || !points[0].At.Equal(noon) {
		t.Errorf("the column that began at noon is %v", points)
	}
	if at := w.newest(); !at.Equal(noon) {
		t.Errorf("the newest column begins at %s", at)
	}
}
