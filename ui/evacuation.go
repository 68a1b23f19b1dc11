package ui

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// evacuationDegree is how many pipelines are planned or moved at once.
const evacuationDegree = 16

// evacuationPage is an evacuation from the asking for its plan to the end of all
// its runs. It goes on when the page is left.
type evacuationPage struct {
	planning // stageExecuting: its runs are under way, or were
	req      failover.Evacuation
	plan     failover.EvacuationPlan

	at   string // the pipeline of the selected row
	runs map[string]*evacuee
	news *evacuationNews
	over bool // no run of it is driven any more

	watched  bool // another console began it: it is only followed
	inFlight bool
	asked    uint64 // generation of the snapshot at the newest question
}

// The messages of the page.
type (
	evacuationPlanMsg struct {
		seq  int
		plan failover.EvacuationPlan
		err  error
	}
	evacuationMsg struct {
		seq  int
		news evacuationTold
	}
)

// evacuees are the pipelines that the key moves: those that are marked, else nil
// for all that are active on the cluster; and that cluster. Where it cannot be
// done, why says so.
func (m *root) evacuees() (names []string, from, why string) {
	for i := range m.snap.Pipelines {
		p := &m.snap.Pipelines[i]
		if !m.list.marked[p.Name] {
			continue
		}
		if p.Active == "" {
			return nil, "", "it is not known where " + clean(p.Name) + " is active"
		}
		if from != "" && p.Active != from {
			return nil, "", "marked are some on " + clean(from) + " and on " + clean(p.Active) + ": mark those of one, as by /" + clean(from) + " and " + m.keyFor(actMarkAll)
		}
		from, names = p.Active, append(names, p.Name)
	}
	if p := m.pipeline(); names == nil && p != nil {
		from = p.Active
	}
	if from == "" {
		return nil, "", "it is not known where they are active"
	}
	return names, from, ""
}

// evacuateBlocked says why nothing can be evacuated now.
func evacuateBlocked(m *root) string {
	if m.snap == nil || len(m.snap.Pipelines) == 0 {
		return "there is no pipeline to move"
	}
	if m.page == pageEvacuation && m.evacuation.stage == stageExecuting {
		return m.goOnBlocked()
	}
	if _, seen := m.evacuationSeen(); m.evacuating() || (seen && len(m.list.marked) == 0) {
		return ""
	}
	_, from, why := m.evacuees()
	if why == "" && len(m.evacuationTargets(from)) == 0 {
		why = "no pipeline has a client at another cluster than " + clean(from)
	}
	return why
}

// evacuating reports whether an evacuation of this console is under way.
func (m *root) evacuating() bool {
	return m.evacuation.stage == stageExecuting && !m.evacuation.over && !m.evacuation.watched
}

// evacuationTargets are the clusters to which a pipeline on the given one can be
// moved.
func (m *root) evacuationTargets(from string) []string {
	var out []string
	for i := range m.snap.Clusters {
		name := m.snap.Clusters[i].Name
		if name != from && slices.ContainsFunc(m.snap.Pipelines, func(p model.PipelineState) bool {
			_, client := p.Seat(name)
			return p.Active == from && client
		}) {
			out = append(out, name)
		}
	}
	return out
}

// openEvacuation shows the evacuation under way, also one of another console, or
// plans one, and asks where to where that is not clear. On the page of one it
// goes on with that.
func (m *root) openEvacuation() tea.Cmd {
	if m.page == pageEvacuation && m.evacuation.stage == stageExecuting {
		return m.planEvacuation(m.evacuation.goOn())
	}
	if m.evacuating() {
		m.goTo(pageEvacuation)
		return nil
	}
	if seen, ok := m.evacuationSeen(); ok && len(m.list.marked) == 0 {
		return m.followEvacuation(seen)
	}
	names, from, _ := m.evacuees()
	targets := m.evacuationTargets(from)
	if len(targets) == 1 {
		return m.planEvacuation(failover.Evacuation{From: from, To: targets[0], Only: names, Degree: evacuationDegree})
	}
	m.chooseEvacuation(names, from)
	return nil
}

