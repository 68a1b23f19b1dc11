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

// pipelineTable draws a list of pipelines in at most h lines of w columns: a line
// each where that fits, else two, and where even those do not fit, the second
// line of the selected pipeline only. Without a selection none is marked.
func (s scene) pipelineTable(t tableLayout, l *listing, selected string, w, h int) []string {
	if len(s.snap.Pipelines) == 0 {
		return fill([]string{" no pipelines are configured: " + keyOf(s.keys, actSettings) + " shows the configuration in force"}, min(h, 1))
	}
	if len(l.rows) == 0 {
		return fill([]string{" " + s.theme.paint(roleUnknown, "no pipeline is listed: esc shows all")}, min(h, 1))
	}
	return s.drawTable(t, l, placeOf(s.snap, l.rows, selected), w, h)
}

// tableLines is how many lines the table of n rows would like, and how few will
// do.
func (t *tableLayout) tableLines(n int) (want, need int) {
	if n == 0 || t.wide {
		return n + 1, n + 1
	}
	return 2*n + 1, n + 2
}

// allRows lists every pipeline, as they are configured.
func allRows(snap *model.Snapshot) *listing {
	l := &listing{rows: make([]row, len(snap.Pipelines))}
	for i := range l.rows {
		l.rows[i].at = i
	}
	return l
}

var baseHead = [baseColumns]string{"PIPELINE", "SUBSCRIBER", "ACTIVE", "VERDICT", "LAG offs", "slots", "TIME LEFT", "offs/s", "LAG, LAST 10 MIN"}

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
	left, look := timeLeft(p)
	return []cellText{
		{text: clean(p.Name), role: roleText},
		{text: clean(p.Subscriber), role: roleFaint},
		{text: active, role: roleText},
		{text: verdict, role: r},
		{text: countOr(LagOffsets(p)), right: true},
		{text: countOr(p.LagSlots), right: true},
		{text: left, role: look},
		{text: paceOr(p.ConsumedPerSecond), right: true},
		{}, // its lag in a line, drawn only where that column is shown
	}
}

// LagOffsets is how far a pipeline is behind, in offsets: of one that is cut off that
// is not known, as what it is measured against stands with it.
func LagOffsets(p *model.PipelineState) *int64 {
	if p.Verdict == model.PipelineCutOff {
		return nil
	}
	return p.LagOffsets
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
		seat, _ := p.Seat(c.Name)
		r, glyph := subscriberLook(seat.Subscriber)
		out = append(out, cellText{text: glyph + " " + string(seat.Subscriber), role: r})
		cursor := seat.Cursor
		if cursor == nil {
			out = append(out, cellText{text: none, role: roleFaint, right: true}, cellText{role: roleFaint, right: true})
			continue
		}
		look := roleText
		if p.Active != c.Name {
			look = roleFaint
		}
		out = append(out,
			cellText{text: slotText(cursor.Slot), role: look, right: true},
			cellText{text: s.cursorAge(*cursor), role: look, right: true})
	}
	return out
}

// cursorAge is the age of a cursor as a table has it.
func (s scene) cursorAge(c model.Cursor) string {
	age, known := strings.CutSuffix(ago(s.now.Sub(c.UpdatedAt), brief), " ago")
	if !known {
		return "unknown"
	}
	return age
}

// tableRow joins cells behind a mark of two columns; the name of the selected row
// is bold.
func (s scene) tableRow(mark string, cells []cellText, widths []int, selected bool) string {
	var b strings.Builder
	b.WriteString(mark)
	for i, c := range cells {
		r := c.role
		if i == 0 && selected {
			r = roleFocus
		}
		text := fit(c.text, widths[i]-2)
		if c.right {
			text = fitRight(c.text, widths[i]-2)
		}
		if i > 0 {
			b.WriteString("  ")
		}
		b.WriteString(s.theme.paint(r, text))
	}
	return b.String()
}

// selector is the two columns before a row.
func (s scene) selector(selected bool) string { return s.marks(selected, false) }

