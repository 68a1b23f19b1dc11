package scenario

import (
	"reflect"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/health"
)

// record plays a scenario and gives its evidence.
func record(t *testing.T, text string) []model.Evidence {
	t.Helper()
	s, err := Parse("test", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var list []model.Evidence
	w := NewWorld(s, func(e model.Evidence) { list = append(list, e) }, idle{})
	w.Advance(s.Length)
	return list
}

// of picks evidence of one kind, cluster and, where named, pipeline.
func of(list []model.Evidence, kind model.EvidenceKind, cluster, pipeline string) []model.Evidence {
	var out []model.Evidence
	for _, e := range list {
		if e.Kind == kind && e.Cluster == cluster && e.Pipeline == pipeline {
			out = append(out, e)
		}
	}
	return out
}

func since(at time.Time) time.Duration { return at.Sub(epoch) }

func TestWorldIsDeterministic(t *testing.T) {
	const text = "{name: a, shows: b, length: 10m, noise: {lost: 0.05, gc_every: 1m, gc_pause: 300ms}, events: [{at: 5m, for: 1m, fail: {cluster: ams, class: timeout}}]}"
	if a, b := record(t, text), record(t, text); !reflect.DeepEqual(a, b) {
		t.Error("two plays of one scenario differ")
	}
	if a, b := record(t, text), record(t, "{seed: 2, "+text[1:]); reflect.DeepEqual(a, b) {
		t.Error("another seed changes nothing")
	}
}

// TestLooksArePacedAsReal holds each loop against what the real ones do.
func TestLooksArePacedAsReal(t *testing.T) {
	list := record(t, "{name: a, shows: b, length: 20m, events: [{at: 10m, for: 5m, fail: {cluster: ams, class: timeout}}]}")
	for _, kind := range []model.EvidenceKind{model.KindVersion, model.KindTip, model.KindSlotRange, model.KindSubscribers} {
		looks := of(list, kind, "ams", "")
		failures := 0
		for i, e := range looks {
			if e.Answered.Before(e.Asked) {
				t.Fatalf("%s was answered before it was asked", kind)
			}
			failed := e.Failure != nil
			if failed && e.RTT() != 5*time.Second {
				t.Fatalf("%s timed out after %s", kind, e.RTT())
			}
			if failures++; !failed {
				failures = 0
			}
			if i+1 == len(looks) {
				break
			}
			pause := looks[i+1].Asked.Sub(e.Asked)
			if looks[i+1].Asked.Before(e.Answered) {
				t.Fatalf("looks of %s overlap at %s", kind, since(e.Asked))
			}
			want := max(health.Pause(2*time.Second, failures), e.RTT())
			if pause < want*9/10-time.Millisecond || pause > want*11/10+time.Millisecond {
				t.Fatalf("at %s, after %d failures, the next look of %s comes after %s, want about %s", since(e.Asked), failures, kind, pause, want)
			}
		}
	}
}

func TestFailuresMakeLooksFaster(t *testing.T) {
	looks := of(record(t, "{name: a, shows: b, length: 1m, events: [{at: 30s, fail: {cluster: ams, class: unreachable}}]}"), model.KindTip, "ams", "")
	var early, late []time.Duration
	for i, e := range looks[1:] {
		pause := e.Asked.Sub(looks[i].Asked)
		switch at := since(looks[i].Asked); {
		case at < 28*time.Second:
			early = append(early, pause)
		case at > 32*time.Second && at < 38*time.Second:
			late = append(late, pause)
		}
	}
	for _, p := range early {
		if p < 1800*time.Millisecond || p > 2200*time.Millisecond {
			t.Errorf("a pause of %s while all is well", p)
		}
	}
	for _, p := range late {
		if p < 450*time.Millisecond || p > 550*time.Millisecond {
			t.Errorf("a pause of %s after failures", p)
		}
	}
	if len(early) < 10 || len(late) < 8 {
		t.Errorf("%d pauses before and %d after", len(early), len(late))
	}
}

// TestRestartResetsThePage is traps 1 and 4 as the real client has them.
func TestRestartResetsThePage(t *testing.T) {
	list := record(t, `{name: a, shows: b, length: 20m, pipelines: [{name: trades, client: {late_commit: true, commit: 10s, cursor_dips: true}}],
events: [{at: 10m, client: {pipeline: trades, is: restarted}}]}`)
	var tipAt, committedAt time.Duration
	var before, after model.Offset
	for _, e := range of(list, model.KindMetrics, "ams", "trades") {
		at := since(e.Asked)
		if e.Failure != nil {
			t.Fatalf("%s: scrape failed: %v", at, e.Failure)
		}
		m := e.Metrics
		switch {
		case at < 10*time.Minute:
			before = *m.Committed
			if lag := max(int64(*m.Tip-*m.Committed), 0); at > 10*time.Second && *m.Lag != lag {
				t.Fatalf("%s: lag %d, tip less committed %d", at, *m.Lag, lag)
			}
		case *m.Tip == 0 && *m.Lag != 0:
			t.Fatalf("%s: a lag of %d without a tip", at, *m.Lag)
		case *m.Tip > 0 && *m.Committed == 0 && *m.Lag != int64(*m.Tip):
			t.Fatalf("%s: never committed, and the lag %d is not the tip %d", at, *m.Lag, *m.Tip)
		}
		if at < 10*time.Minute {
			continue
		}
		if tipAt == 0 && *m.Tip > 0 {
			tipAt = at - 10*time.Minute
		}
		if committedAt == 0 && *m.Committed > 0 {
			committedAt, after = at-10*time.Minute, *m.Committed
		}
	}
	if tipAt < 5*time.Second || tipAt > 8*time.Second {
		t.Errorf("the tip was known %s after the restart", tipAt)
	}
	if committedAt < 10*time.Second || committedAt > 14*time.Second || after < before {
		t.Errorf("first commit %s after the restart, at %d after %d", committedAt, after, before)
	}
	dipped := false
	var last model.Slot
	for _, e := range of(list, model.KindCursor, "ams", "trades") {
		if d := model.SlotsBetween(e.Cursor.Slot, last); d > 0 {
			dipped = true
			if d > model.RepeatedSlots+8 {
				t.Errorf("the cursor went back by %d slots", d)
			}
		}
		last = e.Cursor.Slot
	}
	if !dipped {
		t.Error("no slot came twice after the restart")
	}
}

// TestFrozenTipHidesTheOutage is trap 2: the gauges say all is well.
func TestFrozenTipHidesTheOutage(t *testing.T) {
	list := of(record(t, "{name: a, shows: b, length: 15m, events: [{at: 10m, fail: {cluster: ams, class: timeout}}]}"), model.KindMetrics, "ams", "trades")
	m := list[len(list)-1].Metrics
	if *m.Lag > 60 {
		t.Errorf("lag %d in a total outage, want a small one", *m.Lag)
	}
	if at := since(list[len(list)-1].Asked); at < 14*time.Minute || list[len(list)-1].Failure != nil {
		t.Error("the client cannot be scraped")
	}
}

// TestSlotsComeAsOnTheChain checks paces, and that the offsets of two clusters
// are unrelated while their slots are not.
func TestSlotsComeAsOnTheChain(t *testing.T) {
	list := record(t, "{name: a, shows: b, length: 30m, clusters: [{name: ams, trails: 10}, {name: nyc}]}")
	var last [2]model.Evidence
	for i, name := range []string{"ams", "nyc"} {
		ranges, tips := of(list, model.KindSlotRange, name, ""), of(list, model.KindTip, name, "")
		a, b := ranges[0], ranges[len(ranges)-1]
		span := b.Answered.Sub(a.Answered).Seconds()
		if pace := float64(b.Slots.Max-a.Slots.Max) / span; pace < 2.4 || pace > 2.6 {
			t.Errorf("%s moves by %.2f slots a second", name, pace)
		}
		if pace := float64(*tips[len(tips)-1].Tip-*tips[0].Tip) / span; pace < 7 || pace > 8 {
			t.Errorf("the tip of %s moves by %.2f a second", name, pace)
		}
		if b.Slots.Max-b.Slots.Min != 18000 {
			t.Errorf("window %s", b.Slots)
		}
		last[i] = b
	}
	if d := model.SlotsBetween(last[0].Slots.Max, last[1].Slots.Max); d < 4 || d > 20 {
		t.Errorf("ams trails nyc by %d slots, want about 10", d)
	}
}

func TestSleepIsAGap(t *testing.T) {
	list := record(t, "{name: a, shows: b, length: 40m, events: [{at: 10m, for: 20m, console: {is: suspended}}]}")
	for _, e := range list {
		if at := since(e.Asked); at > 10*time.Minute && at < 30*time.Minute {
			t.Fatalf("a look at %s, in the middle of a sleep", at)
		}
	}
	if n := len(of(list, model.KindTip, "ams", "")); n < 560 || n > 640 {
		t.Errorf("%d looks in 20 minutes awake", n)
	}
}
