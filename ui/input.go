package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"
)

// key routes a key press: to the confirmation while one is typed, else through
// the keymap.
func (m *root) key(msg tea.KeyPressMsg) tea.Cmd {
	m.flash = ""
	if m.small() || m.snap == nil {
		return m.smallKey(msg)
	}
	m.greeted = true
	if m.prompt.kind != promptNone {
		return m.promptKey(msg)
	}
	typing := m.typing()
	if m.stray(msg, typing) {
		return nil
	}
	b, ok := lookup(m.keys, m.page, msg, typing)
	if !ok {
		if typing {
			m.asked().typed(msg, m.now)
		}
		return nil
	}
	return m.press(&b)
}

// press does what a row of the keymap asks for, or says why not.
func (m *root) press(b *binding) tea.Cmd {
	var thawed tea.Cmd
	if b.acts && m.frozen() {
		cmd, ok := m.thawToAct()
		if !ok {
			return cmd
		}
		thawed = cmd
	}
	if why := m.why(b); why != "" {
		m.say(b.Help().Key + ": " + why)
		return thawed
	}
	return tea.Batch(thawed, m.act(b.act))
}

// smallKey acts where the window is too small to show what a key would do:
// only leaving is safe.
func (m *root) smallKey(msg tea.KeyPressMsg) tea.Cmd {
	b, _ := lookup(m.keys, pageQuit, msg, false)
	switch quits := slices.Contains(b.Keys(), msg.String()) && b.act == actQuit; {
	case quits && m.page == pageQuit:
		return tea.Quit
	case quits:
		return m.quit()
	case msg.String() == "esc":
		return m.back()
	}
	return nil
}

// act does what a key asks for.
func (m *root) act(a action) tea.Cmd {
	switch a {
	case actQuit:
		return m.quit()
	case actBack:
		return m.back()
	case actHelp:
		m.under = m.page
		m.goTo(pageHelp)
	case actEnter:
		return m.enter()
	case actCutover:
		return m.cutover()
	case actFailback:
		return m.failback()
	case actForce:
		return m.replan(true)
	case actReplan:
		return m.askAgain()
	case actMode:
		return m.changeMode()
	case actChoices:
		m.openChoices()
	case actRecreate:
		return m.recreate()
	case actHome:
		return m.openHome()
	case actRuns:
		return m.openRuns()
	case actAbort:
		return m.abortKey()
	case actFaults:
		m.openFaults()
	case actCanary:
		return m.switchCanary()
	case actPalette:
		return m.openPalette()
	case actFilter:
		return m.openFilter()
	case actOrder, actGroup, actNeedy, actMark, actMarkAll, actClear:
		m.listAct(a)
	case actFreeze:
		return m.toggleFreeze()
	case actCopy:
		return m.copyValue()
	case actCopyReport:
		return m.copyReport()
	case actSave:
		return m.saveScreen()
	case actHistory:
		return m.openHistory()
	case actEvents:
		return m.openEvents()
	case actEventKind:
		m.events.nextKind()
	case actEventOf:
		m.events.sameSubject()
	case actSettings:
		m.leaveTo(pageSettings)
	case actReport:
		return m.openReport()
	case actEvacuate:
		return m.openEvacuation()
	case actChart:
		m.goTo(pageChart)
		return m.loadChart()
	case actChartKind, actZoom, actZoomIn, actZoomOut, actLeft, actRight, actFarLeft, actFarRight, actCursor, actLog:
		return m.chartAct(a)
	default:
		m.move(a)
		return m.loadChart() // of what is selected now
	}
	return nil
}

// enter is the choice of what is selected.
func (m *root) enter() tea.Cmd {
	switch m.page {
	case pageOverview:
		if m.pipeline() != nil {
			m.goTo(pageDetail)
			return m.explain()
		}
	case pageTarget, pageFaults, pageChoices:
		return m.chosen()
	case pagePlan:
		return m.confirm()
	case pageRun:
		return m.runDo()
	case pageHome:
		return m.makeHome()
	case pageEvacuation:
		return m.evacuationEnter()
	case pageHistory:
		if r := m.history.selected(); r != nil {
			return m.openRecord(r)
		}
	case pageEvents:
		return m.openEvent()
	case pageRuns:
		if i := m.runs.selected(m.unendedItems()); i != nil {
			return m.openUnended(*i)
		}
	default:
	}
	return nil
}

// back leaves a page without doing anything.
func (m *root) back() tea.Cmd {
	switch m.page {
	case pageHelp, pageQuit:
		if m.page == pageHelp && m.helpFilter != "" {
			m.helpFilter = ""
			return nil
		}
		if m.under == pagePlan && m.plan.run != "" {
			return m.openRun(m.plan.req.Pipeline, m.plan.run)
		}
		m.goTo(m.under)
		return tea.Batch(m.rearm(), m.explain())
	case pagePlan:
		m.plan.leave()
		m.goTo(pageOverview)
	case pageEvacuation:
		m.evacuation.leave()
		m.goTo(pageOverview)
	case pageHistory:
		if f := m.filterHere(); *f != "" {
			*f = ""
			return nil
		}
		m.goTo(pageOverview)
	case pageEvents:
		if !m.events.showAll() {
			m.goTo(pageOverview)
		}
	case pageReload:
		m.goTo(m.reload.from)
		return tea.Batch(m.rearm(), m.explain())
	case pageReport:
		m.goTo(m.report.from)
		return tea.Batch(m.rearm(), m.readEvents())
	case pageRun:
		if m.run.deed == deedAbort && m.run.doing == "" { // to what it asked before
			return m.askFor(m.firstDeed(m.run.last))
		}
		m.goTo(m.run.from)
		return tea.Batch(m.readHistory(), m.readEvents())
	case pageChart:
		if !m.charts.leave() {
			m.goTo(pageOverview)
		}
		return m.loadChart()
	case pageChoices:
		m.goTo(pagePlan)
		return m.rearm()
	case pageFaults:
		if m.choice.cluster != "" {
			m.openFaults()
			return nil
		}
		m.goTo(pageOverview)
	default:
		m.goTo(pageOverview)
	}
	return nil
}

// quit leaves, or asks first while a run that was begun here is under way. A
// second time is the answer.
func (m *root) quit() tea.Cmd {
	if m.page == pageQuit || (m.doing() == "" && m.driving() == "") {
		m.plan.leave()
		m.evacuation.leave()
		return tea.Quit
	}
	if m.page != pageHelp { // which leads to where it came from
		m.under = m.page
	}
	m.goTo(pageQuit)
	return m.thaw()
}

// move changes the selection or scrolls, as the page has it.
func (m *root) move(a action) {
	step := max(1, m.height-6)
	by := map[action]int{actUp: -1, actDown: 1, actPageUp: -step, actPageDown: step, actFirst: -1 << 20, actLast: 1 << 20}[a]
	switch m.page {
	case pageOverview, pageChart:
		m.selectBy(by)
	case pageTarget, pageFaults, pageChoices:
		m.choice.move(by)
	case pageRuns:
		m.runs.move(m.unendedItems(), by)
	case pageEvacuation:
		m.evacuation.move(by)
	case pageHistory:
		m.history.move(by)
	case pageEvents:
		m.events.move(by)
	default:
		m.frame() // the page as it is now: what can be scrolled
		m.view.SetYOffset(m.view.YOffset() + by)
	}
}
