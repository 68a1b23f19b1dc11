package chart

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var epoch = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// line makes a series of values, a second apart, that ends at epoch.
func line(values ...float64) Series {
	var s Series
	for i, v := range values {
		s.Points = append(s.Points, At(epoch.Add(time.Duration(i-len(values)+1)*time.Second), v))
	}
	return s
}

func fits(t *testing.T, c Chart) []string {
	t.Helper()
	lines := c.Render()
	w, h := min(c.Width, maxWidth), min(c.Height, maxHeight)
	if w <= 0 || h <= 0 {
		if len(lines) != 0 {
			t.Fatalf("%dx%d: %d lines", c.Width, c.Height, len(lines))
		}
		return nil
	}
	if len(lines) != h {
		t.Fatalf("%dx%d: %d lines", c.Width, c.Height, len(lines))
	}
	for _, l := range lines {
		if n := utf8.RuneCountInString(l); n != w {
			t.Fatalf("%dx%d: %d columns: %q", c.Width, c.Height, n, l)
		}
	}
	return lines
}

func TestAnyInputIsDrawnInItsArea(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4)) //nolint:gosec // a test
	odd := []float64{0, 1, -1, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64, 1e300, 5e-324, 1e9}
	times := []time.Time{{}, epoch, epoch.Add(1 << 62), epoch.Add(-1 << 62), time.Unix(1<<60, 0), epoch.Add(time.Nanosecond)}
	for range 3000 {
		c := Chart{
			Width: r.IntN(130) - 5, Height: r.IntN(40) - 5, From: times[r.IntN(len(times))], To: times[r.IntN(len(times))],
			MaxGap: time.Duration(r.Int64N(1<<40) - 1<<30), Whole: r.IntN(2) == 0,
			Log: r.IntN(2) == 0, Glyphs: Glyphs(r.IntN(2)), Cursor: times[r.IntN(len(times))],
		}
		for range r.IntN(4) {
			c.Marks = append(c.Marks, Mark{At: epoch.Add(-time.Duration(r.Int64N(1 << 40))), Glyph: '!'})
		}
		if r.IntN(2) == 0 {
			c.From, c.To = epoch.Add(-time.Duration(r.Int64N(1<<50))), epoch
		}
		for range r.IntN(6) {
			s := Series{Mark: []rune{0, 'o'}[r.IntN(2)]}
			for range r.IntN(20) {
				p := At(epoch.Add(-time.Duration(r.Int64N(1<<40))), odd[r.IntN(len(odd))]*r.Float64())
				if r.IntN(3) == 0 {
					p.Low, p.High = odd[r.IntN(len(odd))], odd[r.IntN(len(odd))]
				}
				if r.IntN(5) == 0 {
					p.At = times[r.IntN(len(times))]
				}
				s.Points = append(s.Points, p)
			}
			c.Series = append(c.Series, s)
		}
		fits(t, c)
	}
	fits(t, Chart{Width: 1 << 40, Height: 1 << 40, From: epoch.Add(-time.Hour), To: epoch})
}

// drawn is the plot as one string per column: the characters of its cells.
func drawn(lines []string) []string {
	if len(lines) == 0 {
		return nil
	}
	columns := make([]string, utf8.RuneCountInString(lines[0]))
	for _, l := range lines {
		for x, r := range []rune(l) {
			if r >= 0x2800 && r < 0x2900 {
				columns[x] += string(r)
			}
		}
	}
	return columns
}

func TestGapsStayGaps(t *testing.T) {
	c := Chart{Width: 80, Height: 10, From: epoch.Add(-99 * time.Second), To: epoch, MaxGap: 3 * time.Second}
	full := make([]float64, 100)
	c.Series = []Series{line(full...)}
	plot := drawn(fits(t, c))
	first := strings.IndexFunc(lastRow(fits(t, c)), func(r rune) bool { return r >= 0x2800 && r < 0x2900 })
	if first < 0 {
		t.Fatal("nothing was drawn")
	}
	for _, missing := range []string{"no points", "not a number"} {
		s := line(full...)
		if missing == "no points" {
			s.Points = append(append([]Point(nil), s.Points[:40]...), s.Points[60:]...)
		} else {
			for i := 40; i < 60; i++ {
				s.Points[i] = At(s.Points[i].At, math.NaN())
			}
		}
		c.Series = []Series{s}
		holes := 0
		for x, cells := range drawn(fits(t, c)) {
			if cells == "" && plot[x] != "" {
				holes++
			}
		}
		if holes < 12 || holes > 18 {
			t.Errorf("%s: %d empty columns where a fifth of 76 is missing", missing, holes)
		}
	}
}

// lastRow is the lowest row of the plot.
func lastRow(lines []string) string { return lines[len(lines)-3] }

