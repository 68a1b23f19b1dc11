package ui

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
)

// mostReloadLines bounds what is shown of a reload.
const mostReloadLines = 500

// reloadPage is what became of reading the configuration anew.
type reloadPage struct {
	since time.Time // when the one under way was begun; zero: none is
	at    time.Time // when the last one came back; zero: there was none
	done  Reloaded
	err   error
	from  page // where esc leads
}

// reloadMsg answers a reload; asked says that a signal asked for it.
type reloadMsg struct {
	done  Reloaded
	err   error
	asked bool
}

// reloadAskedMsg is a signal that asks for one.
type reloadAskedMsg struct{}

// awaitReload waits for a signal that asks for a reload. It is armed again by its
// answer.
func (m *root) awaitReload() tea.Cmd {
	asked := m.opts.Reloads
	if asked == nil || m.opts.Reloader == nil {
		return nil
	}
	return m.jobs.cmd(func(ctx context.Context) tea.Msg {
		select {
		case <-asked:
			return reloadAskedMsg{}
		case <-ctx.Done():
			return nil
		}
	})
}

// reloadBlocked says why the configuration cannot be read anew.
func reloadBlocked(m *root) string {
	switch {
	case m.opts.Reloader == nil:
		return "there is nothing to reload here"
	case !m.reload.since.IsZero():
		return "it is under way"
	}
	return ""
}

// openReload reads the configuration anew, and shows what comes of it.
func (m *root) openReload() tea.Cmd {
	cmd := m.beginReload(false)
	if m.page != pageReload {
		m.reload.from = m.page
	}
	if asking(m.page) && m.page != pageRun {
		m.reload.from = pageOverview // what was planned is left
	}
	m.leaveTo(pageReload)
	return cmd
}

// beginReload reads the configuration anew, unless that is under way.
func (m *root) beginReload(asked bool) tea.Cmd {
	if reloadBlocked(m) != "" {
		return nil
	}
	m.reload.since = m.now
	reloader := m.opts.Reloader
	return m.jobs.cmd(func(ctx context.Context) tea.Msg {
		done, err := reloader.Reload(ctx)
		return reloadMsg{done, err, asked}
	})
}

// reloaded takes the outcome. What was planned before does not hold any more.
func (m *root) reloaded(msg reloadMsg) tea.Cmd {
	p := &m.reload
	p.since, p.at, p.done, p.err = time.Time{}, m.now, msg.done, msg.err
	if msg.err == nil && msg.done.Settings != "" {
		m.opts.Settings = msg.done.Settings
	}
	var asks tea.Cmd
	if msg.err == nil {
		asks = m.refaced(msg.done.Face)
	}
	changed := msg.err == nil && len(msg.done.Changes) > 0
	planning := m.page == pageTarget || m.page == pageHome || m.page == pageChoices || m.page == pagePlan && m.plan.stage != stageExecuting ||
		m.page == pageEvacuation && m.evacuation.stage != stageExecuting
	switch {
	case changed && planning:
		m.leaveTo(pageOverview)
		m.say("the configuration was reloaded, with " + model.Units(len(msg.done.Changes), "change") + ": plan again")
	case m.page == pageReload:
	case msg.err != nil:
		first, _, _ := strings.Cut(msg.err.Error(), "\n")
		m.say("not reloaded, all stays as it was: " + clean(first))
	case changed:
		m.say("the configuration was reloaded: " + model.Units(len(msg.done.Changes), "change"))
	default:
		m.say("the configuration was reloaded: nothing changed")
	}
	return asks
}

// refaced gives the screen another look, and other keys. Colours that were chosen by
// hand stay, unless others are configured now.
func (m *root) refaced(to *Options) tea.Cmd {
	if to == nil {
		return nil
	}
	o := &m.opts
	ascii := o.ASCII != to.ASCII || o.Unicode != to.Unicode
	if o.Theme != to.Theme {
		m.look.name = to.Theme
	}
	o.Theme, o.Mouse, o.Keys, o.ReadOnly = to.Theme, to.Mouse, to.Keys, to.ReadOnly
	if ascii {
		o.ASCII, o.Unicode = to.ASCII, to.Unicode
		*o = o.onTerminal()
	}
	o.look.name = m.look.name
	m.theme, m.glyphs, m.keys = m.look.theme(), glyphsFor(o.ASCII), keysOf(o)
	m.charts.drawn.lines = nil
	return o.askBackground()
}

// reloadLines are the page.
func (m *root) reloadLines(w int) []string {
	s, p := m.scene(), &m.reload
	out := []string{s.rule("Reload", "", w), ""}
	switch {
	case !p.since.IsZero():
		return append(out, wrap1("» reading the configuration for "+span(m.now.Sub(p.since))+"; all goes on meanwhile", w)...)
	case p.err != nil:
		out = append(out, wrap1(m.theme.paint(roleCritical, glyphCritical+" Not reloaded")+": all stays as it was.", w)...)
		for _, l := range boundedLines(p.err.Error()) {
			out = append(out, wrap1(l, w)...)
		}
		return append(append(out, ""), wrap1("Mend it, and type :reload again.", w)...)
	case len(p.done.Changes) == 0:
		out = append(out, wrap1(m.theme.paint(roleOK, glyphOK+" Nothing changed")+": "+clean(p.done.Path)+" says what is in force.", w)...)
	default:
		out = append(out, wrap1(m.theme.paint(roleOK, glyphOK+" Reloaded")+", with "+model.Units(len(p.done.Changes), "change")+" in "+clean(p.done.Path)+":", w)...)
		out = append(out, "")
		for _, l := range boundedLines(strings.Join(p.done.Changes, "\n")) {
			out = append(out, wrapIndent("  ", l, w-1)...)
		}
		out = append(append(out, ""), wrap1("A run that is under way goes on with what it was begun with.", w)...)
	}
	for _, l := range p.done.Warnings {
		out = append(out, wrapIndent(" "+m.theme.paint(roleWarn, glyphWarn)+" ", clean(l), w-1)...)
	}
	return out
}

// boundedLines are the lines of a text, not more than a person reads.
func boundedLines(text string) []string {
	lines := strings.Split(text, "\n")
	if over := len(lines) - mostReloadLines; over > 0 {
		lines = append(lines[:mostReloadLines:mostReloadLines], "and "+model.Units(over, "line")+" more")
	}
	for i := range lines {
		lines[i] = clean(lines[i])
	}
	return lines
}
