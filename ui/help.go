package ui

import (
	"slices"
	"strings"
)

// helpEntry is something that the help explains.
type helpEntry struct{ label, text string }

// helpLines is the help page: the keys of the page that it lies on in a table,
// why some of them do nothing now, what each does, and what signs and words mean.
// With a filter it is what contains that, of all pages.
func (m *root) helpLines(w int) []string {
	s := m.scene()
	if m.helpFilter != "" {
		return m.helpFound(w)
	}
	out := []string{s.rule("Keys on "+m.under.String(), m.keyFor(actFilter)+" searches all of the help", w)}
	out = append(out, m.keyTable(m.under, w)...)
	here, elsewhere := m.keyEntries()
	if not := m.notNow(); len(not) > 0 {
		out = s.entries(append(out, ""), glyphPending+" not now", not, w)
	}
	out = s.entries(append(out, ""), "What they do", here, w)
	out = s.entries(append(out, ""), "Keys of other pages", elsewhere, w)
	out = append(out, "", s.rule("Signs", "", w))
	for _, l := range signs() {
		out = append(out, wrapIndent("   "+m.theme.paint(l.r, fit(l.glyph, 10)), l.text, w-1)...)
	}
	for _, part := range helpParts() {
		out = s.entries(append(out, ""), part.title, part.entries, w)
	}
	return out
}

// entries adds a heading and what it is about.
func (s scene) entries(out []string, title string, entries []helpEntry, w int) []string {
	if len(entries) == 0 {
		return out[:len(out)-1]
	}
	out = append(out, s.rule(title, "", w))
	for _, e := range entries {
		label := "   " + fit(e.label, max(10, width(e.label))) + " "
		lines := wrapIndent(label, e.text, w-1)
		lines[0] = s.theme.paint(roleTitle, label) + strings.TrimPrefix(lines[0], label)
		out = append(out, lines...)
	}
	return out
}

// keyEntries are the keys with what they do, those of the page under the help
// first.
func (m *root) keyEntries() (here, elsewhere []helpEntry) {
	for i := range m.keys {
		b := &m.keys[i]
		if b.help == "" {
			continue
		}
		e := helpEntry{b.Help().Key, b.help}
		if b.on(m.under) {
			here = append(here, e)
		} else {
			elsewhere = append(elsewhere, e)
		}
	}
	return here, elsewhere
}

// notNow are the keys of the page under the help that do nothing, with why.
func (m *root) notNow() []helpEntry {
	var out []helpEntry
	for i := range m.keys {
		b := &m.keys[i]
		if !b.on(m.under) || b.help == "" {
			continue
		}
		if why := m.whyOn(m.under, b); why != "" {
			out = append(out, helpEntry{b.Help().Key, why})
		}
	}
	return out
}

// helpFound is what of the help passes the filter.
func (m *root) helpFound(w int) []string {
	s := m.scene()
	here, elsewhere := m.keyEntries()
	var found []helpEntry
	all := slices.Concat(here, elsewhere)
	for _, l := range signs() {
		all = append(all, helpEntry{l.glyph, l.text})
	}
	for _, part := range helpParts() {
		all = append(all, part.entries...)
	}
	for _, e := range all {
		if m.helpFilter.passes(e.label, e.text) {
			found = append(found, e)
		}
	}
	if len(found) == 0 {
		return []string{s.rule("Help", "", w), "", " " + s.theme.paint(roleUnknown, "nothing in the help contains that: esc shows all")}
	}
	return s.entries([]string{}, "Help: "+shownOf(len(found), len(all), "line"), found, w)
}

// sign is a sign with what it means.
type sign struct {
	r           role
	glyph, text string
}

func signs() []sign {
	return []sign{
		{roleOK, glyphOK, "good: healthy, streaming, present, done"},
		{roleFocus, glyphMoving, "under way: moving, catching-up, a running step"},
		{roleWarn, glyphWarn, "look at it: blip, degraded, silent, falling-behind, waiting"},
		{roleCritical, glyphCritical, "bad: down, stalled, refusing-us, cut-off, subscriber lost, failed"},
		{roleUnknown, glyphUnknown, "unknown: too little or too old evidence, which is never taken for healthy"},
		{roleFaint, none, "a value that is not known, which is not 0"},
		{roleStale, "STALE", "the last known value: nothing newer came"},
	}
}

// helpPart is a part of the help that is about words.
type helpPart struct {
	title   string
	entries []helpEntry
}

func helpParts() []helpPart {
	return []helpPart{
		{"Whose fault it is", []helpEntry{
			{"NOTHING …", "HERE: only a cluster that nothing runs on is ill; SEEN: not everything can be seen; YET: there is a sign, too short to tell"},
			{"BLIP", "too short to tell: wait, the advice says until when"},
			{"CLUSTER", "down or stalled for long: the one fault that a failover helps against"},
			{"PROVIDER", "it answers, but badly or without data: ask its support first"},
			{"SUBSCRIBER", "lost or stale at a cluster that does well: create it again there"},
			{"YOUR …", "your client, its host or network, or your token and configuration: a failover does not help"},
			{"CONSOLE", "this console's own network: the clients may well stream"},
			{"CHAIN", "every cluster stands at the same slot: wait"},
		}},
		{"Words", []helpEntry{
			{"offset", "a position in one cluster's own event log; offsets of two clusters never compare"},
			{"slot", "the chain's number, the same on every cluster; it is what survives a failover"},
			{"lag", "from tip, in offsets: tip minus committed offset; in slots: newest slot minus cursor"},
			{"cursor", "the last slot that a pipeline has fully consumed from a cluster"},
			{"canary", "a small subscriber of fumtui's own in each cluster, which sees whether data comes; it commits nothing"},
			{"phi", "how unusual a silence is: at 2 one silence in 100 was as long, at 3 one in 1,000; a hint, which decides nothing"},
			{"fired", "of a rule in the detail: it decided; \"holds\": it would, but one before it did; \"near\": it counts towards that; \"quiet\": nothing speaks for it"},
			{"cutover", "moves a pipeline to another cluster, from its cursor + 1; nothing begins before its target's name is typed"},
			{"failback", "a cutover to the home cluster"},
		}},
	}
}
