package chart

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestASCIINeedsNothingElse(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 9)) //nolint:gosec // a test
	values := make([]float64, 300)
	for i := range values {
		values[i] = 500 * r.Float64()
	}
	s := line(values...)
	s.Mark = 'o'
	c := Chart{
		Width: 70, Height: 12, From: epoch.Add(-5 * time.Minute), To: epoch, Series: []Series{s}, Glyphs: ASCII,
		Cursor: epoch.Add(-time.Minute), Marks: []Mark{{At: epoch.Add(-2 * time.Minute), Glyph: '!'}},
	}
	for _, l := range append(fits(t, c), Sparkline(s.Points, c.From, c.To, 30, ASCII)) {
		for _, r := range l {
			if r >= utf8.RuneSelf {
				t.Fatalf("%q in %q", r, l)
			}
		}
	}
	text := strings.Join(fits(t, c), "\n")
	for _, want := range []string{"!", "^", "|", "o"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q:\n%s", want, text)
		}
	}
}

// On a logarithmic scale a small value is seen beside one a million times as
// great, and values keep their order.
func TestLogScale(t *testing.T) {
	c := Chart{Width: 60, Height: 14, From: epoch.Add(-59 * time.Second), To: epoch, Log: true}
	for i := range 60 {
		v := 3.0
		if i > 40 {
			v = 3e6
		}
		c.Series = append(c.Series[:0:0], Series{Points: append(first(c.Series), At(epoch.Add(time.Duration(i-59)*time.Second), v))})
	}
	lines := fits(t, c)
	if !strings.Contains(lines[0], "5M ┤") {
		t.Errorf("the highest tick: %q", lines[0])
	}
	bottom := lines[len(lines)-3]
	if strings.ContainsFunc(bottom, func(r rune) bool { return r > 0x2800 && r < 0x2900 }) {
		t.Errorf("3 lies at 0:\n%s", strings.Join(lines, "\n"))
	}
	s := newLogScale(3e6)
	last := -1.0
	for _, v := range []float64{-5, 0, 0.5, 1, 2, 10, 1e3, 3e6} {
		f := s.fraction(v)
		if f < last || f < 0 || f > 1 || (v > 0 && f == last) {
			t.Errorf("%v is at %v, the one before at %v", v, f, last)
		}
		last = f
	}
	for rows := 1; rows < 50; rows++ {
		seen := map[string]bool{}
		for _, l := range newLogScale(math.Pow(10, float64(rows%15))).labels(rows) {
			if l != "" && seen[l] {
				t.Errorf("%d rows: %q twice", rows, l)
			}
			seen[l] = true
		}
	}
}

func first(s []Series) []Point {
	if len(s) == 0 {
		return nil
	}
	return s[0].Points
}

func TestMarksAndCursorStandAtTheirTime(t *testing.T) {
	c := Chart{
		Width: 100, Height: 10, From: epoch.Add(-100 * time.Second), To: epoch, Series: []Series{line(1, 2, 3)},
		Marks: []Mark{
			{At: epoch.Add(-50 * time.Second), Glyph: 'X'},
			{At: epoch.Add(-50 * time.Second), Glyph: 'Y'},
			{At: epoch.Add(-time.Hour), Glyph: 'Z'},
			{At: epoch.Add(time.Second), Glyph: 'Z'},
		},
		Cursor: epoch.Add(-25 * time.Second),
	}
	lines := fits(t, c)
	axis := []rune(lines[len(lines)-2])
	text := string(axis)
	if strings.Contains(text, "Y") || strings.Contains(text, "Z") || strings.Count(text, "X") != 1 {
		t.Errorf("marks: %q", text)
	}
	at, ok := c.CellOf(c.Marks[0].At)
	if !ok || axis[at] != 'X' {
		t.Errorf("the mark is not at column %d: %q", at, text)
	}
	at, ok = c.CellOf(c.Cursor)
	if !ok || axis[at] != '┼' {
		t.Errorf("the cursor is not at column %d: %q", at, text)
	}
	for _, l := range lines[:len(lines)-2] {
		if []rune(l)[at] != '│' {
			t.Errorf("the cursor is broken: %q", l)
		}
	}
	if _, ok := c.CellOf(epoch.Add(time.Hour)); ok {
		t.Error("a column for what is not shown")
	}
}

