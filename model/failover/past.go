package failover

import (
	"slices"
	"time"

	"github.com/fumtui/fumtui/model"
)

// mostUsual is how many runs, the newest first, a [model.Usual] is made of.
const mostUsual = 9

// Past is what earlier runs tell of later ones: how long they take. It is not
// safe for concurrent use.
type Past struct {
	own   map[trip][]*model.Run // of a pipeline on its way
	pairs map[trip][]*model.Run // of any pipeline on that way
	found map[trip]*model.Usual
}

// trip is a way from one cluster to another, of a pipeline or of any.
type trip struct {
	pipeline, from, to string
	mode               model.Mode
}

// NewPast remembers the runs that came to their end, of some runs, the newest of
// each pipeline first. They must not be changed afterwards.
func NewPast(runs []model.Run) *Past {
	p := &Past{own: map[trip][]*model.Run{}, pairs: map[trip][]*model.Run{}, found: map[trip]*model.Usual{}}
	for i := range runs {
		r := &runs[i]
		if r.State != model.RunDone || r.EndedAt == nil {
			continue
		}
		own, pair := trip{pipeline: r.Pipeline, from: r.From, to: r.To}, trip{from: r.From, to: r.To}
		p.own[own] = append(p.own[own], r)
		p.pairs[pair] = append(p.pairs[pair], r)
	}
	return p
}

// Usual is how long a run of a pipeline from one cluster to another takes: as its
// own did, else as those of others on the same way, of that mode where there are
// any. It is nil where none tells. It is fine on nil.
func (p *Past) Usual(pipeline, from, to string, mode model.Mode) *model.Usual {
	if p == nil {
		return nil
	}
	key := trip{pipeline, from, to, mode}
	usual, ok := p.found[key]
	if !ok {
		runs := p.own[trip{pipeline: pipeline, from: from, to: to}]
		if len(runs) == 0 {
			runs = p.pairs[trip{from: from, to: to}]
		}
		usual = usualOf(runs, mode)
		p.found[key] = usual
	}
	return usual
}

// UsualOf is how long runs like this one take. It is fine on nil.
func (p *Past) UsualOf(run *model.Run) *model.Usual {
	return p.Usual(run.Pipeline, run.From, run.To, run.Mode)
}

// rather is the runs that are as they should be, or all where none is.
func rather(runs []*model.Run, should func(*model.Run) bool) []*model.Run {
	var such []*model.Run
	for _, r := range runs {
		if should(r) {
			such = append(such, r)
		}
	}
	if len(such) == 0 {
		return runs
	}
	return such
}

// usualOf is what these runs, the newest first, have in common; nil of none.
func usualOf(runs []*model.Run, mode model.Mode) *model.Usual {
	runs = rather(runs, func(r *model.Run) bool { return r.Mode == mode })
	runs = runs[:min(len(runs), mostUsual)]
	runs = rather(runs, func(r *model.Run) bool { return r.TakenUpAt == nil }) // the others stood still for a time
	if len(runs) == 0 {
		return nil
	}
	steps := map[model.StepName][]time.Duration{}
	var first, tip, total []time.Duration
	var paces []float64
	for _, r := range runs {
		total = append(total, r.EndedAt.Sub(r.StartedAt))
		for _, st := range r.Steps {
			if st.State == model.StepDone && st.StartedAt != nil && st.EndedAt != nil {
				steps[st.Name] = append(steps[st.Name], st.EndedAt.Sub(*st.StartedAt))
			}
		}
		if r.FirstSlotAt != nil {
			first = append(first, r.FirstSlotAt.Sub(r.StartedAt))
		}
		if r.LiveAt != nil {
			tip = append(tip, r.LiveAt.Sub(r.StartedAt))
		}
		if pace, ok := caughtUp(r); ok {
			paces = append(paces, pace)
		}
	}
	usual := &model.Usual{
		Runs: len(runs), Steps: make(map[model.StepName]time.Duration, len(steps)),
		First: median(first), Tip: median(tip), Total: *median(total), CaughtUp: median(paces),
	}
	for name, took := range steps {
		usual.Steps[name] = *median(took)
	}
	return usual
}

// caughtUp is by how many slots a second the client of a run came nearer to the
// tip; ok is false where there was too little to catch up to tell.
func caughtUp(r *model.Run) (pace float64, ok bool) {
	const least = 4 * time.Second // looks are about a second apart
	if r.ReplaySlots == nil || r.FirstSlotAt == nil || r.LiveAt == nil {
		return 0, false
	}
	took := r.LiveAt.Sub(*r.FirstSlotAt)
	if took < least {
		return 0, false
	}
	return float64(*r.ReplaySlots) / took.Seconds(), *r.ReplaySlots > 0
}

// median is the middle of some values, and the lower of the two in the middle;
// nil of none.
func median[T time.Duration | float64](values []T) *T {
	if len(values) == 0 {
		return nil
	}
	sorted := slices.Sorted(slices.Values(values))
	return &sorted[(len(sorted)-1)/2]
}
