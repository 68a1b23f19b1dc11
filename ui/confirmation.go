package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
)

const (
	// expireAfter is how long something may be confirmed after it was shown.
	expireAfter = time.Minute
	// armAfter is the time in which a page surely reached the terminal, which gets
	// a frame every [calmFrame] at least: a page that asks is never at peace. Keys
	// before that were typed blindly.
	armAfter = 300 * time.Millisecond
	// burst is the time in which nobody types a letter and then enter: terminals
	// without bracketed paste deliver a paste as keys.
	burst = 30 * time.Millisecond
	// strayWithin is how long after a letter of a confirmation another one belongs to
	// it, although it is gone; typingPause is what nobody pauses who goes on typing.
	strayWithin = 3 * time.Second
	typingPause = time.Second
	// maxInput bounds what can be typed, in characters.
	maxInput = 64
	// maxPrompt bounds a line that is typed in the place of the footer, in
	// characters. A command that is as long was cut off, maybe inside of a number.
	maxPrompt = 512
)

// Why what was typed did nothing.
const (
	tooEarly  = "keys typed before this was on the screen do not count"
	notPasted = "pasted text does not count: type it"
	restPaste = "pasted text does not count: wait 2s, then type it"
)

// confirmation is what a person types before anything acts: the name of a
// cluster, or the answer to a question of a run. All that acts goes through one,
// and there is at most one on the screen. It counts only what was typed by hand
// after it was painted, and it expires.
type confirmation struct {
	want    string // what must be typed; "": any answer
	what    string // what that is: "the target"
	shownAt time.Time
	armed   bool // it was painted
	input   textinput.Model
	typedAt time.Time // the newest letter
	paste   time.Time // of the newest paste, or of what may be the rest of it
	hint    string    // why what was typed did nothing, or what has changed
}

// newConfirmation asks for want, which is what; with "" it asks for any answer.
func newConfirmation(want, what string, now time.Time) confirmation {
	return confirmation{want: want, what: what, shownAt: now, input: nameInput()}
}

// nameInput is the field. It takes typed characters and deletes, no more: the
// clipboard is never read, and its cursor stands still at the end.
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

// left is the time in which it may still be confirmed.
func (c *confirmation) left(now time.Time) time.Duration {
	return max(0, expireAfter-now.Sub(c.shownAt))
}

// typed takes a key.
func (c *confirmation) typed(msg tea.KeyPressMsg, now time.Time) {
	if !c.armed {
		c.hint = tooEarly
		return
	}
	if c.pasting(now) {
		c.pasted(now)
		return
	}
	c.hint, c.typedAt = "", now
	c.input, _ = c.input.Update(msg)
}

// pasted forgets what stands in the field: it is part of a paste, or mixed with one.
func (c *confirmation) pasted(now time.Time) {
	c.input.SetValue("")
	c.paste, c.hint = now, restPaste
}

// pasting reports whether keys may still be the rest of a paste that a slow line broke
// in two.
func (c *confirmation) pasting(now time.Time) bool {
	return !c.paste.IsZero() && now.Sub(c.paste) < pasteSilence
}

// take gives what was typed, if it counts; else the hint says why not. fast is
// the time in which nobody types.
func (c *confirmation) take(now time.Time, fast time.Duration) (text string, ok bool) {
	if !c.armed || c.left(now) == 0 {
		return "", false
	}
	if c.pasting(now) {
		c.pasted(now)
		return "", false
	}
	if now.Sub(c.typedAt) < fast {
		c.input.SetValue("")
		c.hint = notPasted
		return "", false
	}
	text = c.input.Value()
	if c.want == "" {
		text = strings.TrimSpace(text)
	}
	switch {
	case text == "" && c.want == "":
		c.hint = "type " + c.what + " first: nothing was done"
	case text == "":
		c.hint = "type " + clean(c.want) + " first: nothing was done"
	case c.want != "" && text != c.want && text != clean(c.want):
		c.hint = fmt.Sprintf("%q is not %s, %q: nothing was done", clean(text), c.what, clean(c.want))
	default:
		return text, true
	}
	return "", false
}

