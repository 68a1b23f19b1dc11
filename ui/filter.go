package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
)

// textFilter passes what contains a text, in any case of letters; with "!" before
// it, what does not.
type textFilter string

func (f textFilter) passes(texts ...string) bool {
	want, inverse := strings.CutPrefix(string(f), "!")
	if want == "" {
		return true
	}
	want = strings.ToLower(want)
	for _, text := range texts {
		if strings.Contains(strings.ToLower(text), want) {
			return !inverse
		}
	}
	return inverse
}

// openFilter lets a person type a filter of the list on the page.
func (m *root) openFilter() tea.Cmd {
	m.prompt = newPrompt(promptFilter, string(*m.filterHere()))
	m.prompt.selected = m.selected
	return nil
}

// filterHere is the filter of the list on the page.
func (m *root) filterHere() *textFilter {
	switch m.page {
	case pageHistory:
		return &m.history.filter
	case pageHelp:
		return &m.helpFilter
	case pageEvents:
		return &m.events.filter
	default:
		return &m.list.filter
	}
}

// filtered takes what was typed so far.
func (m *root) filtered(f textFilter) {
	*m.filterHere() = f
	if m.page == pageOverview {
		m.relist()
	}
}
