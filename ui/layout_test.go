package ui

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/fumtui/fumtui/model"
)

// hostile are strings from outside as bad as they come.
var hostile = []string{
	"", "x", strings.Repeat("very-long-name-", 60), "日本語クラスター名前はとても長いです", "a\x1b[2J\x1b[31mred\x07", "line\nline\r\ttab",
	"👨‍👩‍👧‍👦 family ⚠️ warn 🇳🇱 flag 👍🏽", "e\u0301\u0301\u0301\u0301 zalgo\u0336\u0337", "\u202eevil\u202c \u200b\ufeff", "\xff\xfe\x80bad", "\u1100\u1161\u11a8 한글 हिन्दी ไทย", "\u009b31m\u0085", strings.Repeat("👍", 300),
}

func hostileSnapshot(r *rand.Rand, generation uint64) model.Snapshot {
	pick := func() string { return hostile[r.IntN(len(hostile))] }
	s := fakeSnapshot(generation, 1+r.IntN(8), time.Duration(r.IntN(3))*time.Minute)
	for i := range r.IntN(3) {
		s.Clusters = append(s.Clusters, model.ClusterState{Name: pick(), Region: pick(), Verdict: model.ClusterVerdict(pick()), Tip: ptr(model.Offset(math.MinInt64 + int64(i)))})
	}
	for i := range s.Clusters {
		c := &s.Clusters[i]
		if r.IntN(2) == 0 {
			c.Name = pick()
		}
		c.Endpoint, c.Reason, c.Outlook, c.ServiceVersion = pick(), pick(), pick(), pick()
		c.Failure = model.NewFailure(model.ErrorClass("timeout"), pick(), nil)
		c.RTT, c.SlotsPerSecond = ptr(time.Duration(math.MaxInt64)), ptr(math.NaN())
		c.AnsweredAt = noon.Add(-time.Duration(r.IntN(100)) * time.Second)
		c.MeanRTT, c.ErrorRate, c.TipPerSecond = ptr(time.Duration(math.MinInt64)), ptr(math.NaN()), ptr(math.Inf(-1))
		c.Behind, c.Suspicion = ptr(uint64(math.MaxUint64)), ptr(math.Inf(1))
		c.Canary = &model.CanaryState{At: noon, Failure: model.NewFailure(model.ErrorClass(pick()), pick(), nil), Since: noon.Add(-time.Hour)}
		if r.IntN(2) == 0 {
			c.Canary.Failure, c.Canary.Data = nil, &model.CanaryData{Slot: math.MaxUint64}
		}
	}
	for i := range s.Pipelines {
		p := &s.Pipelines[i]
		p.Name, p.Subscriber, p.Reason, p.Active = pick(), pick(), pick(), pick()
		p.Advice = model.Advice{Action: model.Action(pick()), Text: pick(), Target: pick(), Evidence: []model.Fact{{Says: pick()}, {Cluster: pick(), Says: pick()}}, UrgentSeconds: ptr(math.Inf(1)), Change: pick()}
		p.ConsumedPerSecond, p.CursorPerSecond, p.Suspicion = ptr(math.MaxFloat64), ptr(-1e9*r.Float64()), ptr(math.NaN())
		if r.IntN(2) == 0 {
			p.Retention = &model.Retention{Cluster: pick(), Left: math.MaxInt64, Urgent: r.IntN(2) == 0}
			p.ToGo = &model.Estimate{Likely: math.MaxInt64, Low: math.MinInt64, High: math.MaxInt64}
		}
		p.LagOffsets, p.LagSlots = ptr(int64(math.MinInt64)), ptr(int64(math.MaxInt64))
		p.WayBack = &model.WayBack{Cluster: pick(), Slot: ptr(model.Slot(math.MaxUint64)), Left: ptr(time.Duration(math.MinInt64)), Urgent: r.IntN(2) == 0, Says: pick()}
		p.Seats[0].Cursor = &model.Cursor{Slot: math.MaxUint64, Source: pick()}
		p.Run = fakeRun(r.IntN(2) == 0)
		if r.IntN(2) == 0 {
			p.Run.State, p.Run.To, p.Run.Holder = model.RunState([]string{"waiting", "interrupted", "unknown"}[r.IntN(3)]), pick(), model.Holder{Host: pick(), User: pick()}
			p.Run.DetectedAt, p.Run.LiveAt = ptr(time.Time{}), ptr(noon)
		}
		p.Run.Pipeline, p.Run.From, p.Run.RequestedBy, p.Run.Question, p.Run.Note, p.Run.Reason = p.Name, pick(), pick(), pick(), pick(), pick()
		for j := range p.Run.Steps {
			p.Run.Steps[j].Detail, p.Run.Steps[j].Error = pick(), pick()
		}
	}
	for range r.IntN(6) {
		s.Notices = append(s.Notices, pick())
	}
	return s
}

