package ui

import (
	"context"
	"encoding/base64"
	"os"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/fumtui/fumtui/model"
)

// mostCopied bounds, in bytes, what is sent to a clipboard: many terminals take
// no more, and it has to get through a slow line.
const mostCopied = 16 << 10

// copyMsg is a report that is to be copied.
type copyMsg struct {
	what, text string
	err        error
}

// value is what is selected on the page, and what that is.
func (m *root) value() (text, what string) {
	switch m.page {
	case pageOverview, pageDetail:
		return m.selected, "the name of the pipeline"
	case pageRun:
		return m.run.id, "the id of the run"
	case pageHistory:
		if r := m.history.selected(); r != nil {
			return r.ID, "the id of the run"
		}
	case pageRuns:
		if i := m.runs.selected(m.unendedItems()); i != nil && i.run != nil {
			return i.run.ID, "the id of the run"
		}
	case pageEvents:
		if e := m.events.selected(); e != nil {
			return stamp(e.At) + " UTC " + clean(e.Subject()) + ": " + EventText(e), "the event"
		}
	default:
	}
	return "", ""
}

// copyBlocked says why there is nothing to be copied.
func copyBlocked(m *root) string {
	if text, _ := m.value(); text == "" {
		return "nothing is selected"
	}
	return ""
}

// copyValue sends what is selected to the terminal, for its clipboard.
func (m *root) copyValue() tea.Cmd {
	text, what := m.value()
	return m.send(what, model.Clean(text, mostCopied))
}

// copyReport sends the report of what is on the page: of a run where there is
// one, else all that is known now.
func (m *root) copyReport() tea.Cmd {
	switch {
	case m.page == pageReport:
		return m.send("the report", m.report.text)
	case m.page == pageSettings:
		return m.send("the configuration in force", m.opts.Settings)
	case reportBlocked(m) == "":
		id, historian := m.reportable(), m.opts.Historian
		return m.jobs.cmd(func(ctx context.Context) tea.Msg {
			ctx, cancel := context.WithTimeout(ctx, historyWithin)
			defer cancel()
			text, err := historian.Report(ctx, id)
			return copyMsg{"the report of run " + clean(id), text, err}
		})
	case m.page == pageDetail:
		return m.send("what is known of "+clean(m.selected), joinPlain(stripped(m.detailLines(plainWidth))))
	default:
		return m.send("the state of everything", StatusText(*m.snap, plainWidth, m.opts.ConfigPath))
	}
}

// copied sends a report that was asked for.
func (m *root) copied(msg copyMsg) tea.Cmd {
	if msg.err != nil {
		m.say(msg.what + " could not be made: " + clean(msg.err.Error()))
		return nil
	}
	return m.send(msg.what, msg.text)
}

// send sends a text to the terminal for its clipboard. Whether that takes it is
// not known here.
func (m *root) send(what, text string) tea.Cmd {
	if text == "" {
		m.say("there is nothing to send yet")
		return nil
	}
	sent := bounded(text, mostCopied)
	m.say("sent to the terminal, for its clipboard: " + what + " (" + model.Units(len(sent), "byte") + ")")
	if len(sent) < len(text) {
		m.say("sent to the terminal, for its clipboard: the first " + model.Count(len(sent)) + " of " + model.Units(len(text), "byte") + " of " + what)
	}
	return tea.Raw(clipboardSequence(sent, os.Getenv("TMUX") != "", os.Getenv("STY") != ""))
}

// bounded is the beginning of a text, whole lines where there are any.
func bounded(text string, most int) string {
	if len(text) <= most {
		return text
	}
	text = text[:most]
	if at := strings.LastIndexByte(text, '\n'); at > 0 {
		return text[:at+1]
	}
	return strings.ToValidUTF8(text, "")
}

// clipboardSequence asks a terminal to take a text into its clipboard (OSC 52).
// In tmux it is sent twice: tmux takes it itself, or passes it on, as it is set
// up. screen passes it on in pieces.
func clipboardSequence(text string, tmux, screen bool) string {
	const piece = 500
	bare := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte(text)) + "\x07"
	switch {
	case tmux:
		return bare + "\x1bPtmux;" + strings.ReplaceAll(bare, "\x1b", "\x1b\x1b") + "\x1b\\"
	case screen:
		var b strings.Builder
		for len(bare) > 0 {
			n := min(piece, len(bare))
			b.WriteString("\x1bP" + bare[:n] + "\x1b\\")
			bare = bare[n:]
		}
		return b.String()
	}
	return bare
}

// stripped are lines without styles.
func stripped(lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = ansi.Strip(l)
	}
	return out
}
