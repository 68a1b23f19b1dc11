package ui

import "slices"

// reach is on which pages the rows of the keymap belong.
type reach struct {
	lists   []page // short lists
	long    []page // lists of which there may be screens
	pages   []page // where a screen is a step
	scrolls []page
	both    []page // all of them
	looks   []page // where nothing is done
	acts    []page // where a pipeline is selected
}

func newReach() reach {
	r := reach{
		lists:   []page{pageOverview, pageTarget, pageFaults, pageChoices, pageRuns},
		long:    []page{pageEvacuation, pageHistory, pageEvents},
		scrolls: []page{pageDetail, pagePlan, pageRun, pageHelp, pageHome, pageReport, pageSettings, pageReload},
		acts:    []page{pageOverview, pageDetail},
	}
	r.pages = append([]page{pageOverview}, r.long...)
	r.both = slices.Concat(r.scrolls, r.lists, r.long, []page{pageChart})
	r.looks = slices.DeleteFunc(slices.Clone(r.both), asking)
	return r
}

// newKeymap is the one keymap of the console.
func newKeymap(faults bool) []binding {
	r := newReach()
	keys := slices.Concat(actKeys(r), moveKeys(r), listKeys(), chartKeys())
	keys = append(keys,
		bind(actCanary, "d", "canary", "d").called("canary").acting().in(r.acts...).drops(6).unless(canaryBlocked).
			helps("data: switch the canary on or off, fumtui's own small subscriber in each cluster, which sees whether data comes"),
	)
	if faults {
		keys = append(keys, bind(actFaults, "!", "break/heal", "!").called("fault").acting().in(r.acts...).drops(4).helps("demo: break or heal a cluster"))
	}
	return slices.Concat(keys, pageKeys(r), lookKeys(r))
}

// actKeys begin what changes something, or belong to it.
func actKeys(r reach) []binding {
	return []binding{
		bind(actCutover, "c", "cutover", "c").called("cutover").acting().in(r.acts...).drops(4).unless(moveBlocked).
			helps("cutover: plan to move the selected pipeline to another cluster"),
		bind(actFailback, "b", "failback", "b").called("failback").acting().in(r.acts...).drops(5).unless(failbackBlocked).
			helps("failback: plan to move the selected pipeline to its home cluster"),
		bind(actRuns, "u", "runs", "u").called("unended").in(r.acts...).drops(1).unless(runsBlocked).
			helps("unended runs: open one to follow it, answer it, go on with it or give it up"),
		bind(actRecreate, "R", "recreate", "R").called("recreate").acting().in(r.acts...).drops(2).unless(recreateBlocked).
			helps("recreate: plan to make a lost or stale subscriber of the selected pipeline again where it is"),
		bind(actHome, "H", "home", "H").called("home").acting().in(r.acts...).drops(6).unless(homeBlocked).
			helps("home: make the cluster where the selected pipeline is active its home, instead of failing back"),
		bind(actAbort, "tab a", "give up", "tab", "a").called("give-up").acting().in(pageRun).drops(2).unless(abortBlocked).
			helps("on a run: give it up, while its target was not told to start"),
		bind(actMode, "tab m", "mode", "tab", "m").called("mode").acting().in(pagePlan, pageEvacuation).drops(2).unless(modeBlocked).
			helps("on a plan: plan again in the next mode, planned, reactive or hybrid"),
		bind(actChoices, "ctrl+o", "choices", "ctrl+o").called("choices").acting().in(pagePlan).drops(2).unless(choicesBlocked).
			helps("choices: plan again in another mode, from a slot or the latest, with a gap approved by its number, or with force"),
		bind(actForce, "f", "", "f").called("force").acting().in(pagePlan).unless(forceBlocked).
			helps("on a refused failback: plan again without the wait for home to have been stable"),
		bind(actReplan, "r", "", "r").called("plan-again").in(pagePlan, pageRun, pageHome, pageEvacuation).unless(againBlocked).
			helps("plan again, where that is refused or has expired; ask anew, where a confirmation has expired"),
	}
}

