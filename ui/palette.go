package ui

import (
	"slices"
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
)

const (
	mostCandidates = 8
	mostHistory    = 100
)

// command is one command of the palette.
type command struct {
	name, about string
	usage       string // what may follow the name; "": nothing
	key         string // that does the same; "": none
	// args are the words with which one may go on after those before; nil: none
	// may follow. Nil: nothing follows the name.
	args  func(m *root, before []string) []string
	least int  // words that must follow
	text  bool // what follows is one text, whatever it is
	// blocked says why it does nothing now; "": it works. Nil: always.
	blocked func(*root) string
	// refuses says the same of words, and takes the place of blocked where some
	// follow. Nil: nothing does.
	refuses func(m *root, words []string) string
	do      func(m *root, words []string) tea.Cmd
}

// commands are all of them, by name: the rows of the keymap that have one, and
// what takes a word more.
func (m *root) commands() []command {
	var out []command
	for i := range m.keys {
		b := &m.keys[i]
		if b.name == "" {
			continue
		}
		out = append(out, command{
			name: b.name, about: strings.TrimPrefix(b.help, b.name+": "), key: b.Help().Key,
			blocked: func(m *root) string {
				if !b.on(m.page) {
					return "not on this page: it belongs to " + b.pages[0].String()
				}
				return m.why(b)
			},
			do: func(m *root, _ []string) tea.Cmd { return m.press(b) },
		})
	}
	out = append(out,
		command{
			name: "reload", about: "read the configuration anew, and show what changes; a wrong one changes nothing",
			blocked: reloadBlocked,
			do:      func(m *root, _ []string) tea.Cmd { return m.openReload() },
		},
		command{
			name: "overview", about: "the first screen",
			do: func(m *root, _ []string) tea.Cmd { m.leaveTo(pageOverview); return nil },
		},
		command{
			name: "pipeline", usage: "NAME", about: "the detail of a pipeline", args: one(pipelineNames), least: 1,
			do: (*root).showPipeline,
		},
		command{
			name: "explain", usage: "NAME", about: "how the verdict on a pipeline came about", args: one(pipelineNames), least: 1,
			do: (*root).showPipeline,
		},
		command{
			name: "status", about: "how all stands: the first screen",
			do: func(m *root, _ []string) tea.Cmd { m.leaveTo(pageOverview); return nil },
		},
		command{
			name: "pipelines", about: "the list of the pipelines, on the first screen",
			do: func(m *root, _ []string) tea.Cmd { m.leaveTo(pageOverview); return nil },
		},
		m.another("plan", "plan to move the selected pipeline to another cluster, as cutover does", actCutover),
		m.another("resume", "open a run that has not ended, to go on with it", actRuns),
		m.another("answer", "open a run that has not ended, to answer what it asks", actRuns),
		command{
			name: "order", usage: "WHAT", about: "list the pipelines by attention, name, lag or age",
			args: words("attention", "name", "lag", "age"), least: 1,
			do: (*root).orderBy,
		},
		command{
			name: "only", usage: "TEXT", about: "list the pipelines that contain all words, or of one with ! before it, do not",
			args: words(), least: 1, text: true,
			do: func(m *root, words []string) tea.Cmd {
				m.leaveTo(pageOverview)
				m.filtered(textFilter(words[0]))
				return nil
			},
		},
	)
	out = m.withWords(out)
	slices.SortFunc(out, func(a, b command) int { return strings.Compare(a.name, b.name) })
	return out
}

// another is another name for what a row of the keymap does on the overview.
func (m *root) another(name, about string, a action) command {
	b := &m.keys[slices.IndexFunc(m.keys, func(b binding) bool { return b.act == a })]
	return command{
		name: name, about: about,
		blocked: func(m *root) string { return m.why(b) },
		do:      func(m *root, _ []string) tea.Cmd { m.leaveTo(pageOverview); return m.press(b) },
	}
}

