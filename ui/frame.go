package ui

import (
	"cmp"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
)

// View implements tea.Model. The frame is drawn once per change, however often
// it is asked for. Where drawing panics, the next message ends the console.
func (m *root) View() (view tea.View) {
	defer m.recovered(func() { view = m.framed("") })
	switch {
	case m.screen != "":
	case m.hold(), m.rests():
		return m.framed(m.shown)
	default:
		m.screen = strings.Join(m.drawn(), "\n")
		m.drew()
	}
	m.shown = m.screen
	m.opts.Rescue.Drew(m.screen)
	return m.framed(m.screen)
}

// drawn is the frame as the terminal gets it.
func (m *root) drawn() []string {
	m.spots = nil
	if m.opts.Mouse {
		m.spots = &spots{page: m.page}
	}
	return m.opts.asciiLines(m.spots.taken(clampFrame(m.frame(), m.width, m.height)))
}

// framed is a frame as the framework wants it. Its modes do not change but with a
// reload: one that was set by a write that was dropped would be lost.
func (m *root) framed(content string) tea.View {
	v := tea.NewView(content)
	v.AltScreen = true
	v.WindowTitle = m.opts.Title
	if m.opts.Mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	return v
}

// frame is the whole screen: a header, the page, a footer.
func (m *root) frame() []string {
	w, h := min(m.width, maxScreen), min(m.height, maxScreen)
	if w <= 0 || h <= 0 {
		return nil
	}
	switch {
	case m.page == pageQuit && m.small():
		return wrap("what was begun here is under way and goes on: "+m.keyFor(actQuit)+" leaves, esc stays", w)
	case m.snap == nil:
		return m.waiting(w, h)
	case m.small():
		return m.smallScreen(w, h)
	}
	out := append([]string{m.header(w)}, fill(m.body(w, h-2), h-2)...)
	if m.prompt.kind == promptCommand {
		over := m.paletteLines(m.scene(), w)
		copy(out[max(1, len(out)-len(over)):], over)
	}
	return append(out, m.footerLine(w))
}

// waiting is the screen before the first snapshot.
func (m *root) waiting(w, h int) []string {
	text := []string{" " + m.opts.Title + " " + m.opts.Version, "", " waiting for the first look at the clusters …"}
	if m.feedError != "" {
		text = append(text, wrap(" "+glyphCritical+" "+m.feedError, w)...)
	}
	return append(fill(text, h-1), " "+m.keyFor(actQuit)+" quit")
}

// body is the page between header and footer.
func (m *root) body(w, h int) []string {
	switch m.page {
	case pageDetail:
		return m.scrolled(m.detailLines(w), w, h)
	case pageTarget, pageFaults, pageChoices:
		return m.choice.lines(m.scene(), w, h)
	case pagePlan:
		return m.planBody(w, h)
	case pageRun:
		return m.runBody(w, h)
	case pageRuns:
		return m.runs.lines(m.scene(), m.unendedItems(), w, h)
	case pageHome:
		return m.homeBody(w, h)
	case pageHistory:
		return m.historyBody(w, h)
	case pageReport:
		return m.scrolled(m.reportLines(w), w, h)
	case pageEvents:
		return m.eventsBody(w, h)
	case pageReload:
		return m.scrolled(m.reloadLines(w), w, h)
	case pageSettings:
		return m.scrolled(m.settingsLines(w), w, h)
	case pageEvacuation:
		return m.evacuationBody(w, h)
	case pageChart:
		return m.chartBody(w, h)
	case pageHelp:
		return m.scrolled(m.helpLines(w), w, h)
	case pageQuit:
		return m.quitLines(w)
	case pageOverview:
	}
	return m.overview(w, h)
}

// scrolled shows a page in h lines. Where it is longer the last line says how
// much there is below.
func (m *root) scrolled(lines []string, w, h int) []string {
	over := len(lines) > h
	if over {
		h--
	}
	if h <= 0 {
		return nil
	}
	m.view.SetWidth(w)
	m.view.SetHeight(h)
	m.view.SetContentLines(lines)
	out := strings.Split(m.view.View(), "\n")
	if over {
		more := "the end: " + m.keyFor(actUp) + " or pgup"
		if below := len(lines) - m.view.YOffset() - h; below > 0 {
			more = model.Units(below, "more line") + " below: " + m.keyFor(actDown) + " or pgdn"
		}
		out = append(out, cut(" "+m.theme.paint(roleFocus, more), w))
	}
	return out
}

