package ui

import (
	"context"
	"fmt"
	"time"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
)

const (
	// expireAfter is how long a plan may be confirmed after it was shown.
	expireAfter = time.Minute
	// armAfter is the time in which a plan surely reached the terminal: frames
	// are drawn ten times a second. Keys before that were typed blindly.
	armAfter = 300 * time.Millisecond
	// burst is the time in which nobody types a letter and then enter: terminals
	// without bracketed paste deliver a paste as keys.
	burst = 30 * time.Millisecond
	// maxInput bounds what can be typed, in characters.
	maxInput = 64
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
	seq     int // of the newest request: late answers to older ones are dropped
	req     model.Request
	stage   stage
	begun   time.Time // of the planning or executing under way
	cancel  context.CancelFunc
	plan    model.Plan
	shownAt time.Time
	armed   bool
	arming  int // of the newest wait for the plan to be painted
	input   textinput.Model
	typedAt time.Time // the newest letter
	hint    string    // why what was typed did nothing
	err     string
}

// The messages of a plan page.
type (
	planMsg struct {
		seq  int
		plan model.Plan
		err  error
	}
	armMsg      struct{ arming int }
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
	m.plan = planPage{seq: seq, req: req, begun: m.now, cancel: cancel, arming: m.plan.arming + 1, input: nameInput()}
	m.goTo(pagePlan)
	operator := m.opts.Operator
	return m.jobs.cmd(func(context.Context) tea.Msg {
		defer cancel()
		plan, err := operator.Plan(ctx, req)
		return planMsg{seq, plan, err}
	})
}

// nameInput is the field for the target's name. It takes typed characters and
// deletes, no more: the clipboard is never read, and its cursor stands still at
// the end.
func nameInput() textinput.Model {
	input := textinput.New()
	input.Prompt, input.CharLimit = "", maxInput
	input.KeyMap = textinput.KeyMap{
		DeleteCharacterBackward: key.NewBinding(key.WithKeys("backspace", "ctrl+h")),
		DeleteWordBackward:      key.NewBinding(key.WithKeys("ctrl+w")),
		DeleteBeforeCursor:      key.NewBinding(key.WithKeys("ctrl+u")),
	}
	input.SetStyles(textinput.Styles{})
	input.SetVirtualCursor(false)
	input.Focus()
	return input
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
	p.stage, p.plan, p.shownAt = stageShown, msg.plan, m.now
	return m.rearm()
}

// rearm makes keys not count until the plan was painted. It is due whenever
// the plan comes to the screen.
func (m *root) rearm() tea.Cmd {
	p := &m.plan
	if m.page != pagePlan || p.stage != stageShown {
		return nil
	}
	p.armed = false
	p.arming++
	arming := p.arming
	return tea.Tick(m.armAfter, func(time.Time) tea.Msg { return armMsg{arming} })
}

// arm lets keys count, if the plan is still on the screen.
func (m *root) arm(msg armMsg) {
	if p := &m.plan; msg.arming == p.arming && m.page == pagePlan && !m.small() && p.stage == stageShown {
		p.armed, p.hint = true, ""
	}
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

// confirmable reports whether the plan may be executed at all.
func (p *planPage) confirmable() bool {
	if p.stage != stageShown || p.plan.NoOp != "" {
		return false
	}
	worst := p.plan.Worst()
	return worst == model.CheckOK || worst == model.CheckWarn
}

// left is the time in which the plan may still be confirmed.
func (p *planPage) left(now time.Time) time.Duration {
	return max(0, expireAfter-now.Sub(p.shownAt))
}

// typing reports whether keys go to the confirmation.
func (p *planPage) typing(now time.Time) bool {
	return p.confirmable() && p.left(now) > 0
}

// typed takes a key into the confirmation.
func (p *planPage) typed(msg tea.KeyPressMsg, now time.Time) {
	if !p.armed {
		p.hint = "keys typed before this was on the screen do not count"
		return
	}
	p.hint, p.typedAt = "", now
	p.input, _ = p.input.Update(msg)
}

// pasted says why a paste does nothing here.
func (p *planPage) pasted(on page, now time.Time) {
	if on == pagePlan && p.typing(now) {
		p.hint = "pasted text does not count: type the name"
	}
}

// confirm executes the plan if the target's name was typed.
func (m *root) confirm() tea.Cmd {
	p := &m.plan
	if !p.typing(m.now) || !p.armed {
		return nil
	}
	if m.now.Sub(p.typedAt) < m.burst {
		p.input.SetValue("")
		p.hint = "pasted text does not count: type the name"
		return nil
	}
	target := p.plan.To
	switch input := p.input.Value(); input {
	case target, clean(target):
	case "":
		p.hint = "type " + clean(target) + " first: nothing was done"
		return nil
	default:
		p.hint = fmt.Sprintf("%q is not the target, %q: nothing was done", clean(input), clean(target))
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
func (m *root) executed(msg executedMsg) {
	here := m.page == pagePlan && msg.seq == m.plan.seq
	switch {
	case msg.err != nil && here:
		m.plan.stage, m.plan.err = stageFailed, clean(msg.err.Error())
	case msg.err != nil:
		m.say("the run of " + clean(msg.pipeline) + " did not begin: " + clean(msg.err.Error()))
	default:
		m.driven[msg.runID] = drivenRun{pipeline: msg.pipeline, begun: m.now}
		m.run = runPage{pipeline: msg.pipeline, id: msg.runID, begun: m.now}
		if here {
			m.plan.stage = stageFailed // spent: it cannot be executed twice
			m.goTo(pageRun)
			return
		}
		m.say("the run of " + clean(msg.pipeline) + " has begun: enter shows it")
	}
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
	case p.stage == stageShown && (!p.confirmable() || p.left(m.now) == 0):
		return ""
	}
	return "the plan can be confirmed as it is"
}
