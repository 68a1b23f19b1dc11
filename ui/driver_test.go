package ui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/fumtui/fumtui/model"
)

// driver drives the model synchronously, as the framework would: messages in,
// commands run at once, except those that wait for time or the feed.
type driver struct {
	t        testing.TB
	m        *root
	now      time.Time
	operator *fakeOperator
	faults   *fakeFaults
	quit     bool

	twist  func(model.Snapshot) model.Snapshot // of what arrives; nil: as it is
	rename func(string) string                 // of what has a name, likewise
}

// called is the name of something there.
func (d *driver) called(name string) string {
	if d.rename != nil {
		return d.rename(name)
	}
	return name
}

// told is a snapshot as it arrives.
func (d *driver) told(s model.Snapshot) model.Snapshot {
	if d.twist != nil {
		return d.twist(s)
	}
	return s
}

func newDriver(t testing.TB, w, h int, snap model.Snapshot) *driver {
	d := emptyDriver(t, w, h)
	d.snapshot(snap)
	return d
}

// emptyDriver has no snapshot yet.
func emptyDriver(t testing.TB, w, h int) *driver {
	d := &driver{t: t, now: noon, operator: &fakeOperator{plan: fakePlan}, faults: &fakeFaults{}}
	opts := Options{
		Operator: d.operator, Faults: d.faults, Version: "1.0.0", NoColor: true, Where: []string{"ada@bastion", "fumtui.yaml"},
		Feed: newFakeFeed(model.Snapshot{}), Now: func() time.Time { return d.now },
	}
	d.m = newRoot(t.Context(), opts.withDefaults())
	d.m.armAfter, d.m.burst, d.m.pacing.every = 0, 0, 0
	d.send(tea.WindowSizeMsg{Width: w, Height: h})
	return d
}

// snapshot delivers one, without waiting for the next; what it asks is painted.
func (d *driver) snapshot(s model.Snapshot) {
	d.m.Update(snapshotMsg{foreseen(d.told(s))})
	d.m.Update(armMsg{d.m.arming})
}

// send delivers a message and whatever its commands answer at once.
func (d *driver) send(msg tea.Msg) {
	if batch, ok := msg.(tea.BatchMsg); ok {
		for _, cmd := range batch {
			d.send(cmd())
		}
		return
	}
	_, cmd := d.m.Update(msg)
	if cmd == nil {
		return
	}
	switch answer := cmd().(type) {
	case nil:
	case tea.QuitMsg:
		d.quit = true
	case tea.BatchMsg:
		for _, cmd := range answer {
			d.send(cmd())
		}
	default:
		d.send(answer)
	}
}

// keys presses keys by name, or types a text that begins with "=".
func (d *driver) keys(names ...string) {
	for _, name := range names {
		if text, ok := strings.CutPrefix(name, "="); ok {
			for _, r := range text {
				d.send(tea.KeyPressMsg{Code: r, Text: string(r)})
			}
			continue
		}
		d.send(keyPress(name))
	}
}

func keyPress(name string) tea.KeyPressMsg {
	codes := map[string]tea.KeyPressMsg{
		"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown},
		"tab": {Code: tea.KeyTab}, "shift+tab": {Code: tea.KeyTab, Mod: tea.ModShift}, "pgdown": {Code: tea.KeyPgDown},
		"pgup": {Code: tea.KeyPgUp}, "backspace": {Code: tea.KeyBackspace}, "ctrl+c": {Code: 'c', Mod: tea.ModCtrl},
		"ctrl+o": {Code: 'o', Mod: tea.ModCtrl},
		"ctrl+u": {Code: 'u', Mod: tea.ModCtrl}, "end": {Code: tea.KeyEnd}, "home": {Code: tea.KeyHome}, "space": {Code: tea.KeySpace, Text: " "},
	}
	if k, ok := codes[name]; ok {
		return k
	}
	return tea.KeyPressMsg{Code: []rune(name)[0], Text: name}
}

// screen is what a person sees, without styles.
func (d *driver) screen() string {
	d.t.Helper()
	if d.m.crash != nil {
		d.t.Fatal(d.m.crash)
	}
	return ansi.Strip(d.m.View().Content)
}

// sees fails unless the screen shows all of the texts.
func (d *driver) sees(texts ...string) {
	d.t.Helper()
	got := d.screen()
	for _, text := range texts {
		if !strings.Contains(got, text) {
			d.t.Fatalf("the screen does not show %q:\n%s", text, got)
		}
	}
}

// seesWrapped is sees for texts that may be broken over lines.
func (d *driver) seesWrapped(texts ...string) {
	d.t.Helper()
	got := strings.Join(strings.Fields(d.screen()), " ")
	for _, text := range texts {
		if !strings.Contains(got, text) {
			d.t.Fatalf("the screen does not say %q:\n%s", text, d.screen())
		}
	}
}

// lacks fails if the screen shows any of the texts.
func (d *driver) lacks(texts ...string) {
	d.t.Helper()
	got := d.screen()
	for _, text := range texts {
		if strings.Contains(got, text) {
			d.t.Fatalf("the screen shows %q:\n%s", text, got)
		}
	}
}

// runFirst runs the first command of a batch, and leaves those that wait.
func runFirst(cmd tea.Cmd) {
	if batch, ok := cmd().(tea.BatchMsg); ok {
		batch[0]()
	}
}

// arrive delivers a snapshot and whatever is asked because of it, without waiting
// for the next.
func (d *driver) arrive(s model.Snapshot) {
	_, cmd := d.m.Update(snapshotMsg{foreseen(d.told(s))})
	d.m.Update(armMsg{d.m.arming})
	msgs := make(chan tea.Msg, 1)
	go func() { msgs <- cmd() }() // the wait for the next alone is no batch
	select {
	case msg := <-msgs:
		if batch, ok := msg.(tea.BatchMsg); ok {
			for _, cmd := range batch[1:] {
				d.send(cmd())
			}
		}
	case <-time.After(50 * time.Millisecond):
	}
}