// chooseEvacuation asks where to.
func (m *root) chooseEvacuation(names []string, from string) {
	what := "all pipelines that are active on " + clean(from)
	if names != nil {
		what = model.Units(len(names), "marked pipeline")
	}
	m.choice = chooser{
		title: "Evacuate " + what + ": to which cluster?", values: m.evacuationTargets(from), from: from, only: names,
		note: "Nothing happens before you confirm a plan.",
	}
	m.goTo(pageTarget)
}

// planEvacuation asks for the plan and shows its page.
func (m *root) planEvacuation(req failover.Evacuation) tea.Cmd {
	ctx, begun := m.evacuation.again(m.jobs.ctx, m.now)
	m.evacuation = evacuationPage{planning: begun, req: req}
	m.goTo(pageEvacuation)
	seq, operator := begun.seq, m.opts.Operator
	return m.jobs.cmd(func(context.Context) tea.Msg {
		defer begun.cancel()
		plan, err := operator.PlanEvacuation(ctx, req)
		return evacuationPlanMsg{seq, plan, err}
	})
}

// evacuationPlanned takes the answer to [root.planEvacuation].
func (m *root) evacuationPlanned(msg evacuationPlanMsg) tea.Cmd {
	if !m.evacuation.answered(msg.seq, msg.plan.To, msg.err, m.now) {
		return nil
	}
	m.evacuation.plan = msg.plan
	m.evacuation.at = m.evacuation.selected()
	return m.rearm()
}

// moves reports whether a pipeline of the plan is to be moved.
func moves(i *failover.EvacuationItem) bool {
	return i.Run != nil || (i.Plan != nil && i.Plan.NoOp == "" && i.Plan.Worst() != model.CheckRefuse)
}

// moving is how many pipelines of the plan are to be moved.
func (e *evacuationPage) moving() int {
	n := 0
	for i := range e.plan.Pipelines {
		if moves(&e.plan.Pipelines[i]) {
			n++
		}
	}
	return n
}

// confirmable reports whether there is a plan of which anything can be done.
func (e *evacuationPage) confirmable() bool { return e.stage == stageShown && e.moving() > 0 }

// evacuationEnter confirms the plan, if the target's name was typed; once it is
// under way it opens the run of the selected pipeline.
func (m *root) evacuationEnter() tea.Cmd {
	e := &m.evacuation
	if e.stage == stageExecuting {
		one := e.runs[e.selected()]
		if one != nil && e.watched && one.result != nil {
			return m.openRecord(&one.result.Run)
		}
		if one != nil && one.run != "" {
			return m.openRun(e.selected(), one.run)
		}
		m.say("no run of " + clean(e.selected()) + " was begun")
		return nil
	}
	if !e.confirmable() {
		return nil
	}
	if _, ok := e.ask.take(m.now, m.burst); !ok {
		return nil
	}
	e.stage, e.begun, e.runs, e.news = stageExecuting, m.now, map[string]*evacuee{}, newEvacuationNews()
	m.list.marked = nil
	m.view.GotoTop()
	plan, news, operator := e.plan, e.news, m.opts.Operator
	begin := m.jobs.cmd(func(ctx context.Context) tea.Msg {
		if err := operator.Evacuate(ctx, plan, news.observer(), func() {
			news.tell(func(t *evacuationTold) { t.over = true })
		}); err != nil {
			news.tell(func(t *evacuationTold) { t.err, t.over = err, true })
		}
		return nil
	})
	return tea.Batch(begin, m.awaitEvacuation())
}

// selected is the pipeline of the selected row.
func (e *evacuationPage) selected() string {
	if e.row() < len(e.plan.Pipelines) {
		return e.plan.Pipelines[e.row()].Pipeline
	}
	return ""
}

// row is the selected row.
func (e *evacuationPage) row() int {
	return max(0, slices.IndexFunc(e.plan.Pipelines, func(i failover.EvacuationItem) bool { return i.Pipeline == e.at }))
}

// move changes the selected row.
func (e *evacuationPage) move(by int) {
	n := len(e.plan.Pipelines)
	if n == 0 {
		return
	}
	at := e.row() + by
	if by == 1 || by == -1 {
		at = (at + n) % n
	}
	e.at = e.plan.Pipelines[max(0, min(at, n-1))].Pipeline
}
