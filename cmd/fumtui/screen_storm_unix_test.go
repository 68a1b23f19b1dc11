//go:build unix

package main_test

import (
	"flag"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/ui/terminaltest"
)

var (
	keysFlag = flag.Int("keys.count", 10_000, "how many random keys TestRandomKeys types")
	keysSeed = flag.Uint64("keys.seed", 1, "what the keys of TestRandomKeys come from")
)

// sameScreen waits until the screen shows these lines, but for the first, which
// has the clock.
func (x *terminal) sameScreen(want []string) {
	x.t.Helper()
	var got []string
	if !x.Within(10*time.Second, func(string) bool {
		got = x.Lines()
		return reflect.DeepEqual(got[1:], want[1:])
	}) {
		x.t.Errorf("the screen is\n%s\nand painted anew\n%s", strings.Join(want, "\n"), strings.Join(got, "\n"))
	}
}

// TestResizeStorm changes the size of the window hundreds of times while a run
// goes on, down to a single cell. Afterwards the screen is as if it were painted
// for the first time.
func TestResizeStorm(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "20", "--pipelines", "1")
	j := openJournal(t, sim)
	x := begins(t, sim, j, boundary{model.StepVerifyStop, false})
	random := rand.New(rand.NewPCG(7, 0))
	held, began := true, time.Now()
	for i := range 300 {
		// A driver whose journal is refused for long leaves its run.
		if held && (i >= 150 || time.Since(began) > 3*time.Second) {
			held = false
			j.letGo("trades")
		}
		size := [2]int{1 + random.IntN(200), 1 + random.IntN(60)}
		if i%20 == 0 {
			size = [2]int{1, 1}
		}
		before := x.Bytes()
		x.Resize(size[0], size[1])
		if i%5 == 0 { // of these some are drawn
			x.Within(100*time.Millisecond, func(string) bool { return x.Bytes() > before })
		}
	}
	x.Resize(120, 40)
	x.Await("trades is active on nyc", "✓ activate    done", "esc back")
	x.commands("runs")
	x.Await("All runs, the newest first", "1 run") // nothing on it counts seconds
	seen := x.Lines()
	if _, err := x.TTY().WriteString("\x1b[3;3Hsomething that another program wrote\x1b[20;1H\x1b[J"); err != nil {
		t.Fatal(err)
	}
	x.Await("another program wrote")
	x.Resize(119, 40)
	x.AwaitGone("another program wrote")
	x.Resize(120, 40)
	x.sameScreen(seen)
	x.Press("q")
	x.Ends(0)
	j.endedWell("trades", "nyc")
	sim.audit()
}

// monkey types keys at random. It cannot confirm anything: of the letters of each
// cluster's name one is missing on its keyboard, also in what it pastes.
type monkey struct {
	random *rand.Rand
	lacks  string
}

// keys are the next that it types, as a terminal sends them: the parts are sent
// one after the other.
func (m *monkey) keys() (parts []string) {
	pick := func(from ...string) string { return from[m.random.IntN(len(from))] }
	arrow := pick("\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[H", "\x1b[F", "\x1b[5~", "\x1b[6~", "\x1bOA", "\x1b[1;5C", "\x1b[Z")
	switch n := m.random.IntN(100); {
	case n < 45: // of the keymap
		return []string{m.allowed(pick(strings.Split("cbEHuUzwdervsxfgontjkhlGpaimN123456789/:?+-<>[].,! ", "")...))}
	case n < 60:
		return []string{pick(enter, enter, escape, escape, "\t", "\x7f", "\x15", "\x17", "\x08", "\x0c", "\x1a", "\x04", "\x00")}
	case n < 62: // it would confirm, if it could
		return []string{terminaltest.EraseLine + m.allowed(pick("nyc", "ams")), enter}
	case n < 75:
		return []string{arrow}
	case n < 82: // cut by a slow line
		at := 1 + m.random.IntN(len(arrow)-1)
		return []string{arrow[:at], arrow[at:]}
	case n < 88: // a burst
		var all strings.Builder
		for range 2 + m.random.IntN(30) {
			all.WriteString(m.allowed(string(rune(' ' + m.random.IntN(95)))))
		}
		return []string{strings.ReplaceAll(all.String(), "q", "")}
	case n < 92:
		return []string{"\x1b[200~" + m.allowed(pick("nyc", "ams", "c\rnyc\r", strings.Repeat("long ", 200))) + "\r" + pick("\x1b[201~", "\x1b[201~", "")}
	case n < 96:
		return []string{":" + m.allowed(pick("cutover", "evacuate", "failback", "home", "runs", "filter", "nonsense")) + "\r"}
	case n < 99:
		return []string{pick("€", "日本", "é", "\xff\xfe", "\x1b]52;c;bnlj\x07", "\x1b[200;200R", "\x1b[<0;5;5M", "\x1bP1$r\x1b\\", "\x1b[?1;2c")}
	case m.random.IntN(3) == 0:
		return []string{"q"}
	default:
		return []string{" "}
	}
}

