package plain

import (
	"fmt"
	"strings"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
	"github.com/fumtui/fumtui/ui"
)

// planLines is a plan whole: what it is, what it costs, every check with what
// mends it, and what will be done.
func planLines(p *model.Plan) []string {
	route := " from " + tidy(p.From) + " to " + tidy(p.To)
	if p.From == p.To {
		route = " at " + tidy(p.To)
	}
	title := "Plan: " + tidy(p.Kind) + " of " + tidy(p.Request.Pipeline) + route
	if p.NoOp != "" {
		return []string{stop(title), "Nothing to do: " + stop(tidy(p.NoOp))}
	}
	title += ", " + tidy(p.Mode) + ui.ModeMeaning(p)
	out := []string{stop(title)}
	if chosen := chosenText(&p.Request); chosen != "" {
		out = append(out, "Chosen: "+stop(chosen))
	}
	out = append(out, stop("Subscriber "+tidy(p.Subscriber)+", guarantee "+strings.ReplaceAll(tidy(p.Guarantee), "_", " ")))
	out = append(out, costLines(p)...)
	out = append(out, checkLines(p.Checks)...)
	if len(p.Actions) > 0 {
		out = append(out, "What will be done, in "+model.Units(len(p.Actions), "action")+":")
		for i, a := range p.Actions {
			out = append(out, fmt.Sprintf("%d: %s", i+1, stop(tidy(a))))
		}
	}
	return out
}

// chosenText is what was chosen about a run, besides its mode.
func chosenText(req *model.Request) string {
	text := ui.ChosenText(req)
	if n := req.ApproveGap; n != nil {
		if text != "" {
			text += ", "
		}
		text += "a gap of up to " + model.Units(*n, "slot") + " approved"
	}
	return text
}

// costLines are the positions of a plan and what they cost.
func costLines(p *model.Plan) []string {
	cursor := "No cursor is known."
	if p.Cursor != nil {
		cursor = fmt.Sprintf("Cursor: slot %d, written at %s %s ago.", *p.Cursor, tidy(p.From), model.Span(p.CursorAge))
	}
	if p.ResumeSlot != nil {
		cursor += fmt.Sprintf(" Resume slot: %d.", *p.ResumeSlot)
	}
	gap := "Gap: none."
	if p.Cursor == nil || p.ResumeSlot == nil {
		gap = "Gap: not known."
	}
	if p.GapSlots > 0 {
		gap = "Gap: " + model.Units(p.GapSlots, "slot") + " would be skipped."
	}
	cost := gap + " Duplicates: about " + model.Units(p.DuplicateSlots, "slot") + " delivered again."
	if p.ReplaySlots != nil {
		cost += " Replay: " + model.Units(*p.ReplaySlots, "slot") + " to the newest of " + tidy(p.To) + "."
	}
	return []string{cursor, cost}
}

// checkLines are the checks, the gravest first, each with what mends it.
func checkLines(checks []model.Check) []string {
	var out, tally []string
	for _, level := range []model.CheckLevel{model.CheckRefuse, model.CheckAsk, model.CheckWarn, model.CheckOK} {
		n := 0
		for _, c := range checks {
			if c.Level != level {
				continue
			}
			n++
			text := stop("Check " + tidy(level) + ", " + tidy(c.Name) + ": " + tidy(c.Saw))
			if c.Mend != "" && level != model.CheckOK {
				text += " To mend: " + stop(tidy(c.Mend))
			}
			out = append(out, text)
		}
		if n > 0 {
			tally = append(tally, model.Count(n)+" "+string(level))
		}
	}
	if len(tally) == 0 {
		return nil
	}
	return append([]string{"Checks: " + strings.Join(tally, ", ") + "."}, out...)
}

// refusals names the checks that refuse a plan.
func refusals(p *model.Plan) string {
	var names []string
	for _, c := range p.Checks {
		if c.Level == model.CheckRefuse {
			names = append(names, tidy(c.Name))
		}
	}
	return strings.Join(names, ", ")
}

// evacuationLines is the plan of an evacuation: a line for each pipeline, and how
// many are moved.
func evacuationLines(plan *failover.EvacuationPlan) (out []string, moving int) {
	title := "Plan: evacuation of " + tidy(plan.From) + " to " + tidy(plan.To) + ", " + model.Units(len(plan.Pipelines), "pipeline")
	if plan.Resumes() {
		title += ", resumed"
	}
	out = []string{stop(title)}
	for i := range plan.Pipelines {
		item := &plan.Pipelines[i]
		if ui.EvacuationMoves(item) {
			moving++
		}
		out = append(out, stop("Pipeline "+tidy(item.Pipeline)+": "+itemText(item)))
	}
	return out, moving
}

// itemText is what becomes of one pipeline of an evacuation.
func itemText(item *failover.EvacuationItem) string {
	switch {
	case item.Run != nil:
		return "its run is gone on with, at step " + string(item.Run.CurrentStep())
	case item.Held != nil:
		return "not moved: " + tidy(item.Held.Error())
	case item.Err != nil:
		return "not moved: " + tidy(item.Err.Error())
	case item.Plan.NoOp != "":
		return "nothing to do: " + tidy(item.Plan.NoOp)
	case item.Plan.Worst() == model.CheckRefuse:
		return "refused: " + strings.Join(gravestChecks(item.Plan), "; ")
	}
	text := tidy(item.Plan.Mode) + ". " + strings.Join(costLines(item.Plan), " ")
	for _, c := range gravestChecks(item.Plan) {
		text += " " + stop(upper(c))
	}
	return text
}

// gravestChecks are the checks of the gravest level of a plan, unless that is that
// all is well.
func gravestChecks(p *model.Plan) []string {
	worst := p.Worst()
	if worst == model.CheckOK {
		return nil
	}
	var out []string
	for _, c := range p.Checks {
		if c.Level == worst {
			out = append(out, tidy(worst)+", "+tidy(c.Name)+": "+tidy(c.Saw))
		}
	}
	return out
}
