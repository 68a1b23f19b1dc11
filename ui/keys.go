package ui

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// page is what the screen shows.
type page int

const (
	pageOverview page = iota
	pageDetail
	pageTarget // choose the target cluster
	pagePlan   // a plan, its checks and its confirmation
	pageRun    // a run, live or ended
	pageRuns   // the runs that have not ended
	pageHome   // a new home and its confirmation
	pageHelp
	pageFaults
	pageQuit // asks before leaving
)

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
	actForce
	actReplan
	actFaults
	actZoom
	actCanary
	actHelp
	actQuit
)

// binding is one row of the keymap. Footer and help are made from it: its
// description is the footer's text, "" where it is only in the help.
type binding struct {
	key.Binding
	act   action
	help  string
	pages []page
	// drop says how soon the footer does without it: the higher, the sooner; 0
	// never.
	drop int
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
func (b binding) drops(rank int) binding              { b.drop = rank; return b }
func (b binding) unless(f func(*root) string) binding { b.blocked = f; return b }

// on reports whether the binding belongs to a page.
func (b binding) on(p page) bool { return slices.Contains(b.pages, p) }

// newKeymap is the one keymap of the console.
func newKeymap(faults bool) []binding {
	lists := []page{pageOverview, pageTarget, pageFaults, pageRuns}
	scrolls := []page{pageDetail, pagePlan, pageRun, pageHelp, pageHome}
	both := slices.Concat(scrolls, lists)
	acts := []page{pageOverview, pageDetail}
	keys := []binding{
		bind(actCutover, "c", "cutover", "c").in(acts...).drops(1).unless(moveBlocked).
			helps("cutover: plan to move the selected pipeline to another cluster"),
		bind(actFailback, "b", "failback", "b").in(acts...).drops(2).unless(failbackBlocked).
			helps("failback: plan to move the selected pipeline to its home cluster"),
		bind(actRuns, "u", "runs", "u").in(acts...).drops(1).unless(runsBlocked).
			helps("unended runs: open one to follow it, answer it, go on with it or give it up"),
		bind(actRecreate, "R", "recreate", "R").in(acts...).drops(2).unless(recreateBlocked).
			helps("recreate: plan to make a lost or stale subscriber of the selected pipeline again where it is"),
		bind(actHome, "H", "home", "H").in(acts...).drops(6).unless(homeBlocked).
			helps("home: make the cluster where the selected pipeline is active its home, instead of failing back"),
		bind(actAbort, "tab a", "give up", "tab", "a").in(pageRun).drops(2).unless(abortBlocked).
			helps("on a run: give it up, while its target was not told to start"),
		bind(actMode, "tab m", "mode", "tab", "m").in(pagePlan).drops(2).unless(modeBlocked).
			helps("on a plan: plan again in the next mode, planned, reactive or hybrid"),
		bind(actForce, "f", "", "f").in(pagePlan).unless(forceBlocked).
			helps("on a refused failback: plan again without the wait for home to have been stable"),
		bind(actReplan, "r", "", "r").in(pagePlan, pageRun, pageHome).unless(againBlocked).
			helps("plan again, where that is refused or has expired; ask anew, where a confirmation has expired"),
		bind(actEnter, "enter", "detail", "enter").in(pageOverview).drops(3).
			helps("detail of the selected pipeline, or the choice made"),
		bind(actEnter, "enter", "choose", "enter").in(pageTarget, pageFaults).drops(3),
		bind(actEnter, "enter", "open", "enter").in(pageRuns).drops(3),
		bind(actEnter, "enter", "", "enter").in(pagePlan, pageRun, pageHome),
		bind(actBack, "esc", "back", "esc").in(append([]page{pageTarget, pageFaults, pageQuit, pageRuns}, scrolls...)...).drops(1).
			helps("back, without doing anything; a run goes on"),
		bind(actDown, "↓ j tab", "next", "down", "j", "tab").in(lists...).drops(4).helps("next pipeline or line"),
		bind(actUp, "↑ k", "", "up", "k", "shift+tab").in(lists...).helps("previous pipeline or line"),
		bind(actDown, "↓ j", "scroll", "down", "j").in(scrolls...).drops(4),
		bind(actUp, "↑ k", "", "up", "k").in(scrolls...),
		bind(actPageDown, "pgdn", "", "pgdown", "space").in(append(scrolls, pageOverview)...).helps("a screen down"),
		bind(actPageUp, "pgup", "", "pgup").in(append(scrolls, pageOverview)...).helps("a screen up"),
		bind(actFirst, "home g", "", "home", "g").in(both...).helps("to the first"),
		bind(actLast, "end G", "", "end", "G").in(both...).helps("to the last"),
		bind(actZoom, "z", "zoom", "z").in(pageOverview).drops(5).
			helps("chart: all of the history, or the last 2, 10 or 60 minutes"),
		bind(actCanary, "d", "canary", "d").in(acts...).drops(6).unless(canaryBlocked).
			helps("data: switch the canary on or off, fumtui's own small subscriber in each cluster, which sees whether data comes"),
	}
	if faults {
		keys = append(keys, bind(actFaults, "!", "break/heal", "!").in(acts...).helps("demo: break or heal a cluster"))
	}
	return append(keys,
		bind(actHelp, "?", "help", "?").in(pageOverview, pageDetail, pageRun, pageRuns, pageHome, pagePlan, pageTarget, pageFaults).helps("this help"),
		bind(actQuit, "q", "quit", "q", "ctrl+c").in(append(both, pageQuit)...).
			helps("quit; asks while a run driven by this console is under way"),
	)
}

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

// footer is the line of keys of a page. Where it is too long each shows its
// first key only, and then the least needed go; what breaks and heals, help and
// quit always stay.
func footer(m *root, w int) string {
	var shown []binding
	typing := m.typing()
	for _, b := range m.keys {
		if b.Help().Desc == "" || !b.on(m.page) || (typing && b.act == actHelp) || (b.blocked != nil && b.blocked(m) != "") {
			continue
		}
		if typing && b.act == actQuit {
			b.SetHelp("ctrl+c", "quit") // the other is text now
		}
		shown = append(shown, b)
	}
	line := m.footerText(shown, !typing)
	for width(line) > w {
		line = m.footerText(shown, false)
		least := 0
		for i, b := range shown {
			if b.drop > shown[least].drop {
				least = i
			}
		}
		if width(line) <= w || len(shown) == 0 || shown[least].drop == 0 {
			break
		}
		shown = slices.Delete(shown, least, least+1)
		line = m.footerText(shown, false)
	}
	return fit(line, w)
}

// footerText joins bindings as the footer has them.
func (m *root) footerText(shown []binding, allKeys bool) string {
	parts := make([]string, len(shown))
	for i, b := range shown {
		keys := b.Help().Key
		if !allKeys {
			keys = strings.Fields(keys)[0]
		}
		parts[i] = m.theme.paint(roleTitle, keys) + " " + m.theme.paint(roleFaint, b.Help().Desc)
	}
	return " " + strings.Join(parts, "  ")
}
