package ui

import (
	"errors"
	"time"

	"github.com/fumtui/fumtui/model"
)

// chartStates are the charts, alone and of all kinds.
func chartStates() []state {
	past := func(d *driver) { d.m.opts.History = &fakeHistory{} }
	var out []state
	for _, c := range []struct {
		name string
		keys []string
	}{
		{"lag", []string{"w"}},
		{"day", []string{"w", "z", "z", "z", "z"}},
		{"month", []string{"w", "z", "z", "z", "z", "z", "z"}},
		{"slots", []string{"w", "T", "z", "z"}},
		{"behind", []string{"w", "T", "T", "z"}},
		{"rtt", []string{"w", "T", "T", "T", "z", "z", "z"}},
		{"errors", []string{"w", "T", "T", "T", "T", "z"}},
		{"log", []string{"w", "z", "z", "z", "z", "L"}},
		{"reading", []string{"w", "z", "z", "z", "z", "x", "[", "[", "h", "h"}},
		{"panned", []string{"w", "z", "z", "z", "h", "h"}},
	} {
		out = append(out, state{name: "chart_" + c.name, snap: fakeSnapshot(1, 2, 10*time.Minute), with: past, keys: c.keys})
	}
	return append(out,
		state{name: "chart_ascii", snap: fakeSnapshot(1, 2, 10*time.Minute), with: func(d *driver) { past(d); ascii(d) }, keys: []string{"w", "z", "z", "z", "z", "x"}},
		state{name: "chart_no_history", snap: fakeSnapshot(1, 2, 10*time.Minute), keys: []string{"w", "T"}},
		state{name: "chart_unread", snap: fakeSnapshot(1, 2, 10*time.Minute), with: func(d *driver) {
			d.m.opts.History = &fakeHistory{fail: errors.New("the database is locked")}
		}, keys: []string{"w", "T"}},
		state{name: "chart_on_overview", snap: fakeSnapshot(1, 2, 10*time.Minute), with: past, keys: []string{"z", "z", "z", "z", "x"}},
	)
}

// otherStates are help, palette and what else there is.
func otherStates() []state {
	calm := fakeSnapshot(1, 3, 10*time.Minute)
	return []state{
		{name: "help", snap: calm, keys: []string{"?"}},
		{name: "help_middle", snap: calm, keys: []string{"?", "pgdown"}},
		{name: "help_end", snap: calm, keys: []string{"?", "end"}},
		{name: "help_on_run", snap: withRuns(1, runAt("trades", model.RunRunning, model.StepStop, 3, 9)), keys: []string{"u", "?"}},
		{name: "reloaded", snap: calm, with: reloadTo(threeChanges, nil), keys: []string{":", "=reload", "enter"}},
		{name: "reloaded_same", snap: calm, with: reloadTo(Reloaded{Path: "/etc/fumtui.yaml"}, nil), keys: []string{":", "=reload", "enter"}},
		{name: "reload_wrong", snap: calm, with: reloadTo(Reloaded{}, errWrong), keys: []string{":", "=reload", "enter"}},
		{name: "palette", snap: calm, keys: []string{":"}},
		{name: "palette_ascii", snap: calm, with: ascii, keys: []string{":", "=f", "tab"}},
		{name: "palette_completing", snap: calm, keys: []string{":", "=f", "tab", "tab"}},
		{name: "palette_argument", snap: calm, keys: []string{":", "=pipeline "}},
		{name: "palette_no_match", snap: calm, keys: []string{":", "=zap"}},
		{name: "palette_refused", snap: calm, keys: []string{":", "=zap", "enter"}},
		{name: "faults_cluster", snap: calm, keys: []string{"!"}},
		{name: "faults", snap: calm, with: func(d *driver) { d.m.opts.Faults = &manyFaults{} }, keys: []string{"!", "enter", "down", "down"}},
	}
}
