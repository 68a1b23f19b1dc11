package ui

import (
	"bytes"
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	svgpicture "github.com/fumtui/fumtui/ui/picture"
)

// saveWithin bounds how long saving a screen may take.
const saveWithin = 5 * time.Second

// savedMsg answers the saving of a screen.
type savedMsg struct {
	paths []string
	err   error
}

// saveBlocked says why the screen cannot be saved.
func saveBlocked(m *root) string {
	if m.opts.Keeper == nil {
		return "there is no place for it here"
	}
	return ""
}

// saveScreen saves the screen as it is, as text and as a picture.
func (m *root) saveScreen() tea.Cmd {
	lines, at, keeper, on := m.drawn(), m.now, m.opts.Keeper, svgpicture.Light()
	if m.look.isDark() {
		on = svgpicture.Dark()
	}
	m.say("saving the screen …")
	return m.jobs.cmd(func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, saveWithin)
		defer cancel()
		var svg bytes.Buffer
		if err := svgpicture.SVG(&svg, lines, on); err != nil {
			return savedMsg{err: err}
		}
		paths, err := keeper.KeepScreen(ctx, at, joinPlain(stripped(lines)), svg.Bytes())
		return savedMsg{paths, err}
	})
}

// saved tells where the screen was saved.
func (m *root) saved(msg savedMsg) {
	if msg.err != nil {
		m.say("the screen was not saved: " + clean(msg.err.Error()))
		return
	}
	text := ""
	for i, path := range msg.paths { // the others differ in their ending alone
		if i == 0 {
			text = clean(path)
			continue
		}
		text += " and " + clean(path[strings.LastIndexByte(path, '.')+1:])
	}
	m.say("saved " + text)
}
