package ui

import (
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
)

// chartWords are the kinds of charts, in their order.
var chartWords = [chartKinds]string{"lag", "lag-slots", "behind", "round-trips", "errors"}

// chartOf shows the chart alone, of a kind where one is named.
func (m *root) chartOf(words []string) tea.Cmd {
	if len(words) > 0 {
		kind := slices.Index(chartWords[:], words[0])
		if kind < 0 {
			m.say("chart: " + strings.Join(chartWords[:], ", "))
			return nil
		}
		m.charts.kind = chartKind(kind)
	}
	m.leaveTo(pageChart)
	return m.loadChart()
}

// zoomWords are the spans of a chart as they are typed.
func zoomWords() []string {
	out := []string{"auto"}
	for _, d := range chartSpans {
		out = append(out, zoomWord(d))
	}
	return out
}

// zoomWord is a span as it is typed: 10m, 6h, 7d.
func zoomWord(d time.Duration) string {
	return strings.NewReplacer(" min", "m", " h", "h", " d", "d").Replace(spanName(d))
}

// zoomTo shows a span of the chart.
func (m *root) zoomTo(words []string) tea.Cmd {
	span := time.Duration(0)
	if words[0] != "auto" {
		at := slices.IndexFunc(chartSpans[:], func(d time.Duration) bool { return zoomWord(d) == words[0] || spanAlias(d, words[0]) })
		if at < 0 {
			m.say("zoom: " + strings.Join(zoomWords(), ", "))
			return nil
		}
		span = chartSpans[at]
	}
	if m.page != pageOverview && m.page != pageChart {
		m.leaveTo(pageChart)
	}
	m.charts.span = span
	return m.loadChart()
}

// spanAlias reads a span in other units, such as 24h for a day.
func spanAlias(d time.Duration, word string) bool {
	read, err := time.ParseDuration(word)
	return err == nil && read == d
}

// filterTo filters the list on the page, else that of the overview.
func (m *root) filterTo(words []string) tea.Cmd {
	if m.page != pageHistory && m.page != pageEvents {
		m.leaveTo(pageOverview)
	}
	m.filtered(textFilter(words[0]))
	return nil
}

// modeRefuses says why the mode cannot be changed by name.
func modeRefuses(m *root) string {
	switch {
	case m.opts.ReadOnly:
		return readOnlyHere
	case m.page != pagePlan && m.page != pageEvacuation:
		return "not on this page: it belongs to a plan"
	}
	return modeBlocked(m)
}

// modeTo plans again in a mode.
func (m *root) modeTo(words []string) tea.Cmd {
	mode := model.Mode(words[0])
	if !slices.Contains(modeWords, words[0]) {
		m.say("mode: planned, reactive or hybrid")
		return nil
	}
	if m.page == pageEvacuation {
		req := m.evacuation.req
		req.Mode = mode
		return m.planEvacuation(req)
	}
	req := m.plan.req
	req.Mode = mode
	return m.makePlan(req)
}

// canaryRefuses says why the canary cannot be switched so.
func (m *root) canaryRefuses(words []string) string {
	switch why := canaryBlocked(m); {
	case m.opts.ReadOnly:
		return readOnlyHere
	case why != "":
		return why
	case words[0] != "on" && words[0] != "off":
		return "say on or off"
	case (words[0] == "on") == m.canaryOn():
		return "it is " + words[0] + " already"
	}
	return ""
}

// canaryTo switches the canary.
func (m *root) canaryTo([]string) tea.Cmd {
	return tea.Batch(m.thaw(), m.switchCanary())
}

// faultWords are clusters, then what may be done to them.
func faultWords(m *root, before []string) []string {
	switch {
	case m.opts.Faults == nil || len(before) > 1:
		return nil
	case len(before) == 0:
		return clusterNames(m)
	}
	out := []string{"heal"}
	for _, k := range m.opts.Faults.Kinds() {
		out = append(out, clean(k.Name))
	}
	return out
}

// faultTo breaks or heals a cluster of the demo, or asks which of both.
func (m *root) faultTo(words []string) tea.Cmd {
	switch {
	case !slices.Contains(clusterNames(m), words[0]):
		m.say("fault: there is no cluster " + clean(words[0]))
		return nil
	case len(words) > 1 && !slices.Contains(faultWords(m, words[:1]), words[1]):
		m.say("fault: there is no kind " + clean(words[1]))
		return nil
	}
	thawed := m.thaw()
	m.leaveTo(pageOverview)
	m.openFaults()
	cmd := m.chooseFault(words[0])
	if len(words) == 1 {
		return tea.Batch(thawed, cmd)
	}
	kind := words[1]
	if kind == "heal" {
		kind = healChoice
	}
	return tea.Batch(thawed, m.chooseFault(kind))
}

// themeWords are the themes by name.
var themeWords = []string{themeAuto, themeDark, themeLight, themeHighContrast, themeColourBlind}

// themeTo paints with another theme.
func (m *root) themeTo(words []string) tea.Cmd {
	switch {
	case !slices.Contains(themeWords, words[0]):
		m.say("theme: " + strings.Join(themeWords, ", "))
		return nil
	case m.look.palette == noColours:
		m.say("theme: colours are off here")
		return nil
	}
	m.look.name = words[0]
	m.theme, m.charts.drawn.lines = m.look.theme(), nil
	m.opts.look = m.look
	return m.opts.askBackground()
}
