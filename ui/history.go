package ui

import (
	"context"
	"hash/fnv"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
)

const (
	mostRuns = 1000 // that the history shows
	// historyWithin bounds how long what has been may be waited for.
	historyWithin = 5 * time.Second
)

// historyPage lists all runs, the newest first. The selection is a run, not a
// row.
type historyPage struct {
	runs   []model.Run
	loaded bool
	more   bool   // there are older ones
	err    string // of the newest question
	at     string // id of the run
	filter textFilter
	asked  recordQuestion
}

// historyMsg brings the runs.
type historyMsg struct {
	runs []model.Run
	err  error
}

// historianBlocked says why nothing that has been can be shown.
func historianBlocked(m *root) string {
	if m.opts.Historian == nil {
		return "no database is open here"
	}
	return ""
}

// openHistory shows all runs.
func (m *root) openHistory() tea.Cmd {
	m.leaveTo(pageHistory)
	m.history.asked.mark = 0
	return m.readHistory()
}

// readHistory asks for the runs where they are shown.
func (m *root) readHistory() tea.Cmd {
	return m.askRecord(pageHistory, &m.history.asked, newestRuns(m.opts.Historian))
}

// loadRuns asks for the runs where nobody did yet, so that they can be named.
func (m *root) loadRuns() tea.Cmd {
	h, historian := &m.history, m.opts.Historian
	if historian == nil || h.loaded || h.asked.inFlight {
		return nil
	}
	h.asked.inFlight = true
	return m.jobs.cmd(func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, historyWithin)
		defer cancel()
		return newestRuns(historian)(ctx)
	})
}

// newestRuns asks for the runs that the history shows, and for one more: then there
// are older ones.
func newestRuns(historian Historian) func(context.Context) tea.Msg {
	return func(ctx context.Context) tea.Msg {
		runs, err := historian.Runs(ctx, mostRuns+1)
		return historyMsg{runs, err}
	}
}

// recordQuestion is what a page last asked the database.
type recordQuestion struct {
	inFlight bool
	mark     uint64 // of the runs of the snapshot at the newest question
}

// askRecord asks the database for what a page shows, where it is shown and a run
// has changed since; one question at a time.
func (m *root) askRecord(p page, q *recordQuestion, ask func(context.Context) tea.Msg) tea.Cmd {
	if m.page != p || m.opts.Historian == nil || q.inFlight {
		return nil
	}
	mark := runsMark(m.snap)
	if q.mark == mark {
		return nil
	}
	q.inFlight, q.mark = true, mark
	return m.jobs.cmd(func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, historyWithin)
		defer cancel()
		return ask(ctx)
	})
}

// runsMark changes whenever a run of the snapshot does; it is never 0.
func runsMark(snap *model.Snapshot) uint64 {
	sum := fnv.New64a()
	for i := range snap.Pipelines {
		if r := snap.Pipelines[i].Run; r != nil {
			_, _ = sum.Write([]byte(r.ID + "\x00" + string(r.State) + "\x00" + string(r.CurrentStep()) + "\x00"))
		}
	}
	return sum.Sum64() | 1
}

// historyRead takes the answer to [root.readHistory].
func (m *root) historyRead(msg historyMsg) tea.Cmd {
	h := &m.history
	h.asked.inFlight = false
	if msg.err != nil {
		h.err = clean(msg.err.Error())
		h.asked.mark = 0 // to be asked again
		return nil
	}
	h.more = len(msg.runs) > mostRuns
	h.runs, h.loaded, h.err = msg.runs[:min(len(msg.runs), mostRuns)], true, ""
	if at := h.selected(); h.at == "" && at != nil {
		h.at = at.ID
	}
	return m.readHistory()
}

// shown are the runs that pass the filter.
func (h *historyPage) shown() []*model.Run {
	out := make([]*model.Run, 0, len(h.runs))
	for i := range h.runs {
		r := &h.runs[i]
		if h.filter.passes(r.ID, r.Pipeline, string(r.Kind), string(r.Mode), r.From, r.To, string(r.State), r.RequestedBy, r.Reason) {
			out = append(out, r)
		}
	}
	return out
}

// row is the selected row, the first where that run is not shown.
func (h *historyPage) row(runs []*model.Run) int {
	return max(0, slices.IndexFunc(runs, func(r *model.Run) bool { return r.ID == h.at }))
}

// selected is the selected run; nil without one.
func (h *historyPage) selected() *model.Run {
	runs := h.shown()
	if len(runs) == 0 {
		return nil
	}
	return runs[h.row(runs)]
}

