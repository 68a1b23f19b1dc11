package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
)

// stage is how far a plan page has come.
type stage int

const (
	stagePlanning stage = iota
	stageShown
	stageExecuting
	stageFailed
)

// planPage is a plan from the asking for it to its execution.
type planPage struct {
	seq    int // of the newest request: late answers to older ones are dropped
	req    model.Request
	stage  stage
	begun  time.Time // of the planning or executing under way
	cancel context.CancelFunc
	plan   model.Plan
	ask    confirmation
	err    string
}

// The messages of a plan page.
type (
	planMsg struct {
		seq  int
		plan model.Plan
		err  error
	}
	executedMsg struct {
		seq      int
		pipeline string
		runID    string
		err      error
	}
)

// makePlan asks for a plan and shows its page. Leaving the page ends the
// asking.
func (m *root) makePlan(req model.Request) tea.Cmd {
	m.plan.leave()
	ctx, cancel := context.WithCancel(m.jobs.ctx)
	seq := m.plan.seq + 1
	m.plan = planPage{seq: seq, req: req, begun: m.now, cancel: cancel}
	m.goTo(pagePlan)
	operator := m.opts.Operator
	return m.jobs.cmd(func(context.Context) tea.Msg {
		defer cancel()
		plan, err := operator.Plan(ctx, req)
		return planMsg{seq, plan, err}
	})
}

// replan asks for the plan again.
func (m *root) replan(force bool) tea.Cmd {
	req := m.plan.req
	req.Force = force
	return m.makePlan(req)
}

// planned takes the answer to [root.makePlan].
func (m *root) planned(msg planMsg) tea.Cmd {
	p := &m.plan
	if msg.seq != p.seq || p.stage != stagePlanning {
		return nil
	}
	if msg.err != nil {
		p.stage, p.err = stageFailed, clean(msg.err.Error())
		return nil
	}
	p.stage, p.plan = stageShown, msg.plan
	p.ask = newConfirmation(msg.plan.To, "the target", m.now)
	return m.rearm()
}

// leave gives a plan up.
func (p *planPage) leave() {
	if p.cancel != nil && p.stage == stagePlanning {
		p.cancel()
	}
	if p.stage != stageExecuting {
		p.seq++ // what still comes for it is late
	}
}

// confirmable reports whether the plan may be executed at all. One that asks may:
// the run stands at its question before anything is touched.
func (p *planPage) confirmable() bool {
	return p.stage == stageShown && p.plan.NoOp == "" && p.plan.Worst() != model.CheckRefuse
}

// confirm executes the plan if the target's name was typed.
func (m *root) confirm() tea.Cmd {
	p := &m.plan
	if !p.confirmable() {
		return nil
	}
	if _, ok := p.ask.take(m.now, m.burst); !ok {
		return nil
	}
	p.stage, p.begun = stageExecuting, m.now
	seq, plan, operator := p.seq, p.plan, m.opts.Operator
	return m.jobs.cmd(func(ctx context.Context) tea.Msg {
		id, err := operator.Execute(ctx, plan)
		return executedMsg{seq, plan.Request.Pipeline, id, err}
	})
}

// executed takes the answer to [root.confirm], and shows the run unless the
// page was left meanwhile.
func (m *root) executed(msg executedMsg) tea.Cmd {
	here := m.page == pagePlan && msg.seq == m.plan.seq
	switch {
	case msg.err != nil && here:
		m.plan.stage, m.plan.err = stageFailed, clean(msg.err.Error())
	case msg.err != nil:
		m.say("the run of " + clean(msg.pipeline) + " did not begin: " + clean(msg.err.Error()))
	default:
		m.driven[msg.runID] = drivenRun{pipeline: msg.pipeline, begun: m.now, after: noEpoch}
		if here {
			m.plan.stage = stageFailed // spent: it cannot be executed twice
			return m.openRun(msg.pipeline, msg.runID)
		}
		m.say("the run of " + clean(msg.pipeline) + " has begun: " + m.keyFor(actRuns) + " shows it")
	}
	return nil
}

// forceBlocked says why planning with force is not offered.
func forceBlocked(m *root) string {
	p := &m.plan
	if p.stage != stageShown || p.plan.Kind != model.Failback || p.plan.Worst() != model.CheckRefuse || p.req.Force {
		return "only for a refused failback"
	}
	return ""
}

// replanBlocked says why planning again is not offered.
func replanBlocked(m *root) string {
	p := &m.plan
	switch {
	case p.stage == stageFailed:
		return ""
	case p.stage == stageShown && (!p.confirmable() || p.ask.left(m.now) == 0):
		return ""
	}
	return "the plan can be confirmed as it is"
}
