package ui

import (
	"errors"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// evacuationBody draws the page: the table of the plan, or of the runs, and below
// it what can be done.
func (m *root) evacuationBody(w, h int) []string {
	s, e, t := m.scene(), &m.evacuation, m.theme
	title := "Evacuation of " + clean(e.req.From) + " to " + clean(e.req.To)
	switch e.stage {
	case stagePlanning:
		text := "making the plans: looking at both clusters, the cursors and the hooks … " + span(m.now.Sub(e.begun))
		return []string{
			s.rule(title, "", w), "", " " + t.state(roleFocus, glyphMoving, text),
			"", " Nothing is changed by this. " + t.paint(roleTitle, "esc") + " leaves.",
		}
	case stageFailed:
		out := append([]string{s.rule(title, "", w), ""}, s.painted(roleCritical, wrapIndent(" "+glyphCritical+" ", e.err, w-1))...)
		return append(out, "", " "+t.paint(roleTitle, m.keyFor(actReplan))+" plans again   "+t.paint(roleTitle, "esc")+" leaves; nothing was done")
	case stageShown:
		bottom := m.evacuationAsk(s, w)
		return append(fill(m.evacuationPlanTable(s, title, w, h-len(bottom)), h-len(bottom)), bottom...)
	case stageExecuting:
	}
	bottom := m.evacuationBottom(s, w)
	return append(fill(m.evacuationRunTable(s, title, w, h-len(bottom)), h-len(bottom)), bottom...)
}

// evacuationAsk asks for the target, or says why there is nothing to confirm.
func (m *root) evacuationAsk(s scene, w int) []string {
	e, t := &m.evacuation, m.theme
	leave := t.paint(roleTitle, "esc") + " leaves without doing anything"
	switch n := e.moving(); {
	case len(e.plan.Pipelines) == 0:
		none := map[bool]string{true: "no pipeline", false: "none of these pipelines"}[e.req.Only == nil]
		return []string{s.rule("Nothing to do", "", w), " " + none + " is active on " + clean(e.plan.From), "", " " + leave}
	case n == 0:
		return []string{s.rule("Refused", "", w), " " + t.state(roleCritical, glyphCritical, "none of these can be moved now: the table says why"), "", " " + t.paint(roleTitle, m.keyFor(actReplan)) + " plans again   " + leave}
	case e.ask.left(m.now) == 0:
		return m.expiredLines(s, "this plan is older than a minute", "plans again", leave, w)
	default:
		return m.askLines(s, &e.ask, "Confirm the evacuation", m.nameQuestion(&e.ask, "to move "+model.Units(n, "pipeline")), leave, w)
	}
}

// evacuationBottom is below the runs.
func (m *root) evacuationBottom(s scene, w int) []string {
	e, t := &m.evacuation, m.theme
	out := []string{s.rule("All together", span(m.now.Sub(e.begun)), w)}
	if e.over {
		out[0] = s.rule("Over", "", w)
	}
	if e.err != "" {
		out = append(out, s.painted(roleCritical, clip(wrapIndent(" "+glyphCritical+" ", e.err, w-1), 3, w-1))...)
	}
	out = append(out, clip(wrap1(m.evacuationTally(), w), 2, w-1)...)
	rows := m.evacuationRows()
	if e.over {
		out = append(out, m.resultLines(s, rows, w)...)
	}
	if e.watched {
		out = append(out, m.watchLines(s, rows, w)...)
	}
	hint := "enter opens the run of the selected pipeline, where it is answered or given up; esc leaves the page, and it goes on"
	if e.over || e.watched {
		hint = "enter opens the run of the selected pipeline; esc leaves the page"
	}
	for _, l := range clip(wrap1(hint, w), 2, w-1) {
		out = append(out, t.paint(roleFaint, l))
	}
	return out
}

// listTable draws rows of cells around the selected one, in at most h lines: the
// cells of a row are made when it is seen. The last column takes the room that is
// left.
func (s scene) listTable(head []string, widths []int, n, at, w, h int, of func(i int) string, cells func(i int) []cellText) []string {
	used := 2
	for _, x := range widths[:len(widths)-1] {
		used += x
	}
	widths[len(widths)-1] = max(0, w-used)
	titles := make([]cellText, len(head))
	for i, text := range head {
		titles[i] = cellText{text: text, role: roleFaint}
	}
	out := []string{s.tableRow("  ", titles, widths, false)}
	from, to := window(n, at, h-1)
	for i := from; i < to; i++ {
		row := cells(i)
		for j := range titles {
			titles[j].right = row[j].right
		}
		out = append(out, s.spots.of(of(i))+fit(s.tableRow(s.selector(i == at), row, widths, i == at), w))
	}
	last := len(widths) - 1
	widths[last] = width(head[last]) + 2 // what is hidden stands behind it
	out[0] = fit(s.tableRow("  ", titles, widths, false), w)
	s.markHidden(out, from, n-to, w)
	return out
}

// nameWidth is the width of a column of pipelines' names, with two columns
// between.
func (e *evacuationPage) nameWidth() int {
	w := len("PIPELINE")
	for i := range e.plan.Pipelines {
		w = max(w, width(clean(e.plan.Pipelines[i].Pipeline)))
	}
	return min(w, 28) + 2
}

// evacuationPlanTable is a line for each pipeline of the plan, and what is said
// of the selected one in full.
func (m *root) evacuationPlanTable(s scene, title string, w, h int) []string {
	e := &m.evacuation
	if len(e.plan.Pipelines) == 0 {
		return []string{s.rule(title, "", w)}
	}
	right := model.Units(len(e.plan.Pipelines), "pipeline")
	if e.plan.Resumes() {
		right = "resumed, " + right
	}
	out := []string{s.rule(title, right, w)}
	const about = 3
	at := e.row()
	out = append(out, s.listTable([]string{"PIPELINE", "MODE", "RESUME SLOT", "GAP", "REPEATS", "CHECKS"},
		[]int{e.nameWidth(), 10, 13, 8, 9, 0}, len(e.plan.Pipelines), at, w, h-1-about,
		func(i int) string { return e.plan.Pipelines[i].Pipeline }, func(i int) []cellText { return planCells(&e.plan.Pipelines[i]) })...)
	cells := planCells(&e.plan.Pipelines[at])
	full := clip(wrapIndent("   ", clean(e.selected())+": "+cells[len(cells)-1].text, w-1), about-1, w-1)
	return append(fill(out, h-about), append([]string{""}, s.painted(cells[len(cells)-1].role, full)...)...)
}

// planCells are the cells of one pipeline of the plan.
func planCells(i *failover.EvacuationItem) []cellText {
	row := func(mode model.Mode, slot *model.Slot, gap, repeats *uint64, r role, glyph, text string) []cellText {
		cells := []cellText{
			{text: clean(i.Pipeline)},
			{text: none},
			{text: slotOr(slot), right: true},
			{text: none, right: true},
			{text: none, right: true},
			{text: glyph + " " + clean(text), role: r},
		}
		if mode != "" {
			cells[1].text = string(mode)
		}
		if gap != nil {
			cells[3].text = model.Count(*gap)
			if *gap > 0 {
				cells[3].role = roleCritical
			}
		}
		if repeats != nil {
			cells[4].text = model.Count(*repeats)
		}
		return cells
	}
	var left *failover.LeftError
	switch {
	case i.Run != nil:
		return row(i.Run.Mode, i.Run.ResumeSlot, i.Run.GapSlots, i.Run.DuplicateSlots, roleFocus, glyphMoving,
			"its run is taken up at "+string(i.Run.CurrentStep()))
	case i.Held != nil:
		return row("", nil, nil, nil, roleWarn, glyphWarn, "stays: "+i.Held.Error())
	case errors.As(i.Err, &left):
		return row("", nil, nil, nil, roleCritical, glyphCritical, "failed: "+left.Error())
	case i.Err != nil:
		return row("", nil, nil, nil, roleCritical, glyphCritical, "stays: "+i.Err.Error())
	case i.Plan == nil:
		return row("", nil, nil, nil, roleUnknown, glyphUnknown, "there is no plan")
	case i.Plan.NoOp != "":
		return row("", nil, nil, nil, roleOK, glyphOK, i.Plan.NoOp)
	}
	p := i.Plan
	gap, repeats := &p.GapSlots, &p.DuplicateSlots
	if p.ResumeSlot == nil {
		gap, repeats = nil, nil
	}
	r, glyph := checkLook(p.Worst())
	return row(p.Mode, p.ResumeSlot, gap, repeats, r, glyph, worstCheck(p))
}

// worstCheck is what the first of the gravest checks of a plan saw.
func worstCheck(p *model.Plan) string {
	worst := p.Worst()
	for _, c := range p.Checks {
		if c.Level != worst || worst == model.CheckOK {
			continue
		}
		text := c.Name + ": " + c.Saw
		switch worst {
		case model.CheckRefuse:
			return "stays: " + text
		case model.CheckAsk:
			return "will ask: " + text
		default:
			return text
		}
	}
	return "all passed"
}
