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

// planning is what plans have in common: they are asked for, shown, confirmed and
// executed, and can be left before that.
type planning struct {
	seq    int // of the newest request: late answers to older ones are dropped
	stage  stage
	begun  time.Time // of the planning or executing under way
	cancel context.CancelFunc
	ask    confirmation
	err    string
}

// again begins to ask for a plan. The one before it is given up; leaving the page
// ends the asking.
func (p *planning) again(ctx context.Context, now time.Time) (context.Context, planning) {
	p.leave()
	ctx, cancel := context.WithCancel(ctx)
	return ctx, planning{seq: p.seq + 1, begun: now, cancel: cancel}
}

// answered takes the answer, and reports whether it is a plan for the page: it may
// be late, or a failure.
func (p *planning) answered(seq int, to string, err error, now time.Time) bool {
	if seq != p.seq || p.stage != stagePlanning {
		return false
	}
	if err != nil {
		p.stage, p.err = stageFailed, clean(err.Error())
		return false
	}
	p.stage, p.ask = stageShown, newConfirmation(to, "the target", now)
	return true
}

// leave gives a plan up.
func (p *planning) leave() {
	if p.cancel != nil && p.stage == stagePlanning {
		p.cancel()
	}
	if p.stage != stageExecuting {
		p.seq++ // what still comes for it is late
	}
}

// planPage is a plan from the asking for it to its execution.
type planPage struct {
	planning
	req  model.Request
	plan model.Plan
	run  string // that it began; "": none
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

// makePlan asks for a plan and shows its page.
func (m *root) makePlan(req model.Request) tea.Cmd {
	ctx, begun := m.plan.again(m.jobs.ctx, m.now)
	m.plan = planPage{planning: begun, req: req}
	m.goTo(pagePlan)
	seq, operator := begun.seq, m.opts.Operator
	return m.jobs.cmd(func(context.Context) tea.Msg {
		defer begun.cancel()
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
	if !m.plan.answered(msg.seq, msg.plan.To, msg.err, m.now) {
		return nil
	}
	m.plan.plan = msg.plan
	return m.rearm()
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
	return m.confirmed(plan.Request.Pipeline, func(ctx context.Context) tea.Msg {
		id, err := operator.Execute(ctx, plan)
		return executedMsg{seq, plan.Request.Pipeline, id, err}
	})
}

// executed takes the answer to [root.confirm], and shows the run unless the
// page was left meanwhile.
func (m *root) executed(msg executedMsg) tea.Cmd {
	mine := msg.seq == m.plan.seq
	here := mine && m.page == pagePlan
	if mine {
		m.plan.stage = stageFailed // spent: it cannot be executed twice
	}
	if msg.err != nil {
		text := clean(msg.err.Error())
		if mine {
			m.plan.err = text
		}
		if !here {
			m.say("the run of " + clean(msg.pipeline) + " did not begin: " + text)
		}
		return nil
	}
	m.driven[msg.runID] = drivenRun{pipeline: msg.pipeline, begun: m.now, after: noEpoch}
	if mine {
		m.plan.run = msg.runID
	}
	if here {
		return m.openRun(msg.pipeline, msg.runID)
	}
	m.say("the run of " + clean(msg.pipeline) + " has begun: " + m.keyFor(actRuns) + " shows it")
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
