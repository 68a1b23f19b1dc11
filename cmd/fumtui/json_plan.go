package main

import (
	"github.com/fumtui/fumtui/model"
)

// The shapes of plans are part of the same contract as those of json.go.

type planJSON struct {
	Time             string          `json:"time"`
	Outcome          planOutcome     `json:"outcome"`
	NoOp             *string         `json:"no_op"`
	Pipeline         string          `json:"pipeline"`
	Subscriber       string          `json:"subscriber"`
	Kind             model.RunKind   `json:"kind"`
	Mode             model.Mode      `json:"mode"`
	From             string          `json:"from"`
	To               string          `json:"to"`
	Guarantee        model.Guarantee `json:"guarantee"`
	Forced           bool            `json:"forced"`
	FromSlot         *model.Slot     `json:"from_slot"`
	Latest           bool            `json:"latest"`
	ApprovedGap      *uint64         `json:"approved_gap_slots"`
	Cursor           *model.Slot     `json:"cursor"`
	CursorAgeSeconds *float64        `json:"cursor_age_seconds"`
	ResumeSlot       *model.Slot     `json:"resume_slot"`
	GapSlots         *uint64         `json:"gap_slots"`
	DuplicateSlots   *uint64         `json:"duplicate_slots"`
	ReplaySlots      *uint64         `json:"replay_slots"`
	Actions          []string        `json:"actions"`
	Checks           []checkJSON     `json:"checks"`
}

type checkJSON struct {
	Name  string           `json:"name"`
	Level model.CheckLevel `json:"level"`
	Saw   string           `json:"saw"`
	Mend  *string          `json:"mend"`
}

// planOutcome is what would become of a plan, in a word.
type planOutcome string

// The outcomes of a plan.
const (
	planMayRun    planOutcome = "may_run"
	planWouldAsk  planOutcome = "would_ask"
	planRefused   planOutcome = "refused"
	planNothingTo planOutcome = "nothing_to_do"
)

// outcomeOf is what would become of a plan, and the exit code that says so.
func outcomeOf(plan *model.Plan) (planOutcome, int) {
	if plan.NoOp != "" {
		return planNothingTo, exitDone
	}
	switch plan.Worst() {
	case model.CheckRefuse:
		return planRefused, exitRefused
	case model.CheckAsk:
		return planWouldAsk, exitQuestion
	case model.CheckOK, model.CheckWarn:
	}
	return planMayRun, exitDone
}

func newPlanJSON(p model.Plan) planJSON {
	outcome, _ := outcomeOf(&p)
	out := planJSON{
		Time: jsonTime(p.MadeAt), Outcome: outcome, NoOp: orNull(p.NoOp),
		Pipeline: p.Request.Pipeline, Subscriber: p.Subscriber, Kind: p.Kind, Mode: p.Mode, From: p.From, To: p.To,
		Guarantee: p.Guarantee, Forced: p.Request.Force, FromSlot: p.Request.FromSlot, Latest: p.Request.Latest,
		ApprovedGap: p.Request.ApproveGap, Cursor: p.Cursor, ResumeSlot: p.ResumeSlot, ReplaySlots: p.ReplaySlots,
		Actions: append([]string{}, p.Actions...), Checks: make([]checkJSON, 0, len(p.Checks)),
	}
	if p.Cursor != nil {
		age := max(p.CursorAge, 0).Seconds()
		out.CursorAgeSeconds = &age
	}
	if p.ResumeSlot != nil { // without it, how many slots are skipped or repeated is not known
		out.GapSlots, out.DuplicateSlots = &p.GapSlots, &p.DuplicateSlots
	}
	for _, c := range p.Checks {
		out.Checks = append(out.Checks, checkJSON{Name: c.Name, Level: c.Level, Saw: c.Saw, Mend: orNull(c.Mend)})
	}
	return out
}
