package ui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// fakeHistorian has runs and an audit trail.
type fakeHistorian struct {
	runs   []model.Run
	stored []model.Event
	then   func(at time.Time) (model.Explanation, error)
	report string
	err    error
	asked  []string
}

func (h *fakeHistorian) Runs(ctx context.Context, limit int) ([]model.Run, error) {
	h.asked = append(h.asked, fmt.Sprint("runs ", limit))
	if _, ok := ctx.Deadline(); !ok {
		return nil, errors.New("asked without a deadline")
	}
	return slices.Clone(h.runs), h.err
}

func (h *fakeHistorian) Report(_ context.Context, run string) (string, error) {
	h.asked = append(h.asked, "report of "+run)
	return h.report, h.err
}

func (h *fakeHistorian) Evacuation(_ context.Context, id string) ([]model.Run, error) {
	h.asked = append(h.asked, "evacuation "+id)
	var out []model.Run
	for _, r := range h.runs {
		if r.Evacuation == id {
			out = append(out, r)
		}
	}
	return out, h.err
}

func (h *fakeHistorian) Run(_ context.Context, id string) (model.Run, error) {
	h.asked = append(h.asked, "run "+id)
	for _, r := range h.runs {
		if r.ID == id {
			return r, h.err
		}
	}
	return model.Run{}, errors.New("there is no run " + id)
}

// Events gives what was stored behind the place of the query.
func (h *fakeHistorian) Events(ctx context.Context, q model.EventQuery) (model.Events, error) {
	if _, ok := ctx.Deadline(); !ok {
		return model.Events{}, errors.New("asked without a deadline")
	}
	h.asked = append(h.asked, fmt.Sprint("events after ", q.After.Change))
	list := slices.Clone(h.stored[q.After.Change:])
	return model.Events{List: list, Next: model.EventPlace{Change: int64(len(h.stored))}}, h.err
}

func (h *fakeHistorian) AsOf(_ context.Context, pipeline, cluster string, at time.Time) (model.Explanation, error) {
	h.asked = append(h.asked, "as of "+pipeline+cluster)
	if h.then == nil {
		return model.Explanation{}, errors.New("no evidence of then is kept: it is kept for 2h (probe.keep)")
	}
	return h.then(at)
}

// pastRuns are runs of three days, the newest first.
func pastRuns() []model.Run {
	var out []model.Run
	for i := range 40 {
		r := *fakeRun(true)
		at := noon.Add(-time.Duration(i) * 2 * time.Hour)
		r.ID, r.Pipeline = fmt.Sprintf("run-%02d", 99-i), []string{"trades", "accounts", "nft-index"}[i%3]
		r.EndedAt, r.StartedAt = ptr(at.Add(r.EndedAt.Sub(r.StartedAt))), at
		if i%2 == 1 {
			r.Kind, r.From, r.To = model.Failback, r.To, r.From
		}
		if i%7 == 3 {
			r.State, r.Note = model.RunFailed, "the client at nyc runs: plan a failback when it is needed"
			step := r.Step(model.StepConfirm)
			step.State, step.Error = model.StepFailed, "no commit in 5m00s"
		}
		out = append(out, r)
	}
	out[0].Reason = "ams was to be maintained"
	return out
}

// pastEvents are what other consoles saw, and what was done, the oldest first.
func pastEvents() []model.Event {
	return []model.Event{
		{ID: "c1", At: noon.Add(-2 * time.Hour), Kind: model.EventVerdict, Cluster: "ams", Before: "healthy", Word: "down", Reason: "every call has failed for 3m", By: "carol@bastion-3"},
		{ID: "c2", At: noon.Add(-90 * time.Minute), Kind: model.EventVerdict, Cluster: "ams", Before: "down", Word: "healthy", Reason: "answers and advances", By: "carol@bastion-3"},
		{ID: "a8", At: noon.Add(-time.Hour), Kind: model.EventAction, Pipeline: "accounts", By: "alice@bastion-2", Word: "home", Reason: "nyc \x1b[31mred"},
		{ID: "a9", At: noon.Add(-time.Minute), Kind: model.EventAction, Pipeline: "trades", Run: "run-99", By: "oncall@bastion", Word: "begin", Reason: "cutover to nyc"},
	}
}

const fakeReport = "Cutover of pipeline trades from ams to nyc: done\n\nSummary\n  Recovery: 18.3s\n  Gap: none\n\nSteps\n  stop   done  2.1s  the client at ams stands still\n"

const fakeSettings = "file /etc/fumtui/fumtui.yaml\n\nclusters\n  ams  https://ams.fumarole.example:443, token ***\n\nprobe\n  interval  2s  default\n      between two looks\n"