// allowed leaves out what it lacks.
func (m *monkey) allowed(text string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(m.lacks, r) {
			return -1
		}
		return r
	}, text)
}

// at types so many keys on a console, which it opens anew whenever a key has left
// it.
func (m *monkey) at(t *testing.T, sim *simulator, count int) {
	var x *terminal
	for typed := 0; typed < count; {
		if x == nil || x.HasEnded() {
			if x != nil {
				x.Ends(0)
			}
			x = openTerminal(t, 100, 30, "--config", sim.config)
			x.Await("✓ streaming")
		}
		for _, part := range m.keys() {
			x.Press(part)
			typed++
		}
		switch m.random.IntN(50) {
		case 0:
			x.Resize(1+m.random.IntN(140), 1+m.random.IntN(50))
		case 1, 2:
			x.Resize(100, 30)
		}
		if m.random.IntN(10) == 0 { // it looks
			before := x.Bytes()
			x.Within(150*time.Millisecond, func(string) bool { return x.Bytes() > before })
		}
	}
	for x.AltScreen() && !x.HasEnded() { // the first may end a paste that has no end; without a screen it is a signal
		x.Press(terminaltest.CtrlC)
		x.Within(time.Second, func(string) bool { return !x.AltScreen() })
	}
	x.Ends(0)
}

// TestRandomKeys types thousands of keys on consoles of one simulator. None of
// them crashes, and nothing was done: nothing was confirmed.
func TestRandomKeys(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "20", "--pipelines", "3")
	j := openJournal(t, sim)
	own := func(cluster string) map[string]string {
		all := map[string]string{}
		for name, id := range sim.subscribers(cluster) {
			if strings.HasSuffix(name, "-prod") { // the others are the canaries'
				all[name] = id
			}
		}
		return all
	}
	before := [2]map[string]string{own("ams"), own("nyc")}
	var all sync.WaitGroup
	for i, lacks := range []string{"nm", "ys", "ca"} {
		m := &monkey{rand.New(rand.NewPCG(*keysSeed, uint64(i))), lacks}
		all.Go(func() { m.at(t, sim, *keysFlag/3) })
	}
	all.Wait()
	if history := must(t, 0, sim.with("history", "--json")...).stdout; strings.TrimSpace(history) != "[]" {
		t.Errorf("runs were begun: %s", history)
	}
	if audit, err := j.store.Audit(t.Context(), 0); err != nil || len(audit) > 0 {
		t.Errorf("something was done: %v %v", audit, err)
	}
	if after := [2]map[string]string{own("ams"), own("nyc")}; !reflect.DeepEqual(after, before) {
		t.Errorf("the subscribers were %v and are %v", before, after)
	}
	for _, pipeline := range []string{"trades", "accounts", "entries"} {
		if home, err := j.store.Home(t.Context(), pipeline, "ams"); err != nil || home != "" {
			t.Errorf("the home of %s was set to %q (%v)", pipeline, home, err)
		}
	}
	sim.audit()
}