func TestPeaksAreKept(t *testing.T) {
	dots := func(line string) bool {
		return strings.ContainsFunc(line, func(r rune) bool { return r >= 0x2801 && r < 0x2900 })
	}
	for series := range 4 {
		for _, at := range []int{4321, 4361, 4401, 4441, 4481, 4521, 4561, 4601} { // in each kind of column
			values := make([]float64, 10000)
			for i := range values {
				values[i] = 10
			}
			values[at] = 1000
			c := Chart{Width: 60, Height: 12, From: epoch.Add(-9999 * time.Second), To: epoch, Series: make([]Series, series+1), Whole: true}
			c.Series[series] = line(values...)
			lines := fits(t, c)
			if !dots(lines[0]) {
				t.Fatalf("series %d: one high value of 10000 is not to be seen:\n%s", series, strings.Join(lines, "\n"))
			}
			if !strings.Contains(lines[0], "1k ┤") {
				t.Errorf("the highest tick is not 1k: %q", lines[0])
			}
		}
	}
}

// A measured moment between two gaps is a dot, in whatever column it falls.
func TestLonePointsAreSeen(t *testing.T) {
	for series := range 4 {
		for at := range 8 {
			c := Chart{Width: 60, Height: 12, From: epoch.Add(-100 * time.Second), To: epoch, Whole: true, MaxGap: time.Second, Series: make([]Series, series+1)}
			c.Series[series] = Series{Points: []Point{At(epoch.Add(-50*time.Second+time.Duration(at)*980*time.Millisecond), 0)}}
			if text := strings.Join(fits(t, c), "\n"); !strings.ContainsFunc(text, func(r rune) bool { return r >= 0x2801 && r < 0x2900 }) {
				t.Errorf("series %d, column %d: it is not to be seen:\n%s", series, at, text)
			}
		}
	}
}

func TestSeriesDifferWithoutColour(t *testing.T) {
	a, b := line(make([]float64, 60)...), line(make([]float64, 60)...)
	for i := range b.Points {
		b.Points[i] = At(b.Points[i].At, 100)
	}
	a.Mark, b.Mark = 'A', 'B'
	c := Chart{Width: 60, Height: 12, From: epoch.Add(-59 * time.Second), To: epoch, Series: []Series{a, b}}
	text := strings.Join(fits(t, c), "\n")
	if !strings.Contains(text, "A") || !strings.Contains(text, "B") {
		t.Fatalf("marks are missing:\n%s", text)
	}
}

func TestNumbers(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 1: "1", 950: "950", 1200: "1.2k", 999.9: "1k", 3e6: "3M", 2.5e9: "2.5G", -1500: "-1.5k", 0.25: "0.25", 100000: "100k", 1e15: "1000T",
	} {
		if got := Number(v); got != want {
			t.Errorf("%v: %q, want %q", v, got, want)
		}
	}
	if Number(math.NaN()) != "-" || Number(math.Inf(1)) != "-" {
		t.Error("what is no number has no text")
	}
}

func TestTimeLabels(t *testing.T) {
	c := Chart{Width: 90, Height: 8, From: epoch.Add(-10 * time.Minute), To: epoch, Series: []Series{line(1, 2)}}
	lines := fits(t, c)
	if got := lines[len(lines)-1]; !strings.Contains(got, "11:52") || !strings.Contains(got, "12:00") {
		t.Errorf("labels: %q", got)
	}
	c.From = epoch.Add(-time.Minute)
	lines = fits(t, c)
	if got := lines[len(lines)-1]; !strings.Contains(got, "11:59:30") {
		t.Errorf("labels: %q", got)
	}
}

func BenchmarkChart(b *testing.B) {
	r := rand.New(rand.NewPCG(5, 6)) //nolint:gosec // a benchmark
	c := Chart{Width: 198, Height: 30, From: epoch.Add(-time.Hour), To: epoch, MaxGap: 8 * time.Second, Whole: true}
	for range 2 {
		var s Series
		for i := range 1800 {
			s.Points = append(s.Points, At(epoch.Add(time.Duration(i-1800)*2*time.Second), 300+200*r.Float64()))
		}
		c.Series = append(c.Series, s)
	}
	for b.Loop() {
		c.Render()
	}
}

// No two ticks read alike, and their values are evenly apart, whatever is shown.
func TestTicksDiffer(t *testing.T) {
	for _, hi := range []float64{0, 1, 2, 3, 7, 9.5, 99, 101, 999, 1001, 9995, 12345, 99950, 123456, 999499, 1e6 + 1, 4.2e9, 1e15} {
		for _, lo := range []float64{0, -1, -50, -hi} {
			for rows := 1; rows < 60; rows++ {
				s := newScale(lo, hi, rows, true)
				seen := map[string]bool{}
				for _, label := range s.labels(rows) {
					if label != "" && seen[label] {
						t.Fatalf("from %v to %v in %d rows: %q twice", lo, hi, rows, label)
					}
					seen[label] = true
				}
				if s.lo > lo || s.hi < hi {
					t.Fatalf("from %v to %v in %d rows: the scale is only [%v, %v]", lo, hi, rows, s.lo, s.hi)
				}
			}
		}
	}
}
