package recording

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/health"
)

// looks are the looks of one round at both clusters and the client of trades;
// ams fails where down says so.
func looks(at time.Time, down bool) []Record {
	age := at.Sub(t0).Seconds()
	newest := model.Slot(1_000_000 + 2.5*age)
	tip := model.Offset(5_000_000 + 8*age)
	var all []Record
	add := func(e model.Evidence) {
		e.Asked, e.Answered = at, at
		all = append(all, Record{At: at, Evidence: &e})
	}
	for _, cluster := range []string{"ams", "nyc"} {
		for _, kind := range []model.EvidenceKind{model.KindVersion, model.KindTip, model.KindSlotRange} {
			e := model.Evidence{Kind: kind, Cluster: cluster}
			if down && cluster == "ams" {
				e.Failure = model.NewFailure(model.ClassUnreachable, "connection refused", nil)
			} else {
				e.Version, e.Tip, e.Slots = "0.40.0", &tip, &model.SlotRange{Min: newest - 500_000, Max: newest}
			}
			add(e)
		}
	}
	return all
}

// recorded is a recording of so many minutes in which ams fails from one minute
// to another.
func recorded(t testing.TB, minutes, from, to int) []byte {
	t.Helper()
	var all []Record
	for at := t0; at.Before(t0.Add(time.Duration(minutes) * time.Minute)); at = at.Add(2 * time.Second) {
		m := at.Sub(t0).Minutes()
		all = append(all, looks(at, m >= float64(from) && m < float64(to))...)
	}
	return write(t, header(), all...)
}

// replay plays a recording under rules.
func replay(t testing.TB, data []byte, change func(*health.Rules)) (Header, Timeline) {
	t.Helper()
	r, err := NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	rules := r.Header().Rules
	if change != nil {
		change(&rules)
	}
	p := NewPlayer(r.Header(), rules, r.Header().PipelineRules)
	if err := Replay(t.Context(), r, p); err != nil {
		t.Fatal(err)
	}
	return r.Header(), p.End()
}

// when is when something first became so, after t0.
func when(t Timeline, of, subject, to string) string {
	for _, c := range t.Changes {
		if c.Of == of && c.Subject == subject && c.To == to {
			return c.At.Sub(t0).String()
		}
	}
	return "never"
}

func TestReplayWithOtherThresholds(t *testing.T) {
	data := recorded(t, 12, 2, 8)
	for down, want := range map[time.Duration]time.Duration{time.Minute: 3 * time.Minute, 3 * time.Minute: 5 * time.Minute, 5 * time.Minute: 7 * time.Minute} {
		_, timeline := replay(t, data, func(r *health.Rules) { r.DownAfter = down })
		for _, fired := range []string{when(timeline, OfCluster, "ams", "down"), when(timeline, OfAdvice, "trades", "fail_over")} {
			d, err := time.ParseDuration(fired)
			if err != nil || d < want || d > want+2*time.Second {
				t.Errorf("down_after %s: fired at %s, want %s", down, fired, want)
			}
		}
	}
	h, never := replay(t, data, func(r *health.Rules) { r.DownAfter = 7 * time.Minute })
	if got := when(never, OfCluster, "ams", "down"); got != "never" {
		t.Errorf("down_after 7m: fired at %s", got)
	}
	if s := Summarize(h, never); s.Clusters[0].Blips != 1 || len(s.Clusters[0].Outages) != 0 || len(s.Pipelines[0].FailOvers) != 0 {
		t.Errorf("down_after 7m: %+v", s)
	}
	_, as := replay(t, data, nil)
	s := Summarize(h, as)
	ams, trades := s.Clusters[0], s.Pipelines[0]
	if len(ams.Outages) != 1 || ams.Outages[0].What != "down" || ams.Outages[0].To == nil || ams.Blips != 0 {
		t.Errorf("ams: %+v", ams)
	}
	if len(trades.FailOvers) != 1 || trades.FailOvers[0].Target != "nyc" || trades.FailOvers[0].To == nil || trades.Advised["fail_over"] != 1 {
		t.Errorf("trades: %+v", trades)
	}
	if orders := s.Pipelines[1]; len(orders.FailOvers) != 0 {
		t.Errorf("orders, which is on nyc: %+v", orders)
	}
}