// armMsg says that what is asked was painted.
type armMsg struct{ arming int }

// asked is the confirmation that the page has; nil where it asks nothing.
func (m *root) asked() *confirmation {
	switch m.page {
	case pagePlan:
		if m.plan.confirmable() {
			return &m.plan.ask
		}
	case pageRun:
		if m.run.deed != deedNone && m.run.doing == "" {
			return &m.run.ask
		}
	case pageHome:
		if m.home.doing == "" {
			return &m.home.ask
		}
	case pageEvacuation:
		if m.evacuation.confirmable() {
			return &m.evacuation.ask
		}
	default:
	}
	return nil
}

// stray reports whether a key is the rest of what is being typed for a confirmation
// that is not there any more: it expired, or what it was about moved on. It must not
// be taken for a command. Who pauses has seen that; enter and esc end it at once.
func (m *root) stray(msg tea.KeyPressMsg, typing bool) bool {
	since := m.now.Sub(m.lettered)
	late := !typing && since < strayWithin
	edits := msg.Text != "" || slices.Contains(editing, msg.String())
	switch {
	case !edits:
		m.lettered = time.Time{}
	case typing, late && since < typingPause:
		m.lettered = m.now
	}
	if !late || !edits {
		return false
	}
	m.say("what was being typed is not asked for any more, so " + clean(msg.String()) + " did nothing: wait 3s, or esc")
	return true
}

// typing reports whether keys go to a confirmation.
func (m *root) typing() bool {
	c := m.asked()
	return c != nil && c.left(m.now) > 0
}

// rearm makes keys not count until what is asked was painted. It is due whenever
// that comes to the screen.
func (m *root) rearm() tea.Cmd {
	c := m.asked()
	if c == nil {
		return nil
	}
	c.armed = false
	m.arming++
	return m.armLater(m.arming)
}

func (m *root) armLater(arming int) tea.Cmd {
	return tea.Tick(m.armAfter, func(time.Time) tea.Msg { return armMsg{arming} })
}

// arm lets keys count, if what was asked then is still on the screen. A terminal
// that is behind has not painted it.
func (m *root) arm(msg armMsg) tea.Cmd {
	c := m.asked()
	if c == nil || msg.arming != m.arming || m.small() {
		return nil
	}
	if !m.painted() {
		return m.armLater(msg.arming)
	}
	c.armed = true
	if c.hint == tooEarly {
		c.hint = ""
	}
	return nil
}

// pasted says why a paste does nothing; what is only shown may be pasted.
func (m *root) pasted(text string) {
	if m.prompt.kind != promptNone && !m.small() {
		m.promptPaste(text)
		return
	}
	if m.typing() {
		m.asked().pasted(m.now)
	}
}

// askLines are what is asked: a heading with the time that is left, the question
// with its field, why typing did nothing, and how to leave. The question may be
// styled, and must be short.
func (m *root) askLines(s scene, c *confirmation, title, question, leave string, w int) []string {
	t := m.theme
	field := t.paint(roleTitle, strings.TrimRight(clean(c.input.View()), " ")+"▏")
	if !c.armed {
		field = t.paint(roleFaint, "…")
	}
	return []string{
		s.rule(title, "expires in "+span(c.left(m.now)), w),
		fit(" "+question+" "+field, w),
		cut(" "+t.paint(roleWarn, c.hint), w),
		cut(" "+leave, w),
	}
}

// nameQuestion asks for what a confirmation wants.
func (m *root) nameQuestion(c *confirmation, purpose string) string {
	return "Type " + m.theme.paint(roleFocus, clean(c.want)) + " and press " + m.theme.paint(roleTitle, "enter") + " " + purpose + ":"
}

// expiredLines say that it is too late to confirm, and how to be asked anew.
func (m *root) expiredLines(s scene, what, again, leave string, w int) []string {
	t := m.theme
	return []string{
		s.rule("Expired", "", w),
		cut(" "+t.state(roleWarn, glyphWarn, what+" and can no longer be confirmed"), w),
		"",
		cut(" "+t.paint(roleTitle, m.keyFor(actReplan))+" "+again+"   "+leave, w),
	}
}
