package ui

import (
	"context"
	"os"
	"time"

	"charm.land/bubbles/v2/viewport"
	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
)

// flashFor is how long a remark stays in the footer.
const flashFor = 8 * time.Second

// root is the model of the whole console. It only keeps state and routes
// messages; every page has a file of its own.
type root struct {
	opts  Options
	jobs  *jobs
	theme *theme
	keys  []binding

	width, height int
	now           time.Time // of the newest message
	snap          *model.Snapshot
	snapAt        time.Time // when it arrived, on our clock
	feedError     string

	page     page
	under    page   // what help and the quit question lie on
	selected string // name of the pipeline, not its row
	zoom     int
	view     viewport.Model // of the page shown, where that can be scrolled
	flash    string
	flashAt  time.Time

	plan     planPage
	run      runPage
	runs     runsPage
	home     homePage
	greeted  bool // the runs that need a person were shown first, or it is too late for that
	arming   int  // of the newest wait for what is asked to be painted
	armAfter time.Duration
	burst    time.Duration
	choice   chooser
	driven   map[string]drivenRun // runs begun or taken up here, by id
	crash    error

	explaining explaining
	switching  bool  // the canary, on its way on or off
	wanted     *bool // how it was switched last, until a snapshot shows it

	chart struct {
		key   chartKey
		lines []string
	}
	screen string // the last frame; "" when it must be drawn anew

	box    *outbox   // the terminal; nil in tests
	shown  string    // the frame that the terminal was given last
	heldAt time.Time // when a frame was held back last, because the terminal was behind
}

// drivenRun is a run that this console began or took up.
type drivenRun struct {
	pipeline string
	begun    time.Time
	after    int64 // our lease has a higher epoch than this
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
		theme:  newTheme(opts.NoColor, darkBackground(os.Getenv("COLORFGBG"))),
		keys:   newKeymap(opts.Faults != nil),
		now:    opts.Now(),
		driven: map[string]drivenRun{},
		view:   viewport.New(),

		armAfter: armAfter, burst: burst,
	}
}

// Init implements tea.Model.
func (m *root) Init() tea.Cmd { return tea.Batch(m.listen(0), m.awaitTerminal(), tick()) }

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
	return m, m.route(msg)
}

// route hands a message to whom it concerns.
func (m *root) route(msg tea.Msg) tea.Cmd {
	m.now = m.opts.Now()
	m.screen = ""
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		return m.resized(msg.Width, msg.Height)
	case tea.KeyPressMsg:
		return m.key(msg)
	case tea.PasteMsg:
		m.pasted()
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
	case takenMsg:
		return m.taken(msg)
	case homeMsg:
		return m.homed(msg)
	case faultMsg:
		m.faulted(msg)
	case explainedMsg:
		return m.explained(msg)
	case canaryMsg:
		m.switched(msg)
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

// arrived takes a snapshot, unless it is older than the one shown, and asks
// for the next.
func (m *root) arrived(snap model.Snapshot) tea.Cmd {
	if snap.Generation < m.generation() {
		return m.listen(m.generation())
	}
	m.snap, m.snapAt, m.feedError = &snap, m.now, ""
	m.reselect()
	m.noteEnded()
	m.noteCanary()
	m.greet()
	return tea.Batch(m.listen(snap.Generation), m.explain(), m.watchRun(), m.watchHome())
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
	if _, ok := m.snap.Pipeline(m.selected); ok {
		return
	}
	gone := m.selected
	m.selected = ""
	if len(m.snap.Pipelines) > 0 {
		m.selected = m.snap.Pipelines[0].Name
	}
	if gone != "" && (m.page == pageDetail || m.page == pageTarget || m.page == pageHome) {
		m.goTo(pageOverview)
		m.say(clean(gone) + " is no longer configured")
	}
}

// noteEnded remarks on runs driven here that have ended or need a person, and
// shows how where that page is open already.
func (m *root) noteEnded() {
	for id, d := range m.driven {
		p, _ := m.snap.Pipeline(d.pipeline)
		if p.Run == nil || p.Run.ID != id || p.Run.State == model.RunRunning {
			continue
		}
		if m.pending(p.Run) {
			continue // a picture from before it was taken up
		}
		delete(m.driven, id)
		switch {
		case m.page == pageRun && m.run.id == id, m.page == pageDetail && m.selected == p.Name:
			m.view.GotoTop()
		case p.Run.State.Ended():
			m.say("the " + string(p.Run.Kind) + " of " + clean(p.Name) + " ended: " + string(p.Run.State) + "; enter shows it")
		default:
			m.say("the " + string(p.Run.Kind) + " of " + clean(p.Name) + " is " + string(p.Run.State) + "; u shows it")
		}
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
	return scene{theme: m.theme, snap: m.snap, now: m.snap.Time, stale: m.opts.StaleAfter, config: m.opts.ConfigPath}
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

// driving names a pipeline with a run that is driven here and goes on; "" without
// one.
func (m *root) driving() string {
	for id, d := range m.driven {
		if m.snap == nil {
			return d.pipeline
		}
		p, _ := m.snap.Pipeline(d.pipeline)
		switch {
		case p.Run != nil && p.Run.ID == id && p.Run.State == model.RunRunning:
			return d.pipeline
		case (p.Run == nil || p.Run.ID != id || m.pending(p.Run)) && m.now.Sub(d.begun) < unseenWithin:
			return d.pipeline // begun, but no snapshot shows it yet
		}
	}
	return ""
}