func TestReplayIsTheSameEveryTime(t *testing.T) {
	data := recorded(t, 10, 2, 8)
	_, a := replay(t, data, nil)
	_, b := replay(t, data, nil)
	if fmt.Sprint(a) != fmt.Sprint(b) {
		t.Error("two replays differ")
	}
}

// TestReplayDoesNotJudgeWhereNobodyLooked: an outage needs somebody who saw it.
func TestReplayDoesNotJudgeWhereNobodyLooked(t *testing.T) {
	var all []Record
	for s := 0; s < 60; s += 2 {
		all = append(all, looks(t0.Add(time.Duration(s)*time.Second), s >= 40)...)
	}
	hours := t0.Add(1000 * time.Hour) // and ticks through all of that would take long
	for s := 0; s < 60; s += 2 {
		all = append(all, looks(hours.Add(time.Duration(s)*time.Second), s < 20)...)
	}
	_, timeline := replay(t, write(t, header(), all...), nil)
	if got := when(timeline, OfCluster, "ams", "down"); got != "never" {
		t.Errorf("down at %s", got)
	}
	if len(timeline.Gaps) != 1 || timeline.Gaps[0].To != hours {
		t.Errorf("gaps: %+v", timeline.Gaps)
	}
	for _, c := range timeline.Changes {
		if d := c.At.Sub(t0); d > 80*time.Second && d < 1000*time.Hour {
			t.Errorf("judged in the gap: %+v", c)
		}
	}
}

// TestReplayWaitsForTheFirstLooks: those that began together come one by one, at
// the beginning and after a gap.
func TestReplayWaitsForTheFirstLooks(t *testing.T) {
	p := NewPlayer(header(), health.DefaultRules(), nil)
	for _, at := range []time.Time{t0, t0.Add(time.Hour)} {
		p.Play(looks(at, false)[0])
		if p.next != at.Add(p.tick/2) {
			t.Errorf("looks began at %s, and it judges at %s", at, p.next)
		}
	}
}

func TestAnEmptyRecordingSaysNothing(t *testing.T) {
	h, timeline := replay(t, write(t, header()), nil)
	if len(timeline.Changes) != 0 || !timeline.Began.IsZero() {
		t.Errorf("%+v", timeline)
	}
	if s := Summarize(h, timeline); len(s.Clusters) != 2 || len(s.Pipelines) != 2 {
		t.Errorf("%+v", s)
	}
}

func TestRulesOfOnePipeline(t *testing.T) {
	h := header()
	r, err := NewReader(bytes.NewReader(write(t, h)))
	if err != nil {
		t.Fatal(err)
	}
	p := NewPlayer(r.Header(), h.Rules, map[string]health.Rules{"nosuch": h.Rules, "trades": h.Rules})
	if err := Replay(t.Context(), r, p); err != nil {
		t.Fatal(err)
	}
}

func TestCompare(t *testing.T) {
	at := func(s int) time.Time { return t0.Add(time.Duration(s) * time.Second) }
	change := func(s int, subject, to string) Change {
		return Change{At: at(s), Of: OfCluster, Subject: subject, To: to}
	}
	a := Timeline{Changes: []Change{change(1, "ams", "blip"), change(3, "ams", "down"), change(3, "nyc", "blip"), change(9, "ams", "healthy")}}
	b := Timeline{Changes: []Change{change(1, "ams", "blip"), change(2, "ams", "down"), change(3, "nyc", "down"), change(3, "lax", "blip")}}
	var got []string
	for _, r := range Compare(a, b) {
		is := func(c *Change) string {
			if c == nil {
				return "-"
			}
			return c.To
		}
		got = append(got, fmt.Sprintf("%d %s %s %s %t", int(r.At.Sub(t0).Seconds()), r.Subject, is(r.A), is(r.B), r.Same()))
	}
	const want = "1 ams blip blip true, 2 ams - down false, 3 ams down - false, 3 nyc blip down false, 3 lax - blip false, 9 ams healthy - false"
	if s := strings.Join(got, ", "); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
}

