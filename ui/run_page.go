package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
)

// runDeed is what can be done with a run.
type runDeed int

const (
	deedNone   runDeed = iota
	deedResume         // go on with a run that its driver left
	deedAnswer         // answer its question
	deedAbort          // give it up
)

// unseenWithin is how long a run that was begun or taken up here may stay away
// from the snapshots.
const unseenWithin = 10 * time.Second

// noEpoch is below the epoch of any lease.
const noEpoch = -1

// runPage is the page of one run: live, read-only where another console drives
// it, and with what can be done where it needs a person.
type runPage struct {
	pipeline, id string
	opened       time.Time
	from         page       // where esc leads
	last         *model.Run // as it was seen last; nil: not yet
	kept         bool       // last is of the history, and final
	gone         bool       // it is no longer to be seen; last is how it was
	read         bool       // it is read from the database where no snapshot has it

	deed runDeed // what the page asks for
	mark runMark
	ask  confirmation

	heard heard

	seq   int // of the newest deed: answers to older ones are late
	doing string
	since time.Time // of what is being done
	err   string    // why the newest deed failed
}

// runMark is what a person goes by when acting on a run: where it changes, what
// was typed before does not count.
type runMark struct {
	epoch    int64
	sequence uint64
	state    model.RunState
	question string
	canAbort bool
}

// markOf is the mark of a run. A run that goes on writes its journal all the
// time: there it is the driver and the way back that matter.
func markOf(r *model.Run) runMark {
	mark := runMark{epoch: r.Epoch, state: r.State, question: r.Question, canAbort: r.CanAbort()}
	if needsPerson(r) {
		mark.sequence = r.Sequence
	}
	return mark
}

// takenMsg answers a resume, an answer or an abort.
type takenMsg struct {
	seq   int
	shown model.Run
	deed  runDeed
	err   error
}

// openRun shows the page of a run.
func (m *root) openRun(pipeline, id string) tea.Cmd {
	if m.run.id != id || m.run.doing == "" {
		m.run = runPage{pipeline: pipeline, id: id, opened: m.now, seq: m.run.seq + 1}
	}
	m.run.from = pageOverview
	if m.page == pageEvacuation || m.page == pageHistory || m.page == pageEvents {
		m.run.from = m.page
	}
	thawed := m.thaw() // it may be acted on
	m.goTo(pageRun)
	return tea.Batch(thawed, m.watchRun(), m.hearHooks())
}

// watchRun brings the page of a run up to the snapshot: what the run needs now
// is asked for, and where it moved on since it was asked, that is said and asked
// anew.
func (m *root) watchRun() tea.Cmd {
	if m.run.id == "" || m.snap == nil {
		return nil
	}
	p, _ := m.snap.Pipeline(m.run.pipeline)
	switch seen := p.Run != nil && p.Run.ID == m.run.id; {
	case seen:
		m.run.last, m.run.gone = p.Run, false
	case m.run.last != nil && !m.run.kept:
		m.run.gone, m.run.mark = true, runMark{}
	}
	r := m.run.last
	if r == nil || m.run.doing != "" || (m.run.mark == markOf(r) && !m.run.gone) {
		return nil
	}
	return m.newlyMarked(r)
}

// newlyMarked asks for what the run needs now that it changed.
func (m *root) newlyMarked(r *model.Run) tea.Cmd {
	asked := m.run.deed
	if m.run.mark != (runMark{}) {
		m.run.err = ""
	}
	want := m.firstDeed(r)
	if asked == deedAbort && abortBlocked(m) == "" {
		want = deedAbort
	}
	if m.pending(r) || m.run.gone {
		want = deedNone
	} else {
		m.run.mark = markOf(r)
	}
	cmd := m.askFor(want)
	if asked != deedNone && !m.run.gone {
		m.run.ask.hint = "the run moved on since this was on the screen: look again"
		if want == deedNone && m.page == pageRun {
			m.say(m.run.ask.hint)
		}
	}
	return cmd
}

// firstDeed is what a run needs.
func (m *root) firstDeed(r *model.Run) runDeed {
	switch {
	case r == nil || !needsPerson(r) || m.pending(r) || m.opts.ReadOnly:
		return deedNone
	case r.Question != "":
		return deedAnswer
	}
	return deedResume
}

// pending reports whether a run was taken up here, and the snapshots do not show
// that yet.
func (m *root) pending(r *model.Run) bool {
	d, ok := m.driven[r.ID]
	return ok && r.Epoch <= d.after && m.now.Sub(d.begun) < unseenWithin
}

