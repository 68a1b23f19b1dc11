package failover

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// What a person may do beside the default, which is to resume at once.
const (
	goOnLater faultKind = sleepAfter + 1 + iota
	abortNow
	lookLost    // a look at a cluster, a client or the ledger has no answer
	lookRefused // or is refused
)

// journey is one walk of a path: a universe and the persons in it.
type journey struct {
	x         *explorer
	t         *testing.T
	u         *universe
	picks     path
	left      int // picks that are still to come
	trail     []point
	kinds     map[string]int // how many points there were of each kind
	noting    sync.Mutex
	forward   map[string]bool // runs whose intent of start was in the journal
	broken    []string
	pruned    bool
	refused   bool // by a check
	impatient bool // a mutant: what is under way is not waited for

	world  func(*process) World  // what a process sees, for mutants
	ledger func(*process) Ledger // the same
	driven sync.WaitGroup        // persons
	stuck  int                   // processes that were suspended
	epoch  int64                 // highest that was seen
	subs   map[string]string     // the subscriber of each source, by run
	seeded map[string]bool       // runs whose target was started once
}

func newJourney(t *testing.T, x *explorer, p path) *journey {
	u := newUniverse(t)
	j := &journey{
		x: x, t: t, u: u, picks: p, left: len(p), subs: map[string]string{}, kinds: map[string]int{}, forward: map[string]bool{}, seeded: map[string]bool{},
		world: func(p *process) World { return p }, ledger: func(p *process) Ledger { return p },
	}
	u.chooser = j.event
	u.onSleep, u.onLog = j.another, j.effect
	u.fold()
	if x.scene.prepare != nil {
		x.scene.prepare(u)
	}
	if x.scene.looks {
		j.flaky()
	}
	if x.mutate != nil {
		x.mutate(j)
	}
	return j
}

// Options at an event, by what it is.
var (
	atWrite = []faultKind{crashBefore, crashAfter, lostBefore, lostAfter, sleepBefore}
	atCall  = []faultKind{crashBefore, crashAfter, lostBefore, lostAfter, refused, crashLate, sleepAfter}
	atHook  = []faultKind{crashBefore, crashAfter, lostBefore, lostAfter, refused, crashLate, sleepAfter}
)

// event picks what happens at an effect or a write. The universe is locked.
func (j *journey) event(p *process, lost error) faultKind {
	what, options := "call", atCall
	switch {
	case errors.Is(lost, errDisk):
		what, options = "write", atWrite
	case errors.Is(lost, errHook):
		what, options = "hook", atHook
	}
	if run := j.u.unended(); run != nil {
		what += " at " + string(run.CurrentStep())
	}
	j.inspect()
	kind := j.choose(fmt.Sprintf("%s of process %d", what, p.pid), options)
	if kind == crashBefore || kind == crashAfter || kind == crashLate {
		j.prune(kind)
	}
	return kind
}

// choose picks what the path has at this point.
func (j *journey) choose(what string, options []faultKind) faultKind {
	j.kinds[what]++
	what = fmt.Sprintf("%s, %d", what, j.kinds[what])
	j.trail = append(j.trail, point{what, options})
	for _, c := range j.picks {
		if c.what == what {
			j.left--
			return c.kind
		}
	}
	return noFault
}

// prune cuts the path short where a driver died in a state in which one has died
// before, with as many picks left: nothing new can come of it.
func (j *journey) prune(kind faultKind) {
	if j.left > 0 || len(j.picks) < 2 || j.stuck > 0 {
		return
	}
	state := j.u.digest(uint64(kind))
	if _, seen := j.x.met[state]; seen {
		j.pruned = true
	}
	j.x.met[state] = 0
}

// another person comes when a process is suspended.
func (j *journey) another() {
	j.stuck++
	j.driven.Go(func() {
		time.Sleep(time.Second)
		j.person()
	})
}

// live has the persons of the scene be at work until the run has ended.
func (j *journey) live() {
	for i := range max(j.x.scene.consoles, 1) {
		j.driven.Go(func() {
			time.Sleep(time.Duration(i) * 1700 * time.Millisecond)
			j.person()
		})
	}
	j.driven.Wait()
	if j.pruned {
		return
	}
	j.u.mu.Lock()
	j.u.fold()
	j.inspect()
	j.u.mu.Unlock()
	j.judge()
}

// over reports whether there is nothing left to do.
func (j *journey) over() bool {
	j.u.mu.Lock()
	defer j.u.mu.Unlock()
	return j.pruned || j.refused || (len(j.u.runs) > j.x.scene.before && j.u.unended() == nil)
}

// patience is how often a person tries.
const patience = 14

// person does what it takes until the run has ended: begins it, resumes it,
// answers, or aborts it.
func (j *journey) person() {
	for try := 0; !j.over(); try++ {
		if try == patience {
			j.breaks("the run does not end")
			return
		}
		if try > 0 {
			j.u.mu.Lock()
			later := j.choose("a person", []faultKind{goOnLater}) == goOnLater
			j.u.mu.Unlock()
			if later {
				time.Sleep(20 * time.Second)
			}
		}
		if wait := j.act(); wait > 0 {
			time.Sleep(wait)
		}
	}
}

// act is one command of a person, by a process of its own. It tells how long to
// wait before the next.
func (j *journey) act() time.Duration {
	j.u.mu.Lock()
	p := j.u.process()
	j.u.mu.Unlock()
	e := New(j.world(p), j.ledger(p), j.x.scene.settings(), []model.Pipeline{j.u.pipes})
	ctx := j.t.Context()
	d, err := j.command(ctx, e)
	if j.impatient && d != nil {
		d.late = false
	}
	if err != nil {
		var held *HeldError
		var no *RefusedError
		switch {
		case errors.As(err, &held):
			return time.Minute
		case errors.As(err, &no) && len(j.picks) == 0 && !j.x.scene.refuses:
			j.breaks("refused: %v", err)
		case errors.As(err, &no) && j.x.scene.refuses:
			j.refused = true
		}
		return time.Second
	}
	run, err := d.Run(ctx)
	j.told(p, run, err)
	return 0
}

// command is what the person does: begin, resume or abort.
func (j *journey) command(ctx context.Context, e *Engine) (*Drive, error) {
	j.u.mu.Lock()
	var run *model.Run
	if now := j.u.unended(); now != nil {
		copied := now.Clone()
		run = &copied
	}
	j.u.mu.Unlock()
	if run == nil {
		plan, err := e.Plan(ctx, j.x.scene.asks())
		if err != nil {
			return nil, err
		}
		return e.Begin(ctx, plan)
	}
	j.stateIsTold(ctx, e, *run)
	if j.x.scene.aborts && !reverting(run) {
		j.u.mu.Lock()
		abort := j.choose("a person", []faultKind{abortNow}) == abortNow
		j.u.mu.Unlock()
		var late *ForwardOnlyError
		if abort {
			if d, err := e.Abort(ctx, run.ID); !errors.As(err, &late) {
				return d, err
			}
		}
	}
	return e.Resume(ctx, run.ID, j.answer(run.Question))
}

// breaks notes a broken invariant.
func (j *journey) breaks(format string, args ...any) {
	j.noting.Lock()
	defer j.noting.Unlock()
	if text := fmt.Sprintf(format, args...); !slices.Contains(j.broken, text) {
		j.broken = append(j.broken, text)
	}
}

// tell is what happened, for a person.
func (j *journey) tell() string {
	text := fmt.Sprintf("effects %v\n", j.u.log)
	for _, r := range j.u.runs[min(j.x.scene.before, len(j.u.runs)):] {
		text += story(r)
	}
	return text
}
