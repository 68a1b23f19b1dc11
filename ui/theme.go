package ui

import (
	"os"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"github.com/fumtui/fumtui/ui/chart"
)

// The themes by name. Auto is dark or light, as the terminal's background is;
// high-contrast and colour-blind follow it too.
const (
	themeAuto         = "auto"
	themeDark         = "dark"
	themeLight        = "light"
	themeHighContrast = "high-contrast"
	themeColourBlind  = "colour-blind"
)

// palette is how many colours there are.
type palette int

const (
	manyColours palette = iota // of the 256 that are the same everywhere
	fewColours                 // the 16 of which every terminal has its own idea
	noColours
)

// appearance is all that the colours of a theme follow from.
type appearance struct {
	name    string // of the theme; "" is auto
	dark    bool   // the background
	palette palette
}

// adapts reports whether the terminal's background makes a difference.
func (a appearance) adapts() bool {
	return a.palette != noColours && a.name != themeDark && a.name != themeLight
}

// theme paints roles. It is immutable. It sets no backgrounds: what erases with
// spaces loses them in terminals that know no back colour erase.
type theme struct {
	prefix [roleCount]string
	series []string // colours of chart series
}

// theme makes the theme.
func (a appearance) theme() *theme {
	looks, series := a.colours()
	t := &theme{}
	for r, l := range looks {
		t.prefix[r] = l.style(a.palette)
	}
	if a.palette == noColours {
		series = series[:1]
	}
	for _, l := range series {
		t.series = append(t.series, l.style(a.palette))
	}
	return t
}

// look is how a role looks: a colour of the 256, one of the 16, and what needs no
// colour. A colour of 0 is the terminal's own.
type look struct {
	colour, basic          uint8
	bold, underline, faint bool
}

// style is the sequence that begins it; "" where it looks like other text.
func (l look) style(p palette) string {
	var s ansi.Style
	switch {
	case p == manyColours && l.colour > 0:
		s = s.ForegroundColor(ansi.IndexedColor(l.colour))
	case p == fewColours && l.basic > 0:
		s = s.ForegroundColor(ansi.BasicColor(l.basic))
	}
	if l.bold {
		s = s.Bold()
	}
	if l.underline {
		s = s.Underline(true)
	}
	if l.faint && p == noColours {
		s = s.Faint()
	}
	if len(s) == 0 {
		return ""
	}
	return s.String()
}

// paint gives text the look of a role.
func (t *theme) paint(r role, text string) string {
	if t.prefix[r] == "" || text == "" {
		return text
	}
	return t.prefix[r] + text + ansi.ResetStyle
}

// paintSeries gives text the colour of a chart series, of its axes or its cursor.
func (t *theme) paintSeries(series int, text string) string {
	switch {
	case series == chart.CursorLine:
		return t.paint(roleFocus, text)
	case series < 0:
		return t.paint(roleFaint, text)
	}
	prefix := t.series[series%len(t.series)]
	if prefix == "" {
		return text
	}
	return prefix + text + ansi.ResetStyle
}

// state paints a glyph and a word in a role.
func (t *theme) state(r role, glyph, text string) string { return t.paint(r, glyph+" "+text) }

// askBackground asks the terminal for its background, where that makes a
// difference. Nothing waits for the answer: it may never come.
func (o Options) askBackground() tea.Cmd {
	if !o.asksTerminal || !o.look.adapts() {
		return nil
	}
	return tea.RequestBackgroundColor
}

// turn takes the terminal's answer, and reports whether it changes anything.
func (a *appearance) turn(msg tea.BackgroundColorMsg) bool {
	if msg.Color == nil || a.dark == msg.IsDark() {
		return false
	}
	a.dark = msg.IsDark()
	return true
}

// background takes the terminal's answer.
func (m *root) background(msg tea.BackgroundColorMsg) {
	if m.look.turn(msg) {
		m.theme, m.charts.drawn.lines = m.look.theme(), nil
	}
}

// noColorWanted follows the NO_COLOR convention: set, to anything but "".
func noColorWanted() bool { return os.Getenv("NO_COLOR") != "" }

// darkBackground is the background that COLORFGBG tells of: the first guess,
// until the terminal itself says more.
func darkBackground(colorfgbg string) bool {
	at := strings.LastIndexByte(colorfgbg, ';')
	bg := colorfgbg[at+1:]
	return bg != "7" && bg != "15"
}

// paletteOf is how many colours a terminal has.
func paletteOf(p colorprofile.Profile) palette {
	switch {
	case p >= colorprofile.ANSI256:
		return manyColours
	case p == colorprofile.ANSI:
		return fewColours
	}
	return noColours
}

// monochrome reports whether a terminal of this kind has no colours, whatever
// the framework believes.
func monochrome(term string) bool {
	return strings.HasPrefix(term, "vt") || strings.HasSuffix(term, "-m") || strings.HasSuffix(term, "-mono")
}

// answersOSC reports whether a terminal of this kind can be asked for its
// background: others would show the question.
func answersOSC(term string) bool {
	switch {
	case term == "", term == "dumb", term == "linux", strings.HasPrefix(term, "cons"), strings.HasPrefix(term, "vt"),
		strings.HasPrefix(term, "ansi"), strings.HasPrefix(term, "sun"), strings.HasPrefix(term, "wyse"):
		return false
	}
	return true
}