// header says what this is, whether all is well, and what time it is there.
func (m *root) header(w int) string {
	s := m.scene()
	left := " " + m.theme.paint(roleTitle, m.opts.Title)
	if m.opts.Version != "" {
		left += " " + m.theme.paint(roleFaint, clean(m.opts.Version))
	}
	if m.opts.ReadOnly {
		left += " " + m.theme.paint(roleWarn, "READ-ONLY")
	}
	left += "  " + m.summary(s)
	right := s.now.UTC().Format("15:04:05") + " UTC "
	if m.frozen() {
		right = m.frozenText()
	}
	if silent := m.now.Sub(m.snapAt); silent > m.opts.StaleAfter {
		right = m.theme.paint(roleCritical, glyphCritical+" STALE: nothing new for "+span(silent)) + " "
	} else if m.feedError != "" {
		right = m.theme.paint(roleWarn, glyphWarn+" "+cut(m.feedError, w/3)) + " "
	}
	return spread(left, m.whereText(w-width(left)-width(right)-2)+right, w)
}

// wideHeader is the least width of a header that says who and where this is.
const wideHeader = 100

// whereText says who and where this console is, as far as that fits room columns;
// the state is never cut for it.
func (m *root) whereText(room int) string {
	if m.width < wideHeader {
		return ""
	}
	text := ""
	for _, part := range m.opts.Where {
		if part = clean(part); part != "" && width(text)+width(part)+3 <= room {
			text += part + " · "
		}
	}
	return m.theme.paint(roleFaint, text)
}

// summary is the state of all pipelines in a few words.
func (m *root) summary(s scene) string {
	p := s.urgent(m.selected)
	if p == nil {
		return m.theme.paint(roleUnknown, "no pipelines")
	}
	tally := tallyText(s.snap.Pipelines)
	if run := underWay(p); run != nil {
		r, glyph := runLook(run.State)
		return m.theme.state(r, glyph, strings.ToUpper(string(run.Kind)+" "+string(run.State))) + m.theme.paint(roleFaint, " · "+tally)
	}
	for i := range s.snap.Pipelines {
		if v := s.snap.Pipelines[i].Verdict; p.Advice.Action == model.ActionNone && v != model.PipelineStreaming {
			r, glyph := pipelineLook(v)
			return m.theme.state(r, glyph, tally)
		}
	}
	if ill := s.ill(); p.Advice.Action == model.ActionNone && len(ill) > 0 {
		r, glyph := clusterLook(ill[0].Verdict)
		return m.theme.state(r, glyph, standing(ill[0])) + m.theme.paint(roleFaint, " · "+tally)
	}
	r, glyph := actionLook(p.Advice.Action)
	if p.Advice.Action == model.ActionNone {
		return m.theme.state(r, glyph, strings.ToLower(s.calmWord())) + m.theme.paint(roleFaint, " · "+tally)
	}
	return m.theme.state(r, glyph, strings.ToUpper(phrase(p.Advice.Action))) + m.theme.paint(roleFaint, " · "+tally)
}

// tallyText counts pipelines by verdict, what does well last, because the end may
// be cut off: "2 cut-off, 3 streaming".
func tallyText(pipelines []model.PipelineState) string {
	var order []model.PipelineVerdict
	n := map[model.PipelineVerdict]int64{}
	for i := range pipelines {
		v := pipelines[i].Verdict
		if n[v] == 0 {
			order = append(order, v)
		}
		n[v]++
	}
	slices.SortStableFunc(order, func(a, b model.PipelineVerdict) int { return cmp.Compare(gravity(b), gravity(a)) })
	parts := make([]string, len(order))
	for i, v := range order {
		parts[i] = model.Count(n[v]) + " " + word(v)
	}
	return strings.Join(parts, ", ")
}

// gravity orders verdicts as people want to read them.
func gravity(v model.PipelineVerdict) int {
	switch r, _ := pipelineLook(v); r {
	case roleCritical:
		return 4
	case roleWarn:
		return 3
	case roleUnknown:
		return 2
	case roleFocus:
		return 1
	default:
		return 0
	}
}

// footerLine is the line of keys, or a remark for a while.
func (m *root) footerLine(w int) string {
	if m.prompt.kind != promptNone {
		return m.promptLine(w)
	}
	if m.flash == "" || m.now.Sub(m.flashAt) >= flashFor {
		return footer(m, w)
	}
	text := m.theme.paint(roleFocus, " "+glyphFocus+" "+m.flash)
	if keys := footer(m, w-width(text)-2); width(text)+20 < w { // the keys that are left
		text += "  " + keys
	}
	return fit(text, w)
}

// quitLines is the question before leaving while a run is under way.
func (m *root) quitLines(w int) []string {
	s := m.scene()
	out := []string{s.rule("Quit?", "", w), ""}
	const goesOn = "Leaving does not stop it: fumtui leaves the screen and ends when the run has ended or asks a question."
	text := "Nothing that was begun here is under way any more."
	if of := m.doing(); of != "" {
		text = "What was confirmed for " + clean(of) + " is being done. " + goesOn
	} else if of := m.driving(); of != "" {
		text = "A run of " + clean(of) + " that this console began is under way. " + goesOn
	}
	for _, l := range wrap(text, w-2) {
		out = append(out, " "+l)
	}
	return append(out, "", " "+m.theme.paint(roleTitle, m.keyFor(actQuit))+" leaves the screen   "+m.theme.paint(roleTitle, "esc")+" stays")
}
