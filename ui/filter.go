package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// textFilter passes what contains all its words, in any case of letters; of one
// with "!" before it, what does not.
type textFilter string

func (f textFilter) passes(texts ...string) bool {
	for word := range strings.FieldsSeq(string(f)) {
		want, inverse := strings.CutPrefix(strings.ToLower(word), "!")
		if want != "" && inverse == contained(want, texts) {
			return false
		}
	}
	return true
}

// contained reports whether one of the texts contains a word.
func contained(want string, texts []string) bool {
	return slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(strings.ToLower(text), want) })
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
