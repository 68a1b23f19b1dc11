package monitor

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
	"github.com/fumtui/fumtui/model/health"
)

const (
	newestRuns  = 64 // ended runs that are looked at, and more with many pipelines
	recountTurn = 15 // after so many looks ended runs are read again in any case
)

// standing is what the ledger says of all pipelines.
type standing struct {
	active map[string]string
	home   map[string]string     // chosen by a person; "": the configured one
	runs   map[string]*model.Run // the unended one, else the newest of this console
	moved  map[string]time.Time  // when a run last moved the pipeline
	last   map[string]*model.Run // the run that did
	failed map[string]*model.Run // the newest run, where that failed
	past   *failover.Past        // what earlier runs tell; for the goroutine of Run
}

// newStanding is what is known before anything was read.
func newStanding() *standing {
	return &standing{
		active: map[string]string{}, home: map[string]string{}, runs: map[string]*model.Run{},
		moved: map[string]time.Time{}, last: map[string]*model.Run{}, failed: map[string]*model.Run{},
	}
}

// source is the cluster that a pipeline left when it was moved to where it is
// now, and the slot after its cursor there; "" where no run is known to have.
func (s *standing) source(pipeline string) (cluster string, next *model.Slot) {
	run := s.last[pipeline]
	if run == nil || run.To != s.active[pipeline] {
		return "", nil
	}
	if run.Cursor != nil {
		slot := *run.Cursor + 1
		next = &slot
	}
	return run.From, next
}

// poller reads the ledger on a goroutine of its own, since a locked database
// may keep it waiting.
type poller struct {
	cfg     Config
	wake    chan struct{}
	found   func() // tells the loop that something changed
	started time.Time

	unended map[string]string // state and step as of the last look, by id
	turn    int
	ended   []model.Run
	past    *failover.Past // of them

	mu   sync.Mutex
	now  *standing
	fail string
}

// newPoller makes a poller; found is called after a look that saw a change.
func newPoller(cfg Config, found func()) *poller {
	return &poller{cfg: cfg, wake: make(chan struct{}, 1), found: found, started: cfg.Began}
}

// ask wants a look soon. It is fine on nil.
func (p *poller) ask() {
	if p == nil {
		return
	}
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// apply tells the watch what the newest look found. It is fine on nil.
func (p *poller) apply(watch *health.Watch) {
	if p == nil {
		return
	}
	p.mu.Lock()
	now := p.now
	p.mu.Unlock()
	if now == nil {
		return
	}
	for _, pipeline := range p.cfg.Pipelines {
		name := pipeline.Name
		watch.SetHome(name, now.home[name])
		watch.SetActive(name, now.active[name])
		watch.SetRun(name, now.runs[name])
		watch.SetLastFailover(name, now.moved[name])
		source, next := now.source(name)
		watch.SetSource(name, source, next)
		watch.SetFailed(name, now.failed[name])
	}
}

// known is what the newest look found. It is fine on nil.
func (p *poller) known() *standing {
	if p != nil {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.now != nil {
			return p.now
		}
	}
	return &standing{}
}

// trouble is why the newest look failed; "" if it did not. It is fine on nil.
func (p *poller) trouble() string {
	if p == nil {
		return ""
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fail
}

// run looks whenever it is asked to, until ctx is done.
func (p *poller) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.wake:
			p.look(ctx)
		}
	}
}

// look reads the ledger once. A failed look leaves the last one standing. It is
// fine on nil.
func (p *poller) look(ctx context.Context) {
	if p == nil {
		return
	}
	call, cancel := context.WithTimeout(ctx, p.cfg.CallTimeout)
	defer cancel()
	now, changed, err := p.read(call)
	if ctx.Err() != nil {
		return
	}
	p.mu.Lock()
	p.fail = ""
	if err != nil {
		p.fail = fmt.Sprintf("runs and active clusters cannot be read: %v", err)
	} else {
		changed = changed || p.now == nil
		p.now = now
	}
	p.mu.Unlock()
	if changed {
		p.found()
	}
}

// read asks the ledger. changed says that a run began, ended or went on.
func (p *poller) read(ctx context.Context) (now *standing, changed bool, err error) {
	now = newStanding()
	if err := p.readPlaces(ctx, now); err != nil {
		return nil, false, err
	}
	changed = p.now != nil && !(maps.Equal(now.active, p.now.active) && maps.Equal(now.home, p.now.home))
	runs, err := p.cfg.Ledger.Runs(ctx, "", true, 0)
	if err != nil {
		return nil, false, fmt.Errorf("runs under way: %w", err)
	}
	unended := map[string]string{}
	for _, run := range runs {
		run = run.Clone()
		if err := p.judge(ctx, &run); err != nil {
			return nil, false, err
		}
		unended[run.ID] = fmt.Sprintf("%s %s", run.State, run.CurrentStep())
		if now.runs[run.Pipeline] == nil {
			now.runs[run.Pipeline] = &run
		}
	}
	changed = changed || !maps.Equal(unended, p.unended)
	p.turn++
	if changed || p.turn%recountTurn == 1 {
		if err := p.readEnded(ctx, now); err != nil {
			return nil, false, err
		}
		p.past = failover.NewPast(p.ended)
	}
	p.unended, now.past = unended, p.past
	p.addEnded(now)
	return now, changed, nil
}

