package ui

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// one completes one word from a list that depends on the console.
func one(list func(*root) []string) func(*root, []string) []string {
	return func(m *root, before []string) []string {
		if len(before) > 0 {
			return nil
		}
		return list(m)
	}
}

// words completes one word of these.
func words(list ...string) func(*root, []string) []string {
	return one(func(*root) []string { return append([]string{}, list...) })
}

// withWords adds what may follow the names of commands, and the commands that do
// nothing without a word.
func (m *root) withWords(all []command) []command {
	for i := range all {
		c := &all[i]
		switch c.name {
		case "cutover", "plan":
			m.ofRequest(c, "[PIPELINE [CLUSTER [CHOICES]]]", actCutover)
		case "failback":
			m.ofRequest(c, "[PIPELINE [CHOICES]]", actFailback)
		case "recreate":
			m.ofRequest(c, "[PIPELINE [CHOICES]]", actRecreate)
		case "home":
			m.ofPipeline(c, "[PIPELINE]", actHome)
		case "evacuate":
			m.ofCluster(c)
		case "report":
			ofRun(c, func(m *root, id string) tea.Cmd { return m.reportOf(id) }, historianBlocked)
		case "resume", "answer":
			ofRun(c, func(m *root, id string) tea.Cmd { return m.openRunCalled(id) }, nil)
		case "give-up":
			ofRun(c, func(m *root, id string) tea.Cmd { return m.giveUpCalled(id) }, lookOnly)
		case "canary":
			c.usage = "[on|off]"
			c.args, c.refuses, c.do = words("on", "off"), (*root).canaryRefuses, orElse(c.do, (*root).canaryTo)
		case "fault":
			c.usage = "[CLUSTER [KIND|heal]]"
			c.args, c.do = faultWords, orElse(c.do, (*root).faultTo)
		case "mode":
			c.usage = "[planned|reactive|hybrid]"
			c.args, c.refuses, c.do = words(modeWords...), func(m *root, _ []string) string { return modeRefuses(m) }, orElse(c.do, (*root).modeTo)
		case "chart":
			c.usage = "[KIND]"
			c.blocked = nil
			c.args, c.do = words(chartWords[:]...), func(m *root, words []string) tea.Cmd { return m.chartOf(words) }
		case "zoom":
			c.usage = "[SPAN]"
			c.args, c.do = words(zoomWords()...), orElse(c.do, (*root).zoomTo)
		case "filter":
			c.usage = "[TEXT]"
			c.args, c.text, c.do = words(), true, orElse(c.do, (*root).filterTo)
		case "events":
			c.usage = "[KIND|NAME]"
			c.args, c.do = one(eventWords), orElse(c.do, (*root).eventsOf)
		}
	}
	return append(all, command{
		name: "theme", usage: "NAME", about: "other colours, until the console is left", args: words(themeWords...), least: 1,
		do: (*root).themeTo,
	}, command{
		name: "run", usage: "RUN", about: "the page of a run, by its id", args: one(runIDs), least: 1,
		do: func(m *root, words []string) tea.Cmd { return m.openRunCalled(words[0]) },
	})
}

// orElse does one thing with words, and another without.
func orElse(without, with func(*root, []string) tea.Cmd) func(*root, []string) tea.Cmd {
	return func(m *root, words []string) tea.Cmd {
		if len(words) == 0 {
			return without(m, nil)
		}
		return with(m, words)
	}
}

// rowOf is the row of the keymap that does something.
func (m *root) rowOf(a action) *binding {
	return &m.keys[slices.IndexFunc(m.keys, func(b binding) bool { return b.act == a })]
}

// ofPipeline lets an act on the selected pipeline name another one, from any
// page.
func (m *root) ofPipeline(c *command, usage string, a action) {
	b := m.rowOf(a)
	c.usage = usage
	c.args = one(pipelineNames)
	c.refuses = func(m *root, words []string) string { return m.whyOf(b, words) }
	c.do = orElse(c.do, func(m *root, words []string) tea.Cmd {
		m.selected = m.pipelineCalled(words[0]).Name
		m.leaveTo(pageOverview)
		return m.press(b)
	})
}

// pipelineCalled finds a pipeline by what was typed; nil where there is none.
func (m *root) pipelineCalled(name string) *model.PipelineState {
	for i := range m.snap.Pipelines {
		if p := &m.snap.Pipelines[i]; p.Name == name || clean(p.Name) == name {
			return p
		}
	}
	return nil
}

// whyOf says why an act on a pipeline that is named does nothing now.
func (m *root) whyOf(b *binding, words []string) string {
	p := m.pipelineCalled(words[0])
	if p == nil {
		return "there is no pipeline " + clean(words[0])
	}
	was := m.selected
	m.selected = p.Name
	why := m.why(b)
	m.selected = was
	if why == "" && b.act == actCutover && len(words) > 1 && !slices.Contains(Targets(m.snap, p), words[1]) {
		why = clean(p.Name) + " cannot be moved to " + clean(words[1])
	}
	return why
}

