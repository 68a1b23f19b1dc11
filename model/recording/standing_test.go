package recording

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// finished is a run of trades that began and ended so many minutes after t0.
func finished(id, from, to string, state model.RunState, began, ended int) model.Run {
	at := func(m int) *time.Time { return ptr(t0.Add(time.Duration(m) * time.Minute)) }
	run := model.Run{ID: id, Pipeline: "trades", Kind: model.Cutover, From: from, To: to, State: state, StartedAt: *at(began)}
	run.Steps = []model.Step{
		{Name: model.StepLease, State: model.StepDone, StartedAt: at(began), EndedAt: at(began)},
		{Name: model.StepStop, State: model.StepDone, StartedAt: at(began + 1), EndedAt: at(began + 2)},
		{Name: model.StepStart, State: model.StepPending},
	}
	if state.Ended() {
		run.EndedAt = at(ended)
	}
	return run
}

// told writes records in brief.
func told(records []Record) string {
	var all []string
	for _, r := range records {
		m := int(r.At.Sub(t0).Minutes())
		switch {
		case r.Active != nil:
			all = append(all, fmt.Sprintf("%d %s on %s", m, r.Active.Pipeline, r.Active.Cluster))
		case r.Run != nil:
			all = append(all, fmt.Sprintf("%d %s %s %s", m, r.Run.ID, r.Run.State, r.Run.Step))
		case r.Moved != nil:
			all = append(all, fmt.Sprintf("%d %s moved at %d", m, r.Moved.Pipeline, int(r.Moved.Moved.Sub(t0).Minutes())))
		}
	}
	return strings.Join(all, ", ")
}

func TestStandingIsFoundOutFromTheJournal(t *testing.T) {
	since := t0.Add(60 * time.Minute)
	trades := []model.Pipeline{{Name: "trades", Home: "ams"}}
	for name, tt := range map[string]struct {
		active string
		runs   []model.Run
		want   string
	}{
		"never moved":    {"", nil, "60 trades on ams"},
		"moved long ago": {"nyc", []model.Run{finished("a", "ams", "nyc", model.RunDone, 10, 20)}, "60 trades on nyc, 60 trades moved at 20"},
		"moved meanwhile": {
			"nyc",
			[]model.Run{finished("a", "ams", "nyc", model.RunDone, 70, 80)},
			"60 trades on ams, 70 a running lease, 70 a running lease, 71 a running stop, 80 trades on nyc, 80 a done stop, 80 trades moved at 80",
		},
		"under way when it begins": {
			"nyc",
			[]model.Run{finished("a", "ams", "nyc", model.RunDone, 50, 80)},
			"60 trades on ams, 60 a running lease, 60 a running lease, 60 a running stop, 80 trades on nyc, 80 a done stop, 80 trades moved at 80",
		},
		"given up": {
			"ams",
			[]model.Run{finished("a", "ams", "nyc", model.RunAborted, 70, 80)},
			"60 trades on ams, 70 a running lease, 70 a running lease, 71 a running stop, 80 a aborted stop",
		},
		"asks": {
			"ams",
			[]model.Run{finished("a", "ams", "nyc", model.RunWaiting, 70, 0)},
			"60 trades on ams, 70 a running lease, 70 a running lease, 71 a running stop, 72 a waiting stop",
		},
		"to and fro, in any order": {
			"ams",
			[]model.Run{
				finished("c", "nyc", "ams", model.RunDone, 90, 95), finished("b", "ams", "nyc", model.RunDone, 70, 80),
				finished("a", "nyc", "ams", model.RunDone, 10, 20),
			},
			"60 trades on ams, 60 trades moved at 20, 70 b running lease, 70 b running lease, 71 b running stop, 80 trades on nyc, 80 b done stop, " +
				"80 trades moved at 80, 90 c running lease, 90 c running lease, 91 c running stop, 95 trades on ams, 95 c done stop, 95 trades moved at 95",
		},
		"of another pipeline": {"", []model.Run{{ID: "x", Pipeline: "orders", StartedAt: since}}, "60 trades on ams"},
	} {
		if got := told(Standing(trades, map[string]string{"trades": tt.active}, tt.runs, since)); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, tt.want)
		}
	}
	two := Standing([]model.Pipeline{{Name: "trades", Home: "ams"}, {Name: "orders", Home: "nyc"}}, nil,
		[]model.Run{finished("a", "ams", "nyc", model.RunAborted, 70, 80)}, since)
	for i := 1; i < len(two); i++ {
		if two[i].At.Before(two[i-1].At) {
			t.Errorf("out of order: %s", told(two))
		}
	}
}
