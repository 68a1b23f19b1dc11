package ui

// chooser is a simple list to choose from.
type chooser struct {
	title   string
	note    string
	items   []string // as shown; nil: the values are clusters
	values  []string
	at      int
	cluster string // faults: the cluster chosen before

	pipeline string // cutover: what is to be moved
}

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

func (c *chooser) lines(s scene, w, h int) []string {
	t := s.theme
	out := []string{s.rule(c.title, "", w)}
	for _, l := range wrap(c.note, w-2) {
		out = append(out, " "+t.paint(roleFaint, l))
	}
	out = append(out, "")
	from, to := window(len(c.values), c.at, h-len(out))
	for i := from; i < to; i++ {
		text := c.item(s, i, w-6)
		if i == c.at {
			text = t.paint(roleFocus, text)
		}
		out = append(out, " "+s.selector(i == c.at)+text)
	}
	return fill(out, h)
}