func TestSummaryTellsBlipsFromOutages(t *testing.T) {
	timeline := func(verdicts string) (out Timeline) {
		from := ""
		for i, to := range strings.Fields(verdicts) {
			out.Changes = append(out.Changes, Change{At: t0.Add(time.Duration(i) * time.Minute), Of: OfCluster, Subject: "ams", From: from, To: to})
			from = to
		}
		return out
	}
	for verdicts, want := range map[string]string{
		"unknown healthy":                            "0 0",
		"healthy blip healthy blip healthy":          "2 0",
		"healthy blip down blip healthy":             "0 1",
		"healthy blip stalled down healthy":          "0 1",
		"healthy blip down blip down blip healthy":   "0 2",
		"healthy blip unknown healthy blip healthy":  "2 0",
		"healthy down degraded blip healthy blip ok": "1 1",
	} {
		s := Summarize(header(), timeline(verdicts)).Clusters[0]
		if got := fmt.Sprintf("%d %d", s.Blips, len(s.Outages)); got != want {
			t.Errorf("%s: %s, want %s", verdicts, got, want)
		}
	}
}

// TestTimelinesAreBounded: a recording of nothing but flapping.
func TestTimelinesAreBounded(t *testing.T) {
	p := NewPlayer(header(), health.DefaultRules(), nil)
	for i := range maxChanges + 100 {
		p.note(t0, subject{OfCluster, "ams"}, state{verdict: fmt.Sprint(i % 2)}, "x")
	}
	if timeline := p.End(); len(timeline.Changes) != maxChanges || timeline.Dropped != 100 {
		t.Errorf("%d changes, %d dropped", len(timeline.Changes), timeline.Dropped)
	}
}

// BenchmarkReplay plays two hours of two clusters and 20 pipelines, reading
// included.
func BenchmarkReplay(b *testing.B) {
	h := header()
	h.Pipelines, h.PipelineRules = nil, nil
	for i := range 20 {
		name := fmt.Sprintf("p%d", i)
		h.Pipelines = append(h.Pipelines, model.Pipeline{Name: name, Subscriber: name, Home: "ams", Clusters: []string{"ams", "nyc"}})
	}
	var all []Record
	for at := t0; at.Before(t0.Add(2 * time.Hour)); at = at.Add(2 * time.Second) {
		m := at.Sub(t0).Minutes()
		down := m >= 30 && m < 40
		all = append(all, looks(at, down)...)
		if down {
			continue
		}
		age := at.Sub(t0).Seconds()
		tip := model.Offset(5_000_000 + 8*age)
		for _, p := range h.Pipelines {
			of := model.Evidence{Cluster: "ams", Pipeline: p.Name, Asked: at, Answered: at}
			metrics, cursor := of, of
			metrics.Kind, metrics.Metrics = model.KindMetrics, &model.ClientMetrics{Tip: &tip, Committed: ptr(tip - 30)}
			cursor.Kind, cursor.Cursor = model.KindCursor, &model.Cursor{Slot: model.Slot(1_000_000 + 2.5*age), UpdatedAt: at, Source: "store"}
			all = append(all, Record{At: at, Evidence: &metrics}, Record{At: at, Evidence: &cursor})
		}
	}
	data := write(b, h, all...)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		replay(b, data, nil)
	}
	b.ReportMetric(float64(len(all)), "records/op")
}