// moveKeys choose, and move about.
func moveKeys(r reach) []binding {
	return []binding{
		bind(actEnter, "enter", "detail", "enter").in(pageOverview).drops(1).
			helps("detail of the selected pipeline, or the choice made"),
		bind(actEnter, "enter", "choose", "enter").in(pageTarget, pageFaults, pageChoices).drops(3),
		bind(actEnter, "enter", "open", "enter").in(pageRuns, pageHistory, pageEvents).drops(3),
		bind(actEnter, "enter", "", "enter").in(pagePlan, pageRun, pageHome, pageEvacuation),
		bind(actBack, "esc", "back", "esc").called("back").in(slices.Concat([]page{pageTarget, pageFaults, pageChoices, pageQuit, pageRuns}, r.long, r.scrolls)...).drops(1).
			helps("back, without doing anything; a run goes on"),
		bind(actDown, "↓ j tab", "next", "down", "j", "tab").known("down").in(r.lists...).drops(8).helps("next pipeline or line"),
		bind(actUp, "↑ k", "", "up", "k", "shift+tab").known("up").in(r.lists...).helps("previous pipeline or line"),
		bind(actDown, "↓ j", "next", "down", "j").known("down").in(r.long...).drops(4),
		bind(actDown, "↓ j", "scroll", "down", "j").known("down").in(r.scrolls...).drops(4),
		bind(actUp, "↑ k", "", "up", "k").known("up").in(slices.Concat(r.scrolls, r.long)...),
		bind(actPageDown, "pgdn", "", "pgdown").known("page-down").in(slices.Concat(r.scrolls, r.pages)...).helps("a screen down"),
		bind(actPageUp, "pgup", "", "pgup").known("page-up").in(slices.Concat(r.scrolls, r.pages)...).helps("a screen up"),
		bind(actFirst, "home g", "", "home", "g").known("first").in(r.both...).helps("to the first"),
		bind(actLast, "end G", "", "end", "G").known("last").in(r.both...).helps("to the last"),
	}
}

// listKeys belong to the list of pipelines, and what is done with several.
func listKeys() []binding {
	return []binding{
		bind(actEvacuate, "E", "evacuate", "E").called("evacuate").acting().in(pageOverview, pageEvacuation).drops(7).unless(evacuateBlocked).
			helps("evacuate: plan to move the marked pipelines, or all that are active where the selected one is, to another cluster, together"),
		bind(actFilter, "/", "filter", "/").called("filter").in(pageOverview, pageHistory, pageEvents, pageHelp).drops(2).
			helps("filter the list, or search the help: what contains all words; of one with ! before it, what does not; esc shows all again"),
		bind(actEventKind, "t", "kind", "t").called("event-kind").in(pageEvents).drops(8).
			helps("on the events: those of the next kind only, and after the last kind all"),
		bind(actEventOf, "o", "only these", "o").called("event-of").in(pageEvents).drops(8).
			helps("on the events: only those of the same cluster or pipeline as the selected one, or all"),
		bind(actNeedy, "n", "needs attention", "n").called("needs-attention").in(pageOverview).drops(9).
			helps("list only the pipelines that need attention, or all of them"),
		bind(actOrder, "o", "order", "o").known("next-order").in(pageOverview).drops(9).
			helps("order of the list: by attention, name, lag, or age of the cursor"),
		bind(actGroup, "t", "together", "t").called("group").in(pageOverview).drops(10).
			helps("list the pipelines together by cluster, together by advice, or one after the other"),
		bind(actMark, "v", "mark", "v").called("mark").in(pageOverview).drops(9).
			helps("mark the selected pipeline, or take its mark away, and go on to the next"),
		bind(actMarkAll, "V", "", "V").called("mark-all").in(pageOverview).helps("mark all that are listed, or none of them"),
		bind(actClear, "esc", "show all", "esc").called("show-all").in(pageOverview).drops(7).unless(clearBlocked),
	}
}

// pageKeys show other pages.
func pageKeys(r reach) []binding {
	return []binding{
		bind(actReport, "m", "report", "m").called("report").in(pageRun, pageHistory).drops(3).unless(reportBlocked).
			helps("on a run: its report, fit for a post-mortem"),
		bind(actHistory, "U", "all runs", "U").called("runs").in(r.both...).drops(10).unless(historianBlocked).
			helps("all runs, with what became of them"),
		bind(actEvents, "e", "events", "e").called("events").in(r.both...).drops(10).
			helps("events: every change of a verdict or an advice, and everything that was done"),
		bind(actSettings, "i", "", "i").called("config").in(r.both...).unless(settingsBlocked).
			helps("configuration in force: what is set, by which line, and what it means"),
	}
}

// lookKeys are about the screen itself.
func lookKeys(r reach) []binding {
	return []binding{
		bind(actFreeze, "space", "freeze", "space").called("freeze").in(r.looks...).drops(10).
			helps("freeze the picture, or let it go on; what acts lets it go on first"),
		bind(actCopy, "y", "", "y").called("copy").in(r.looks...).unless(copyBlocked).
			helps("copy what is selected: it is sent to the terminal, for its clipboard (OSC 52)"),
		bind(actCopyReport, "Y", "", "Y").called("copy-report").in(r.looks...).
			helps("copy the report of the run, or all that is known now, in the same way"),
		bind(actSave, "s", "", "s").called("save").in(r.both...).unless(saveBlocked).
			helps("save the screen as text and as a picture"),
		bind(actPalette, ":", "command", ":").known("command").in(r.both...).drops(3).
			helps("command: type what to do or where to go; tab completes it, and says of what does not work now why"),
		bind(actHelp, "?", "help", "?").called("help").in(slices.DeleteFunc(slices.Clone(r.both), func(p page) bool { return p == pageHelp })...).helps("this help"),
		bind(actQuit, "q", "quit", "q", "ctrl+c").called("quit").in(append(r.both, pageQuit)...).
			helps("quit; asks while a run driven by this console is under way"),
	}
}
