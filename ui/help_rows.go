package ui

import (
	"cmp"
	"slices"
	"strings"
)

// helpGroup is a part of the table of keys.
type helpGroup int

const (
	groupHere helpGroup = iota
	groupAct
	groupMove
	groupScreen
)

// String is the heading of a group.
func (g helpGroup) String() string {
	return [...]string{"This page", "Act", "Move", "Screens and picture"}[g]
}

// shortly is a command in the table of keys: so short that two columns of them fit
// the smallest screen.
type shortly struct {
	group helpGroup
	text  string
	with  []action // that stand in the same row
}

// alone is a command that stands in the row of another.
const alone = "-"

// briefOf is the command of a row of the keymap in the table of keys.
func briefOf(b *binding) shortly {
	known, ok := map[action]shortly{
		actCutover: {groupAct, "cutover, to another cluster", nil}, actFailback: {groupAct, "failback, to its home", nil},
		actRuns: {groupAct, "runs that have not ended", nil}, actRecreate: {groupAct, "recreate its subscriber", nil},
		actHome: {groupAct, "make this its home", nil}, actEvacuate: {groupAct, "evacuate several", nil},
		actCanary: {groupAct, "canary on or off", nil}, actFaults: {groupAct, "demo: break or heal", nil},
		actAbort: {groupAct, "give the run up", nil}, actMode: {groupAct, "plan in the next mode", nil},
		actChoices: {groupAct, "slot, gap, mode, force", nil},
		actForce:   {groupAct, "plan by force", nil}, actReplan: {groupAct, "plan or ask anew", nil},

		actEnter: {groupMove, "open, or choose", nil}, actBack: {groupMove, "back, nothing is done", nil},
		actClear: {groupMove, "show all again", nil},
		actDown:  {groupMove, "next, previous", []action{actUp}}, actUp: {groupMove, alone, nil},
		actPageDown: {groupMove, "a screen on, back", []action{actPageUp}}, actPageUp: {groupMove, alone, nil},
		actFirst: {groupMove, "first, last", []action{actLast}}, actLast: {groupMove, alone, nil},

		actFilter: {groupHere, "filter; ! inverts it", nil}, actNeedy: {groupHere, "only what needs attention", nil},
		actOrder: {groupHere, "order of the list", nil}, actGroup: {groupHere, "group the list", nil},
		actMark: {groupHere, "mark one, mark all", []action{actMarkAll}}, actMarkAll: {groupHere, alone, nil},
		actEventKind: {groupHere, "next kind only", nil}, actEventOf: {groupHere, "only of the same", nil},
		actReport: {groupHere, "report of the run", nil}, actChart: {groupHere, "the chart alone", nil},
		actChartKind: {groupHere, "next chart", nil}, actZoom: {groupHere, "chart: another length", nil},
		actZoomIn: {groupHere, "chart: shorter, longer", []action{actZoomOut}}, actZoomOut: {groupHere, alone, nil},
		actLeft: {groupHere, "chart: earlier, later", []action{actRight}}, actRight: {groupHere, alone, nil},
		actFarLeft: {groupHere, "chart: the same, farther", []action{actFarRight}}, actFarRight: {groupHere, alone, nil},
		actCursor: {groupHere, "chart: read values", nil}, actLog: {groupHere, "chart: log scale", nil},

		actHistory: {groupScreen, "all runs", nil}, actEvents: {groupScreen, "events", nil},
		actSettings: {groupScreen, "configuration in force", nil}, actFreeze: {groupScreen, "freeze the picture", nil},
		actCopy: {groupScreen, "copy the value, all", []action{actCopyReport}}, actCopyReport: {groupScreen, alone, nil},
		actSave: {groupScreen, "save the screen", nil}, actPalette: {groupScreen, "type a command", nil},
		actHelp: {groupScreen, "help", nil}, actQuit: {groupScreen, "quit", nil},
	}[b.act]
	if !ok {
		known = shortly{groupHere, cmp.Or(b.Help().Desc, b.help), nil}
	}
	return known
}

// helpRow is a line of the table of keys.
type helpRow struct {
	keys, text string
	why        string // it does nothing now
}

// mostKeys is how wide the keys of a row are where that can be.
const mostKeys = 12

// helpRows are the keys of a page by group.
func (m *root) helpRows(p page) map[helpGroup][]helpRow {
	out := map[helpGroup][]helpRow{}
	seen := map[action]bool{}
	for i := range m.keys {
		b := &m.keys[i]
		short := briefOf(b)
		if !b.on(p) || seen[b.act] || short.text == alone {
			continue
		}
		seen[b.act] = true
		row := helpRow{keys: b.Help().Key, text: short.text, why: m.whyOn(p, b)}
		for _, other := range short.with {
			if i := slices.IndexFunc(m.keys, func(b binding) bool { return b.act == other && b.on(p) }); i >= 0 {
				row.keys = keysTogether(row.keys, m.keys[i].Help().Key)
			}
		}
		out[short.group] = append(out[short.group], row)
	}
	return out
}

// whyOn is why, of the page that the help lies on. A plan that lies under it is
// not looked into: it may have expired.
func (m *root) whyOn(p page, b *binding) string {
	if p == pagePlan {
		return ""
	}
	was := m.page
	m.page = p
	defer func() { m.page = was }()
	return m.why(b)
}

// keysTogether are the keys of two commands in one row: all of them, or the last
// of each.
func keysTogether(a, b string) string {
	if all := a + " " + b; width(all) <= mostKeys {
		return all
	}
	first, second := strings.Fields(a), strings.Fields(b)
	if width(a)+1+width(second[0]) <= mostKeys {
		return a + " " + second[0]
	}
	return first[len(first)-1] + " " + second[len(second)-1]
}

// keyTable is the keys of a page in columns.
func (m *root) keyTable(p page, w int) []string {
	s := m.scene()
	columnsOf := 1 + min(2, (w-1)/78)
	if w >= minWidth && columnsOf < 2 {
		columnsOf = 2
	}
	each := columns(w-1, columnsOf)
	rows := m.helpRows(p)
	var lines []string
	for g := groupHere; g <= groupScreen; g++ {
		if len(rows[g]) == 0 {
			continue
		}
		lines = append(lines, s.theme.paint(roleFaint, g.String()))
		for _, row := range rows[g] {
			lines = append(lines, s.helpRow(row, each[0]-1))
		}
	}
	high := (len(lines) + columnsOf - 1) / columnsOf
	blocks := make([][]string, columnsOf)
	for i := range blocks {
		from, to := min(i*high, len(lines)), min((i+1)*high, len(lines))
		blocks[i] = lines[from:to]
	}
	out := beside(blocks, each)
	for i := range out {
		out[i] = " " + out[i]
	}
	return out
}

// helpRow is a row of the table of keys in w columns.
func (s scene) helpRow(row helpRow, w int) string {
	mark, of, about := " ", roleTitle, roleText
	if row.why != "" {
		mark, of, about = glyphPending, roleFaint, roleFaint
	}
	keys := mark + fit(row.keys, max(8, width(row.keys))) + " "
	return s.theme.paint(of, keys) + s.theme.paint(about, cut(row.text, w-width(keys)))
}
