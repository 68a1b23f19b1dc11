//go:build unix

package main_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/fumtui/fumtui/model"
)

var (
	killsFor  = flag.Duration("kills.for", 90*time.Second, "for how long drivers are killed; longer, where not every boundary was met by then")
	trialSeed = flag.Uint64("trial.seed", 1, "what the random choices of kills and of the soak grow from")
)

// TestKilledAnywhere kills the drivers of runs at every boundary of their
// journals, and at random instants, and resumes them with other drivers: every
// run ends as it would have, no slot is missing, and no two clients of a
// pipeline ever run at once.
func TestKilledAnywhere(t *testing.T) {
	t.Parallel()
	began := time.Now()
	c := &campaign{until: began.Add(*killsFor), tally: map[string]map[boundary]*kills{}}
	if testing.Short() {
		c.until = began
	}
	healthy := startSim(t, "--speed", "20", "--pipelines", "2", "--seed", "11")
	broken := startSim(t, "--speed", "20", "--pipelines", "1", "--seed", "12")
	losing := startSim(t, "--speed", "20", "--pipelines", "1", "--seed", "13")
	var lanes sync.WaitGroup
	for i, l := range []*lane{
		{sim: healthy, pipeline: "trades"},
		{sim: healthy, pipeline: "accounts", away: true},
		{sim: broken, pipeline: "trades", breaks: true},
		{sim: losing, pipeline: "trades", loses: true},
	} {
		l.t, l.campaign, l.journal = t, c, openJournal(t, l.sim)
		l.random = rand.New(rand.NewPCG(*trialSeed, uint64(i))) //nolint:gosec // it is to be repeatable
		lanes.Go(l.run)                                         // a failed test ends the lane alone
	}
	lanes.Wait()
	t.Logf("%s of kills, seed %d\n%s", time.Since(began).Round(time.Second), *trialSeed, c.report())
	c.complete(t)
}

// kills counts the kills at a boundary.
type kills struct{ met, random int }

// campaign is what the lanes share.
type campaign struct {
	until time.Time

	mu       sync.Mutex
	tally    map[string]map[boundary]*kills // by kind of run
	runs     int
	early    int // kills before there was a run
	unneeded int // drivers that ended before they were killed
}

// count counts a kill; a zero boundary is one before there was a run.
func (c *campaign) count(kind string, b boundary, random bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if b == (boundary{}) {
		c.early++
		return
	}
	if c.tally[kind] == nil {
		c.tally[kind] = map[boundary]*kills{}
	}
	k := c.tally[kind][b]
	if k == nil {
		k = &kills{}
		c.tally[kind][b] = k
	}
	if random {
		k.random++
	} else {
		k.met++
	}
}

// ended counts a run, and how many of its drivers ended before they were killed.
func (c *campaign) ended(unneeded int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.runs++
	c.unneeded += unneeded
}

// kinds are the kinds of runs, for the report.
var kinds = []string{plannedCutover, reactiveCutover, plannedFailback, recreation}

const (
	plannedCutover  = "planned cutover"
	reactiveCutover = "reactive cutover"
	plannedFailback = "failback"
	recreation      = "recreate"
)

// report is a table of the kills: met at a boundary + at a random instant.
func (c *campaign) report() string {
	var b strings.Builder
	all := kills{random: c.early}
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "KILLED\t%s\n", strings.ToUpper(strings.Join(kinds, "\t")))
	for _, at := range append(boundaries(), boundary{model.StepActivate, true}) {
		fmt.Fprint(w, at)
		for _, kind := range kinds {
			k := c.tally[kind][at]
			if k == nil {
				k = &kills{}
			}
			all.met, all.random = all.met+k.met, all.random+k.random
			fmt.Fprintf(w, "\t%d + %d", k.met, k.random)
		}
		fmt.Fprintln(w)
	}
	_ = w.Flush()
	return fmt.Sprintf("%d kills of %d runs: %d at a boundary that was met, %d at a random instant, %d of them before the run was begun\n%s",
		all.met+all.random, c.runs, all.met, all.random, c.early, b.String())
}

// complete fails the test where a boundary was never met.
func (c *campaign) complete(t *testing.T) {
	t.Helper()
	for _, kind := range kinds {
		for _, b := range boundaries() {
			if c.tally[kind][b] == nil {
				t.Errorf("no driver of a %s was killed %s", kind, b)
			}
		}
	}
}