// readPlaces reads where each pipeline is, and where it belongs.
func (p *poller) readPlaces(ctx context.Context, now *standing) error {
	for _, pipeline := range p.cfg.Pipelines {
		active, err := p.cfg.Ledger.Active(ctx, pipeline.Name)
		if err != nil {
			return fmt.Errorf("active cluster of %s: %w", pipeline.Name, err)
		}
		home, err := p.cfg.Ledger.Home(ctx, pipeline.Name, pipeline.Home)
		if err != nil {
			return fmt.Errorf("home of %s: %w", pipeline.Name, err)
		}
		now.active[pipeline.Name], now.home[pipeline.Name] = active, home
	}
	return nil
}

// judge tells a running run from one whose driver died, by the rule of
// [failover.Judge].
func (p *poller) judge(ctx context.Context, run *model.Run) error {
	if run.State != model.RunRunning {
		return nil
	}
	lease, err := p.cfg.Ledger.LeaseOf(ctx, run.Pipeline)
	if err != nil {
		return fmt.Errorf("lease of %s: %w", run.Pipeline, err)
	}
	alive, known := false, false
	if lease != nil {
		alive, known = p.cfg.Alive(lease.Holder)
	}
	state := failover.Judge(*run, lease, alive, known, p.cfg.Now(), p.cfg.LeaseGrace)
	if state == model.RunRunning {
		return nil
	}
	// It may have ended, or gone on, between the two reads: the next look tells.
	again, err := p.cfg.Ledger.Runs(ctx, run.Pipeline, true, 1)
	if err != nil {
		return fmt.Errorf("runs under way of %s: %w", run.Pipeline, err)
	}
	if len(again) == 1 && again[0].ID == run.ID && again[0].State == run.State && again[0].Epoch == run.Epoch {
		run.State = state
	}
	return nil
}

// readEnded reads the newest ended runs, and of each pipeline that none of them
// tells of, those of its own.
func (p *poller) readEnded(ctx context.Context, now *standing) error {
	runs, err := p.cfg.Ledger.Runs(ctx, "", false, max(newestRuns, 4*len(p.cfg.Pipelines)))
	if err != nil {
		return fmt.Errorf("newest runs: %w", err)
	}
	p.ended = p.ended[:0:0]
	told := p.keepEnded(runs)
	for _, pipeline := range p.cfg.Pipelines {
		active := now.active[pipeline.Name]
		if told[pipeline.Name] || active == "" || active == pipeline.Home {
			continue
		}
		if runs, err = p.cfg.Ledger.Runs(ctx, pipeline.Name, false, newestRuns); err != nil {
			return fmt.Errorf("newest runs of %s: %w", pipeline.Name, err)
		}
		p.keepEnded(runs)
	}
	return nil
}

// keepEnded keeps the ended ones of some runs, newest first, and tells of which
// pipelines one is there that moved it.
func (p *poller) keepEnded(runs []model.Run) (moved map[string]bool) {
	moved = map[string]bool{}
	for i := range runs {
		if run := &runs[i]; run.State.Ended() {
			p.ended = append(p.ended, run.Clone())
			moved[run.Pipeline] = moved[run.Pipeline] || movedIt(run)
		}
	}
	return moved
}

// movedIt reports whether a run moved its pipeline to another cluster.
func movedIt(run *model.Run) bool { return run.State == model.RunDone && run.Kind != model.Recreate }

// leftSource reports whether a run left its source for the active cluster, be it
// that it failed once its target was to be started.
func leftSource(run *model.Run, active string) bool {
	return movedIt(run) || (run.State == model.RunFailed && run.Kind != model.Recreate && run.To == active)
}

// addEnded adds what ended runs, newest first of each pipeline, say of it.
func (p *poller) addEnded(now *standing) {
	seen := map[string]bool{}
	for i := range p.ended {
		run := &p.ended[i]
		if run.EndedAt == nil {
			continue
		}
		first := !seen[run.Pipeline]
		seen[run.Pipeline] = true
		if first && now.runs[run.Pipeline] == nil && run.State == model.RunFailed && run.To == now.active[run.Pipeline] {
			now.failed[run.Pipeline] = run
		}
		if now.runs[run.Pipeline] == nil && run.EndedAt.After(p.started) {
			now.runs[run.Pipeline] = run
		}
		if now.last[run.Pipeline] == nil && leftSource(run, now.active[run.Pipeline]) {
			now.last[run.Pipeline] = run
		}
		if movedIt(run) && run.EndedAt.After(now.moved[run.Pipeline]) {
			now.moved[run.Pipeline] = *run.EndedAt
		}
	}
}
