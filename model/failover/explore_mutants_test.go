package failover

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// mutant is an engine that goes wrong, made by a world between it and the real
// one that does to it, or for it, what the engine should not do. The explorer
// has to find each of them out: an invariant that no mutant can break is none.
type mutant struct {
	name   string
	scene  string
	mutate func(*journey)
	picks  int    // on the paths that show it
	finds  string // what the explorer has to say
}

// wrong is a process whose ports can be bent.
type wrong struct {
	*process
	cluster func(*clusterPort) Cluster
	client  func(*clientPort) Client
	write   func(Lease, *Batch) bool // false: it is not written, and said to be
	run     func(*model.Run)         // what is read
	cursor  func() error             // not nil: it cannot be read
}

func (w *wrong) Cluster(name string) (Cluster, error) {
	port := &clusterPort{p: w.process, c: w.u.clusters[name]}
	if w.cluster == nil {
		return port, nil
	}
	return w.cluster(port), nil
}

func (w *wrong) Client(_, cluster string) (Client, error) {
	port := &clientPort{p: w.process, c: w.u.clients[cluster]}
	if w.client == nil {
		return port, nil
	}
	return w.client(port), nil
}

func (w *wrong) Write(ctx context.Context, lease Lease, b Batch) error {
	if w.write != nil && !w.write(lease, &b) {
		return nil
	}
	return w.process.Write(ctx, lease, b)
}

func (w *wrong) Run(ctx context.Context, id string) (model.Run, error) {
	run, err := w.process.Run(ctx, id)
	if w.run != nil {
		w.run(&run)
	}
	return run, err
}

func (w *wrong) Cursor(ctx context.Context, pipeline, cluster string) (*model.Cursor, error) {
	if w.cursor != nil {
		if err := w.cursor(); err != nil {
			return nil, err
		}
	}
	return w.process.Cursor(ctx, pipeline, cluster)
}

// bend has every process of a journey be bent alike.
func bend(how func(*wrong)) func(*journey) {
	return func(j *journey) {
		all := map[*process]*wrong{}
		get := func(p *process) *wrong {
			if all[p] == nil {
				all[p] = &wrong{process: p}
				how(all[p])
			}
			return all[p]
		}
		j.world = func(p *process) World { return get(p) }
		j.ledger = func(p *process) Ledger { return get(p) }
	}
}

// Ports that go wrong.

// offCluster begins a subscriber somewhere else than it is told.
type offCluster struct {
	*clusterPort
	by model.Slot
}

func (c offCluster) CreateFromSlot(ctx context.Context, name string, from model.Slot) (string, error) {
	return c.clusterPort.CreateFromSlot(ctx, name, from+c.by)
}

// greedyCluster deletes the subscriber that it is asked about once a client may
// have started on it.
type greedyCluster struct {
	*clusterPort
	done *bool
}

func (c greedyCluster) Subscriber(ctx context.Context, name string) (model.Subscriber, error) {
	c.p.u.mu.Lock()
	when := c.p.u.started()
	c.p.u.mu.Unlock()
	if when && !*c.done {
		*c.done = true
		_, _ = c.Delete(ctx, name)
	}
	return c.clusterPort.Subscriber(ctx, name)
}

// crossed deletes at the other cluster.
type crossed struct{ *clusterPort }

func (c crossed) Delete(ctx context.Context, name string) (bool, error) {
	return (&clusterPort{p: c.p, c: c.p.u.clusters["ams"]}).Delete(ctx, name)
}

// trusting takes every client for stopped.
type trusting struct{ *clientPort }

func (c trusting) Metrics(context.Context) (model.ClientMetrics, error) {
	return model.ClientMetrics{}, model.NewFailure(model.ClassUnreachable, "refused", ErrPortRefused)
}

func (c trusting) Run(ctx context.Context, h Hook, env HookEnv) (HookResult, error) {
	if h == HookStatus && c.c.cluster == "ams" {
		return HookResult{Status: ClientStopped, ExitCode: 3}, nil
	}
	return c.clientPort.Run(ctx, h, env)
}

// hasty stops the client that it is asked about.
type hasty struct{ *clientPort }

func (c hasty) Run(ctx context.Context, h Hook, env HookEnv) (HookResult, error) {
	if h == HookStatus && c.c.cluster == "ams" && env.RunID == "" {
		_, _ = c.clientPort.Run(ctx, HookStop, HookEnv{RunID: "r", Epoch: 1, Cluster: "ams"})
	}
	return c.clientPort.Run(ctx, h, env)
}

// drop has no write of a kind be written.
func drop(which func(*Batch) bool) func(*journey) {
	return bend(func(w *wrong) { w.write = func(_ Lease, b *Batch) bool { return !which(b) } })
}

// change alters what is written.
func change(how func(*Batch)) func(*journey) {
	return bend(func(w *wrong) { w.write = func(_ Lease, b *Batch) bool { how(b); return true } })
}

func stepIs(name model.StepName, state model.StepState) func(*Batch) bool {
	return func(b *Batch) bool { s := b.Run.Step(name); return s != nil && s.State == state }
}