// pipelineNames are what can be named.
func pipelineNames(m *root) []string {
	out := make([]string, len(m.snap.Pipelines))
	for i := range out {
		out[i] = clean(m.snap.Pipelines[i].Name)
	}
	return out
}

// leaveTo leaves the page, without doing anything, for another one.
func (m *root) leaveTo(p page) {
	m.plan.leave()
	m.evacuation.leave()
	m.goTo(p)
}

func (m *root) showPipeline(words []string) tea.Cmd {
	name := words[0]
	for i := range m.snap.Pipelines {
		if p := &m.snap.Pipelines[i]; p.Name == name || clean(p.Name) == name {
			m.selected = p.Name
			m.leaveTo(pageDetail)
			return m.explain()
		}
	}
	m.say("there is no pipeline " + clean(name))
	return nil
}

func (m *root) orderBy(words []string) tea.Cmd {
	for o := range orders {
		if o.String() == words[0] {
			m.list.order = o
			m.leaveTo(pageOverview)
			return nil
		}
	}
	m.say("order: attention, name, lag or age")
	return nil
}

// openPalette begins to type a command.
func (m *root) openPalette() tea.Cmd {
	m.prompt = newPrompt(promptCommand, "")
	m.prompt.past = len(m.commanded)
	return m.loadRuns()
}

// candidate is a way to complete what was typed.
type candidate struct {
	text, shown, about string
	why                func() string // why it does nothing now; "": it works
}

// candidates are the ways to complete what was typed: those that begin with it,
// then those that contain it.
func (m *root) candidates() []candidate {
	name, arg, more := strings.Cut(strings.TrimLeft(m.prompt.typed, " "), " ")
	before := strings.Fields(arg)
	arg = ""
	if n := len(before); n > 0 && !strings.HasSuffix(m.prompt.typed, " ") {
		before, arg = before[:n-1], before[n-1]
	}
	var out, rest []candidate
	add := func(c candidate, word, typed string) {
		switch word, typed = strings.ToLower(word), strings.ToLower(typed); {
		case strings.HasPrefix(word, typed):
			out = append(out, c)
		case strings.Contains(word, typed):
			rest = append(rest, c)
		}
	}
	for _, c := range m.commands() {
		switch {
		case !more:
			add(candidate{c.name, strings.TrimSpace(c.name + " " + c.usage), c.described(), func() string { return c.why(m, nil) }}, c.name, name)
		case c.name == name && c.args != nil:
			for _, a := range c.args(m, before) {
				said := append(slices.Clone(before), a)
				line := c.name + " " + strings.Join(said, " ")
				add(candidate{line, line, c.about, func() string { return c.why(m, said) }}, a, arg)
			}
		}
	}
	return append(out, rest...)
}

// why says why a command with these words does nothing now.
func (c *command) why(m *root, words []string) string {
	switch {
	case len(words) > 0 && c.refuses != nil:
		return c.refuses(m, words)
	case len(words) > 0 && c.args != nil && c.least == 0, c.blocked == nil:
		return ""
	}
	return c.blocked(m)
}

// words reads what follows the name of a command; where that is not what may
// follow, why says so.
func (c *command) words(m *root, arg string) (words []string, why string) {
	switch {
	case arg == "" && c.least > 0:
		return nil, c.name + " " + c.usage + ": " + c.about
	case arg == "":
		return nil, ""
	case c.args == nil:
		return nil, c.name + " takes no more words"
	case c.text:
		return []string{arg}, ""
	}
	for _, word := range strings.Fields(arg) {
		if c.args(m, words) == nil {
			return nil, c.name + " takes no more words"
		}
		words = append(words, word)
	}
	return words, ""
}

// described is what a command does, and the key that does the same.
func (c *command) described() string {
	if c.key == "" {
		return c.about
	}
	return c.about + " (" + c.key + ")"
}

