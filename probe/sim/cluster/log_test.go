package cluster

import (
	"slices"
	"testing"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/probe/sim/chain"
)

const testStart model.Slot = 350_000_000

// wholeLog is a log that grew for some slots, and everything in it.
func wholeLog(name string, slots int) (*eventLog, []event, model.Offset) {
	l := newLog(name, chain.New(1), testStart, 2000)
	for i := range slots * 4 {
		l.advance(float64(testStart) + float64(i)/4)
	}
	events, first := l.read(l.start()-1, 1<<30)
	return l, events, first
}

func TestLevelsRiseInOrder(t *testing.T) {
	_, events, first := wholeLog("ams", 1000)
	at := map[model.Slot]map[level]int{}
	late := 0
	var newest, final model.Slot
	for i, e := range events {
		if at[e.slot] == nil {
			at[e.slot] = map[level]int{}
		}
		if _, twice := at[e.slot][e.level]; twice {
			t.Fatalf("offset %d: slot %d is at level %d twice", first+model.Offset(i), e.slot, e.level)
		}
		at[e.slot][e.level] = i
		switch e.level {
		case processed:
			if e.slot < newest {
				late++
			}
			newest = max(newest, e.slot)
		case confirmed:
			if lag := newest - e.slot; lag > 3 {
				t.Fatalf("slot %d is confirmed %d slots later, want about 2", e.slot, lag)
			}
		case finalized:
			if e.slot <= final {
				t.Fatalf("slot %d is final after %d", e.slot, final)
			}
			final = e.slot
			if lag := newest - e.slot; lag < 31-chain.MaxSkips || lag > 34 {
				t.Fatalf("slot %d is final %d slots later, want about 32", e.slot, lag)
			}
		}
	}
	if late < 20 {
		t.Errorf("only %d of the slots came out of order", late)
	}
	checkLevels(t, at, newest)
}

// checkLevels checks which levels the slots reached.
func checkLevels(t *testing.T, at map[model.Slot]map[level]int, newest model.Slot) {
	t.Helper()
	for slot := newest - 1900; slot < newest-40; slot++ {
		b, ok := chain.New(1).At(slot)
		want := map[bool]int{true: 3, false: 1}[b.Kind == chain.Canonical]
		if !ok {
			want = 0
		}
		levels := at[slot]
		if len(levels) != want {
			t.Fatalf("slot %d (%s, %v) has the levels %v, want %d of them", slot, b.Kind, ok, levels, want)
		}
		if want == 3 && (levels[processed] > levels[confirmed] || levels[confirmed] > levels[finalized]) {
			t.Fatalf("slot %d rises out of order: %v", slot, levels)
		}
	}
}

func TestRetentionForgetsAndKeepsOffsets(t *testing.T) {
	l, _, _ := wholeLog("ams", 0)
	first, tip := l.start(), l.tip()
	sample, _ := l.read(tip-10, 10)
	for i := range 3000 {
		l.advance(float64(testStart) + float64(i)/4)
	}
	window := l.slots()
	if size := model.SlotsBetween(window.Min, window.Max) + 1; size != 2000 {
		t.Errorf("the window holds %d slots, want 2000", size)
	}
	if l.start() <= first || l.tip() <= tip {
		t.Errorf("offsets [%d, %d] did not move on from [%d, %d]", l.start(), l.tip(), first, tip)
	}
	again, from := l.read(tip-10, 10)
	if from != tip-9 || again[0] != sample[0] || again[9] != sample[9] {
		t.Errorf("offset %d holds another event than before", from)
	}
	if n := cap(l.events); n > 40_000 {
		t.Errorf("the log holds on to %d events", n)
	}
}

func TestClustersDiffer(t *testing.T) {
	_, ams, amsFirst := wholeLog("ams", 10)
	_, nyc, nycFirst := wholeLog("nyc", 10)
	if d := amsFirst - nycFirst; d > -1_000_000 && d < 1_000_000 {
		t.Errorf("offsets begin at %d and %d, want them far apart", amsFirst, nycFirst)
	}
	same := 0
	for i := range min(len(ams), len(nyc)) {
		if ams[i] == nyc[i] {
			same++
		}
	}
	if same > len(ams)*9/10 {
		t.Errorf("%d of %d events are in the same order on both clusters", same, len(ams))
	}
}

func TestWhereASlotBegins(t *testing.T) {
	l, _, _ := wholeLog("ams", 10)
	window := l.slots()
	for slot := window.Min; slot <= window.Max; slot += 13 {
		at, ok := l.before(slot)
		if !ok {
			t.Fatalf("slot %d of %s is refused", slot, window)
		}
		next, _ := l.read(at, 1)
		if next[0].slot < slot || next[0].level != processed {
			t.Fatalf("slot %d begins with %+v", slot, next[0])
		}
	}
	if at, ok := l.before(window.Max + 1); !ok || at != l.tip() {
		t.Errorf("the slot to come begins after %d (%v), want the tip %d", at, ok, l.tip())
	}
	for _, slot := range []model.Slot{0, window.Min - 1, window.Max + 2} {
		if _, ok := l.before(slot); ok {
			t.Errorf("slot %d is outside of %s, but is not refused", slot, window)
		}
	}
}

func TestSmallAndLargeStepsMakeTheSameLog(t *testing.T) {
	a, b := newLog("ams", chain.New(1), testStart, 200), newLog("ams", chain.New(1), testStart, 200)
	for i := range 1000 {
		a.advance(float64(testStart) + float64(i+1)/10)
	}
	b.advance(float64(testStart) + 100)
	one, _ := a.read(a.start(), 1<<20)
	two, _ := b.read(b.start(), 1<<20)
	if a.tip() != b.tip() || len(one) != len(two) {
		t.Fatalf("tips %d and %d, lengths %d and %d", a.tip(), b.tip(), len(one), len(two))
	}
	for i := range one {
		if one[i] != two[i] {
			t.Fatalf("event %d is %+v and %+v", i, one[i], two[i])
		}
	}
}

func BenchmarkNewLog(b *testing.B) {
	for b.Loop() {
		newLog("ams", chain.New(1), testStart, DefaultRetention)
	}
}

func TestBurstOfDeadSlotsWaitsForTheNextEvents(t *testing.T) {
	l := newLog("ams", chain.New(1), testStart, 1000)
	tip, newest := l.tip(), l.slots().Max
	l.burst(3)
	if l.tip() != tip {
		t.Fatal("a burst was published by itself: a frozen cluster would publish")
	}
	l.advance(float64(testStart) + 0.5) // no time has passed
	events, _ := l.read(tip, 100)
	if len(events) != 3 || l.slots().Max != newest {
		t.Fatalf("published: %+v", events)
	}
	l.burst(3)
	l.advance(float64(testStart) + 0.5)
	again, _ := l.read(tip+3, 100)
	for _, e := range again {
		if slices.Contains(events, e) || !e.dead || e.level != processed {
			t.Errorf("event %+v, after %+v", e, events)
		}
	}
}