// askFor asks for what a deed needs to be typed.
func (m *root) askFor(d runDeed) tea.Cmd {
	m.run.deed = d
	r := m.run.last
	switch d {
	case deedNone:
		return nil
	case deedAnswer:
		m.run.ask = newConfirmation("", "the answer", m.now)
	case deedResume:
		m.run.ask = newConfirmation(r.Toward(), TowardWhat(r), m.now)
	case deedAbort:
		m.run.ask = newConfirmation(r.From, "the source", m.now)
	}
	return m.rearm()
}

// TowardWhat says what the cluster is to the run that a person types to go on.
func TowardWhat(r *model.Run) string {
	if r.GoingBack() {
		return "the source, to which this run goes back"
	}
	return "the target"
}

// runDo does what the page asks for, if that was typed.
func (m *root) runDo() tea.Cmd {
	p := &m.run
	if m.asked() == nil || p.last == nil {
		return nil
	}
	text, ok := p.ask.take(m.now, m.burst)
	if !ok {
		return nil
	}
	shown, d, operator := p.last.Clone(), p.deed, m.opts.Operator
	p.seq++
	p.err, p.since = "", m.now
	seq := p.seq
	switch d {
	case deedAbort:
		p.doing = "giving the run up"
		return m.confirmed(shown.Pipeline, func(ctx context.Context) tea.Msg {
			return takenMsg{seq, shown, d, operator.Abort(ctx, shown)}
		})
	case deedResume:
		p.doing, text = "taking the run up", ""
	default:
		p.doing = "answering"
	}
	return m.confirmed(shown.Pipeline, func(ctx context.Context) tea.Msg {
		return takenMsg{seq, shown, d, operator.Resume(ctx, shown, text)}
	})
}

// taken takes the answer to [root.runDo].
func (m *root) taken(msg takenMsg) tea.Cmd {
	here := msg.seq == m.run.seq && msg.shown.ID == m.run.id
	if here {
		m.run.doing, m.run.deed, m.run.mark = "", deedNone, runMark{}
	}
	run := "the " + string(msg.shown.Kind) + " of " + clean(msg.shown.Pipeline)
	if msg.err == nil {
		m.driven[msg.shown.ID] = drivenRun{pipeline: msg.shown.Pipeline, begun: m.now, after: msg.shown.Epoch}
		how := "goes on"
		if msg.deed == deedAbort {
			how = "goes back"
		}
		m.say(run + " " + how + ": this console drives it now")
		return m.watchRun()
	}
	text := map[runDeed]string{deedAbort: "giving up ", deedResume: "going on with ", deedAnswer: "answering "}[msg.deed] +
		run + " failed: " + clean(msg.err.Error())
	if here && m.page == pageRun {
		m.run.err = text
	} else {
		m.say(text)
	}
	return m.watchRun()
}

// askAgain asks anew for what has expired.
func (m *root) askAgain() tea.Cmd {
	switch m.page {
	case pagePlan:
		return m.replan(m.plan.req.Force)
	case pageRun:
		return m.askFor(m.run.deed)
	case pageEvacuation:
		return m.planEvacuation(m.evacuation.req)
	case pageHome:
		m.home.err = ""
		return m.askHome()
	default:
		return nil
	}
}

// againBlocked says why there is nothing to be asked anew.
func againBlocked(m *root) string {
	if m.page == pagePlan {
		return replanBlocked(m)
	}
	if e := &m.evacuation; m.page == pageEvacuation && (e.stage == stageFailed || (e.stage == stageShown && (!e.confirmable() || e.ask.left(m.now) == 0))) {
		return ""
	}
	if c := m.asked(); c != nil && c.left(m.now) == 0 {
		return ""
	}
	return "nothing has expired"
}

// abortKey asks for what gives the run up, or goes back to what was asked before.
func (m *root) abortKey() tea.Cmd {
	if m.run.deed == deedAbort {
		return m.askFor(m.firstDeed(m.run.last))
	}
	return m.askFor(deedAbort)
}

// abortBlocked says why the run on the page cannot be given up.
func abortBlocked(m *root) string {
	r := m.run.last
	switch {
	case r == nil:
		return "nothing is seen of the run yet"
	case m.run.gone:
		return "it is no longer to be seen"
	case r.State.Ended():
		return "the run has ended"
	case m.run.doing != "" || m.pending(r):
		return "something is being done to it already"
	case !r.CanAbort():
		return whyForward(r)
	case r.State == model.RunRunning && !m.drives(r):
		return "it is driven by " + whoDrives(r) + ": give it up there"
	}
	return ""
}

// whyForward says why a run that has not ended cannot be given up.
func whyForward(r *model.Run) string {
	switch {
	case r.GoingBack():
		return "it is going back already"
	case !r.Step(model.StepStart).Begun():
		return "the subscriber at " + clean(r.To) + " may be gone already, and there is no way back to it: it only goes forward"
	}
	return "the client at " + clean(r.To) + " was told to start: going back could run two clients, so it only goes forward, and can be failed back afterwards"
}