// mutants are the engines that must be found out.
func mutants() []mutant {
	cluster := func(how func(*clusterPort) Cluster) func(*journey) {
		return bend(func(w *wrong) { w.cluster = how })
	}
	client := func(how func(*clientPort) Client) func(*journey) {
		return bend(func(w *wrong) { w.client = how })
	}
	deleted := false
	return []mutant{
		{"it begins one slot too high", "reactive", cluster(func(c *clusterPort) Cluster { return offCluster{c, 1} }), 0, "slots are lost"},
		{"it deletes after the start", "planned", cluster(func(c *clusterPort) Cluster { return greedyCluster{c, &deleted} }), 0, "a delete after the intent of start"},
		{"it deletes at the source", "the target has an old subscriber", cluster(func(c *clusterPort) Cluster { return crossed{c} }), 0, "the source's subscriber was deleted"},
		{"it does not verify the stop", "planned", func(j *journey) {
			client(func(c *clientPort) Client { return trusting{c} })(j)
			j.u.clients["ams"].ignoreStop, j.u.clients["ams"].mute = true, true
		}, 0, "was started while that at"},
		{"it stops before its checks", "planned", client(func(c *clientPort) Client { return hasty{c} }), 0, "without the intent of"},
		{"it stops though it is refused", "refused: the target is down", client(func(c *clientPort) Client { return hasty{c} }), 0, "nothing began, and there were effects"},
		{"no intent of start", "planned", drop(stepIs(model.StepStart, model.StepRunning)), 0, "without the intent of [start"},
		{"no intent of delete", "the target has an old subscriber", drop(func(b *Batch) bool {
			return stepIs(model.StepDelete, model.StepRunning)(b)
		}), 0, "without the intent of [delete"},
		{"no intent of stop", "planned", drop(stepIs(model.StepStop, model.StepRunning)), 0, "without the intent of [stop"},
		{"the cursor is not seeded", "planned", change(func(b *Batch) { b.SetCursor = nil }), 0, "is started with its cursor at"},
		{"the end is not written", "planned", drop(func(b *Batch) bool { return b.Release }), 0, "the run is said to be done and is running"},
		{"the target is not made active", "planned", change(func(b *Batch) { b.Activate = false }), 0, "done, active on ams"},
		{"the lease is kept", "planned", change(func(b *Batch) { b.Release = false }), 0, "lease of an ended run was not released"},
		{"the end leaves no trace", "planned", change(func(b *Batch) { b.Audit = nil }), 0, "is not in the audit trail"},
		{"it does not say why it failed", "the target does not stream", change(func(b *Batch) { b.Run.Note = "" }), 0, "failed, without a note"},
		{"it goes over a gap unasked", "a gap to approve", change(func(b *Batch) { b.Run.ApprovedGap = nil }), 0, "that nobody approved"},
		{"it asks nothing", "started by hand", change(func(b *Batch) { b.Run.Question = "" }), 0, "does not end"},
		{"it aborts after the start", "planned, or aborted", bend(func(w *wrong) {
			w.run = func(r *model.Run) {
				if s := r.Step(model.StepStart); s != nil && !r.State.Ended() {
					s.State = model.StepPending
				}
			}
		}), 2, "was started while that at"},
		{"the journal is not fenced", "the target has an old subscriber", func(j *journey) { j.u.unfenced = true }, 1, ""},
		{"it goes on from a slot of its own", "planned", bend(func(w *wrong) {
			w.run = func(r *model.Run) {
				if r.Cursor != nil && r.ResumeSlot == nil {
					higher := *r.Cursor + 40
					r.Cursor = &higher
				}
			}
		}), 1, ""},
		{"it does not wait for what is under way", "the target has an old subscriber", func(j *journey) { j.impatient = true }, 1, "a delete after the intent of start"},
	}
}

// TestExplorerFindsMutants has the explorer find every mutant out.
func TestExplorerFindsMutants(t *testing.T) {
	list := scenes()
	for _, m := range mutants() {
		t.Run(m.name, func(t *testing.T) {
			i := slices.IndexFunc(list, func(s scene) bool { return s.name == m.scene })
			if i < 0 {
				t.Fatalf("there is no scene %q", m.scene)
			}
			s := list[i]
			sound := newExplorer(&s)
			sound.walk(t, nil) // how it ends when all goes well
			x := newExplorer(&s)
			x.mutate, x.ends = m.mutate, sound.ends
			found := func() bool {
				return slices.ContainsFunc(x.found, func(v violation) bool { return strings.Contains(v.text, m.finds) })
			}
			began := time.Now()
			x.enough = 1 << 20
			x.explore(t, m.picks, func(int) int { return 2000 }, found)
			if !found() {
				t.Fatalf("not found out on %d paths; what was: %v", x.done.paths, x.found)
			}
			if len(sound.found) > 0 {
				t.Errorf("found without it too: %v", sound.found)
			}
			t.Logf("%d paths, %s", x.done.paths, time.Since(began).Round(time.Millisecond))
		})
	}
}
