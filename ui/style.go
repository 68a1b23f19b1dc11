package ui

import (
	"os"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/ui/chart"
)

// role is what a piece of text means. Each has a colour, and each state that
// has a role also has a glyph and a word, so that colour is never needed.
type role int

const (
	roleText role = iota
	roleOK
	roleWarn
	roleCritical
	roleUnknown
	roleStale // old values
	roleFocus // the selection, what is under way
	roleTitle
	roleFaint // axes, rules, hints
	roleCount
)

// glyphs, all of width 1 on every terminal: no emoji, no variation selectors.
const (
	glyphOK       = "✓"
	glyphWarn     = "▲"
	glyphCritical = "✗"
	glyphUnknown  = "?"
	glyphMoving   = "»"
	glyphPending  = "·"
	glyphFocus    = "›"
	glyphMarked   = "*"
)

// theme paints roles. It is immutable.
type theme struct {
	prefix [roleCount]string
	series []string // colours of chart series
}

// newTheme builds a theme. The colours are of the 256-colour palette, blue and
// orange first, and legible on dark and on light backgrounds alike; dark only
// picks brighter ones.
func newTheme(noColor, dark bool) *theme {
	t := &theme{}
	plain := ansi.NewStyle()
	set := func(r role, s ansi.Style) { t.prefix[r] = s.String() }
	if noColor {
		set(roleWarn, plain.Bold())
		set(roleCritical, plain.Bold())
		set(roleStale, plain.Faint())
		set(roleFaint, plain.Faint())
		set(roleFocus, plain.Bold())
		set(roleTitle, plain.Bold())
		t.series = []string{""}
		return t
	}
	color := func(onDark, onLight int) ansi.Style {
		if dark {
			return plain.ForegroundColor(ansi.IndexedColor(onDark)) //nolint:gosec // constants
		}
		return plain.ForegroundColor(ansi.IndexedColor(onLight)) //nolint:gosec // constants
	}
	set(roleOK, color(75, 26))
	set(roleWarn, color(214, 166).Bold())
	set(roleCritical, color(203, 161).Bold())
	set(roleUnknown, color(250, 241))
	set(roleStale, color(248, 242))
	set(roleFocus, color(117, 25).Bold())
	set(roleTitle, plain.Bold())
	set(roleFaint, color(246, 243))
	t.series = []string{
		color(75, 26).String(), color(214, 166).String(), color(150, 64).String(), color(176, 127).String(),
	}
	return t
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

// noColorWanted follows the NO_COLOR convention: set, to anything but "".
func noColorWanted() bool { return os.Getenv("NO_COLOR") != "" }

// darkBackground guesses the background from COLORFGBG, without asking the
// terminal: an answer on a slow line could be taken for keys.
func darkBackground(colorfgbg string) bool {
	at := strings.LastIndexByte(colorfgbg, ';')
	bg := colorfgbg[at+1:]
	return bg != "7" && bg != "15"
}

// clusterLook is how a cluster's verdict shows.
func clusterLook(v model.ClusterVerdict) (role, string) {
	switch v {
	case model.ClusterHealthy:
		return roleOK, glyphOK
	case model.ClusterBlip, model.ClusterDegraded:
		return roleWarn, glyphWarn
	case model.ClusterStalled, model.ClusterDown, model.ClusterRefusingUs:
		return roleCritical, glyphCritical
	case model.ClusterUnknown:
	}
	return roleUnknown, glyphUnknown
}

// pipelineLook is how a pipeline's verdict shows.
func pipelineLook(v model.PipelineVerdict) (role, string) {
	switch v {
	case model.PipelineStreaming:
		return roleOK, glyphOK
	case model.PipelineMoving, model.PipelineCatchingUp:
		return roleFocus, glyphMoving
	case model.PipelineSilent, model.PipelineFallingBehind:
		return roleWarn, glyphWarn
	case model.PipelineDoubleActive, model.PipelineSubscriberLost, model.PipelineSubscriberStale,
		model.PipelineCutOff, model.PipelineClientDown:
		return roleCritical, glyphCritical
	case model.PipelineUnknown:
	}
	return roleUnknown, glyphUnknown
}

// subscriberLook is how a subscriber's state shows.
func subscriberLook(s model.SubscriberState) (role, string) {
	switch s {
	case model.SubscriberPresent:
		return roleOK, glyphOK
	case model.SubscriberStale:
		return roleWarn, glyphWarn
	case model.SubscriberAbsent:
		return roleFaint, glyphPending
	case model.SubscriberUnknown:
	}
	return roleUnknown, glyphUnknown
}

// stepLook is how a step's state shows.
func stepLook(s model.StepState) (role, string) {
	switch s {
	case model.StepDone:
		return roleOK, glyphOK
	case model.StepRunning:
		return roleFocus, glyphMoving
	case model.StepFailed:
		return roleCritical, glyphCritical
	case model.StepPending:
	}
	return roleFaint, glyphPending
}

// runLook is how a run's state shows.
func runLook(s model.RunState) (role, string) {
	switch s {
	case model.RunDone:
		return roleOK, glyphOK
	case model.RunRunning:
		return roleFocus, glyphMoving
	case model.RunWaiting, model.RunAborted, model.RunInterrupted:
		return roleWarn, glyphWarn
	case model.RunFailed:
		return roleCritical, glyphCritical
	case model.RunUnknown:
	}
	return roleUnknown, glyphUnknown
}

// checkLook is how a check's level shows.
func checkLook(l model.CheckLevel) (role, string) {
	switch l {
	case model.CheckOK:
		return roleOK, glyphOK
	case model.CheckWarn:
		return roleWarn, glyphWarn
	case model.CheckAsk:
		return roleWarn, glyphUnknown
	case model.CheckRefuse:
		return roleCritical, glyphCritical
	}
	return roleUnknown, glyphUnknown
}

// actionLook is how an advice shows.
func actionLook(a model.Action) (role, string) {
	switch s := a.Severity(); {
	case a == model.ActionNone:
		return roleOK, glyphOK
	case s >= model.ActionFailOver.Severity():
		return roleCritical, glyphCritical
	case s > model.ActionFailBack.Severity():
		return roleWarn, glyphWarn
	case a == model.ActionFailBack:
		return roleFocus, glyphMoving
	}
	return roleUnknown, glyphUnknown
}