// A line that goes on changes only the columns that it grows into: that is what
// makes a chart cheap on a slow line.
func TestAGrowingLineLeavesThePictureAlone(t *testing.T) {
	r := rand.New(rand.NewPCG(10, 11)) //nolint:gosec // a test
	var points []Point
	for i := range 200 {
		points = append(points, At(epoch.Add(time.Duration(i)*time.Second), 200+100*r.Float64()))
	}
	points[3] = At(points[3].At, 490)
	c := Chart{Width: 120, Height: 14, From: epoch, To: epoch.Add(200 * time.Second), Whole: true}
	var before []string
	for n := 80; n < 200; n++ {
		c.Series = []Series{{Points: points[:n], Mark: '●'}}
		lines := fits(t, c)
		if before != nil {
			if d := differ(before, lines); d > 3*14 {
				t.Fatalf("%d cells changed with point %d:\n%s", d, n, strings.Join(lines, "\n"))
			}
		}
		before = lines
	}
}

// differ counts cells.
func differ(a, b []string) (n int) {
	for y := range a {
		x, z := []rune(a[y]), []rune(b[y])
		for i := range x {
			if x[i] != z[i] {
				n++
			}
		}
	}
	return n
}

// Of a column all from its lowest to its highest value is drawn.
func TestRangesAreDrawn(t *testing.T) {
	s := line(make([]float64, 60)...)
	for i := range s.Points {
		s.Points[i] = At(s.Points[i].At, 50)
	}
	s.Points[30].Low, s.Points[30].High = 0, 100
	c := Chart{Width: 60, Height: 12, From: epoch.Add(-59 * time.Second), To: epoch, Series: []Series{s}}
	x, _ := c.CellOf(s.Points[30].At)
	for y, l := range fits(t, c)[:10] {
		if r := []rune(l)[x]; r <= 0x2800 || r > 0x28ff {
			t.Fatalf("row %d of the range is %q:\n%s", y, r, l)
		}
	}
}

func TestSparkline(t *testing.T) {
	values := make([]float64, 1000)
	for i := range values {
		values[i] = 10
	}
	values[700] = 100
	s := line(values...).Points
	from, to := epoch.Add(-1000*time.Second), epoch.Add(time.Second)
	got := []rune(Sparkline(s, from, to, 20, Braille))
	if len(got) != 20 || strings.Count(string(got), "█") != 1 || got[14] != '█' {
		t.Errorf("one peak in the fifteenth column of 20: %q", string(got))
	}
	holed := append(append([]Point(nil), s[:400]...), s[600:]...)
	if got := Sparkline(holed, from, to, 20, Braille); !strings.Contains(got, "    ") || utf8.RuneCountInString(got) != 20 {
		t.Errorf("a gap: %q", got)
	}
	for _, odd := range [][]Point{nil, {At(epoch, math.NaN())}, {At(epoch, math.Inf(1)), {At: epoch, Low: 3, High: 1}}} {
		if got := Sparkline(odd, from, to, 7, ASCII); got != "       " {
			t.Errorf("nothing: %q", got)
		}
	}
	if Sparkline(s, from, to, 0, Braille) != "" || len(Sparkline(s, to, from, 5, ASCII)) != 5 {
		t.Error("odd bounds")
	}
	if got := Sparkline(line(0, 0, 0, 1000, 1).Points, epoch.Add(-5*time.Second), epoch.Add(time.Second), 6, ASCII); got != " ___#." {
		t.Errorf("0 and a little: %q", got)
	}
}

// BenchmarkDay is a day of two series at 200 columns, as the console has it in
// its cache.
func BenchmarkDay(b *testing.B) {
	r := rand.New(rand.NewPCG(5, 6)) //nolint:gosec // a benchmark
	c := Chart{Width: 198, Height: 30, From: epoch.Add(-24 * time.Hour), To: epoch, MaxGap: 15 * time.Minute, Whole: true}
	for range 2 {
		var s Series
		for i := range 288 {
			v := 300 + 200*r.Float64()
			s.Points = append(s.Points, Point{At: epoch.Add(time.Duration(i-288) * 5 * time.Minute), Value: v, Low: v - 50, High: v + 300*r.Float64()})
		}
		c.Series = append(c.Series, s)
	}
	for b.Loop() {
		c.Render()
	}
}
