package ui

import (
	"context"
	"errors"
	"testing"
)

// fakeReloader answers what it is told to.
type fakeReloader struct {
	done  Reloaded
	err   error
	calls int
}

// Reload implements Reloader.
func (f *fakeReloader) Reload(context.Context) (Reloaded, error) {
	f.calls++
	return f.done, f.err
}

// reloadTo has a console reload.
func reloadTo(done Reloaded, err error) func(*driver) {
	return func(d *driver) { d.m.opts.Reloader = &fakeReloader{done: done, err: err} }
}

var (
	threeChanges = Reloaded{
		Path: "/etc/fumtui.yaml", Settings: "the new one",
		Changes:  []string{"+ clusters.fra.endpoint: https://fra.example", "- probe.keep: 2h", "~ clusters.ams.token: another ***"},
		Warnings: []string{"/etc/fumtui.yaml:3:4: it is hardly meant"},
	}
	errWrong = errors.New("/etc/fumtui.yaml:7:3: unknown key \"hom\": did you mean \"home\"?\n/etc/fumtui.yaml:9:1: and\x07 more")
)

func TestReload(t *testing.T) {
	d := newDriver(t, 100, 30, fakeSnapshot(1, 1, 0))
	d.keys(":", "=reload", "enter")
	d.sees("there is nothing to reload here")
	reloadTo(threeChanges, nil)(d)
	d.m.opts.Settings = "the old one"
	d.keys(":", "=reload", "enter")
	d.sees("✓ Reloaded, with 3 changes in /etc/fumtui.yaml", "+ clusters.fra.endpoint", "another ***", "▲ /etc/fumtui.yaml:3:4")
	if d.m.opts.Settings != "the new one" {
		t.Error("the settings shown are old")
	}
	reloadTo(Reloaded{}, errWrong)(d)
	d.keys(":", "=reload", "enter")
	d.sees("✗ Not reloaded: all stays as it was.", "/etc/fumtui.yaml:7:3: unknown key", "/etc/fumtui.yaml:9:1: and more", ":reload again")
	if d.m.opts.Settings != "the new one" {
		t.Error("the settings shown are not in force")
	}
	reloadTo(Reloaded{Path: "/etc/fumtui.yaml"}, nil)(d)
	d.keys(":", "=reload", "enter")
	d.sees("✓ Nothing changed")
	d.keys("esc")
	d.sees("PIPELINE")
}

// TestReloadUnderAPlan reloads by a signal while a plan waits for its
// confirmation: it does not hold any more, unless nothing changed.
func TestReloadUnderAPlan(t *testing.T) {
	d := newDriver(t, 100, 40, fakeSnapshot(1, 1, 0))
	reloader := &fakeReloader{err: errWrong}
	d.m.opts.Reloader = reloader
	d.keys("c")
	d.sees("Type nyc")
	d.send(reloadAskedMsg{})
	d.sees("Type nyc", "not reloaded, all stays as it was")
	reloader.err = nil
	d.send(reloadAskedMsg{})
	d.sees("Type nyc")
	reloader.done = threeChanges
	d.send(reloadAskedMsg{})
	d.sees("PIPELINE", "3 changes: plan again")
	d.keys("=nyc", "enter")
	if reloader.calls != 3 || len(d.operator.executed) != 0 {
		t.Errorf("%d reloads, %v executed", reloader.calls, d.operator.executed)
	}
}

// TestReloadUnderWay shows for how long, and begins no other.
func TestReloadUnderWay(t *testing.T) {
	d := newDriver(t, 100, 30, fakeSnapshot(1, 1, 0))
	d.m.opts.Reloader = &fakeReloader{}
	d.m.openReload()
	d.now = d.now.Add(4_000_000_000)
	d.m.Update(tickMsg{})
	d.sees("reading the configuration for 4s; all goes on meanwhile")
	if d.m.beginReload(false) != nil {
		t.Error("two at once")
	}
	d.keys("esc")
	d.sees("PIPELINE")
}

func TestReloadRepaintsTheChart(t *testing.T) {
	d := newDriver(t, 120, 40, fakeSnapshot(1, 1, 0))
	d.m.look = appearance{name: themeDark, palette: manyColours, dark: true}
	d.m.opts.look, d.m.theme = d.m.look, d.m.look.theme()
	draw := func() string {
		d.m.screen = ""
		return d.m.View().Content
	}
	draw()
	d.m.refaced(&Options{Theme: themeLight})
	got := draw()
	d.m.charts.drawn.lines = nil
	if got != draw() {
		t.Error("the chart has the colours of the theme before")
	}
	d.keys(":", "=theme high-contrast", "enter")
	d.m.refaced(&Options{Theme: themeLight}) // something else was configured
	if d.m.look.name != "high-contrast" {
		t.Errorf("the theme that was chosen by hand is %s now", d.m.look.name)
	}
	d.m.opts.asksTerminal = true
	if d.m.refaced(&Options{Theme: themeAuto}) == nil || d.m.look.name != themeAuto {
		t.Error("the terminal is not asked for its background")
	}
}
