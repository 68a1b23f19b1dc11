package ui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
)

// fakeExplainer answers with explanation, or with err.
type fakeExplainer struct {
	asked       []string
	explanation func(pipeline string) model.Explanation
	err         error
}

func (e *fakeExplainer) Explain(ctx context.Context, pipeline string) (model.Explanation, error) {
	e.asked = append(e.asked, pipeline)
	if _, ok := ctx.Deadline(); !ok {
		return model.Explanation{}, errors.New("asked without a deadline")
	}
	if e.err != nil {
		return model.Explanation{}, e.err
	}
	return e.explanation(pipeline), nil
}

// explainOutage explains a pipeline of [outage].
func explainOutage(pipeline string) model.Explanation {
	s := outage(1, 3)
	p, _ := s.Pipeline(pipeline)
	ams, nyc := s.Clusters[0], s.Clusters[1]
	return model.Explanation{
		Time: noon, Pipeline: &p,
		Facts: []model.Fact{
			{ID: "E5", Kind: model.KindMetrics, Vantage: model.VantageClient, Cluster: "ams", Pipeline: pipeline, At: noon.Add(-4 * time.Second), Says: "committed 123456477, lag 312 offsets"},
			{ID: "E6", Kind: model.KindCursor, Vantage: model.VantageClient, Cluster: "ams", Pipeline: pipeline, At: noon.Add(-2 * time.Second), Says: "at slot 312363640 for 4m05s"},
		},
		Rules: []model.RuleCheck{
			{Rule: "subscriber_lost", Subject: pipeline, State: model.RuleUnknown, Measured: "the subscribers of ams are not known"},
			{Rule: "cut_off", Subject: pipeline, State: model.RuleFired, Measured: "ams is down and its client has stood for 4m05s", Bound: "1m", Setting: "detection.silent_after", Change: "streaming once its cursor moves"},
			{Rule: "fail_over", Subject: pipeline, State: model.RuleFired, Measured: "nyc is healthy and serves slot 312363641"},
			{Rule: "falling_behind", Subject: pipeline, State: model.RuleQuiet, Measured: "the lag stands"},
		},
		Hints: []string{"the silence of its client is unusual: phi 9.0"},
		Clusters: []model.Explanation{
			{Time: noon, Cluster: &ams, Facts: []model.Fact{
				{ID: "E1", Kind: model.KindVersion, Vantage: model.VantageConsole, Cluster: "ams", At: noon.Add(-time.Second), Says: "timeout: no answer within 5s, 48 in a row"},
			}, Rules: []model.RuleCheck{
				{Rule: "down", Subject: "ams", State: model.RuleFired, Measured: "every call has failed for 4m05s", Bound: "3m", Setting: "detection.down_after", Change: "a blip as soon as it answers"},
			}},
			{Time: noon, Cluster: &nyc, Rules: []model.RuleCheck{
				{Rule: "degraded", Subject: "nyc", State: model.RuleNear, Measured: "mean round trip 850 ms for 12s", Bound: "1s", Setting: "detection.latency", Change: "degraded in 48s unless it falls"},
			}},
		},
	}
}

// explainingDriver is a driver with an explainer.
func explainingDriver(t testing.TB, w, h int) (*driver, *fakeExplainer) {
	d := newDriver(t, w, h, outage(1, 3))
	e := &fakeExplainer{explanation: explainOutage}
	d.m.opts.Explainer = e
	return d, e
}

// news delivers a snapshot and runs what it begins, but not the wait for the
// next.
func (d *driver) news(s model.Snapshot) tea.Cmd {
	d.snapshot(s)
	d.m.explaining.inFlight = false // the command that the driver dropped
	d.m.explaining.asked = 0
	return d.m.explain()
}

