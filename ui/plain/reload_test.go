package plain

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/ui"
)

// reloader answers a reload.
type reloader struct {
	done ui.Reloaded
	err  error
}

func (l *reloader) Reload(context.Context) (ui.Reloaded, error) { return l.done, l.err }

// TestReload says what changed, or what is wrong and where, and takes back what was
// asked under the old configuration.
func TestReload(t *testing.T) {
	port := &reloader{done: ui.Reloaded{Path: "fumtui.yaml"}}
	r := newRig(t, func(o *ui.Options) { o.Reloader = port })
	r.sees(calm("trades"))
	r.types("reload")
	r.says("Nothing changed: fumtui.yaml says what is in force.")
	port.err = errors.New("fumtui.yaml:3:5: unknown key \"intervall\"\nfumtui.yaml:9:1: no cluster \x1b[2Jx")
	r.types("reload")
	r.says("Not reloaded: all stays as it was.\n", "\nfumtui.yaml:3:5: unknown key \"intervall\"\n", "\nfumtui.yaml:9:1: no cluster [2Jx\n", "type reload again")
	r.types("cutover trades nyc")
	r.says("Type the target, nyc")
	port.err = nil
	port.done = ui.Reloaded{
		Path: "fumtui.yaml", Changes: []string{"+ clusters.lon.endpoint: http://lon", "~ probe.interval: 1s, was 2s"},
		Warnings: []string{"nobody reads from lon"}, Settings: "new settings", Face: &ui.Options{ReadOnly: true},
	}
	r.s.reload(nil) // as a signal asks for it
	r.flush()
	r.says("Cancelled, because the configuration was reloaded", "Reloaded, with 2 changes in fumtui.yaml:", "\n+ clusters.lon.endpoint: http://lon\n", "\nWarning: nobody reads from lon.\n")
	r.types("nyc")
	r.did()
	r.types("config")
	r.says("new settings")
	r.types("cutover trades nyc")
	r.says("read-only")
}

// hooking says what hooks say.
type hooking struct{ said []model.HookOutput }

func (h *hooking) HookOutput(context.Context, string, string) ([]model.HookOutput, error) {
	return h.said, nil
}

// TestHookLive tells what a hook says while it runs, each line once, and at its end
// only what was not told.
func TestHookLive(t *testing.T) {
	port := &hooking{}
	r := newRig(t, func(o *ui.Options) { o.Hooks = port })
	r.sees(calm("trades"))
	r.sees(moving(calm("trades"), 2, model.RunRunning))
	r.passes(2 * time.Second)
	r.text.Reset()
	hook := model.HookOutput{Cluster: "ams", Hook: "stop", BeganAt: noon, Lines: []string{"draining", "1 left"}}
	port.said = []model.HookOutput{hook, {Cluster: "ams", Hook: "status", Lines: []string{"running"}}}
	r.passes(2 * time.Second)
	r.lacks("running\n")
	r.says("trades: hook stop at ams prints:\nThe hook printed: draining\nThe hook printed: 1 left\n")
	port.said[0].Lines = []string{"1 left", "0\x1b[2J left"}
	r.passes(3 * time.Second)
	r.lacks("1 left\n", "draining")
	r.says("The hook printed: 0[2J left")
	r.ports.events = []model.Event{{
		At: noon, Kind: model.EventAction, Word: "hook stop", Pipeline: "trades", Run: "20260102-120000-abcdef",
		Reason: "run 20260102-120000-abcdef of pipeline trades: exit 0 after 3s:\ndraining\n1 left\n0[2J left\nstopped\n",
	}}
	r.sees(moving(calm("trades"), 3, model.RunRunning))
	r.passes(2 * time.Second)
	r.lacks("1 left", "draining")
	r.says("trades: hook stop, exit 0 after 3s\n", "The hook printed: stopped")
}

func TestSince(t *testing.T) {
	for _, tt := range []struct {
		before, now []string
		want        int
	}{
		{nil, []string{"a"}, 1},
		{[]string{"a"}, []string{"a"}, 0},
		{[]string{"a", "b"}, []string{"b", "c"}, 1},
		{[]string{"a", "a"}, []string{"a", "a", "a"}, 1},
		{[]string{"a", "b"}, []string{"x", "y"}, 2},
		{[]string{"a"}, nil, 0},
	} {
		if got := since(tt.before, tt.now); len(got) != tt.want {
			t.Errorf("since(%q, %q) = %q", tt.before, tt.now, got)
		}
	}
}
