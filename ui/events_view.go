package ui

import (
	"strings"

	"github.com/fumtui/fumtui/model"
)

// eventsAbout is how many lines say the selected event in full.
const eventsAbout = 4

// eventsBody draws the page.
func (m *root) eventsBody(w, h int) []string {
	s, v := m.scene(), &m.events
	all := v.list()
	out := []string{s.rule("Events, the newest first", m.eventsHow(all), w)}
	switch {
	case m.opts.Historian == nil:
		out = append(out, s.painted(roleFaint, wrap1("Only what this console saw: no database is open here.", w))...)
	case v.err != "":
		out = append(out, s.painted(roleWarn, clip(wrapIndent(" "+glyphWarn+" ", "the database could not be read: "+v.err, w-1), 3, w-1))...)
	}
	if len(all) == 0 {
		return append(out, "", " "+s.theme.paint(roleUnknown, m.noEvents()))
	}
	at := v.row(all)
	out = append(out, s.eventsTable(all, at, w, h-len(out)-eventsAbout)...)
	return fill(append(fill(out, h-eventsAbout), s.eventAbout(&all[at], w)...), h)
}

// eventsHow says how many of which are shown, and whether what comes is followed.
func (m *root) eventsHow(all []model.Event) string {
	v := &m.events
	n := len(v.seen) + len(v.stored)
	parts := []string{shownOf(len(all), n, "event")}
	if v.more {
		parts[0] = "the newest " + parts[0]
	}
	if v.kind != "" {
		parts = append(parts, "only "+eventKindText(v.kind))
	}
	if v.of != "" {
		parts = append(parts, "of "+clean(v.of))
	}
	if v.filter != "" {
		parts = append(parts, "/"+clean(string(v.filter)))
	}
	if newer := v.row(all); newer > 0 {
		return strings.Join(append(parts, model.Count(int64(newer))+" newer, "+strings.ReplaceAll(m.rowOf(actFirst).Help().Key, " ", " or ")+" follows"), " · ")
	}
	return strings.Join(append(parts, "following"), " · ")
}

// eventKindText are the events of a kind, as people call them.
func eventKindText(k model.EventKind) string {
	switch k {
	case model.EventVerdict:
		return "verdicts"
	case model.EventAdvice:
		return "advices"
	case model.EventRun:
		return "runs that were left"
	case model.EventAction:
		return "actions"
	}
	return clean(string(k))
}

// noEvents says why nothing is listed.
func (m *root) noEvents() string {
	v := &m.events
	switch {
	case m.opts.Historian != nil && !v.loaded && v.err == "":
		return "the events are being read …"
	case v.filter == "" && v.kind == "" && v.of == "":
		return "nothing has changed yet"
	}
	return "no event is like that: esc shows all"
}

// eventsTable is a row an event: when, which kind, of what, what, and in a wide
// window who.
func (s scene) eventsTable(all []model.Event, at, w, h int) []string {
	const wide = 110
	subjects, actors := len("OF"), len("BY")
	for i := range all {
		subjects = max(subjects, width(clean(all[i].Subject())))
		actors = max(actors, width(clean(all[i].By)))
	}
	head, widths := []string{"TIME UTC", "KIND", "OF"}, []int{16, 9, min(subjects, w/5) + 2}
	if w >= wide {
		head, widths = append(head, "BY"), append(widths, min(actors, w/6)+2)
	}
	head, widths = append(head, "WHAT"), append(widths, 0)
	return s.listTable(head, widths, len(all), at, w, h, func(i int) string { return all[i].ID }, func(i int) []cellText {
		e := &all[i]
		look, glyph := eventLook(e)
		cells := []cellText{{text: stamp(e.At)}, {text: clean(string(e.Kind))}, {text: clean(e.Subject())}}
		if w >= wide {
			cells = append(cells, cellText{text: clean(e.By), role: roleFaint})
		}
		return append(cells, cellText{text: glyph + " " + EventText(e), role: look})
	})
}

// eventAbout is the selected event in full, and what enter opens.
func (s scene) eventAbout(e *model.Event, w int) []string {
	text := EventText(e)
	if of := e.Subject(); of != "" {
		text = clean(of) + ": " + text
	}
	by, opens := "first seen by the console of ", "enter: what was known then"
	switch {
	case e.Run != "":
		by, opens = "by ", "enter: its run, "+clean(e.Run)
	case e.Kind == model.EventAction:
		by, opens = "by ", "enter: its pipeline"
	}
	if e.By != "" {
		opens = by + clean(e.By) + " · " + opens
	}
	out := append([]string{""}, clip(wrap1(text, w), eventsAbout-2, w-1)...)
	return append(fill(out, eventsAbout-1), " "+s.theme.paint(roleFaint, cut(opens, w-2)))
}
