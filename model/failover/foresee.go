package failover

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// Foresight tells what moving a pipeline would be like from what a console sees
// already, by the rules of [Engine.Plan] but without asking anybody. What only a
// plan finds out (hooks that cannot be run, say) it cannot tell. It is not changed
// once it was made, and safe for concurrent use.
type Foresight struct {
	rules Engine
	most  map[model.Mode]map[model.StepName]time.Duration
}

// NewForesight foresees what an engine of the same settings, pipelines and options
// would plan.
func NewForesight(settings Settings, pipelines []model.Pipeline, options ...Option) *Foresight {
	f := &Foresight{rules: Engine{
		settings: withDefaults(settings), holds: map[string]holds{},
		pipelines: make(map[string]model.Pipeline, len(pipelines)),
	}}
	f.most = bounds(f.rules.settings)
	for _, p := range pipelines {
		f.rules.pipelines[p.Name] = p
	}
	for _, o := range options {
		o(&f.rules)
	}
	return f
}

// Scene is what a foresight rests on.
type Scene struct {
	Now      time.Time
	Clusters []model.ClusterState
	Past     *Past // earlier runs; nil: none is known
	// MovedAt is when a run last moved the pipeline; zero: none is known to have.
	MovedAt time.Time
}

// cluster finds a cluster of the scene; nil where it is not in it.
func (s *Scene) cluster(name string) *model.ClusterState {
	for i := range s.Clusters {
		if s.Clusters[i].Name == name {
			return &s.Clusters[i]
		}
	}
	return nil
}

// Tell appends to list what moving a pipeline to each of its other clusters would
// be like, in the order of its seats.
func (f *Foresight) Tell(list []model.Readiness, p *model.PipelineState, s *Scene) []model.Readiness {
	cfg, ok := f.rules.pipelines[p.Name]
	if !ok {
		return list
	}
	var from *model.SeatState
	for i := range p.Seats {
		if p.Seats[i].Cluster == p.Active {
			from = &p.Seats[i]
		}
	}
	source := s.cluster(p.Active)
	for i := range p.Seats {
		if &p.Seats[i] == from {
			continue
		}
		x := outlook{f: f, s: s, p: p, cfg: &cfg, from: from, to: &p.Seats[i], source: source, target: s.cluster(p.Seats[i].Cluster)}
		list = append(list, x.tell())
	}
	return list
}

// outlook is a pipeline and one of the clusters that it could be moved to.
type outlook struct {
	f              *Foresight
	s              *Scene
	p              *model.PipelineState
	cfg            *model.Pipeline
	from, to       *model.SeatState // from: nil where it has no client at its active cluster
	source, target *model.ClusterState

	wish  wish
	pos   position
	known bool // pos is
}

// tell says what the move would be like.
func (x *outlook) tell() model.Readiness {
	r := model.Readiness{Target: x.to.Cluster, Kind: model.Cutover, Mode: model.Reactive, Left: x.to.Left}
	if r.Target == x.p.Home {
		r.Kind = model.Failback
	}
	if x.source != nil && !mute(x.source) {
		r.Mode = model.Planned
	}
	x.place(&r)
	x.judge(&r)
	r.Usual = x.s.Past.Usual(x.p.Name, x.p.Active, r.Target, r.Mode)
	r.ToTip = x.toTip(&r)
	return r
}

