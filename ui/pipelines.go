package ui

import (
	"strings"

	"github.com/fumtui/fumtui/model"
)

// cellText is a cell of a table: text, and what it means.
type cellText struct {
	text  string
	role  role
	right bool
}

// pipelineTable draws the pipelines in at most h lines of w columns: a row
// each where that is wide enough, else two, and where even that does not fit,
// the second line of the selected pipeline only.
func (s scene) pipelineTable(selected string, w, h int) []string {
	n := len(s.snap.Pipelines)
	if n == 0 {
		return fill([]string{" no pipelines are configured"}, min(h, 1))
	}
	at := 0
	rows := make([][]cellText, n)
	for i := range s.snap.Pipelines {
		if s.snap.Pipelines[i].Name == selected {
			at = i
		}
		rows[i] = append(s.pipelineCells(&s.snap.Pipelines[i]), s.placeCells(&s.snap.Pipelines[i])...)
	}
	head := s.pipelineHead()
	if widths, ok := wideWidths(head, rows, w); ok {
		return s.wideTable(head, rows, widths, at, w, h)
	}
	for i := range rows {
		rows[i] = rows[i][:len(baseHead)]
	}
	return s.narrowTable(head[:len(baseHead)], rows, at, w, h)
}

// tableLines is how many lines the table would like at width w.
func (s scene) tableLines(w int) int {
	n := len(s.snap.Pipelines)
	rows := make([][]cellText, n)
	for i := range s.snap.Pipelines {
		rows[i] = append(s.pipelineCells(&s.snap.Pipelines[i]), s.placeCells(&s.snap.Pipelines[i])...)
	}
	if _, ok := wideWidths(s.pipelineHead(), rows, w); ok {
		return n + 1
	}
	return 2*n + 1
}

// wideWidths are the widths of a table with a row per pipeline, and whether it
// fits w columns. The subscriber's name, mostly like the pipeline's, gives way
// a little.
func wideWidths(head []string, rows [][]cellText, w int) ([]int, bool) {
	widths := tableWidths(head, rows)
	if over := sum(widths) + 1 - w; over > 0 {
		widths[1] -= min(over, widths[1]/2)
	}
	return widths, sum(widths)+1 <= w
}

var baseHead = [...]string{"PIPELINE", "SUBSCRIBER", "ACTIVE", "VERDICT", "LAG offs", "slots"}

// pipelineHead are the column titles: of the pipeline, then three per cluster.
func (s scene) pipelineHead() []string {
	head := append([]string(nil), baseHead[:]...)
	for _, c := range s.snap.Clusters {
		head = append(head, clean(c.Name)+":", "cursor", "age")
	}
	return head
}

// pipelineCells are the cells under [baseHead].
func (s scene) pipelineCells(p *model.PipelineState) []cellText {
	r, verdict := s.pipelineVerdict(p)
	active := clean(p.Active)
	if active == "" {
		active = none
	}
	return []cellText{
		{text: clean(p.Name), role: roleText},
		{text: clean(p.Subscriber), role: roleFaint},
		{text: active, role: roleText},
		{text: verdict, role: r},
		{text: countOr(p.LagOffsets), right: true},
		{text: countOr(p.LagSlots), right: true},
	}
}

// pipelineVerdict is glyph and word of a pipeline's verdict; while it moves,
// also the step.
func (s scene) pipelineVerdict(p *model.PipelineState) (role, string) {
	r, glyph := pipelineLook(p.Verdict)
	text := word(p.Verdict)
	if run := underWay(p); run != nil {
		if run.State != model.RunRunning {
			r, glyph = runLook(run.State)
			text = word(run.State)
		}
		text += ": " + string(run.CurrentStep())
	}
	return r, glyph + " " + text
}

// placeCells are the subscriber, cursor and age of a pipeline per cluster.
func (s scene) placeCells(p *model.PipelineState) []cellText {
	out := make([]cellText, 0, 3*len(s.snap.Clusters))
	for _, c := range s.snap.Clusters {
		state, ok := p.Subscribers[c.Name]
		if !ok {
			state = model.SubscriberUnknown
		}
		r, glyph := subscriberLook(state)
		out = append(out, cellText{text: glyph + " " + string(state), role: r})
		cursor, ok := p.Cursors[c.Name]
		if !ok {
			out = append(out, cellText{text: none, role: roleFaint, right: true}, cellText{role: roleFaint, right: true})
			continue
		}
		look := roleText
		if p.Active != c.Name {
			look = roleFaint
		}
		out = append(out,
			cellText{text: slotText(cursor.Slot), role: look, right: true},
			cellText{text: brief(s.now.Sub(cursor.UpdatedAt)), role: look, right: true})
	}
	return out
}