// hostileHistorian tells of the past as bad as it comes.
func hostileHistorian(r *rand.Rand) *fakeHistorian {
	pick := func() string { return hostile[r.IntN(len(hostile))] }
	h := &fakeHistorian{report: strings.Join(hostile, "\n    ")}
	for i := range 30 {
		run := *hostileSnapshot(r, 1).Pipelines[0].Run
		run.ID, run.Kind, run.Evacuation = pick(), model.RunKind(pick()), pick()
		h.runs = append(h.runs, run)
		h.stored = append(h.stored, model.Event{
			ID: fmt.Sprint("a", i), At: noon, Kind: model.EventKinds()[i%4], Pipeline: pick(), Cluster: pick(), Run: pick(),
			Before: pick(), Word: pick(), Target: pick(), Reason: pick(), By: pick(),
		})
	}
	return h
}

// hostileExplanation is an explanation as bad as it comes.
func hostileExplanation(r *rand.Rand) model.Explanation {
	pick := func() string { return hostile[r.IntN(len(hostile))] }
	s := hostileSnapshot(r, 1)
	e := model.Explanation{Time: noon, Pipeline: &s.Pipelines[0], Hints: hostile}
	for range 5 {
		e.Facts = append(e.Facts, model.Fact{ID: pick(), Kind: model.EvidenceKind(pick()), Vantage: model.Vantage(pick()), Cluster: pick(), Pipeline: pick(), Says: pick()})
		e.Rules = append(e.Rules, model.RuleCheck{Rule: pick(), Subject: pick(), State: model.RuleState(pick()), Measured: pick(), Bound: pick(), Setting: pick(), Change: pick()})
	}
	for i := range s.Clusters {
		e.Clusters = append(e.Clusters, model.Explanation{Time: noon, Cluster: &s.Clusters[i], Facts: e.Facts, Rules: e.Rules, Hints: hostile})
	}
	return e
}

// fits fails unless the frame has at most h lines of at most w columns by every
// way of counting them, and no control characters but styles.
func fits(t *testing.T, d *driver, w, h int, what string) {
	t.Helper()
	content := d.m.View().Content
	if d.m.crash != nil {
		t.Fatalf("%s: %v", what, d.m.crash)
	}
	lines := strings.Split(content, "\n")
	if content != "" && len(lines) > h {
		t.Fatalf("%s: %d lines in a window of %dx%d", what, len(lines), w, h)
	}
	for _, l := range lines {
		if strings.Contains(ansi.Strip(l), "……") {
			t.Fatalf("%s: cut twice: %q", what, l)
		}
		if a, b := ansi.StringWidth(l), ansi.StringWidthWc(l); a > w || b > w {
			t.Fatalf("%s: %d or %d columns in a window of %dx%d: %q", what, a, b, w, h, l)
		}
		for _, r := range ansi.Strip(l) {
			if r < 0x20 || (r >= 0x7f && r < 0xa0) || r == 0x202e || r == 0xfe0f || r == 0x200d {
				t.Fatalf("%s: control character %U reaches the terminal: %q", what, r, l)
			}
		}
	}
}

