package failover

import (
	"math/rand/v2"
	"testing"

	"github.com/fumtui/fumtui/model"
)

func at1(s model.Slot) *model.Slot { return &s }

func TestPlace(t *testing.T) {
	window := model.SlotRange{Min: 1000, Max: 2000}
	for name, c := range map[string]struct {
		wish wish
		want position
		ok   bool
	}{
		"after the cursor":           {wish{cursor: at1(1499)}, position{resume: 1500, duplicates: 32}, true},
		"overlap":                    {wish{cursor: at1(1499), overlap: 10}, position{resume: 1490, duplicates: 42}, true},
		"overlap over the window":    {wish{cursor: at1(1004), overlap: 10}, position{resume: 1000, duplicates: 37}, true},
		"overlap below the first":    {wish{cursor: at1(1004), overlap: 1 << 60}, position{resume: 1000, duplicates: 37}, true},
		"left the window":            {wish{cursor: at1(899)}, position{resume: 1000, gap: 100, duplicates: 32}, true},
		"above the window":           {wish{cursor: at1(2500)}, position{resume: 2501, duplicates: 32}, true},
		"latest":                     {wish{cursor: at1(1499), latest: true}, position{resume: 2001, gap: 501, duplicates: 32}, true},
		"latest, nothing between":    {wish{cursor: at1(2000), latest: true}, position{resume: 2001, duplicates: 32}, true},
		"latest, behind the cursor":  {wish{cursor: at1(2004), latest: true}, position{resume: 2001, duplicates: 36}, true},
		"latest without a cursor":    {wish{latest: true}, position{resume: 2001, uncounted: true, duplicates: 32}, true},
		"chosen above":               {wish{cursor: at1(1499), from: at1(1510), overlap: 7}, position{resume: 1510, gap: 10, duplicates: 32}, true},
		"chosen, the one after":      {wish{cursor: at1(1499), from: at1(1500)}, position{resume: 1500, duplicates: 32}, true},
		"chosen below":               {wish{cursor: at1(1499), from: at1(1400)}, position{resume: 1400, duplicates: 132}, true},
		"chosen below the window":    {wish{cursor: at1(1499), from: at1(900)}, position{resume: 1000, duplicates: 532}, true},
		"chosen, cursor left":        {wish{cursor: at1(899), from: at1(950)}, position{resume: 1000, gap: 100, duplicates: 32}, true},
		"chosen above, cursor left":  {wish{cursor: at1(899), from: at1(1200)}, position{resume: 1200, gap: 300, duplicates: 32}, true},
		"chosen without a cursor":    {wish{from: at1(1200)}, position{resume: 1200, uncounted: true, duplicates: 32}, true},
		"chosen below, and no other": {wish{from: at1(990)}, position{resume: 1000, gap: 10, uncounted: true, duplicates: 32}, true},
		"nothing":                    {wish{}, position{}, false},
		"highest":                    {wish{cursor: at1(1499), overlap: 10, highest: true}, position{resume: 1490, duplicates: 42}, true},
		"highest, overlap cut":       {wish{cursor: at1(1004), overlap: 10, highest: true}, position{resume: 1000, gap: 5, duplicates: 37}, true},
		"highest, no overlap":        {wish{cursor: at1(1004), highest: true}, position{resume: 1005, duplicates: 32}, true},
		"highest, left the window":   {wish{cursor: at1(899), overlap: 10, highest: true}, position{resume: 1000, gap: 110, duplicates: 32}, true},
		"highest, latest":            {wish{cursor: at1(1990), overlap: 10, highest: true, latest: true}, position{resume: 2001, gap: 20, duplicates: 32}, true},
		"highest, chosen after it":   {wish{cursor: at1(1499), overlap: 10, highest: true, from: at1(1500)}, position{resume: 1500, gap: 10, duplicates: 32}, true},
		"highest, chosen before":     {wish{cursor: at1(1499), overlap: 10, highest: true, from: at1(1480)}, position{resume: 1480, duplicates: 52}, true},
	} {
		if got, ok := c.wish.place(window, true); got != c.want || ok != c.ok {
			t.Errorf("%s: %+v %t, want %+v", name, got, ok, c.want)
		}
	}
	if _, ok := (wish{cursor: at1(5), latest: true}).place(window, false); ok {
		t.Error("a latest without a window")
	}
}

// Whatever is wished, no slot after the cursor is skipped that is not counted.
func TestPlaceCountsEveryGap(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		slot := func() model.Slot { return model.Slot(random.Uint64N(300)) }
		window := model.SlotRange{Min: slot()}
		window.Max = window.Min + slot()
		cursor := slot()
		w := wish{cursor: &cursor, overlap: random.Uint64N(40), highest: random.IntN(2) == 0}
		switch random.IntN(3) {
		case 0:
			w.latest = true
		case 1:
			from := slot()
			w.from = &from
		}
		pos, ok := w.place(window, true)
		if skipped := model.SlotsBetween(w.needed(), pos.resume); !ok || skipped > pos.gap || pos.resume < window.Min {
			t.Fatalf("%+v in %s: %+v skips %d", w, window, pos, skipped)
		}
		if again := model.SlotsBetween(pos.resume, cursor+1); pos.duplicates != again+model.RepeatedSlots {
			t.Fatalf("%+v in %s: %+v repeats %d", w, window, pos, again)
		}
	}
}