// paletteKey takes a key of the palette.
func (m *root) paletteKey(msg tea.KeyPressMsg) tea.Cmd {
	p := &m.prompt
	switch msg.String() {
	case "enter":
		line := p.input.Value()
		if utf8.RuneCountInString(line) >= maxPrompt {
			p.hint = "too long: at most " + model.Units(maxPrompt-1, "character")
			return nil
		}
		m.prompt = prompt{}
		return m.command(line)
	case "esc", "ctrl+c":
		m.prompt = prompt{}
	case "tab", "shift+tab":
		m.complete(map[string]int{"tab": 1, "shift+tab": -1}[msg.String()])
	case "up", "down":
		m.recall(map[string]int{"up": -1, "down": 1}[msg.String()])
	default:
		p.input, _ = p.input.Update(msg)
		p.typed, p.at, p.hint = p.input.Value(), -1, ""
	}
	return nil
}

// complete takes the next way to complete what was typed.
func (m *root) complete(by int) {
	all := m.candidates()
	if len(all) == 0 {
		return
	}
	p := &m.prompt
	if p.at < 0 && by < 0 {
		p.at = 0
	}
	p.at = (p.at + by + len(all)) % len(all)
	p.input.SetValue(all[p.at].text)
	p.input.CursorEnd()
}

// recall brings back what was typed before.
func (m *root) recall(by int) {
	p := &m.prompt
	p.past = max(0, min(p.past+by, len(m.commanded)))
	line := ""
	if p.past < len(m.commanded) {
		line = m.commanded[p.past]
	}
	p.input.SetValue(line)
	p.input.CursorEnd()
	p.typed, p.at = line, -1
}

// command does what was typed: a name, or its beginning where no other begins
// so. What is blocked says why.
func (m *root) command(line string) tea.Cmd {
	line = strings.TrimSpace(line)
	if line == "" {
		return nil
	}
	if n := len(m.commanded); n == 0 || m.commanded[n-1] != line {
		m.commanded = append(m.commanded[max(0, n+1-mostHistory):], line)
	}
	name, arg, _ := strings.Cut(line, " ")
	arg = strings.TrimSpace(arg)
	all := m.commands()
	names := make([]string, len(all))
	for i := range all {
		names[i] = all[i].name
	}
	full, none := FindCommand(name, names)
	if full == "" {
		if !strings.Contains(none, ": ") {
			none += ": tab shows them all"
		}
		m.say(none)
		return nil
	}
	c := all[slices.Index(names, full)]
	said, why := c.words(m, arg)
	if why == "" {
		if why = c.why(m, said); why != "" {
			why = c.name + ": " + why
		}
	}
	if why != "" {
		m.say(why)
		return nil
	}
	cmd := c.do(m, said)
	if m.frozen() && asking(m.page) {
		cmd = tea.Batch(m.thaw(), cmd)
	}
	return cmd
}

// paletteLines are the ways to complete what was typed, over the last lines of
// the page.
func (m *root) paletteLines(s scene, w int) []string {
	all := m.candidates()
	from, to := window(len(all), max(0, m.prompt.at), mostCandidates)
	out := []string{s.rule("Commands", hidden(from, len(all)-to), w)}
	if len(all) == 0 {
		return append(out, " "+s.theme.paint(roleUnknown, "nothing begins like that"))
	}
	names := 0
	for _, c := range all[from:to] {
		names = max(names, width(c.shown))
	}
	names = min(names, w/2)
	for i := from; i < to; i++ {
		c := all[i]
		r, about := roleText, s.theme.paint(roleFaint, cut(c.about, w-names-7))
		if why := c.why(); why != "" {
			r, about = roleFaint, s.theme.paint(roleWarn, cut("not now: "+why, w-names-7))
		}
		if i == m.prompt.at {
			r = roleFocus
		}
		out = append(out, fit(" "+s.selector(i == m.prompt.at)+s.theme.paint(r, fit(c.shown, names))+"  "+about, w))
	}
	return out
}