// marks are the two columns before a row that may be marked.
func (s scene) marks(selected, marked bool) string {
	out := " "
	if selected {
		out = s.theme.paint(roleFocus, glyphFocus)
	}
	if marked {
		return out + s.theme.paint(roleFocus, glyphMarked)
	}
	return out + " "
}

// headRow is the row of titles.
func (s scene) headRow(t tableLayout) string {
	cells := make([]cellText, len(t.head))
	for i, h := range t.head {
		cells[i] = cellText{text: h, role: roleFaint, right: toTheRight(t.ids[i])}
	}
	return s.tableRow("  ", cells, t.widths, false)
}

// drawTable draws the rows around the one at the given place. Only those are
// formatted.
func (s scene) drawTable(t tableLayout, l *listing, at, w, h int) []string {
	n := len(l.rows)
	out := []string{fit(s.headRow(t), w)}
	all := !t.wide && 2*n <= h-1
	room := h - 1
	switch {
	case all:
		room = n
	case !t.wide && at >= 0:
		room = h - 2
	}
	from, to := window(n, max(at, 0), room)
	for i := from; i < to; i++ {
		r := l.rows[i]
		if i == from && r.head == "" && i != at {
			r = l.heading(i)
		}
		if r.head != "" {
			out = append(out, s.theme.paint(roleTitle, cut(" "+r.head, w)))
			continue
		}
		p := &s.snap.Pipelines[r.at]
		spot := s.spots.of(p.Name)
		out = append(out, spot+fit(s.tableRow(s.marks(i == at, l.marked[p.Name]), t.cells(s, p), t.widths, i == at), w))
		if all || (!t.wide && i == at) {
			out = append(out, spot+s.placesLine(p, w))
		}
	}
	s.markHidden(out, from, n-to, w)
	return fill(out, min(h, len(out)))
}

// heading is the heading of the group of a row that is the first to be seen, which
// takes its place; in a list without groups it is the row itself.
func (l *listing) heading(i int) row {
	for j := i; j >= 0; j-- {
		if l.rows[j].head != "" {
			return l.rows[j]
		}
	}
	return l.rows[i]
}

// markHidden says in the title row how many rows are above and below.
func (s scene) markHidden(out []string, above, below, w int) {
	if above+below == 0 {
		return
	}
	text := " " + hidden(above, below)
	out[0] = fit(strings.TrimRight(out[0], " "), w-width(text)-1) + s.theme.paint(roleFocus, text) + " "
}

// placesLine is the subscriber, cursor and age per cluster on a line of their
// own.
func (s scene) placesLine(p *model.PipelineState, w int) string {
	n := len(s.snap.Clusters)
	if n == 0 {
		return ""
	}
	widths := columns(w-4, n)
	var b strings.Builder
	b.WriteString("    ")
	for i, c := range s.snap.Clusters {
		b.WriteString(fit(s.placeText(p, c.Name, " ", "  "), widths[i]))
		if i < n-1 {
			b.WriteByte(' ')
		}
	}
	return fit(b.String(), w)
}

// placeText is the subscriber, cursor and age of a pipeline at one cluster, with
// what stands before the subscriber and the cursor.
func (s scene) placeText(p *model.PipelineState, cluster, subscriber, before string) string {
	seat, _ := p.Seat(cluster)
	state := seat.Subscriber
	r, glyph := subscriberLook(state)
	text := s.theme.paint(roleFaint, clean(cluster)+subscriber) + s.theme.paint(r, glyph+" "+clean(string(state)))
	cursor := seat.Cursor
	if cursor == nil {
		return text + s.theme.paint(roleFaint, strings.Replace(before, "cursor ", "", 1)+"no cursor")
	}
	look := roleText
	if p.Active != cluster {
		look = roleFaint
	}
	return text + s.theme.paint(roleFaint, before) + s.theme.paint(look, slotText(cursor.Slot)) + s.theme.paint(roleFaint, " "+ago(s.now.Sub(cursor.UpdatedAt), brief))
}
