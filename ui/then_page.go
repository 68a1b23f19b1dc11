package ui

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
)

// thenWithin bounds how long what was known at a moment may be waited for: much
// evidence may have to be gone through.
const thenWithin = 20 * time.Second

// thenMsg brings what was known when something changed.
type thenMsg struct {
	id          string // of the event
	explanation model.Explanation
	err         error
}

// runMsg brings a run of the database.
type runMsg struct {
	id  string
	run model.Run
	err error
}

// openThen shows an event, and what the rules made of the evidence of then.
func (m *root) openThen(e model.Event) tea.Cmd {
	m.report = reportPage{from: m.page, event: &e, asked: m.now}
	m.goTo(pageReport)
	historian := m.opts.Historian
	if historian == nil {
		m.report.err = "no database is open here"
		return nil
	}
	return m.jobs.cmd(func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, thenWithin)
		defer cancel()
		x, err := historian.AsOf(ctx, e.Pipeline, e.Cluster, e.At)
		return thenMsg{e.ID, x, err}
	})
}

// thenRead takes the answer to [root.openThen].
func (m *root) thenRead(msg thenMsg) {
	r := &m.report
	if r.event == nil || r.event.ID != msg.id {
		return
	}
	if msg.err != nil {
		r.err = clean(msg.err.Error())
		return
	}
	r.then = &msg.explanation
	r.text = joinPlain(stripped(m.thenLines(plainWidth)))
}

// thenLines are an event, and what was known then.
func (m *root) thenLines(w int) []string {
	s, r := m.scene(), &m.report
	e := r.event
	look, glyph := eventLook(e)
	out := []string{s.rule("Event of "+stamp(e.At)+" UTC", ago(s.now.Sub(e.At), span), w)}
	out = append(out, s.painted(look, wrapIndent(" "+glyph+" ", clean(e.Subject())+": "+EventText(e), w-1))...)
	if e.By != "" {
		out = append(out, " "+s.theme.paint(roleFaint, cut("first seen by the console of "+clean(e.By), w-2)))
	}
	out = append(out, "")
	switch {
	case r.err != "":
		return append(out, s.painted(roleWarn, wrapIndent(" "+glyphWarn+" ", "what was known then cannot be shown: "+r.err, w-1))...)
	case r.then == nil:
		return append(out, " "+s.theme.paint(roleFaint, "the evidence of then is being read … "+waited(m.now.Sub(r.asked))))
	}
	then, _ := explainScene(r.then, w)
	then.theme, then.glyphs = s.theme, s.glyphs
	out = append(out, " "+s.theme.paint(roleFaint, "What was known then, by the rules as they are set now:"))
	return append(append(out, then.explainHead(r.then, w)...), then.explainLines(r.then, w)...)
}

// waited is how long something has been waited for; "" before that is long.
func waited(d time.Duration) string {
	if d < 2*time.Second {
		return ""
	}
	return span(d)
}

// fetchRun asks the database for the run on the page.
func (m *root) fetchRun(id string) tea.Cmd {
	historian := m.opts.Historian
	return m.jobs.cmd(func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, historyWithin)
		defer cancel()
		run, err := historian.Run(ctx, id)
		return runMsg{id, run, err}
	})
}

// runRead takes the answer to [root.fetchRun].
func (m *root) runRead(msg runMsg) tea.Cmd {
	if m.run.id != msg.id || m.run.last != nil {
		return nil
	}
	if msg.err != nil {
		m.run.err = "it could not be read: " + strings.TrimSpace(clean(msg.err.Error()))
		return nil
	}
	run := msg.run
	m.run.pipeline, m.run.last, m.run.kept = run.Pipeline, &run, run.State.Ended()
	return m.watchRun()
}
