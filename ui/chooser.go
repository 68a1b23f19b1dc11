package ui

import (
	"strings"

	"github.com/fumtui/fumtui/model"
)

// chooser is a simple list to choose from.
type chooser struct {
	title   string
	note    string
	items   []string // as shown; nil: the values are clusters
	about   []string // what each item is, beside it and in full below the list; nil: nothing
	values  []string
	at      int
	cluster string // faults: the cluster chosen before

	pipeline string // cutover: what is to be moved

	from string   // evacuation: what is to be emptied
	only []string // and of what
}

// aboutLines is the room below a list for what the chosen item is.
const aboutLines = 3

func (c *chooser) move(by int) {
	if n := len(c.values); n > 0 {
		if by == 1 || by == -1 {
			c.at = (c.at + by + n) % n
			return
		}
		c.at = max(0, min(c.at+by, n-1))
	}
}

// value is what is chosen; false for an empty list.
func (c *chooser) value() (string, bool) {
	if c.at < 0 || c.at >= len(c.values) {
		return "", false
	}
	return c.values[c.at], true
}

// item is a choice as it is shown; a cluster with how it stands now.
func (c *chooser) item(s scene, i, w int) string {
	if c.items != nil {
		return c.items[i]
	}
	state, ok := s.snap.Cluster(c.values[i])
	if !ok {
		return clean(c.values[i]) + " is no longer configured"
	}
	return s.clusterLine(&state, w)
}

// chosen paints the item that is chosen; of a cluster, which is painted by how it
// stands, the name.
func (c *chooser) chosen(s scene, text string) string {
	name, rest := text, ""
	if after, ok := strings.CutPrefix(text, clean(c.values[c.at])); ok && c.items == nil {
		name, rest = clean(c.values[c.at]), after
	}
	return s.theme.paint(roleFocus, name) + rest
}

// lines are the list around what is chosen. Where there is more, the title says
// how much.
func (c *chooser) lines(s scene, w, h int) []string {
	t := s.theme
	head := wrap1(c.note, w)
	for i := range head {
		head[i] = t.paint(roleFaint, head[i])
	}
	room := h - 1 - len(head) - 1
	if c.about != nil {
		room -= aboutLines
	}
	from, to := window(len(c.values), c.at, room)
	out := append([]string{s.rule(c.title, hidden(from, len(c.values)-to), w)}, append(head, "")...)
	names := 0
	for i := range c.values {
		names = max(names, width(c.item(s, i, w-6)))
	}
	for i := from; i < to; i++ {
		text := c.item(s, i, w-6)
		if i == c.at {
			text = c.chosen(s, text)
		}
		if c.about != nil {
			text = fit(text, min(names, w/2)) + "  " + t.paint(roleFaint, cut(c.about[i], w-names-7))
		}
		out = append(out, s.spots.of(c.values[i])+cut(" "+s.selector(i == c.at)+text, w))
	}
	out = fill(out, h)
	if c.about != nil && c.at < len(c.about) && h > aboutLines {
		copy(out[h-aboutLines:], clip(append([]string{""}, wrapIndent("   ", c.about[c.at], w-1)...), aboutLines, w-1))
	}
	return out
}

// hidden says how many lines of a list are above and below; "" for none.
func hidden(above, below int) string {
	text := ""
	if above > 0 {
		text = "↑" + model.Count(above)
	}
	if below > 0 {
		if text != "" {
			text += " "
		}
		text += "↓" + model.Count(below)
	}
	return text
}