func withHistory(t testing.TB, w, h int, snap model.Snapshot) (*driver, *fakeHistorian) {
	d := newDriver(t, w, h, snap)
	return d, withPast(d)
}

// withPast gives a console a past.
func withPast(d *driver) *fakeHistorian {
	past := &fakeHistorian{runs: pastRuns(), stored: pastEvents(), report: fakeReport}
	d.m.opts.Historian, d.m.opts.Settings = past, fakeSettings
	return past
}

func TestHistoryListsAllRuns(t *testing.T) {
	d, past := withHistory(t, 120, 40, fakeSnapshot(1, 3, 0))
	d.keys("U")
	d.sees("All runs, the newest first", "40 runs", "01-02 12:00:00", "reason: ams was to be maintained")
	d.snapshot(fakeSnapshot(2, 3, 0)) // nothing new: nothing is asked
	if len(past.asked) != 1 {
		t.Fatalf("asked %q", past.asked)
	}
	d.keys("/", "=failed", "enter")
	d.sees("6 of 40 runs, /failed", "no commit in 5m00s")
	d.keys("down")
	at := d.m.history.at

	// A run that begins is seen, and moves no selection.
	s := withRuns(3, runAt("trades", model.RunRunning, model.StepStop, 1, 4))
	newer := *s.Pipelines[0].Run
	past.runs = append([]model.Run{newer}, past.runs...)
	d.arrive(s)
	if len(past.asked) != 2 || d.m.history.at != at || d.m.history.selected().ID != at {
		t.Fatalf("asked %q, at %s", past.asked, d.m.history.at)
	}
	d.sees("6 of 41 runs")
	d.keys("esc")
	d.sees("41 runs", "» running")
	d.keys("esc")
	d.sees("Lag from tip")
}

func TestHistoryOpensARunAndItsReport(t *testing.T) {
	d, past := withHistory(t, 120, 40, fakeSnapshot(1, 3, 0))
	d.keys("U", "down", "enter")
	d.seesWrapped("failback of accounts: nyc → ams", "run run-98", "Result")
	d.lacks("no longer to be seen")
	d.snapshot(fakeSnapshot(2, 3, 0))
	d.lacks("no longer to be seen")
	d.keys("=ams", "enter") // nothing is asked of what is over
	did(t, d)
	d.keys("m")
	d.sees("Report of run run-98", "Cutover of pipeline trades", "Recovery: 18.3s")
	d.keys("esc")
	d.sees("run run-98")
	d.keys("esc")
	d.sees("All runs")
	past.err = errors.New("the database is locked")
	d.keys("m")
	d.sees("it could not be made: the database is locked")
	d.keys("esc", "esc", "U")
	d.sees("they could not be read: the database is locked", "40 runs")
	past.err = nil
	d.arrive(fakeSnapshot(3, 3, 0)) // no run has changed
	d.lacks("they could not be read")
	d.m.opts.Historian = nil
	d.keys("esc", "U")
	d.sees("no database is open here")
}

func TestSettingsAreShown(t *testing.T) {
	d, _ := withHistory(t, 80, 24, fakeSnapshot(1, 3, 0))
	d.keys("i")
	d.sees("Configuration in force", "secrets are hidden", "token ***", "between two looks")
	d.keys("esc")
	d.m.opts.Settings = ""
	d.keys(":", "=config", "enter")
	d.sees("config: it is not known here")
}

// The oldest are not shown, and that is said.
func TestHistoryIsBounded(t *testing.T) {
	d := newDriver(t, 120, 40, fakeSnapshot(1, 1, 0))
	past := withPast(d)
	past.runs = nil
	for i := range mostRuns + 1 {
		past.runs = append(past.runs, model.Run{ID: "r" + strconv.Itoa(i), Pipeline: "trades", State: model.RunDone})
	}
	d.keys("U")
	d.sees("the newest 1,000 runs")
	past.runs = past.runs[1:]
	d.keys("esc", "U")
	d.lacks("the newest 1,000 runs")
}

// A run that begins while the list is shown does not take the selection.
func TestHistorySelectsARun(t *testing.T) {
	d := newDriver(t, 80, 24, fakeSnapshot(1, 1, 0))
	d.m.historyRead(historyMsg{runs: []model.Run{{ID: "r1", Pipeline: "orders"}}})
	d.m.historyRead(historyMsg{runs: []model.Run{{ID: "r2", Pipeline: "alerts"}, {ID: "r1", Pipeline: "orders"}}})
	if at := d.m.history.selected(); at.ID != "r1" {
		t.Errorf("selected is %s", at.ID)
	}
}
