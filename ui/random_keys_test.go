package ui

import (
	"flag"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
)

var randomKeys = flag.Int("keys.count", 100_000, "how many random keys TestRandomKeys presses")

// randomPerson presses keys at random. It cannot confirm anything: of the letters
// of each cluster's name one is missing on its keyboard, also in what it pastes.
type randomPerson struct {
	*rand.Rand
	lacks string
}

func (p randomPerson) pick(from ...string) string { return from[p.IntN(len(from))] }

func (p randomPerson) typed(d *driver, text string) {
	for _, r := range text {
		if !strings.ContainsRune(p.lacks, r) {
			d.send(tea.KeyPressMsg{Code: r, Text: string(r)})
		}
	}
}

// does one thing, or some, and gives how many keys that were.
func (p randomPerson) does(d *driver, worlds []func(uint64) model.Snapshot, generation uint64) int {
	switch n := p.IntN(200); {
	case n < 120:
		p.typed(d, p.pick(strings.Split("cccccbbbbbEEHHuuUzwdervsxfgontjkhlGpaiymN123456789/:?+-<>[].,! ", "")...))
	case n < 165:
		d.keys(p.pick("enter", "enter", "enter", "esc", "esc", "esc", "up", "down", "tab", "shift+tab", "pgdown", "pgup", "end", "backspace", "ctrl+u", "ctrl+o"))
	case n < 168: // it would confirm, if it could
		d.keys("ctrl+u")
		p.typed(d, p.pick("nyc", "ams"))
		d.keys("enter")
		return 4
	case n < 175:
		text := p.pick("nyc", "ams", "/acc", ":cutover", ":home", ":evacuate", ":failback", strings.Repeat("x", 70), "日本", "é")
		p.typed(d, text)
		return len(text)
	case n < 180:
		d.send(tea.PasteMsg{Content: p.pick("nyc", "ams\r", "c\rnyc\r")})
	case n < 184:
		d.send(tea.WindowSizeMsg{Width: 1 + p.IntN(220), Height: 1 + p.IntN(70)})
	case n < 192:
		d.send(tea.WindowSizeMsg{Width: 120, Height: 40})
	case n < 199:
		d.snapshot(worlds[p.IntN(len(worlds))](generation))
	default:
		d.now = d.now.Add(time.Duration(p.IntN(90)) * time.Second)
	}
	return 1
}

// TestRandomKeys presses a hundred thousand keys while the world changes: nothing
// fails, and nothing acts, for nothing was confirmed.
func TestRandomKeys(t *testing.T) {
	t.Parallel()
	numbered := func(s model.Snapshot, generation uint64) model.Snapshot {
		s.Generation = generation
		return s
	}
	worlds := []func(uint64) model.Snapshot{
		func(n uint64) model.Snapshot { return fakeSnapshot(n, 3, time.Minute) },
		func(n uint64) model.Snapshot { return outage(n, 4) },
		func(n uint64) model.Snapshot { return numbered(failBack(), n) },
		func(n uint64) model.Snapshot { return numbered(left(model.RunInterrupted, ""), n) },
		func(n uint64) model.Snapshot { return numbered(moving(), n) },
		func(n uint64) model.Snapshot { return numbered(bothDown(), n) },
		lostSubscriber,
	}
	for i, lacks := range []string{"nm", "ys", "ca"} {
		p := randomPerson{rand.New(rand.NewPCG(uint64(i), 9)), lacks} //nolint:gosec // a small number
		d := newDriver(t, 120, 40, worlds[0](1))
		frames := 0
		for pressed, generation := 0, uint64(2); pressed < *randomKeys/3; generation++ {
			pressed += p.does(d, worlds, generation)
			if d.m.crash != nil {
				t.Fatalf("lacking %q, after %d keys: %v", lacks, pressed, d.m.crash)
			}
			if p.IntN(40) == 0 {
				frames++
				d.screen()
			}
		}
		o := d.operator
		if len(o.executed)+len(o.evacuated)+len(o.done) > 0 {
			t.Errorf("something was done: %v %v %v", o.executed, o.evacuated, o.done)
		}
		plans := len(o.planned) + len(o.evacuations)
		if plans < 50 {
			t.Errorf("only %d plans were made: these keys reach nothing", plans)
		}
		t.Logf("lacking %q: %d plans, %d frames", lacks, plans, frames)
	}
}
