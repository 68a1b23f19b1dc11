package ui

import (
	"context"
	"time"

	"charm.land/bubbles/v2/viewport"
	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/ui/chart"
)

// flashFor is how long a remark stays in the footer.
const flashFor = 8 * time.Second

// root is the model of the whole console. It only keeps state and routes
// messages; every page has a file of its own.
type root struct {
	opts   Options
	jobs   *jobs
	look   appearance
	theme  *theme // made from it
	glyphs chart.Glyphs
	keys   []binding

	width, height int
	now           time.Time // of the newest message
	snap          *model.Snapshot
	snapAt        time.Time // when it arrived, on our clock
	feedError     string

	page     page
	under    page      // what help and the quit question lie on
	lettered time.Time // of the newest letter of a confirmation, or of a stray one
	selected string    // name of the pipeline, not its row
	list     listing
	prompt   prompt
	freeze   freeze

	commanded []string // in the palette, the newest last

	charts  chartView
	view    viewport.Model // of the page shown, where that can be scrolled
	flash   string
	flashAt time.Time

	plan planPage
	run  runPage
	runs runsPage
	home homePage

	evacuation evacuationPage
	history    historyPage
	report     reportPage
	reload     reloadPage
	events     eventsPage
	greeted    bool // the runs that need a person were shown first, or it is too late for that
	arming     int  // of the newest wait for what is asked to be painted
	armAfter   time.Duration
	burst      time.Duration
	choice     chooser
	helpFilter textFilter
	driven     map[string]drivenRun // runs begun or taken up here, by id
	deeds      map[int]string       // what was confirmed and is being done: the pipelines, the oldest first
	newestDeed int
	crash      error

	explaining explaining
	switching  bool  // the canary, on its way on or off
	wanted     *bool // how it was switched last, until a snapshot shows it

	screen string // the last frame; "" when it must be drawn anew

	box         *outbox // the terminal; nil in tests
	footerShown []footerKey
	spots       *spots // of the last frame; nil: the mouse is not taken

	shown  string    // the frame that the terminal was given last
	heldAt time.Time // when a frame was held back last, because the terminal was behind
	pacing pacing
	clock  frameClock
}

// The messages of the console's own commands.
type (
	snapshotMsg struct{ snap model.Snapshot }
	feedMsg     struct{ err error }
	retryMsg    struct{}
	tickMsg     struct{}
	caughtUpMsg struct{}
)

// newRoot makes the model. The options have their defaults.
func newRoot(ctx context.Context, opts Options) *root {
	return &root{
		opts:   opts,
		jobs:   &jobs{ctx: ctx},
		look:   opts.look,
		theme:  opts.look.theme(),
		keys:   keysOf(&opts),
		now:    opts.Now(),
		driven: map[string]drivenRun{}, deeds: map[int]string{},
		glyphs: glyphsFor(opts.ASCII),
		view:   viewport.New(),

		armAfter: armAfter, burst: burst, pacing: pacing{every: calmFrames},
	}
}

// keysOf is the keymap of a console.
func keysOf(opts *Options) []binding {
	keys := remapped(newKeymap(opts.Faults != nil), opts.Keys)
	if opts.ASCII {
		keys = asciiLabels(keys)
	}
	return keys
}

// Init implements tea.Model.
func (m *root) Init() tea.Cmd {
	return tea.Batch(m.listen(0), m.awaitTerminal(), m.awaitReload(), tick(), m.opts.askBackground())
}

// tick keeps elapsed times and countdowns going. It has one owner: the answer
// to a tick.
func tick() tea.Cmd { return tea.Tick(time.Second, func(time.Time) tea.Msg { return tickMsg{} }) }

// listen waits for the next snapshot. It is armed again by its answer, so that
// at most one is under way and a slow terminal skips snapshots.
func (m *root) listen(after uint64) tea.Cmd {
	feed := m.opts.Feed
	return m.jobs.cmd(func(ctx context.Context) tea.Msg {
		snap, err := feed.Next(ctx, after)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return feedMsg{err}
		}
		return snapshotMsg{snap}
	})
}

// Update implements tea.Model. A panic ends the console in order.
func (m *root) Update(msg tea.Msg) (next tea.Model, cmd tea.Cmd) {
	defer m.recovered(func() { next, cmd = m, tea.Quit })
	if m.crash != nil {
		return m, tea.Quit
	}
	cmd = m.route(msg)
	m.clock.heed(msg, m.atPeace(), m.now)
	return m, cmd
}

