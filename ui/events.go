package ui

import (
	"context"
	"slices"
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
)

// mostEvents is how many changes are remembered while the console runs.
const mostEvents = 2000

// event is something that changed or that somebody did.
type event struct {
	id      string // its identity
	at      time.Time
	kind    string // "verdict", "advice", "run", "action"
	subject string // a cluster, a pipeline, or who did it
	text    string
	role    role
	glyph   string
}

// eventsPage lists what happened, the newest first. The selection is an event,
// not a row.
type eventsPage struct {
	seen   []event // in snapshots while this console runs, the oldest first
	count  uint64  // of all that were seen
	audit  []event // of the audit trail, the newest first
	read   uint64  // how often that was read
	filter textFilter
	at     string

	asked recordQuestion
	err   string

	key eventsKey
	all []event // that pass, the newest first
}

// eventsKey is all that the list depends on.
type eventsKey struct {
	count, read uint64
	filter      textFilter
}

// auditMsg brings the audit trail.
type auditMsg struct {
	entries []AuditLine
	err     error
}

// noteEvents remembers what changed between two snapshots.
func (m *root) noteEvents(old, now *model.Snapshot) {
	if old == nil {
		return
	}
	for i := range now.Clusters {
		c := &now.Clusters[i]
		was, known := old.Cluster(c.Name)
		if known && was.Verdict == c.Verdict {
			continue
		}
		r, glyph := clusterLook(c.Verdict)
		text := "cluster " + changed(word(was.Verdict), word(c.Verdict), known) + because(c.Reason)
		m.note(event{at: now.Time, kind: "verdict", subject: c.Name, text: text, role: r, glyph: glyph})
	}
	for i := range now.Pipelines {
		p, was := &now.Pipelines[i], (*model.PipelineState)(nil)
		if i < len(old.Pipelines) && old.Pipelines[i].Name == p.Name {
			was = &old.Pipelines[i]
		} else if found, ok := old.Pipeline(p.Name); ok {
			was = &found
		}
		m.notePipeline(now.Time, was, p)
	}
}

// notePipeline remembers what changed of a pipeline; was is nil for a new one.
func (m *root) notePipeline(at time.Time, was, p *model.PipelineState) {
	known := was != nil
	if !known {
		was = &model.PipelineState{}
	}
	if was.Verdict != p.Verdict {
		r, glyph := pipelineLook(p.Verdict)
		text := "pipeline " + changed(word(was.Verdict), word(p.Verdict), known) + because(p.Reason)
		m.note(event{at: at, kind: "verdict", subject: p.Name, text: text, role: r, glyph: glyph})
	}
	if was.Advice.Action != p.Advice.Action || was.Advice.Target != p.Advice.Target {
		r, glyph := actionLook(p.Advice.Action)
		text := changed(adviceWord(was.Advice.Action), adviceWord(p.Advice.Action), known) + because(p.Advice.Text)
		m.note(event{at: at, kind: "advice", subject: p.Name, text: text, role: r, glyph: glyph})
	}
	if run := p.Run; run != nil {
		before, same := model.RunState(""), was.Run != nil && was.Run.ID == run.ID
		if same {
			before = was.Run.State
		}
		if before != run.State {
			r, glyph := runLook(run.State)
			_, text := runWord(run)
			text = string(run.Kind) + routeText(run.From, run.To) + " " + changed(string(before), string(run.State), same) + because(text)
			m.note(event{at: at, kind: "run", subject: p.Name, text: text, role: r, glyph: glyph})
		}
	}
}

// adviceWord is an advice as it is said.
func adviceWord(a model.Action) string {
	if a == model.ActionNone {
		return "nothing to do"
	}
	return phrase(a)
}

func changed(was, is string, known bool) string {
	if !known || was == "" {
		return "is " + is
	}
	return "was " + was + ", is " + is
}

func because(why string) string {
	if why == "" {
		return ""
	}
	return ": " + why
}

func (m *root) note(e event) {
	v := &m.events
	v.count++
	e.id, e.subject, e.text = "s"+strconv.FormatUint(v.count, 10), clean(e.subject), clean(e.text)
	if len(v.seen) >= mostEvents {
		v.seen = slices.Delete(v.seen, 0, mostEvents/10)
	}
	v.seen = append(v.seen, e)
}

