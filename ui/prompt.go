package ui

import (
	"strings"
	"time"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
)

// promptKind is what is typed in the last line of the screen.
type promptKind int

const (
	promptNone promptKind = iota
	promptFilter
	promptCommand
	promptChoice // a number about a plan
)

// prompt is a line that is typed in the place of the footer. It acts on nothing
// but what is shown.
type prompt struct {
	kind     promptKind
	input    textinput.Model
	selected string // what was selected then

	typed string // of a command, by hand
	at    int    // the way to complete it that was taken; -1: none
	past  int    // place among the commands before

	choice  string    // what the number is
	hint    string    // why it was not taken
	typedAt time.Time // the newest digit
}

// newPrompt begins with a text.
func newPrompt(kind promptKind, text string) prompt {
	p := prompt{kind: kind, input: nameInput(), at: -1}
	p.input.CharLimit = maxPrompt
	p.input.SetValue(clean(text))
	p.input.CursorEnd()
	return p
}

// promptKey takes a key while something is typed.
func (m *root) promptKey(msg tea.KeyPressMsg) tea.Cmd {
	p := &m.prompt
	switch p.kind {
	case promptCommand:
		return m.paletteKey(msg)
	case promptChoice:
		return m.choiceKey(msg)
	default:
	}
	switch msg.String() {
	case "enter":
		m.prompt = prompt{}
	case "esc", "ctrl+c":
		was := p.selected
		m.prompt = prompt{}
		m.filtered("")
		if _, ok := m.snap.Pipeline(was); ok && m.page == pageOverview {
			m.selected = was
		}
	case "up":
		m.move(actUp)
	case "down":
		m.move(actDown)
	case "pgup":
		m.move(actPageUp)
	case "pgdown":
		m.move(actPageDown)
	default:
		p.input, _ = p.input.Update(msg)
		m.filtered(textFilter(p.input.Value()))
	}
	return nil
}

// promptPaste takes the first line of a paste: it is only text here, and enter
// is not part of it.
func (m *root) promptPaste(text string) {
	if m.prompt.kind == promptChoice && m.prompt.choice == choiceGap {
		m.prompt.hint = notPasted
		return
	}
	line, _, _ := strings.Cut(strings.TrimLeft(text, "\r\n"), "\n")
	m.prompt.input.SetValue(m.prompt.input.Value() + clean(strings.TrimRight(line, "\r")))
	m.prompt.input.CursorEnd()
	if m.prompt.kind == promptFilter {
		m.filtered(textFilter(m.prompt.input.Value()))
		return
	}
	m.prompt.typed, m.prompt.at = m.prompt.input.Value(), -1
}

// promptLine is the last line while something is typed.
func (m *root) promptLine(w int) string {
	t := m.theme
	hints, sign, look := []string{"enter keeps it", "esc clears it", "! before it: what does not match"}, "/", roleFaint
	if m.prompt.kind == promptCommand {
		hints, sign = []string{"tab completes", "enter does it", "esc leaves", m.keyFor(actUp) + " " + m.keyFor(actDown) + " what was typed before"}, ":"
	}
	if m.prompt.kind == promptChoice {
		hints, sign = []string{"enter plans with it", "esc leaves it"}, choiceSign(m.prompt.choice)
	}
	if m.prompt.hint != "" {
		hints, look = []string{m.prompt.hint}, roleWarn
	}
	room := w - width(sign) - 3
	if m.prompt.hint != "" {
		room -= width(m.prompt.hint) + 3
	}
	typed := " " + t.paint(roleTitle, sign) + cutLeft(clean(m.prompt.input.Value()), room) + "▏"
	for len(hints) > 1 && width(typed)+width(strings.Join(hints, ", "))+3 > w { // the last is needed least
		hints = hints[:len(hints)-1]
	}
	return spread(typed, t.paint(look, cut(strings.Join(hints, ", "), max(0, w-width(typed)-3)))+" ", w)
}

// shownOf says how many of a list are shown.
func shownOf(shown, all int, unit string) string {
	if shown == all {
		return model.Units(all, unit)
	}
	return model.Count(int64(shown)) + " of " + model.Units(all, unit)
}
