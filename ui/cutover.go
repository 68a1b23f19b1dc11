package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// moveBlocked says why no run of the selected pipeline can begin now.
func moveBlocked(m *root) string {
	p := m.pipeline()
	if p == nil {
		return "there is no pipeline to move"
	}
	return shownBy(m, p, MoveBlocked(m.snap, p))
}

func failbackBlocked(m *root) string {
	p := m.pipeline()
	if p == nil {
		return "there is no pipeline to move"
	}
	return shownBy(m, p, FailbackBlocked(m.snap, p))
}

// shownBy adds the key that shows a run that is in the way.
func shownBy(m *root, p *model.PipelineState, why string) string {
	if why != "" && underWay(p) != nil {
		why += ": " + m.keyFor(actRuns) + " shows it"
	}
	return why
}

// cutover plans a run of the selected pipeline to the other cluster, or asks
// which one where there are several.
func (m *root) cutover() tea.Cmd {
	p := m.pipeline()
	targets := Targets(m.snap, p)
	if len(targets) == 1 {
		return m.makePlan(model.Request{Pipeline: p.Name, To: targets[0]})
	}
	m.choice = chooser{
		title: "Cutover of " + clean(p.Name) + ": to which cluster?", pipeline: p.Name,
		note: "Nothing happens before you confirm a plan.", values: targets,
	}
	m.choice.at = max(0, slices.Index(targets, p.Advice.Target))
	m.goTo(pageTarget)
	return nil
}

// failback plans a run of the selected pipeline to its home cluster.
func (m *root) failback() tea.Cmd {
	p := m.pipeline()
	return m.makePlan(model.Request{Pipeline: p.Name, To: p.Home})
}

// recreateBlocked says why the selected pipeline's subscriber is not made again.
func recreateBlocked(m *root) string {
	p := m.pipeline()
	if p == nil {
		return "there is no pipeline"
	}
	return shownBy(m, p, RecreateBlocked(p))
}

// recreate plans to make the selected pipeline's subscriber again where it is.
func (m *root) recreate() tea.Cmd {
	p := m.pipeline()
	return m.makePlan(model.Request{Pipeline: p.Name, To: p.Active, Recreate: true})
}

// modeBlocked says why the mode of the plan cannot be changed now.
func modeBlocked(m *root) string {
	if e := &m.evacuation; m.page == pageEvacuation {
		if e.stage == stageShown && e.moving() > 0 {
			return ""
		}
		return "there is no plan to be confirmed"
	}
	switch p := &m.plan; {
	case p.stage == stagePlanning:
		return "the plan is being made"
	case p.stage == stageExecuting:
		return "the plan is confirmed"
	case p.stage == stageShown && p.plan.NoOp != "":
		return "there is nothing to do"
	}
	return ""
}

// changeMode plans again in the next mode.
func (m *root) changeMode() tea.Cmd {
	if m.page == pageEvacuation {
		req := m.evacuation.req
		req.Mode = nextMode(req.Mode)
		return m.planEvacuation(req)
	}
	req := m.plan.req
	if m.plan.stage == stageShown {
		req.Mode = m.plan.plan.Mode
	}
	req.Mode = nextMode(req.Mode)
	return m.makePlan(req)
}

// nextMode goes round the modes.
func nextMode(now model.Mode) model.Mode {
	modes := []model.Mode{model.Planned, model.Reactive, model.Hybrid}
	return modes[(slices.Index(modes, now)+1)%len(modes)]
}

// chosen takes the choice of a list.
func (m *root) chosen() tea.Cmd {
	value, ok := m.choice.value()
	if !ok {
		return nil
	}
	if m.page == pageFaults {
		return m.chooseFault(value)
	}
	if m.page == pageChoices {
		return m.choose(value)
	}
	if m.choice.from != "" {
		return m.planEvacuation(failover.Evacuation{From: m.choice.from, To: value, Only: m.choice.only, Degree: evacuationDegree})
	}
	return m.makePlan(model.Request{Pipeline: m.choice.pipeline, To: value})
}
