package ui

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

func TestFreeze(t *testing.T) {
	d := newDriver(t, 120, 40, fakeSnapshot(1, 3, 0))
	d.keys("space")
	d.now = d.now.Add(12 * time.Second)
	d.snapshot(outage(2, 3))
	d.snapshot(outage(3, 3))
	d.sees("FROZEN for 12s: space goes on", "all well")
	d.lacks("STALE")
	d.snapshot(outage(2, 3)) // late
	d.keys("j", "enter")
	d.sees("FROZEN", "accounts · subscriber")
	d.keys("esc", "space")
	d.sees("FAIL OVER")
	d.lacks("FROZEN")
	d.keys("e")
	d.sees("7 events") // they were not missed
	d.keys("esc", "space")
	d.snapshot(fakeSnapshot(4, 3, 0))
	d.keys("c") // what acts sees the newest
	d.lacks("FROZEN", "FAIL OVER")
	if len(d.operator.planned) != 1 {
		t.Fatal("nothing was planned")
	}
	d.keys("=a", "space") // a letter here
	d.lacks("FROZEN")
	d.keys("esc", "space")
	s := fakeSnapshot(5, 3, 0)
	s.Pipelines = s.Pipelines[2:]
	d.snapshot(s)
	d.keys("c")
	d.sees("accounts is no longer configured: nothing was done")
	if len(d.operator.planned) != 1 {
		t.Fatal("another pipeline than the selected one was planned for")
	}
	d.keys("space")
	d.now = d.now.Add(time.Minute)
	d.m.Update(tickMsg{})
	d.sees("STALE: nothing new for")
}

func TestReadOnlyCannotAct(t *testing.T) {
	d := newDriver(t, 120, 40, withRuns(1, waitingRun(9)))
	d.m.opts.ReadOnly = true
	d.m.opts.Canary = &fakeCanary{}
	d.snapshot(withRuns(2, waitingRun(9)))
	d.sees("READ-ONLY")
	d.keys("enter")
	d.seesWrapped(gapQuestion, "this console is read-only: the run can be watched here, and not acted on")
	d.keys("=1204", "enter", "tab", "esc")
	for _, k := range []string{"c", "b", "R", "H", "E", "d"} {
		d.keys(k)
		d.sees(k + ": this console is read-only")
	}
	for _, name := range []string{"cutover", "evacuate", "canary"} {
		d.keys(":", "="+name, "enter")
		d.sees("read-only")
	}
	d.keys("?")
	d.sees("·c", "·b", "·H")
	did(t, d)
	if len(d.operator.planned)+len(d.operator.evacuations)+len(d.faults.asked) != 0 {
		t.Fatal("something was done")
	}
}

// sent runs a command and gives what it sends to the terminal.
func sent(t *testing.T, cmd tea.Cmd) string {
	t.Helper()
	if raw, ok := cmd().(tea.RawMsg); ok {
		return fmt.Sprint(raw.Msg)
	}
	return ""
}

func TestCopy(t *testing.T) {
	t.Setenv("TMUX", "")
	t.Setenv("STY", "")
	d, past := withHistory(t, 120, 40, fakeSnapshot(1, 3, 0))
	clip := func(key string) string {
		_, cmd := d.m.Update(keyPress(key))
		got := sent(t, cmd)
		text, ok := strings.CutPrefix(got, "\x1b]52;c;")
		text, end := strings.CutSuffix(text, "\x07")
		plain, err := base64.StdEncoding.DecodeString(text)
		if !ok || !end || err != nil {
			t.Fatalf("sent %q: %v", got, err)
		}
		return string(plain)
	}
	if got := clip("y"); got != "trades" {
		t.Errorf("copied %q", got)
	}
	d.sees("sent to the terminal, for its clipboard: the name of the pipeline (6 bytes)")
	if got := clip("Y"); !strings.Contains(got, "trades streams from ams") {
		t.Errorf("copied %q", got)
	}
	d.keys("enter")
	if got := clip("Y"); !strings.Contains(got, "What to do") || strings.Contains(got, "\x1b") {
		t.Errorf("copied %q", got)
	}
	d.keys("esc", "U")
	if got := clip("y"); got != "run-99" {
		t.Errorf("copied %q", got)
	}
	_, cmd := d.m.Update(keyPress("Y"))
	if _, cmd = d.m.Update(cmd()); !strings.Contains(sent(t, cmd), base64.StdEncoding.EncodeToString([]byte(fakeReport))) {
		t.Error("the report was not sent")
	}
	past.err = errors.New("the database is locked")
	d.keys("Y")
	d.sees("the report of run run-99 could not be made: the database is locked")
	past.err = nil
	d.keys("e", "y")
	d.sees("the event")
	long := strings.Repeat("a line of it\n", 3000)
	d.m.send("much", long)
	d.m.screen = ""
	d.sees("the first 16,380 of 39,000 bytes of much")
}

func TestClipboardSequence(t *testing.T) {
	if got := clipboardSequence("hi", true, false); got != "\x1b]52;c;aGk=\x07\x1bPtmux;\x1b\x1b]52;c;aGk=\x07\x1b\\" {
		t.Errorf("tmux: %q", got)
	}
	long := strings.Repeat("x", 2000)
	got := clipboardSequence(long, false, true)
	joined := strings.NewReplacer("\x1bP", "", "\x1b\\", "").Replace(got)
	if joined != clipboardSequence(long, false, false) || strings.Count(got, "\x1bP") != 6 {
		t.Errorf("screen: %q", got)
	}
	if got := bounded("aä", 2); got != "a" {
		t.Errorf("%q", got)
	}
}

// fakeKeeper keeps the last screen.
type fakeKeeper struct {
	text, svg string
	err       error
}

func (k *fakeKeeper) KeepScreen(_ context.Context, at time.Time, text string, svg []byte) ([]string, error) {
	k.text, k.svg = text, string(svg)
	return []string{"/x/" + stamp(at) + ".txt", "/x/a.svg"}, k.err
}

func TestSave(t *testing.T) {
	d := newDriver(t, 80, 24, outage(1, 3))
	d.keys("s")
	d.sees("s: there is no place for it here")
	keeper := &fakeKeeper{}
	d.m.opts.Keeper, d.m.theme = keeper, newTheme(false, true)
	d.keys("s")
	d.sees("saved /x/01-02 12:00:00.txt and svg")
	for _, got := range []string{keeper.text, keeper.svg} {
		if !strings.Contains(got, "FAIL OVER") || !strings.Contains(got, "quit") || strings.Contains(got, "\x1b") {
			t.Errorf("kept:\n%s", got)
		}
	}
	if !strings.HasPrefix(keeper.svg, "<svg") || strings.Count(keeper.text, "\n") != 24 {
		t.Errorf("kept:\n%s", keeper.text)
	}
	keeper.err = errors.New("no space left")
	d.keys("s")
	d.sees("the screen was not saved: no space left")
}