// place fills in where the run would resume, and what that costs.
func (x *outlook) place(r *model.Readiness) {
	var cursor *model.Slot
	if x.from != nil && x.from.Cursor != nil {
		cursor = &x.from.Cursor.Slot
	}
	x.wish = wishOf(*x.cfg, model.Request{}, cursor)
	if x.from == nil || x.from.CursorAt.IsZero() || x.target == nil || x.target.Slots == nil {
		return
	}
	r.At = x.from.CursorAt
	if x.target.SlotsAt.Before(r.At) {
		r.At = x.target.SlotsAt
	}
	x.pos, x.known = x.wish.place(*x.target.Slots, true)
	if !x.known {
		return
	}
	n := &struct { // side by side: there are many of them
		resume              model.Slot
		gap, repeat, replay uint64
	}{x.pos.resume, x.pos.gap, x.pos.duplicates, model.SlotsBetween(x.pos.resume, x.target.Slots.Max+1)}
	r.Resume, r.Repeat, r.Replay = &n.resume, &n.repeat, &n.replay
	if !x.pos.uncounted {
		r.Gap = &n.gap
	}
}

// judge says whether the move is possible: the first thing that a plan would
// refuse, else what is not known, else what it would ask.
func (x *outlook) judge(r *model.Readiness) {
	r.Ready = model.ReadyNo
	for _, why := range [...]func(*outlook) string{
		(*outlook).underWay, (*outlook).targetRefuses, (*outlook).clientThere, (*outlook).policyRefuses,
		(*outlook).positionRefuses, (*outlook).onceRefuses, (*outlook).tooEarly,
	} {
		if r.Why = why(x); r.Why != "" {
			return
		}
	}
	if r.Why = x.unknown(r.Mode); r.Why != "" {
		r.Ready = model.ReadyUnknown
		return
	}
	r.But = x.but()
	if r.Why = x.asks(); r.Why != "" {
		r.Ready = model.ReadyAsks
		return
	}
	r.Ready = model.ReadyYes
}

// mute reports whether a cluster does not answer now. One that does well but for
// a lost call does.
func mute(c *model.ClusterState) bool {
	return c.Failure != nil && c.Failure.Class.Outage() && !bears(c)
}

// turnsAway reports whether a cluster answers, but refuses us.
func turnsAway(c *model.ClusterState) bool {
	return c.Failure != nil && !c.Failure.Class.Outage() && !bears(c)
}

// bears reports whether a cluster answers for all that some of its calls fail.
func bears(c *model.ClusterState) bool {
	return c.Verdict == model.ClusterHealthy || c.Verdict == model.ClusterDegraded
}

// ahead is by how many slots the resume slot lies above what the target has.
func (x *outlook) ahead() uint64 {
	if !x.known {
		return 0
	}
	return model.SlotsBetween(x.target.Slots.Max+1, x.pos.resume)
}

// never reports whether the target would not reach the resume slot in the time
// that a run waits for it.
func (x *outlook) never() bool {
	rate, ahead := x.target.SlotsPerSecond, x.ahead()
	return ahead > tolerance && rate != nil && float64(ahead-tolerance) > *rate*x.f.rules.settings.PositionWait.Seconds()
}

// toTip estimates the time to the live tip, from how earlier runs took.
func (x *outlook) toTip(r *model.Readiness) *time.Duration {
	if r.Usual == nil || r.Usual.First == nil || r.Replay == nil || !r.Possible() {
		return nil
	}
	live := x.f.rules.settings.LiveSlots
	if *r.Replay <= live {
		return r.Usual.First
	}
	toTip := *r.Usual.First
	if pace := x.catchUp(r.Usual); pace > 0 {
		const most = 1 << 31 // seconds
		toTip += time.Duration(min(float64(*r.Replay-live)/pace, most) * float64(time.Second))
		return &toTip
	}
	return nil
}

// catchUp is by how many slots a second the client comes nearer to the tip: as it
// does now, else as in earlier runs; 0 where nothing tells.
func (x *outlook) catchUp(usual *model.Usual) float64 {
	own, chain := x.p.CursorPerSecond, (*float64)(nil)
	if x.source != nil {
		chain = x.source.SlotsPerSecond
	}
	switch {
	case x.p.Verdict == model.PipelineCatchingUp && own != nil && chain != nil && *own > *chain:
		return *own - *chain
	case usual.CaughtUp != nil:
		return *usual.CaughtUp
	}
	return 0
}