func TestFramesAlwaysFit(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a test
	keys := []string{
		"c", "b", "enter", "?", "!", "j", "k", "down", "up", "pgdn", "esc", "=nyc", "f", "r", "z", "end", "tab", "pgdown", "backspace", "d", "u", "R", "H", "a", "m", "=ams",
		"/", ":", "U", "e", "i", "s", "y", "Y", "space", "v", "V", "E", "o", "t", "n", "=nft",
	}
	sizes := [][2]int{{80, 24}, {120, 40}, {200, 50}, {1, 1}, {80, 1}, {1, 24}, {79, 24}, {2000, 30}, {81, 25}, {37, 9}}
	for i := range 150 {
		size := sizes[i%len(sizes)]
		if i >= len(sizes)*3 {
			size = [2]int{r.IntN(230), r.IntN(70)}
		}
		d := newDriver(t, size[0], size[1], hostileSnapshot(r, 1))
		d.m.theme = newTheme(r.IntN(2) == 0, true)
		if i%5 == 0 {
			e := hostileExplanation(r)
			d.m.opts.Explainer = &fakeExplainer{explanation: func(string) model.Explanation { return e }}
		}
		d.m.opts.Historian, d.m.opts.Settings, d.m.opts.Keeper = hostileHistorian(r), strings.Join(hostile, "\n  "), &fakeKeeper{}
		d.m.opts.ReadOnly = i%7 == 6
		d.m.opts.Canary = &fakeCanary{err: errors.New(hostile[r.IntN(len(hostile))])}
		d.operator.plan = func(req model.Request) model.Plan {
			p := fakePlan(req)
			for j := range p.Checks {
				p.Checks[j].Saw, p.Checks[j].Mend, p.Checks[j].Name = hostile[r.IntN(len(hostile))], hostile[r.IntN(len(hostile))], hostile[r.IntN(len(hostile))]
			}
			p.Actions = hostile
			return p
		}
		fits(t, d, size[0], size[1], "overview")
		for range 12 {
			k := keys[r.IntN(len(keys))]
			d.keys(k)
			fits(t, d, size[0], size[1], "after "+k)
		}
		if i%5 == 0 {
			d.keys("esc", "esc", "enter", "end")
			fits(t, d, size[0], size[1], "explained")
		}
		d.snapshot(hostileSnapshot(r, 2))
		fits(t, d, size[0], size[1], "after a snapshot")
	}
}

func TestNoSizeYet(t *testing.T) {
	d := newDriver(t, 0, 0, fakeSnapshot(1, 1, 0))
	if got := d.m.View().Content; got != "" {
		t.Fatalf("a frame of no size: %q", got)
	}
	m := newRoot(t.Context(), Options{}.withDefaults())
	m.width, m.height = 80, 24
	if got := m.View().Content; !strings.Contains(got, "waiting for the first look") {
		t.Fatalf("before the first snapshot: %q", got)
	}
}

func TestNoColor(t *testing.T) {
	for value, want := range map[string]bool{"": false, "1": true, "yes": true, "0": true} {
		t.Setenv("NO_COLOR", value)
		if got := (Options{}).withDefaults().NoColor; got != want {
			t.Errorf("NO_COLOR=%q: %v", value, got)
		}
	}
	d := newDriver(t, 80, 24, outage(1, 2))
	for part := range strings.SplitSeq(d.m.View().Content, "\x1b[") {
		if at := strings.IndexByte(part, 'm'); at > 0 && strings.ContainsAny(part[:at], "3456789") {
			t.Fatalf("a colour without colours: %q", part[:at])
		}
	}
}

func TestFormat(t *testing.T) {
	for got, want := range map[string]string{
		model.Count(1234567): "1,234,567", model.Count(-1234): "-1,234", model.Count(math.MinInt64): "-9,223,372,036,854,775,808", model.Count(12): "12",
		span(59 * time.Second): "59s", span(100 * time.Second): "1m40s", span(-time.Second): "0s", span(50 * time.Hour): "2d2h", span(3 * time.Minute): "3m", span(1600 * time.Millisecond): "2s",
		brief(90 * time.Second): "90s", brief(3 * time.Hour): "3h", model.Units(1, "slot"): "1 slot", model.Units(32, "slot"): "32 slots",
		clean("👍🏽🇳🇱"): "👍NL", clean("a\x1b[31mb"): "a[31mb",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestTipIsWhole: of two numbers on a line the one that only tells more gives way.
func TestTipIsWhole(t *testing.T) {
	s := fakeSnapshot(1, 3, time.Minute)
	for i := range s.Clusters {
		s.Clusters[i].Tip, s.Clusters[i].TipPerSecond, s.Clusters[i].SlotsPerSecond = ptr(model.Offset(5594983588)), ptr(1071.5), ptr(25.2)
	}
	for w := 80; w <= 200; w++ {
		d := newDriver(t, w, 34, s)
		if n := strings.Count(d.screen(), "5,594,983,588"); n != 2 {
			t.Fatalf("at %d columns %d of 2 tips are whole:\n%s", w, n, d.screen())
		}
	}
}
