package scenario

import (
	"fmt"
	"slices"
	"time"

	"github.com/fumtui/fumtui/model"
)

// Outcome is how a judge did in one scenario, held against the truth.
type Outcome struct {
	Scenario *Scenario
	Matrix   map[Label]map[model.Action]int // truth against the advice at the end of each stretch of it
	Outages  int                            // stretches in which to fail over had to be advised
	Delays   []Delay                        // of those that were
	False    []Failure
	Missed   []Failure
	Late     []Failure
	Wrong    []Failure // another advice than is right, at any tick of a stretch after its slack
	Flips    []Failure // stretches of one truth in which the advice changed again and again
	Blips    []Failure // advice to wait where nothing is wrong, and no probe was lost: counted, and no fault
	Hours    float64   // of simulated time

	slack time.Duration
}

// Delay is how long an advice to fail over took.
type Delay struct {
	Beyond time.Duration // after the floor of the rule
	Ratio  float64       // from the beginning of the fault, against the earliest possible
	Since  time.Duration // from the beginning of the fault, less down_after; never: others delayed it
}

// Bad reports whether something that must never happen did.
func (o *Outcome) Bad() bool {
	return len(o.False)+len(o.Missed)+len(o.Late)+len(o.Wrong)+len(o.Flips) > 0
}

// judging follows one pipeline.
type judging struct {
	label  Label
	advice model.Action
	text   string
	from   time.Duration

	needed  time.Duration // since when to fail over is required; never: it is not
	still   time.Duration // until when it is
	floor   time.Duration // from which on it can be known, and nothing else confuses the picture
	since   time.Duration // since when it is advised without a break; never: it is not
	advised bool
	late    bool
	accused bool
	blamed  bool // of a wrong advice in this stretch
	blipped bool // it says to wait where nothing is wrong
	changes int  // of the advice in this stretch, after its slack
}

// Holding holds what a judge says against the truth, tick by tick.
type Holding struct {
	o     *Outcome
	truth *Truth
	all   map[string]*judging
}

// NewHolding begins to hold a judge against the truth of a scenario.
func NewHolding(s *Scenario) *Holding {
	h := &Holding{
		o: &Outcome{
			Scenario: s, Matrix: map[Label]map[model.Action]int{}, Hours: s.Length.Hours(),
			slack: Slack(s.Probe.Interval, s.Tick),
		},
		truth: NewTruth(s), all: map[string]*judging{},
	}
	for _, p := range s.Pipelines {
		h.all[p.Name] = &judging{needed: never, since: never}
	}
	return h
}

// Tick takes in an assessment.
func (h *Holding) Tick(t *Tick) {
	h.truth.Tick(t.World)
	for i := range t.Pipelines {
		p := h.o.Scenario.pipeline(t.Pipelines[i].Name)
		h.o.failOver(h.truth, t, p, h.all[p.Name], &t.Pipelines[i].Advice)
		h.o.stretch(h.truth, t, p, h.all[p.Name], &t.Pipelines[i].Advice)
	}
}

// End gives the outcome.
func (h *Holding) End() *Outcome {
	for _, p := range h.o.Scenario.Pipelines {
		h.o.close(p.Name, h.o.Scenario.Length, h.all[p.Name])
		h.o.given(p.Name, h.o.Scenario.Length, h.all[p.Name])
	}
	return h.o
}

// Hold plays a scenario before a judge and holds what it says against the truth.
func Hold(s *Scenario, judge NewJudge) *Outcome {
	h := NewHolding(s)
	Play(s, judge, h.Tick)
	return h.End()
}

// pipeline finds a pipeline by name.
func (s *Scenario) pipeline(name string) *Pipeline {
	i := slices.IndexFunc(s.Pipelines, func(p Pipeline) bool { return p.Name == name })
	return &s.Pipelines[i]
}

// failOver judges the one advice that must never be false and never missing.
func (o *Outcome) failOver(truth *Truth, t *Tick, p *Pipeline, j *judging, a *model.Advice) {
	is := a.Action == model.ActionFailOver
	switch {
	case is && !truth.Allowed(t.World, p, a.Target):
		if !j.accused {
			o.False = append(o.False, Failure{t.At, p.Name, "false fail over: " + a.Text})
		}
		j.accused = true
	case !is:
		j.accused = false
	}
	switch {
	case !is:
		j.since = never
	case j.since == never:
		j.since = t.At
	}
	need, floor := truth.Required(t.World, p)
	if !need {
		o.given(p.Name, t.At, j)
		return
	}
	if j.needed == never {
		o.Outages++
		j.needed, j.advised, j.late = t.At, false, false
	}
	j.floor, j.still = max(floor, j.needed), t.At
	if is && !j.advised && t.At >= j.floor {
		j.advised = true
		o.delay(truth, p, j, floor)
	}
	if !is && t.At > j.floor+o.slack && !j.late {
		j.late = true
		o.Late = append(o.Late, Failure{t.At, p.Name, fmt.Sprintf("no fail over %s after its floor, but %s: %s", t.At-j.floor, a.Action, a.Text)})
	}
}

// delay notes how long the advice took.
func (o *Outcome) delay(truth *Truth, p *Pipeline, j *judging, floor time.Duration) {
	list := truth.causes[p.Name]
	began := list[causeDown].since
	if !list[causeDown].now {
		began = list[causeStall].since
	}
	came := max(j.since, j.floor)
	d := Delay{Beyond: came - j.floor, Ratio: 1, Since: never}
	if j.floor == floor && floor-began < truth.rules.DownAfter+2*truth.s.Probe.Interval {
		d.Since = came - began - truth.rules.DownAfter
	}
	if j.floor > began {
		d.Ratio = float64(came-began) / float64(j.floor-began)
	}
	o.Delays = append(o.Delays, d)
}

// given ends a stretch in which to fail over was required.
func (o *Outcome) given(name string, at time.Duration, j *judging) {
	if j.needed == never {
		return
	}
	if !j.advised && j.still > j.floor+o.slack {
		o.Missed = append(o.Missed, Failure{at, name, fmt.Sprintf("missed outage, to be known since %s", j.floor)})
	} else if !j.advised {
		o.Outages--
	}
	j.needed = never
}
