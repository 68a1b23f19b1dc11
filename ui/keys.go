package ui

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// page is what the screen shows.
type page int

const (
	pageOverview page = iota
	pageDetail
	pageTarget     // choose the target cluster
	pagePlan       // a plan, its checks and its confirmation
	pageRun        // a run, live or ended
	pageRuns       // the runs that have not ended
	pageHome       // a new home and its confirmation
	pageEvacuation // the plan of an evacuation, its confirmation, and its runs
	pageHistory    // all runs
	pageReport     // the report of a run
	pageEvents     // what happened
	pageSettings   // the configuration in force
	pageReload     // what became of reading it anew
	pageChart      // the chart alone
	pageHelp
	pageFaults
	pageChoices // what a person chooses about a plan
	pageQuit    // asks before leaving
)

// String is the page as people call it.
func (p page) String() string {
	return map[page]string{
		pageOverview: "the overview", pageDetail: "the detail of a pipeline", pageTarget: "the choice of a target", pagePlan: "a plan",
		pageRun: "a run", pageRuns: "the runs that have not ended", pageHome: "a new home", pageEvacuation: "an evacuation", pageChart: "the chart",
		pageHistory: "all runs", pageReport: "a report", pageEvents: "the events", pageSettings: "the configuration", pageReload: "the reload",
		pageHelp: "the help", pageFaults: "the faults of the demo", pageChoices: "the choices of a plan", pageQuit: "the question before leaving",
	}[p]
}

// action is what a key asks for.
type action int

const (
	actUp action = iota
	actDown
	actPageUp
	actPageDown
	actFirst
	actLast
	actEnter
	actBack
	actCutover
	actFailback
	actRecreate
	actHome
	actRuns
	actAbort
	actMode
	actChoices
	actForce
	actReplan
	actFaults
	actEvacuate
	actHistory
	actEvents
	actEventKind
	actEventOf
	actSettings
	actReport
	actFreeze
	actCopy
	actCopyReport
	actSave
	actPalette
	actFilter
	actOrder
	actGroup
	actNeedy
	actMark
	actMarkAll
	actClear
	actChart
	actChartKind
	actZoom
	actZoomIn
	actZoomOut
	actLeft
	actRight
	actFarLeft
	actFarRight
	actCursor
	actLog
	actCanary
	actHelp
	actQuit
)

// binding is one row of the keymap. Footer and help are made from it: its
// description is the footer's text, "" where it is only in the help.
type binding struct {
	key.Binding
	act  action
	help string
	name string // in the palette; "": it is not there
	// keyName is the name by which it is given keys, where it is not in the palette.
	keyName string
	pages   []page
	// drop says how soon the footer does without it: the higher, the sooner; 0
	// never.
	drop int
	acts bool // it may change something: not here where this console only looks
	// blocked says why the key does nothing now; "": it works. Nil: always.
	blocked func(*root) string
}

// bind makes a row: what is asked for, how people read the keys, the footer's
// text, and the keys as the framework names them.
func bind(act action, show, short string, keys ...string) binding {
	return binding{act: act, Binding: key.NewBinding(key.WithKeys(keys...), key.WithHelp(show, short))}
}

func (b binding) in(pages ...page) binding            { b.pages = pages; return b }
func (b binding) helps(text string) binding           { b.help = text; return b }
func (b binding) called(name string) binding          { b.name = name; return b }
func (b binding) known(name string) binding           { b.keyName = name; return b }
func (b binding) acting() binding                     { b.acts = true; return b }
func (b binding) drops(rank int) binding              { b.drop = rank; return b }
func (b binding) unless(f func(*root) string) binding { b.blocked = f; return b }

// on reports whether the binding belongs to a page.
func (b binding) on(p page) bool { return slices.Contains(b.pages, p) }

// why says why a key does nothing now; "": it works.
func (m *root) why(b *binding) string {
	switch {
	case b.acts && m.opts.ReadOnly && b.act != actFaults: // what a demo breaks is nobody's
		return readOnlyHere
	case m.page == pageOverview && m.pipelines() == 0 && slices.Contains([]action{actEnter, actDown, actFilter, actZoom}, b.act):
		return "no pipelines are configured"
	case b.blocked != nil:
		return b.blocked(m)
	}
	return ""
}

// pipelines is how many there are.
func (m *root) pipelines() int {
	if m.snap == nil {
		return 0
	}
	return len(m.snap.Pipelines)
}

// readOnlyHere is why nothing is done on a console that only looks.
const readOnlyHere = "this console is read-only"

// lookup finds what a key does on a page. While text is typed only keys that
// are not text count.
func lookup(keys []binding, p page, msg tea.KeyPressMsg, typing bool) (binding, bool) {
	if typing && msg.Text != "" {
		return binding{}, false
	}
	for _, b := range keys {
		if b.on(p) && key.Matches(msg, b.Binding) {
			return b, true
		}
	}
	return binding{}, false
}