// ofCluster lets an evacuation name the cluster, and the target.
func (m *root) ofCluster(c *command) {
	c.usage = "[CLUSTER [TARGET]]"
	c.args = func(m *root, before []string) []string {
		switch len(before) {
		case 0:
			return clusterNames(m)
		case 1:
			return append([]string{}, m.evacuationTargets(before[0])...)
		}
		return nil
	}
	c.refuses = func(m *root, words []string) string {
		switch targets := m.evacuationTargets(words[0]); {
		case m.opts.ReadOnly:
			return readOnlyHere
		case m.evacuating():
			return "an evacuation of this console is under way"
		case m.scene().activeOn(words[0]) == 0:
			return "no pipeline is active on " + clean(words[0])
		case len(targets) == 0:
			return "no pipeline of " + clean(words[0]) + " has a client at another cluster"
		case len(words) > 1 && !slices.Contains(targets, words[1]):
			return "no pipeline of " + clean(words[0]) + " has a client at " + clean(words[1])
		}
		return ""
	}
	c.do = orElse(c.do, func(m *root, words []string) tea.Cmd {
		m.leaveTo(pageOverview)
		m.list.marked = nil
		if targets := m.evacuationTargets(words[0]); len(words) == 1 && len(targets) == 1 {
			words = append(words, targets[0])
		}
		if len(words) == 1 {
			m.chooseEvacuation(nil, words[0])
			return nil
		}
		return m.planEvacuation(failover.Evacuation{From: words[0], To: words[1], Degree: evacuationDegree})
	})
}

// clusterNames are what can be named.
func clusterNames(m *root) []string {
	out := make([]string, len(m.snap.Clusters))
	for i := range out {
		out[i] = clean(m.snap.Clusters[i].Name)
	}
	return out
}

// ofRun lets a command name a run.
func ofRun(c *command, do func(*root, string) tea.Cmd, blocked func(*root) string) {
	c.usage = "[RUN]"
	c.args = one(runIDs)
	c.refuses = func(m *root, _ []string) string {
		if blocked == nil {
			return ""
		}
		return blocked(m)
	}
	c.do = orElse(c.do, func(m *root, words []string) tea.Cmd { return do(m, words[0]) })
}

// lookOnly says why nothing is done on a console that only looks.
func lookOnly(m *root) string {
	if m.opts.ReadOnly {
		return readOnlyHere
	}
	return ""
}

// runIDs are the ids of the runs that are known here: those that have not ended,
// then those of the history.
func runIDs(m *root) []string {
	out := []string{}
	for _, r := range m.unended() {
		out = append(out, clean(r.ID))
	}
	for i := range m.history.runs {
		if id := clean(m.history.runs[i].ID); !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// openRunCalled opens a run by its id, which is read where nothing here has it.
func (m *root) openRunCalled(id string) tea.Cmd {
	m.leaveTo(pageOverview)
	for _, r := range m.unended() {
		if r.ID == id {
			return m.openRun(r.Pipeline, id)
		}
	}
	if m.opts.Historian == nil {
		m.say("there is no run " + clean(id) + " that has not ended")
		return nil
	}
	return tea.Batch(m.openRun("", id), m.fetchRun(id))
}

// giveUpCalled opens a run and asks what gives it up.
func (m *root) giveUpCalled(id string) tea.Cmd {
	cmd := m.openRunCalled(id)
	if m.run.last == nil {
		return cmd
	}
	if why := abortBlocked(m); why != "" {
		m.say("give-up: " + why)
		return cmd
	}
	return tea.Batch(cmd, m.askFor(deedAbort))
}

// reportOf shows the report of a run by its id.
func (m *root) reportOf(id string) tea.Cmd {
	from, historian := m.page, m.opts.Historian
	switch {
	case from == pageReport: // one after the other: esc leaves them all
		from = m.report.from
	case asking(from):
		from = pageOverview
	}
	m.leaveTo(pageReport)
	m.report = reportPage{run: id, from: from}
	return m.jobs.cmd(func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, historyWithin)
		defer cancel()
		text, err := historian.Report(ctx, id)
		return reportMsg{id, text, err}
	})
}

// eventWords are kinds of events, and what they may be of.
func eventWords(m *root) []string {
	out := []string{}
	for _, k := range model.EventKinds() {
		out = append(out, string(k))
	}
	return slices.Concat(out, clusterNames(m), pipelineNames(m))
}

// eventsOf shows the events of a kind, a cluster or a pipeline.
func (m *root) eventsOf(words []string) tea.Cmd {
	cmd := m.openEvents()
	m.events.showAll()
	if k := model.EventKind(strings.ToLower(words[0])); slices.Contains(model.EventKinds(), k) {
		m.events.kind = k
	} else {
		m.events.of = words[0]
	}
	return cmd
}