// tableWidths is what each column needs, with two columns between.
func tableWidths(head []string, rows [][]cellText) []int {
	widths := make([]int, len(head))
	for i, h := range head {
		widths[i] = width(h)
		for _, r := range rows {
			widths[i] = max(widths[i], width(r[i].text))
		}
		widths[i] += 2
	}
	widths[3] = max(widths[3], 14) // verdicts change: the columns should not
	return widths
}

func sum(v []int) int {
	n := 0
	for _, x := range v {
		n += x
	}
	return n
}

// tableRow joins cells; the selected row is marked by a glyph and bold name.
func (s scene) tableRow(cells []cellText, widths []int, selected bool) string {
	var b strings.Builder
	b.WriteString(s.selector(selected))
	for i, c := range cells {
		r := c.role
		if i == 0 && selected {
			r = roleFocus
		}
		text := fit(c.text, widths[i]-2)
		if c.right {
			text = fitRight(c.text, widths[i]-2)
		}
		b.WriteString(s.theme.paint(r, text))
		b.WriteString("  ")
	}
	return b.String()
}

// selector is the two columns before a row.
func (s scene) selector(selected bool) string {
	if selected {
		return s.theme.paint(roleFocus, glyphFocus) + " "
	}
	return "  "
}

// headRow is the row of titles.
func (s scene) headRow(head []string, rows [][]cellText, widths []int) string {
	cells := make([]cellText, len(head))
	for i, h := range head {
		cells[i] = cellText{text: h, role: roleFaint, right: len(rows) > 0 && rows[0][i].right}
	}
	return s.tableRow(cells, widths, false)
}

func (s scene) wideTable(head []string, rows [][]cellText, widths []int, at, w, h int) []string {
	out := []string{fit(s.headRow(head, rows, widths), w)}
	from, to := window(len(rows), at, h-1)
	for i := from; i < to; i++ {
		out = append(out, fit(s.tableRow(rows[i], widths, i == at), w))
	}
	s.markHidden(out, from, len(rows)-to, w)
	return fill(out, min(h, len(out)))
}

func (s scene) narrowTable(head []string, rows [][]cellText, at, w, h int) []string {
	widths := tableWidths(head, rows)
	for _, col := range []int{1, 0} { // the subscriber's name gives way first
		if over := sum(widths) + 2 - w; over > 0 {
			widths[col] = max(8, widths[col]-over)
		}
	}
	out := []string{fit(s.headRow(head, rows, widths), w)}
	both := len(rows)*2 <= h-1
	room := h - 2
	if both {
		room = h - 1 - len(rows)
	}
	from, to := window(len(rows), at, room)
	for i := from; i < to; i++ {
		out = append(out, fit(s.tableRow(rows[i], widths, i == at), w))
		if both || i == at {
			out = append(out, s.placesLine(&s.snap.Pipelines[i], w))
		}
	}
	s.markHidden(out, from, len(rows)-to, w)
	return fill(out, min(h, len(out)))
}

// markHidden says in the title row how many rows are above and below.
func (s scene) markHidden(out []string, above, below, w int) {
	if above+below == 0 {
		return
	}
	text := ""
	if above > 0 {
		text += " ↑" + count(int64(above))
	}
	if below > 0 {
		text += " ↓" + count(int64(below))
	}
	out[0] = fit(out[0], w-width(text)-1) + s.theme.paint(roleFocus, text) + " "
}

// placesLine is the subscriber, cursor and age per cluster on a line of their
// own.
func (s scene) placesLine(p *model.PipelineState, w int) string {
	n := len(s.snap.Clusters)
	if n == 0 {
		return ""
	}
	cells := s.placeCells(p)
	widths := columns(w-4, n)
	var b strings.Builder
	b.WriteString("    ")
	for i, c := range s.snap.Clusters {
		sub, cursor, age := cells[3*i], cells[3*i+1], cells[3*i+2]
		text := s.theme.paint(roleFaint, clean(c.Name)) + " " + s.theme.paint(sub.role, sub.text) + "  "
		if age.text == "" {
			text += s.theme.paint(roleFaint, "no cursor")
		} else {
			text += s.theme.paint(cursor.role, cursor.text) + s.theme.paint(roleFaint, " "+age.text+" ago")
		}
		b.WriteString(fit(text, widths[i]))
		if i < n-1 {
			b.WriteByte(' ')
		}
	}
	return fit(b.String(), w)
}