func TestDetailExplains(t *testing.T) {
	d, e := explainingDriver(t, 120, 70)
	d.keys("enter")
	d.sees("Evidence", "E6", "at slot 312363640 for 4m05s", "detection.silent_after", "degraded in 48s unless it falls")
	if len(e.asked) != 1 || e.asked[0] != "trades" {
		t.Fatalf("asked %v", e.asked)
	}

	// With every snapshot anew; the last answer stays while one is on its way.
	ask := d.news(outage(2, 3))
	d.sees("at slot 312363640 for 4m05s")
	e.explanation = func(string) model.Explanation {
		x := explainOutage("trades")
		x.Time, x.Facts[1].Says = noon.Add(time.Second), "at slot 312363640 for 4m06s"
		return x
	}
	d.send(ask())
	d.sees("at slot 312363640 for 4m06s")

	// An older answer does not come back.
	old := explainOutage("trades")
	d.m.explained(explainedMsg{"trades", old, nil})
	d.sees("at slot 312363640 for 4m06s")

	// Trouble is a line, and leaves the last answer.
	e.err = errors.New("the monitor\x1b[2J has ended")
	d.send(d.news(outage(3, 3))())
	d.sees("the explanation failed: the monitor[2J has ended", "4m06s")
}

func TestOneQuestionAtATime(t *testing.T) {
	d, e := explainingDriver(t, 80, 24)
	_, first := d.m.Update(keyPress("enter"))
	if first == nil || d.m.explain() != nil {
		t.Fatal("the detail does not ask, or asks twice")
	}
	d.keys("end")
	d.sees("the explanation is on its way")
	d.keys("esc", "j")
	if _, cmd := d.m.Update(keyPress("enter")); cmd != nil {
		t.Fatal("a second question while the first is under way")
	}
	_, second := d.m.Update(first()) // about the pipeline before: dropped
	d.lacks("at slot 312363640 for")
	if second == nil {
		t.Fatal("the pipeline now shown was not asked about")
	}
	d.send(second())
	if got := fmt.Sprint(e.asked); got != "[trades accounts]" {
		t.Fatalf("asked %s", got)
	}
	if d.m.explaining.answer == nil || d.m.explain() != nil {
		t.Fatal("no answer, or another question without news")
	}
	d.keys("esc")
	if d.news(outage(2, 3)) != nil {
		t.Fatal("a question while the detail is not shown")
	}
}

func TestExplanationKeepsItsPlace(t *testing.T) {
	d, _ := explainingDriver(t, 80, 24)
	d.keys("enter", "pgdown", "down", "down")
	before := strings.SplitN(d.screen(), "\n", 2)[1] // without the clock
	d.send(d.news(outage(2, 3))())
	if after := strings.SplitN(d.screen(), "\n", 2)[1]; after != before {
		t.Fatalf("it moved from\n%s\nto\n%s", before, after)
	}
}

func TestExplainDeadline(t *testing.T) {
	d, e := explainingDriver(t, 80, 24)
	e.err = fmt.Errorf("read: %w", context.DeadlineExceeded)
	d.keys("enter", "end")
	d.sees("the explanation failed: no answer within 2s")
	d.m.opts.Explainer = nil
	d.keys("esc", "enter", "end")
	d.lacks("explanation")
}

// The explanation that comes with each snapshot is no more than digits that go on.
func TestDetailIsAtPeace(t *testing.T) {
	d := newDriver(t, 120, 40, fakeSnapshot(1, 1, 0))
	d.keys("enter")
	d.m.clock = frameClock{program: &tea.Program{}}
	d.m.pacing.every, d.m.explaining.pipeline = calmFrames, d.m.selected
	drawn := 0
	for i := range 20 {
		d.now = d.now.Add(time.Second)
		d.m.Update(snapshotMsg{foreseen(d.told(fakeSnapshot(uint64(i+2), 1, 0)))})
		d.m.Update(explainedMsg{pipeline: d.m.selected, explanation: model.Explanation{Time: d.now}})
		before := d.m.pacing.at
		if d.m.View(); d.m.pacing.at != before {
			drawn++
		}
	}
	if d.m.clock.every != peaceFrame || drawn > 6 {
		t.Errorf("a look every %v, %d frames drawn in 20s", d.m.clock.every, drawn)
	}
}
