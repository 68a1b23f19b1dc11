package ui

import "strings"

// page is what the screen shows.
type page int

const (
	pageOverview page = iota
	pageDetail
	pageTarget // choose the target cluster
	pagePlan   // a plan, its checks and its confirmation
	pageRun    // a run, live or ended
	pageHelp
	pageFaults
	pageQuit // asks before leaving
)

// action is what a key asks for.
type action int

const (
	actNone action = iota
	actUp
	actDown
	actPageUp
	actPageDown
	actFirst
	actLast
	actEnter
	actBack
	actCutover
	actFailback
	actForce
	actReplan
	actFaults
	actZoom
	actHelp
	actQuit
)

// binding is one row of the keymap. Footer and help are made from it.
type binding struct {
	act   action
	keys  []string // as the framework names them
	show  string   // as people read them
	short string   // footer text; "": only in the help
	help  string
	pages []page
	// blocked says why the key does nothing now; "": it works. Nil: always.
	blocked func(*root) string
}

// on reports whether the binding belongs to a page.
func (b binding) on(p page) bool {
	for _, q := range b.pages {
		if q == p {
			return true
		}
	}
	return false
}

// newKeymap is the one keymap of the console.
func newKeymap(faults bool) []binding {
	lists := []page{pageOverview, pageTarget, pageFaults}
	scrolls := []page{pageDetail, pagePlan, pageRun, pageHelp}
	all := append(append([]page{pageQuit}, lists...), scrolls...)
	acts := []page{pageOverview, pageDetail}
	keys := []binding{
		{
			act: actCutover, keys: []string{"c"}, show: "c", short: "cutover", pages: acts,
			help: "cutover: plan to move the selected pipeline to another cluster", blocked: cutoverBlocked,
		},
		{
			act: actFailback, keys: []string{"b"}, show: "b", short: "failback", pages: acts,
			help: "failback: plan to move the selected pipeline to its home cluster", blocked: failbackBlocked,
		},
		{act: actForce, keys: []string{"f"}, show: "f", help: "on a refused failback: plan again without the wait for home to have been stable", pages: []page{pagePlan}, blocked: forceBlocked},
		{act: actReplan, keys: []string{"r"}, show: "r", help: "on a refused or expired plan: plan again", pages: []page{pagePlan}, blocked: replanBlocked},
		{
			act: actEnter, keys: []string{"enter"}, show: "enter", short: "detail", pages: []page{pageOverview},
			help: "detail of the selected pipeline, or the choice made",
		},
		{act: actEnter, keys: []string{"enter"}, short: "choose", show: "enter", pages: []page{pageTarget, pageFaults}},
		{act: actEnter, keys: []string{"enter"}, show: "enter", pages: []page{pagePlan}},
		{
			act: actBack, keys: []string{"esc"}, show: "esc", short: "back", help: "back, without doing anything; a run goes on",
			pages: []page{pageDetail, pageTarget, pagePlan, pageRun, pageHelp, pageFaults, pageQuit},
		},
		{act: actDown, keys: []string{"down", "j", "tab"}, show: "↓ j tab", short: "next", help: "next pipeline or line", pages: lists},
		{act: actUp, keys: []string{"up", "k", "shift+tab"}, show: "↑ k", help: "previous pipeline or line", pages: lists},
		{act: actDown, keys: []string{"down", "j"}, show: "↓ j", short: "scroll", pages: scrolls},
		{act: actUp, keys: []string{"up", "k"}, show: "↑ k", pages: scrolls},
		{act: actPageDown, keys: []string{"pgdown", "space"}, show: "pgdn", help: "a screen down", pages: append(scrolls, pageOverview)},
		{act: actPageUp, keys: []string{"pgup"}, show: "pgup", help: "a screen up", pages: append(scrolls, pageOverview)},
		{act: actFirst, keys: []string{"home", "g"}, show: "home g", help: "to the first", pages: append(scrolls, lists...)},
		{act: actLast, keys: []string{"end", "G"}, show: "end G", help: "to the last", pages: append(scrolls, lists...)},
		{act: actZoom, keys: []string{"z"}, show: "z", short: "zoom", help: "chart: all of the history, or the last 2, 10 or 60 minutes", pages: []page{pageOverview}},
	}
	if faults {
		keys = append(keys, binding{
			act: actFaults, keys: []string{"!"}, show: "!", short: "break/heal",
			help: "demo: break or heal a cluster", pages: acts,
		})
	}
	return append(keys,
		binding{
			act: actHelp, keys: []string{"?"}, show: "?", short: "help", help: "this help",
			pages: []page{pageOverview, pageDetail, pageRun, pagePlan, pageTarget},
		},
		binding{
			act: actQuit, keys: []string{"q", "ctrl+c"}, show: "q", short: "quit",
			help: "quit; asks while a run driven by this console is under way", pages: all,
		},
	)
}

// lookup finds what a key does on a page. While text is typed only keys that
// are not text count.
func lookup(keys []binding, p page, key string, typing bool) (binding, bool) {
	if typing && (len([]rune(key)) == 1 || key == "space") {
		return binding{}, false
	}
	for _, b := range keys {
		if !b.on(p) {
			continue
		}
		for _, k := range b.keys {
			if k == key {
				return b, true
			}
		}
	}
	return binding{}, false
}

// footer is the line of keys of a page, as many as fit; help and quit, which
// come last, are kept.
func footer(m *root, w int) string {
	var parts []string
	typing := m.page == pagePlan && m.plan.typing(m.now)
	for _, b := range m.keys {
		if b.short == "" || !b.on(m.page) || (b.blocked != nil && b.blocked(m) != "") {
			continue
		}
		show := b.show
		if typing {
			if b.act == actHelp || b.act == actQuit {
				continue
			}
			show = strings.Fields(show)[0]
		}
		parts = append(parts, m.theme.paint(roleTitle, show)+" "+m.theme.paint(roleFaint, b.short))
	}
	keep := min(2, len(parts))
	for len(parts) > keep && width(strings.Join(parts, "  "))+1 > w {
		at := len(parts) - keep - 1
		parts = append(parts[:at], parts[at+1:]...)
	}
	return fit(" "+strings.Join(parts, "  "), w)
}
