package ui

import "strings"

// helpLines is the help page, made from the keymap.
func (m *root) helpLines(w int) []string {
	s := m.scene()
	out := []string{s.rule("Keys", "", w)}
	for _, b := range m.keys {
		if b.help == "" {
			continue
		}
		text := b.help
		if m.under != pagePlan && b.on(m.under) {
			if why := m.why(&b); why != "" {
				text += " (not now: " + why + ")"
			}
		}
		label := "   " + fit(b.Help().Key, 10)
		lines := wrapIndent(label, text, w-1)
		lines[0] = m.theme.paint(roleTitle, label) + strings.TrimPrefix(lines[0], label)
		out = append(out, lines...)
	}
	out = append(out, "", s.rule("Signs", "", w))
	for _, l := range []struct {
		r           role
		glyph, text string
	}{
		{roleOK, glyphOK, "good: healthy, streaming, present, done"},
		{roleFocus, glyphMoving, "under way: moving, catching-up, a running step"},
		{roleWarn, glyphWarn, "look at it: blip, degraded, silent, falling-behind, waiting"},
		{roleCritical, glyphCritical, "bad: down, stalled, refusing-us, cut-off, subscriber lost, failed"},
		{roleUnknown, glyphUnknown, "unknown: too little or too old evidence, which is never taken for healthy"},
		{roleFaint, none, "a value that is not known, which is not 0"},
		{roleStale, "STALE", "the last known value: nothing newer came"},
	} {
		out = append(out, wrapIndent("   "+m.theme.paint(l.r, fit(l.glyph, 10)), l.text, w-1)...)
	}
	out = append(out, "", s.rule("Whose fault it is", "", w))
	for _, l := range []struct{ word, text string }{
		{"NOTHING …", "HERE: only a cluster that nothing runs on is ill; SEEN: not everything can be seen; YET: there is a sign, too short to tell"},
		{"BLIP", "too short to tell: wait, the advice says until when"},
		{"CLUSTER", "down or stalled for long: the one fault that a failover helps against"},
		{"PROVIDER", "it answers, but badly or without data: ask its support first"},
		{"SUBSCRIBER", "lost or stale at a cluster that does well: create it again there"},
		{"YOUR …", "your client, its host or network, or your token and configuration: a failover does not help"},
		{"CONSOLE", "this console's own network: the clients may well stream"},
		{"CHAIN", "every cluster stands at the same slot: wait"},
	} {
		out = append(out, wrapIndent("   "+fit(l.word, 12), l.text, w-1)...)
	}
	out = append(out, "", s.rule("Words", "", w))
	for _, l := range []struct{ word, text string }{
		{"offset", "a position in one cluster's own event log; offsets of two clusters never compare"},
		{"slot", "the chain's number, the same on every cluster; it is what survives a failover"},
		{"lag", "from tip, in offsets: tip minus committed offset; in slots: newest slot minus cursor"},
		{"cursor", "the last slot that a pipeline has fully consumed from a cluster"},
		{"canary", "a small subscriber of fumtui's own in each cluster, which sees whether data comes; it commits nothing"},
		{"phi", "how unusual a silence is: at 2 one silence in 100 was as long, at 3 one in 1,000; a hint, which decides nothing"},
		{"fired", "of a rule in the detail: it decided; \"holds\": it would, but one before it did; \"near\": it counts towards that; \"quiet\": nothing speaks for it"},
		{"cutover", "moves a pipeline to another cluster, from its cursor + 1; nothing begins before its target's name is typed"},
		{"failback", "a cutover to the home cluster"},
	} {
		out = append(out, wrapIndent("   "+fit(l.word, 10), l.text, w-1)...)
	}
	return out
}