// openEvents shows what happened.
func (m *root) openEvents() tea.Cmd {
	m.leaveTo(pageEvents)
	m.events.asked.mark = 0
	return m.readAudit()
}

// readAudit asks for the audit trail where it is shown.
func (m *root) readAudit() tea.Cmd {
	historian := m.opts.Historian
	return m.askRecord(pageEvents, &m.events.asked, func(ctx context.Context) tea.Msg {
		entries, err := historian.Audit(ctx, mostAudit)
		return auditMsg{entries, err}
	})
}

// auditRead takes the answer to [root.readAudit].
func (m *root) auditRead(msg auditMsg) tea.Cmd {
	v := &m.events
	v.asked.inFlight, v.err = false, ""
	if msg.err != nil {
		v.err = clean(msg.err.Error())
		return nil
	}
	v.audit, v.read = make([]event, len(msg.entries)), v.read+1
	for i, a := range msg.entries {
		text := a.Action
		if a.Pipeline != "" {
			text = a.Pipeline + ": " + text
		}
		if a.Detail != "" {
			text += ": " + a.Detail
		}
		v.audit[i] = event{
			id: "a" + strconv.FormatInt(a.ID, 10), at: a.At, kind: "action", subject: clean(a.Actor), text: clean(text),
			glyph: glyphFocus,
		}
	}
	return m.readAudit()
}

// list are the events that pass the filter, the newest first.
func (v *eventsPage) list() []event {
	key := eventsKey{v.count, v.read, v.filter}
	if v.key == key && v.all != nil {
		return v.all
	}
	v.key, v.all = key, make([]event, 0, len(v.seen)+len(v.audit))
	add := func(e event) {
		if v.filter.passes(e.kind, e.subject, e.text) {
			v.all = append(v.all, e)
		}
	}
	audit := v.audit
	for i := len(v.seen) - 1; i >= 0; i-- {
		for len(audit) > 0 && audit[0].at.After(v.seen[i].at) {
			add(audit[0])
			audit = audit[1:]
		}
		add(v.seen[i])
	}
	for _, e := range audit {
		add(e)
	}
	return v.all
}

func (v *eventsPage) row(all []event) int {
	return max(0, slices.IndexFunc(all, func(e event) bool { return e.id == v.at }))
}

// move changes the selection. Where nothing was selected, the newest is, and
// stays the newest until somebody moves.
func (v *eventsPage) move(by int) {
	if all := v.list(); len(all) > 0 {
		v.at = all[stepTo(len(all), v.row(all), by)].id
	}
}

// eventsBody draws the page.
func (m *root) eventsBody(w, h int) []string {
	s, v := m.scene(), &m.events
	all := v.list()
	right := shownOf(len(all), len(v.seen)+len(v.audit), "event")
	if v.filter != "" {
		right += ", /" + clean(string(v.filter))
	}
	out := []string{s.rule("Events, the newest first", right, w)}
	note := "Changes are those that this console saw; actions are of the audit trail, of all consoles."
	if m.opts.Historian == nil {
		note = "Changes that this console saw; no database is open here, so actions are missing."
	}
	out = append(out, s.painted(roleFaint, clip(wrap1(note, w), 1, w-1))...)
	if v.err != "" {
		out = append(out, s.painted(roleWarn, clip(wrapIndent(" "+glyphWarn+" ", "the audit trail could not be read: "+v.err, w-1), 3, w-1))...)
	}
	if len(all) == 0 {
		return append(out, "", " "+s.theme.paint(roleUnknown, map[bool]string{true: "nothing has changed yet", false: "no event contains that: esc shows all"}[v.filter == ""]))
	}
	const about = 4
	subjects := len("WHO")
	for i := range all {
		subjects = max(subjects, width(all[i].subject))
	}
	at := v.row(all)
	out = append(out, s.listTable([]string{"TIME UTC", "KIND", "WHO", "WHAT"}, []int{16, 9, min(subjects, w/5) + 2, 0}, len(all), at, w, h-len(out)-about,
		func(i int) []cellText {
			e := &all[i]
			return []cellText{{text: stamp(e.at)}, {text: e.kind}, {text: e.subject}, {text: e.glyph + " " + e.text, role: e.role}}
		})...)
	full := clip(wrapIndent(" ", all[at].subject+": "+all[at].text, w-1), about-1, w-1)
	return fill(append(append(fill(out, h-about), ""), full...), h)
}
