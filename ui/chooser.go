package ui

// chooser is a simple list to choose from.
type chooser struct {
	title   string
	note    string
	items   []string // as shown
	values  []string
	at      int
	cluster string // faults: the cluster chosen before

	pipeline string // cutover: what is to be moved
}

func (c *chooser) move(by int) {
	if n := len(c.items); n > 0 {
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

func (c *chooser) lines(t *theme, w, h int) []string {
	s := scene{theme: t}
	out := []string{s.rule(c.title, "", w)}
	for _, l := range wrap(c.note, w-2) {
		out = append(out, " "+t.paint(roleFaint, l))
	}
	out = append(out, "")
	from, to := window(len(c.items), c.at, h-len(out))
	for i := from; i < to; i++ {
		text := c.items[i]
		if i == c.at {
			text = t.paint(roleFocus, text)
		}
		out = append(out, " "+s.selector(i == c.at)+text)
	}
	return fill(out, h)
}
