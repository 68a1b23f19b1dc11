package ui

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/ui/chart"
)

const (
	// mostKept bounds the stretches of history that are kept for charts.
	mostKept = 24
	// askEvery is the least time between two looks at the history, and retryEvery
	// after one that failed.
	askEvery   = 2 * time.Second
	retryEvery = 10 * time.Second
	// askWithin bounds one look.
	askWithin = 10 * time.Second
)

// historyKey is what a stretch of history is of.
type historyKey struct {
	kind     chartKind
	pipeline string // "" of the clusters
	span     time.Duration
	every    time.Duration
	end      time.Time // zero: the present
}

// stretch is what was loaded.
type stretch struct {
	every    time.Duration
	through  time.Time // up to here
	clusters map[string][]model.Bucket
	marks    []model.Mark
	failed   string
}

// chartHistory is what was loaded for charts, and what is being loaded.
type chartHistory struct {
	kept    map[historyKey]stretch
	order   []historyKey // the oldest look first
	loading bool
	asked   time.Time                // the newest look
	looked  map[historyKey]time.Time // the newest look of each
	version int                      // grows with every answer
}

// chartMsg is an answer of the history.
type chartMsg struct {
	key historyKey
	got stretch
}

// historyKey is what is to be loaded for a window.
func (v *chartView) historyKey(p *model.PipelineState, w chartWindow) historyKey {
	k := historyKey{kind: v.kind, span: w.to.Sub(w.from), every: w.every, end: v.end}
	if v.kind.about().ofPipeline && p != nil {
		k.pipeline = p.Name
	}
	return k
}

// loadChart asks the history for the chart that is shown, where it has columns
// that are not known yet. At most one look is under way.
func (m *root) loadChart() tea.Cmd {
	h := &m.charts.history
	m.keepCursorInView()
	if m.opts.History == nil || m.snap == nil || h.loading || !m.showsChart() {
		return nil
	}
	p := m.pipeline()
	w := m.charts.window(m.scene(), p, m.chartWidth())
	for _, kind := range m.chartsShown() {
		view := m.charts
		view.kind = kind
		if key := view.historyKey(p, w); m.wantsHistory(key, w, p) {
			if h.looked == nil || len(h.looked) > 4*mostKept {
				h.looked = map[historyKey]time.Time{}
			}
			h.loading, h.asked, h.looked[key] = true, m.now, m.now
			return m.askHistory(key, w)
		}
	}
	return nil
}

// wantsHistory reports whether there may be something new of what is shown, and
// it was not looked for just now.
func (m *root) wantsHistory(key historyKey, w chartWindow, p *model.PipelineState) bool {
	h := &m.charts.history
	have, known := h.kept[key]
	asked, wait := h.looked[key], askEvery
	if have.failed != "" {
		wait = retryEvery
	}
	switch {
	case known && have.failed == "" && !w.full().After(have.through):
		return false // nothing new
	case known && m.now.Sub(asked) < wait && !m.now.Before(asked):
		return false
	}
	return !key.kind.about().ofPipeline || p != nil
}

// readingFor is for how long, in whole seconds, the history has been waited for.
func (m *root) readingFor() time.Duration {
	if h := &m.charts.history; h.loading && m.now.After(h.asked) {
		return m.now.Sub(h.asked).Truncate(time.Second)
	}
	return 0
}

// askHistory looks at the history in the background.
func (m *root) askHistory(key historyKey, w chartWindow) tea.Cmd {
	history, about, names := m.opts.History, key.kind.about(), make([]string, len(m.snap.Clusters))
	q := model.BucketQuery{From: w.from.Truncate(w.every), To: w.to, Every: w.every, Series: make([]model.Series, len(names))}
	for i := range m.snap.Clusters {
		names[i] = m.snap.Clusters[i].Name
		q.Series[i] = model.Series{Measure: about.measure, Pipeline: key.pipeline, Cluster: names[i]}
	}
	full := w.full()
	return m.jobs.cmd(func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, askWithin)
		defer cancel()
		got := stretch{every: q.Every, through: full, clusters: map[string][]model.Bucket{}}
		buckets, err := history.Buckets(ctx, q)
		if err == nil {
			got.every = buckets.Every
			for i, list := range buckets.Series {
				got.clusters[names[i]] = list
			}
			got.marks, err = history.Marks(ctx, key.pipeline, q.From, q.To)
		}
		if err != nil {
			got.failed = clean(err.Error())
		}
		return chartMsg{key: key, got: got}
	})
}

// charted takes an answer of the history. One that failed leaves what was known.
func (m *root) charted(msg chartMsg) tea.Cmd {
	h := &m.charts.history
	h.loading = false
	h.version++
	was, known := h.kept[msg.key]
	if known && msg.got.failed != "" {
		was.failed = msg.got.failed
		msg.got = was
	}
	m.pacing.stir = m.pacing.stir || !known // somebody waits for it
	if h.kept == nil {
		h.kept = map[historyKey]stretch{}
	}
	h.order = append(slices.DeleteFunc(h.order, func(k historyKey) bool { return k == msg.key }), msg.key)
	h.kept[msg.key] = msg.got
	for len(h.order) > mostKept {
		delete(h.kept, h.order[0])
		h.order = h.order[1:]
	}
	return m.loadChart() // another may have been chosen meanwhile
}

// chartWidth is about how many cells a chart has for its line: the same on every
// page, so that the history is asked for the same columns.
func (m *root) chartWidth() int {
	w := min(m.width, maxScreen)
	if m.roomForGrid() {
		w /= 2
	}
	return max(1, w-8)
}

// showsChart reports whether a chart is on the screen.
func (m *root) showsChart() bool {
	return !m.small() && (m.page == pageOverview || m.page == pageChart)
}

// chartPoints are a cluster's points of a window: what the history has, and
// where snapshots tell more, what they have.
func (v *chartView) chartPoints(p *model.PipelineState, cluster string, w chartWindow, got stretch) []chart.Point {
	factor, full := v.kind.about().factor, w.full()
	var live []model.LagPoint
	if v.kind == chartLag && p != nil {
		live = p.History[cluster]
	}
	// The first column of what snapshots have may be only a part.
	from := full
	if len(live) > 0 {
		from = ceilTime(live[0].At, w.every)
	}
	out := make([]chart.Point, 0, len(got.clusters[cluster])+64)
	for _, b := range got.clusters[cluster] {
		if b.At.Before(from) && b.At.Before(full) {
			out = append(out, chart.Point{At: b.At, Value: float64(b.Last) * factor, Low: float64(b.Low) * factor, High: float64(b.High) * factor})
		}
	}
	if len(out) == 0 {
		from = w.from.Truncate(w.every)
	}
	return appendLive(out, live, from, full, w.every)
}

// appendLive puts the points of snapshots, from from up to full, into columns.
func appendLive(out []chart.Point, live []model.LagPoint, from, full time.Time, every time.Duration) []chart.Point {
	var next time.Time // the end of the last column
	for _, l := range live {
		if l.At.Before(from) || !l.At.Before(full) {
			continue
		}
		v := float64(l.Lag)
		if l.At.Before(next) {
			last := &out[len(out)-1]
			last.Value, last.Low, last.High = v, min(last.Low, v), max(last.High, v)
			continue
		}
		at := l.At.Truncate(every)
		next = at.Add(every)
		out = append(out, chart.At(at, v))
	}
	return out
}
