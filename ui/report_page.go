package ui

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
)

// reportPage is the report of a run, fit for a post-mortem.
type reportPage struct {
	run  string
	from page
	text string
	err  string

	event *model.Event // that it is about, instead of a run
	then  *model.Explanation
	asked time.Time
}

// reportMsg brings a report.
type reportMsg struct {
	run, text string
	err       error
}

// reportBlocked says why there is no report to show.
func reportBlocked(m *root) string {
	if why := historianBlocked(m); why != "" {
		return why
	}
	if m.reportable() == "" {
		return "no run is selected"
	}
	return ""
}

// reportable is the id of the run whose report the page offers.
func (m *root) reportable() string {
	switch m.page {
	case pageRun:
		return m.run.id
	case pageHistory:
		if r := m.history.selected(); r != nil {
			return r.ID
		}
	default:
	}
	return ""
}

// openReport asks for the report of the run on the page, and shows it.
func (m *root) openReport() tea.Cmd {
	id, historian := m.reportable(), m.opts.Historian
	m.report = reportPage{run: id, from: m.page}
	m.goTo(pageReport)
	return m.jobs.cmd(func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, historyWithin)
		defer cancel()
		text, err := historian.Report(ctx, id)
		return reportMsg{id, text, err}
	})
}

// reported takes the answer to [root.openReport].
func (m *root) reported(msg reportMsg) {
	if m.report.event != nil || msg.run != m.report.run {
		return
	}
	m.report.text = msg.text
	if msg.err != nil {
		m.report.err = clean(msg.err.Error())
	}
}

// reportLines are the report on the page.
func (m *root) reportLines(w int) []string {
	if m.report.event != nil {
		return m.thenLines(w)
	}
	s := m.scene()
	out := []string{s.rule("Report of run "+clean(m.report.run), "", w)}
	switch {
	case m.report.err != "":
		return append(out, s.painted(roleCritical, wrapIndent(" "+glyphCritical+" ", "it could not be made: "+m.report.err, w-1))...)
	case m.report.text == "":
		return append(out, "", " "+s.theme.paint(roleFaint, "the report is being made …"))
	}
	return append(out, s.textLines(m.report.text, w)...)
}

// textLines are the lines of a text that is made for people, with what is not
// indented for headings.
func (s scene) textLines(text string, w int) []string {
	var out []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \n")
		bare := strings.TrimLeft(line, " ")
		indent := blank(min(len(line)-len(bare), w/3) + 1)
		switch {
		case bare == "":
			out = append(out, "")
		case len(indent) == 1:
			out = append(out, s.painted(roleTitle, wrapIndent(indent, cleanLine(bare), w-1))...)
		default:
			out = append(out, wrapIndent(indent, cleanLine(bare), w-1)...)
		}
	}
	return out
}

// cleanLine is [clean] for a line that may be long.
func cleanLine(line string) string {
	const most = 8 << 10
	return strings.Map(settle, model.Clean(line, most))
}

// settingsLines are the configuration in force.
func (m *root) settingsLines(w int) []string {
	s := m.scene()
	return append([]string{s.rule("Configuration in force", "secrets are hidden", w)}, s.textLines(m.opts.Settings, w)...)
}

// settingsBlocked says why no configuration can be shown.
func settingsBlocked(m *root) string {
	if m.opts.Settings == "" {
		return "it is not known here"
	}
	return ""
}