// route hands a message to whom it concerns.
func (m *root) route(msg tea.Msg) tea.Cmd {
	m.now = m.opts.Now()
	m.screen = ""
	m.pacing.stir = m.pacing.stir || !passive(msg)
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		return m.resized(msg.Width, msg.Height)
	case tea.KeyPressMsg:
		return m.key(msg)
	case tea.MouseWheelMsg:
		return m.wheel(msg)
	case tea.MouseClickMsg:
		return m.click(msg)
	case tea.BackgroundColorMsg:
		m.background(msg)
	case tea.PasteMsg:
		m.pasted(msg.Content)
	case snapshotMsg:
		return m.arrived(msg.snap)
	case feedMsg:
		m.feedError = clean(msg.err.Error())
		return tea.Tick(time.Second, func(time.Time) tea.Msg { return retryMsg{} })
	case retryMsg:
		return m.listen(m.generation())
	case tickMsg:
		return tick()
	case planMsg:
		return m.planned(msg)
	case armMsg:
		return m.arm(msg)
	case caughtUpMsg:
		return m.caughtUp()
	case executedMsg:
		return m.executed(msg)
	case hookMsg:
		m.hooksHeard(msg)
	case doneMsg:
		delete(m.deeds, msg.deed)
		return m.route(msg.answer)
	case takenMsg:
		return m.taken(msg)
	case evacuationPlanMsg:
		return m.evacuationPlanned(msg)
	case evacuationMsg:
		return m.evacuationNews(msg)
	case historyMsg:
		return m.historyRead(msg)
	case reportMsg:
		m.reported(msg)
	case evacuationRunsMsg:
		return m.evacuationRead(msg)
	case eventsMsg:
		return m.eventsRead(msg)
	case thenMsg:
		m.thenRead(msg)
	case runMsg:
		return m.runRead(msg)
	case copyMsg:
		return m.copied(msg)
	case savedMsg:
		m.saved(msg)
	case homeMsg:
		return m.homed(msg)
	case faultMsg:
		m.faulted(msg)
	case explainedMsg:
		return m.explained(msg)
	case canaryMsg:
		m.switched(msg)
	case chartMsg:
		return m.charted(msg)
	case reloadMsg:
		return m.reloaded(msg)
	case reloadAskedMsg:
		return tea.Batch(m.awaitReload(), m.beginReload(true))
	case crashMsg:
		m.crash = msg.err
		return tea.Quit
	default: // messages of the framework that do not concern us
	}
	return nil
}

func (m *root) generation() uint64 {
	if m.snap == nil {
		return 0
	}
	return m.snap.Generation
}

// arrived takes a snapshot, unless it is older than the newest, and asks for the
// next. While the picture stands still it is kept for later.
func (m *root) arrived(snap model.Snapshot) tea.Cmd {
	if held := m.freeze.held; snap.Generation < m.generation() || (held != nil && snap.Generation < held.Generation) {
		return m.listen(m.generation())
	}
	if m.frozen() {
		m.holdBack(&snap)
		return m.listen(snap.Generation)
	}
	m.noteEvents(&snap)
	return tea.Batch(append([]tea.Cmd{m.listen(snap.Generation)}, m.take(&snap)...)...)
}

// take shows a snapshot, and gives what is asked because of it.
func (m *root) take(snap *model.Snapshot) []tea.Cmd {
	m.snap, m.snapAt, m.feedError = snap, m.now, ""
	m.reselect()
	m.noteEnded()
	m.noteCanary()
	m.greet()
	return []tea.Cmd{m.explain(), m.watchRun(), m.hearHooks(), m.watchHome(), m.readHistory(), m.readEvents(), m.readEvacuation(), m.loadChart()}
}

// resized takes a window size. A plan that was too small to see is new to the
// eye when the window has grown.
func (m *root) resized(w, h int) tea.Cmd {
	was := m.small()
	m.width, m.height = w, h
	if was && !m.small() {
		return m.rearm()
	}
	return nil
}

// reselect keeps the selection on its pipeline. If that is gone, nothing on
// the screen may go on as if it were another one.
func (m *root) reselect() {
	m.unmarkGone()
	if _, ok := m.snap.Pipeline(m.selected); ok {
		return
	}
	gone := m.selected
	m.selected = ""
	m.relist()
	if gone != "" && (m.page == pageDetail || m.page == pageTarget || m.page == pageHome) {
		m.goTo(pageOverview)
		m.say(clean(gone) + " is no longer configured")
	}
}

// pipeline is the selected pipeline, nil without one.
func (m *root) pipeline() *model.PipelineState {
	if m.snap == nil {
		return nil
	}
	p, ok := m.snap.Pipeline(m.selected)
	if !ok {
		return nil
	}
	return &p
}

// scene is what renderers look at. It needs a snapshot.
func (m *root) scene() scene {
	return scene{
		theme: m.theme, keys: m.keys, glyphs: m.glyphs, snap: m.snap, now: m.snap.Time, stale: m.opts.StaleAfter,
		config: m.opts.ConfigPath, looks: m.opts.ReadOnly, marked: len(m.list.marked) > 0, spots: m.spots,
	}
}

// say shows a remark in the footer.
func (m *root) say(text string) { m.flash, m.flashAt = text, m.now }

// goTo shows a page from its top.
func (m *root) goTo(p page) {
	m.page = p
	m.view.GotoTop()
}

// small reports whether the window shows no whole screen.
func (m *root) small() bool { return m.width < minWidth || m.height < minHeight }