// lane moves one pipeline to and fro, or makes its subscriber again and again.
type lane struct {
	*campaign
	t        testing.TB
	sim      *simulator
	journal  *journal
	pipeline string
	random   *rand.Rand
	away     bool // its first cutover is left in peace, so that failbacks are soon met too
	breaks   bool // its cutovers are away from a cluster that is down
	loses    bool // it does not move: its subscriber is lost, and made again
}

// run goes through every boundary of the first runs of each kind, and then on at
// random until the time is up.
func (l *lane) run() {
	cutover, failback := boundaries(), boundaries()
	for l.loses {
		l.sim.fault("ams", "lose-subscriber")
		l.move(recreation, "ams", cutover, "recreate", l.pipeline, "--confirm", "ams")
		if time.Now().After(l.until) {
			return
		}
		cutover = l.some()
	}
	if l.away {
		cutover = nil
	} else {
		failback = l.some()
	}
	for {
		l.cutOver(cutover)
		l.failBack(failback)
		if time.Now().After(l.until) {
			return
		}
		cutover, failback = l.some(), l.some()
	}
}

// some are a few boundaries in order, and places for kills at random instants,
// which are zero.
func (l *lane) some() []boundary {
	var few []boundary
	for _, b := range boundaries() {
		switch l.random.IntN(10) {
		case 0:
			few = append(few, b)
		case 1:
			few = append(few, boundary{})
		}
	}
	return few
}

// cutOver moves the pipeline away from home.
func (l *lane) cutOver(kills []boundary) {
	kind, mode := plannedCutover, string(model.Planned)
	if l.breaks {
		kind, mode = reactiveCutover, string(model.Reactive)
		l.sim.fault("ams", "down")
	}
	l.move(kind, "nyc", kills, "cutover", l.pipeline, "--to", "nyc", "--confirm", "nyc", "--mode", mode)
	if l.breaks {
		l.sim.heal("ams")
	}
}

// failBack moves it back.
func (l *lane) failBack(kills []boundary) {
	l.move(plannedFailback, "ams", kills, "failback", l.pipeline, "--confirm", "ams", "--force")
}

// move begins a run, kills its drivers one after the other, and sees it end
// well.
func (l *lane) move(kind, to string, kills []boundary, begin ...string) {
	before, unneeded := l.journal.newest(l.pipeline).ID, 0
	for ; ; kills = kills[1:] {
		args := begin
		run := l.journal.newest(l.pipeline)
		if run.ID == before {
			run = model.Run{}
		}
		if run.State.Ended() {
			break
		}
		if run.ID != "" {
			args = []string{"resume", run.ID, "--confirm", to}
		}
		for len(kills) > 0 && passed(&run, kills[0]) {
			kills = kills[1:]
		}
		if len(kills) == 0 {
			launch(l.t, l.sim.with(args...)...).ends(0)
			break
		}
		if !l.kill(kind, before, kills[0], args) {
			unneeded++
		}
	}
	l.journal.endedWell(l.pipeline, to)
	l.sim.audit()
	l.ended(unneeded)
}

// passed reports whether a run has come to a boundary already.
func passed(run *model.Run, b boundary) bool {
	all := boundaries()
	return run.ID != "" && b != (boundary{}) && slices.Index(all, b) <= slices.Index(all, where(run))
}

// kill kills a driver once its run is at a boundary, or, if that is zero, at a
// random instant. It reports false for one that ended before.
func (l *lane) kill(kind, before string, at boundary, args []string) bool {
	if at == (boundary{}) {
		p := launch(l.t, l.sim.with(args...)...)
		time.Sleep(within(l.random, 2*time.Second))
		return l.killed(p, kind, before, true)
	}
	l.journal.hold(l.pipeline, at)
	defer l.journal.letGo(l.pipeline)
	p := launch(l.t, l.sim.with(args...)...)
	if !l.journal.meet(p, l.pipeline, before, at) {
		l.t.Fatalf("fumtui %s ended before it was %s\n%s%s", p.name, at, p.out.String(), l.journal.tell(l.pipeline))
	}
	// The effect of the step is not had, half had, or had and not journaled.
	time.Sleep(within(l.random, 400*time.Millisecond))
	if !l.killed(p, kind, before, false) {
		return false
	}
	if run := l.journal.newest(l.pipeline); where(&run) != at {
		l.t.Fatalf("killed %s, and the journal is %s\n%s", at, where(&run), l.journal.tell(l.pipeline))
	}
	return true
}

// killed kills a driver, and counts where that met its run.
func (l *lane) killed(p *process, kind, before string, random bool) bool {
	if !p.kill() {
		return false
	}
	var at boundary
	if run := l.journal.newest(l.pipeline); run.ID != before {
		at = where(&run)
	}
	l.count(kind, at, random)
	return true
}
