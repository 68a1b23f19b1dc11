package ui

import (
	"context"
	"io"
	"os"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// Feed gives snapshots.
type Feed interface {
	// Next waits until there is a snapshot whose generation is higher than
	// after, and gives the newest. It returns when ctx is done.
	Next(ctx context.Context, after uint64) (model.Snapshot, error)
}

// Operator makes plans and executes them, and takes up runs.
type Operator interface {
	// Plan finds out what a run would do, without changing anything.
	Plan(ctx context.Context, req model.Request) (model.Plan, error)
	// Execute starts the plan's run in the background and gives its id; how
	// it goes on arrives in snapshots. The run does not end with ctx.
	Execute(ctx context.Context, plan model.Plan) (runID string, err error)
	// Resume takes up a run that nobody drives, and drives it on in the
	// background as Execute does. shown is the run as a person saw it: where it
	// moved on since, that is an error and nothing is done. answer answers its
	// question; "" where it asks nothing.
	Resume(ctx context.Context, shown model.Run, answer string) error
	// Abort gives up a run that nobody drives, or that this console drives, and
	// drives it back in the background. shown is as in Resume.
	Abort(ctx context.Context, shown model.Run) error
	// PlanEvacuation finds out what an evacuation would do to each of its
	// pipelines, without changing anything.
	PlanEvacuation(ctx context.Context, ev failover.Evacuation) (failover.EvacuationPlan, error)
	// Evacuate begins the runs of the plan in the background, side by side. It is
	// told to observe, from many goroutines, how they go, and over is called once
	// none of them is driven any more; neither where it fails. The runs do not
	// end with ctx.
	Evacuate(ctx context.Context, plan failover.EvacuationPlan, observe failover.EvacuationObserver, over func()) error
	// SetHome makes the cluster where a pipeline is active its home.
	SetHome(ctx context.Context, pipeline, cluster string) error
}

// Explainer says how a verdict came about.
type Explainer interface {
	// Explain tells of a pipeline by name: its evidence and the rules as they
	// stand. It returns when ctx is done.
	Explain(ctx context.Context, pipeline string) (model.Explanation, error)
}

// Historian tells what has been, from the database.
type Historian interface {
	// Runs are the newest runs, the newest first, at most limit.
	Runs(ctx context.Context, limit int) ([]model.Run, error)
	// Report is the report of a run as text, fit for a post-mortem.
	Report(ctx context.Context, run string) (string, error)
	// Evacuation are the runs of an evacuation, by its id.
	Evacuation(ctx context.Context, id string) ([]model.Run, error)
	// Run is one run, by its id.
	Run(ctx context.Context, id string) (model.Run, error)
	// Events are what changed, as all consoles on the database saw it, and what
	// was done.
	Events(ctx context.Context, q model.EventQuery) (model.Events, error)
	// AsOf says what the rules make of the evidence as it was at a moment, of a
	// pipeline or, where that is "", of a cluster.
	AsOf(ctx context.Context, pipeline, cluster string, at time.Time) (model.Explanation, error)
}

// Keeper keeps what a person wants to have of the screen.
type Keeper interface {
	// KeepScreen writes a screen as text and as an SVG picture, readable by its
	// owner alone, and says where.
	KeepScreen(ctx context.Context, at time.Time, text string, svg []byte) (paths []string, err error)
}

// Canary switches the canary of this console. Snapshots show how it stands:
// [model.ClusterState.Canary] is nil where it is off.
type Canary interface {
	// SetCanary switches it on or off on every cluster, until the console ends.
	SetCanary(ctx context.Context, on bool) error
}

// Reloader puts a configuration in force that changed while the console runs.
type Reloader interface {
	// Reload reads it. Where it fails, all stays as it was; of what is wrong with
	// the file each line of the error begins with its place.
	Reload(ctx context.Context) (Reloaded, error)
}

// Reloaded is what became of a configuration that was read anew. None of it is
// secret.
type Reloaded struct {
	Path     string   // of the file
	Changes  []string // what is in force and was not, in lines; none: nothing differs
	Warnings []string // what is legal in it but hardly meant
	Settings string   // as [Options.Settings]

	// Face has how the screen looks from now on, in the options that say so: Theme,
	// ASCII, Unicode, Mouse, Keys and ReadOnly. Nil: as it did.
	Face *Options
}

// History is what was recorded, for charts.
type History interface {
	// Buckets gives series over a stretch of time. It returns when ctx is done.
	Buckets(ctx context.Context, q model.BucketQuery) (model.Buckets, error)
	// Marks gives what happened to the clusters and to a pipeline ("": none) from
	// from on up to, but without, to, in the order of time.
	Marks(ctx context.Context, pipeline string, from, to time.Time) ([]model.Mark, error)
}

// FaultKind is a way to break a cluster of the simulator.
type FaultKind struct {
	Name  string // what [Faults.Fault] is called with
	About string // what it does, in a line; may be ""
}

// Faults breaks and heals clusters of the simulator, in the demo only.
type Faults interface {
	Kinds() []FaultKind
	Fault(ctx context.Context, cluster, kind string) error
	Heal(ctx context.Context, cluster string) error
}

// Hooks tells what the hooks of runs say.
type Hooks interface {
	// HookOutput is what the hooks of a run said on this host, oldest first, while
	// they run and afterwards, whoever drives it.
	HookOutput(ctx context.Context, pipeline, run string) ([]model.HookOutput, error)
}

// Options are what a console runs on. Feed and Operator must be set.
type Options struct {
	Feed     Feed
	Operator Operator
	Faults   Faults // nil: not a demo

	Hooks Hooks // nil: what hooks say is not shown
	// Waits says for what an act of this console on a pipeline waits, and until when
	// at most; "" for nothing. It must not block. Nil: nothing is ever said.
	Waits func(pipeline string) (why string, until time.Time)

	Explainer Explainer // nil: the detail shows what the snapshot has
	Canary    Canary    // nil: it cannot be switched here
	History   History   // nil: charts show the lag of the last hour, and nothing else

	// ASCII draws charts without braille dots; where the locale is not UTF-8 it
	// is so anyway.
	ASCII bool
	// Unicode draws with all characters, whatever the locale says.
	Unicode bool

	// Mouse takes the mouse: the wheel scrolls and selects, a click selects a row or
	// presses a key of the footer. It never confirms anything.
	Mouse bool

	Historian Historian // nil: no database is open
	Settings  string    // the configuration in force, as text without secrets; "": not known

	Reloader Reloader         // nil: the configuration cannot be read anew
	Reloads  <-chan os.Signal // each asks for that; may be nil

	Keeper   Keeper // nil: screens cannot be saved
	ReadOnly bool   // nothing can be done here but to look; the operator refuses as well

	// Keys are the keys that a person gave to commands, by the command's name, as
	// [CheckKeys] finds fit.
	Keys map[string][]string

	// Where says who and where this console is, in the header where there is room
	// for it, the most important first.
	Where []string

	Title   string // default "fumtui"
	Version string
	NoColor bool // besides the NO_COLOR variable

	// Theme is auto, dark, light, high-contrast or colour-blind; "": auto, which
	// is dark or light as the terminal's background is.
	Theme string

	StaleAfter time.Duration // an answer older than this is marked; default 15 s
	Now        func() time.Time

	// ConfigPath is named in the commands that the console shows to people; "":
	// they need no --config.
	ConfigPath string

	Rescue *Rescue // nil: nobody ends the process under the screen

	// Input and Output are the terminal; nil: that of the process.
	Input  io.Reader
	Output io.Writer

	look         appearance
	asksTerminal bool // for its background
	foreign      bool // the locale is none of UTF-8: only ASCII can be shown at all
}

// withDefaults fills in what was left out.
func (o Options) withDefaults() Options {
	if o.Title == "" {
		o.Title = "fumtui"
	}
	if o.StaleAfter <= 0 {
		o.StaleAfter = 15 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	o.NoColor = o.NoColor || noColorWanted()
	o.look = appearance{name: o.Theme, dark: darkBackground(os.Getenv("COLORFGBG"))}
	if o.NoColor {
		o.look.palette = noColours
	}
	return o
}

// onTerminal fills in what follows from the terminal.
func (o Options) onTerminal() Options {
	o.ASCII = o.ASCII || (!o.Unicode && !drawsUnicode(os.Getenv))
	o.foreign = !o.Unicode && !localeIsUTF8(os.Getenv)
	o.look.palette = paletteOf(profile(o.NoColor))
	o.asksTerminal = answersOSC(os.Getenv("TERM"))
	return o
}