func (h *historyPage) move(by int) {
	if runs := h.shown(); len(runs) > 0 {
		h.at = runs[stepTo(len(runs), h.row(runs), by)].ID
	}
}

// stepTo is the row that a move leads to; a single step goes round at the ends.
func stepTo(n, at, by int) int {
	if by == 1 || by == -1 {
		return (at + by + n) % n
	}
	return max(0, min(at+by, n-1))
}

// openRecord shows the page of a run of the history: live where the snapshot has
// it, else as it was kept.
func (m *root) openRecord(r *model.Run) tea.Cmd {
	cmd := m.openRun(r.Pipeline, r.ID)
	if m.run.last != nil {
		return cmd
	}
	record := r.Clone()
	m.run.last, m.run.kept = &record, r.State.Ended()
	return tea.Batch(cmd, m.watchRun())
}

// historyBody draws the page.
func (m *root) historyBody(w, h int) []string {
	s, p := m.scene(), &m.history
	runs := p.shown()
	right := shownOf(len(runs), len(p.runs), "run")
	if p.more {
		right = "the newest " + right
	}
	if p.filter != "" {
		right += ", /" + clean(string(p.filter))
	}
	out := []string{s.rule("All runs, the newest first", right, w)}
	if p.err != "" {
		out = append(out, s.painted(roleWarn, clip(wrapIndent(" "+glyphWarn+" ", "they could not be read: "+p.err, w-1), 3, w-1))...)
	}
	switch {
	case !p.loaded && p.err == "":
		return append(out, "", " "+s.theme.paint(roleFaint, "the runs are being read …"))
	case !p.loaded:
		return out
	case len(p.runs) == 0:
		return append(out, "", " there was no run yet")
	case len(runs) == 0:
		return append(out, "", " "+s.theme.paint(roleUnknown, "no run contains that: esc shows all"))
	}
	const about = 4
	names := len("PIPELINE")
	for _, r := range runs {
		names = max(names, width(clean(r.Pipeline)))
	}
	at := p.row(runs)
	widths := []int{16, min(names, max(8, w/6)) + 2, 10, min(w/8, 24) + 2, 15, 8, 0}
	told := w-sum(widths) >= leastRemark
	out = append(out, s.listTable([]string{"STARTED", "PIPELINE", "KIND", "FROM → TO", "", "TOOK", ""}, widths, len(runs), at, w, h-len(out)-about,
		func(i int) string { return runs[i].ID }, func(i int) []cellText { return s.recordCells(runs[i], told) })...)
	return fill(append(fill(out, h-about), s.recordAbout(runs[at], w, about)...), h)
}

// leastRemark is the room below which the remark on a run is left to the lines
// below the list.
const leastRemark = 24

// recordCells are the cells of a run, its remark where that is told.
func (s scene) recordCells(r *model.Run, told bool) []cellText {
	look, glyph := runLook(r.State)
	route := clean(r.From) + " → " + clean(r.To)
	if r.From == r.To {
		route = "at " + clean(r.To)
	}
	remark := cellText{}
	if told {
		_, text := runWord(r)
		remark = cellText{text: clean(text), role: roleFaint}
	}
	return []cellText{
		{text: stamp(r.StartedAt)},
		{text: clean(r.Pipeline)},
		{text: clean(string(r.Kind))},
		{text: route},
		{text: glyph + " " + clean(string(r.State)), role: look},
		{text: precise(elapsed(r.StartedAt, r.EndedAt, s.now)), right: true},
		remark,
	}
}

// recordAbout is what else there is to say about a run, in h lines.
func (s scene) recordAbout(r *model.Run, w, h int) []string {
	text := "run " + clean(r.ID)
	if r.RequestedBy != "" {
		text += " by " + clean(r.RequestedBy)
	}
	if r.GapSlots != nil {
		text += ", gap " + model.Count(*r.GapSlots)
	}
	if r.DuplicateSlots != nil {
		text += ", repeats " + model.Count(*r.DuplicateSlots)
	}
	if r.Evacuation != "" {
		text += ", of an evacuation"
	}
	lines := wrap1(text, w)
	if r.Reason != "" {
		lines = append(lines, wrapIndent(" reason: ", clean(r.Reason), w-1)...)
	}
	if _, more := runWord(r); more != "" {
		lines = append(lines, wrap1(clean(more), w)...)
	}
	return append([]string{""}, s.painted(roleFaint, clip(lines, h-1, w-1))...)
}

// stamp is a day and a time of it, UTC.
func stamp(at time.Time) string {
	if at.IsZero() {
		return none
	}
	return at.UTC().Format("01-02 15:04:05")
}
