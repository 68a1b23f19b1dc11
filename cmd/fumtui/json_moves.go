package main

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// moveJSON is what moving a pipeline to a cluster would be like now, as far as
// what is seen tells; a plan looks again.
type moveJSON struct {
	Target        string        `json:"target"`
	Kind          model.RunKind `json:"kind"`
	Mode          model.Mode    `json:"mode"`
	Ready         model.Ready   `json:"ready"`
	Why           *string       `json:"why"`
	But           *string       `json:"but"`
	ResumeSlot    *model.Slot   `json:"resume_slot"`
	GapSlots      *uint64       `json:"gap_slots"`
	RepeatedSlots *uint64       `json:"repeated_slots"`
	ReplaySlots   *uint64       `json:"replay_slots"`
	ToTipSeconds  *float64      `json:"to_tip_seconds"`
	EarlierRuns   int           `json:"earlier_runs"`
	LeftSeconds   *float64      `json:"left_seconds"`
	SeenSeconds   *float64      `json:"seen_seconds"`
}

// newMovesJSON has a move for each of a pipeline's other clusters.
func newMovesJSON(p *model.PipelineState, now time.Time) []moveJSON {
	out := make([]moveJSON, 0, len(p.Readiness))
	for i := range p.Readiness {
		r := &p.Readiness[i]
		move := moveJSON{
			Target: r.Target, Kind: r.Kind, Mode: r.Mode, Ready: r.Ready, Why: orNull(r.Why), But: orNull(r.But),
			ResumeSlot: r.Resume, GapSlots: r.Gap, RepeatedSlots: r.Repeat, ReplaySlots: r.Replay,
			ToTipSeconds: secondsOf(r.ToTip), LeftSeconds: secondsOf(r.Left), SeenSeconds: ageSeconds(r.At, now),
		}
		if r.Usual != nil {
			move.EarlierRuns = r.Usual.Runs
		}
		out = append(out, move)
	}
	return out
}

// reserveJSON is how long until data is lost if nobody does anything.
type reserveJSON struct {
	Losing      bool     `json:"losing"`       // the pipeline stands, or falls behind the window: the time runs
	Cluster     *string  `json:"cluster"`      // whose window serves the slots after the cursor the longest
	LeftSeconds *float64 `json:"left_seconds"` // were the cursor to stand from now on; null: not known, or every window stands
}

// newReserveJSON is nil where nothing is known that would tell.
func newReserveJSON(p *model.PipelineState) *reserveJSON {
	if r := p.Retention; r != nil {
		return &reserveJSON{Losing: true, Cluster: orNull(r.Cluster), LeftSeconds: secondsOf(&r.Left)}
	}
	left, cluster := p.Reserve()
	if left == nil {
		return nil
	}
	return &reserveJSON{Cluster: orNull(cluster), LeftSeconds: secondsOf(left)}
}

// secondsOf is a length of time that may not be known.
func secondsOf(d *time.Duration) *float64 {
	if d == nil {
		return nil
	}
	seconds := d.Seconds()
	return &seconds
}
