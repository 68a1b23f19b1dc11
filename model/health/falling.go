package health

import (
	"math"
	"time"

	"github.com/fumtui/fumtui/model"
)

const (
	// gapPoints span down_after, with one at either end; thirds of them are held
	// against each other.
	gapPoints = 13
	// gapGrowth is the share of the chain's pace by which a cluster must fall
	// behind another: at nine tenths of the pace it does.
	gapGrowth = 0.08
	// gapEnds is the share below which that is over.
	gapEnds = 0.03
)

// gapPoint is how far the newest slot of a cluster trailed that of the foremost.
type gapPoint struct {
	at    time.Time
	slots float64
}

// gaps follows how far a cluster trails the foremost, over down_after.
type gaps struct {
	points [gapPoints]gapPoint
	n      int
	falls  bool    // it falls behind, more and more
	slots  float64 // how far, when it was last measured
	pace   float64 // slots a second by which that grew of late
	from   time.Time
	ahead  *cluster // of the newest
}

// add takes a distance in. Distances that are farther apart than they should be
// do not compare; a cluster that fell behind before still does until new ones say
// otherwise.
func (g *gaps) add(at time.Time, slots float64, ahead *cluster, r *Rules) {
	spacing := r.DownAfter / (gapPoints - 1)
	if g.n > 0 {
		switch step := at.Sub(g.points[g.n-1].at); {
		case step < 0, step > r.DownAfter/2:
			*g = gaps{falls: g.falls, pace: g.pace, from: g.from}
		case step < spacing:
			return
		}
	}
	if g.n == gapPoints {
		copy(g.points[:], g.points[1:])
		g.n--
	}
	if g.falls && g.n > 0 && ahead != g.ahead {
		g.shift(slots, at, r)
	}
	g.points[g.n] = gapPoint{at, slots}
	g.n++
	g.slots, g.ahead = slots, ahead
	g.judge(r)
}

// shift makes distances to one cluster compare with those to another that is the
// foremost now: they differ by as much as clusters trail.
func (g *gaps) shift(slots float64, at time.Time, r *Rules) {
	newest := g.points[g.n-1]
	by := slots - newest.slots - g.pace*at.Sub(newest.at).Seconds()
	if math.Abs(by) > float64(r.StallSlots) {
		return
	}
	for i := range g.n {
		g.points[i].slots += by
	}
}

// judge follows whether the distance grows without a break. It does where each
// third of down_after made it larger: a stand that is over made it larger once.
func (g *gaps) judge(r *Rules) {
	const third = (gapPoints - 1) / 3
	measured := g.n > third
	if measured {
		g.pace = g.growth(g.n-1-third, g.n-1)
	}
	if g.falls {
		if g.slots <= float64(r.StallSlots)/2 || (measured && g.pace < gapEnds*r.SlotsPerSecond) {
			g.falls, g.from = false, time.Time{}
		}
		return
	}
	if g.n < gapPoints || g.slots <= float64(r.StallSlots) {
		return
	}
	for i := 0; i+third < g.n; i += third {
		if g.growth(i, i+third) < gapGrowth*r.SlotsPerSecond {
			return
		}
	}
	g.falls, g.from = true, g.points[0].at
}

// growth is by how many slots a second the distance grew between two points.
func (g *gaps) growth(i, j int) float64 {
	a, b := &g.points[i], &g.points[j]
	return (b.slots - a.slots) / b.at.Sub(a.at).Seconds()
}

// trail notes how far a cluster trails the foremost now. Looks at two clusters are
// not simultaneous: the other has moved on meanwhile, at its own pace.
func (w *Watch) trail(c *cluster, now time.Time) {
	if c.slots == nil || !c.slotsAt.Equal(now) {
		return
	}
	if c.standing() >= w.rules.standGrace() {
		c.gaps = gaps{} // it stands or crawls, and other rules are about that
		return
	}
	var gap float64
	var ahead *cluster
	for _, o := range w.clusters {
		if o == c || o.slots == nil || !young(o.slotsAt, now, &w.rules) {
			continue
		}
		pace, ok := o.pace.rate()
		if !ok {
			continue
		}
		by := float64(o.slots.Max) - float64(c.slots.Max) + now.Sub(o.slotsAt).Seconds()*pace
		if ahead == nil || by > gap {
			gap, ahead = by, o
		}
	}
	if ahead != nil {
		c.gaps.add(now, max(gap, 0), ahead, &w.rules)
	}
}

// fallsSays is the reason where a cluster falls behind.
func fallsSays(x clusterCase) string {
	g := &x.c.gaps
	return x.c.cfg.Name + " answers, but falls behind: " + fallsFigures(g)
}

// fallsFigures are how far it trails, and by how much more.
func fallsFigures(g *gaps) string {
	return model.Units(int64(g.slots), "slot") + " behind " + g.ahead.cfg.Name + " and " + perSecond(g.pace) + " more"
}

// fallsBehindRule is for a cluster that moves, but slower than another: it trails
// by more and more. One that trails by as much as ever is in no trouble.
func fallsBehindRule() clusterRule {
	return clusterRule{
		name: "degraded: falls behind", leads: model.ClusterDegraded, setting: "detection.stall_slots",
		test: func(x clusterCase) model.RuleState {
			g := &x.c.gaps
			if g.ahead == nil {
				return model.RuleUnknown
			}
			return graded(g.falls, g.slots > float64(x.w.rules.StallSlots) && g.pace >= gapGrowth*x.w.rules.SlotsPerSecond)
		},
		says: fallsSays,
		sofar: func(x clusterCase) string {
			switch g := &x.c.gaps; {
			case g.ahead == nil:
				return "no other cluster to hold it against"
			case g.slots <= float64(x.w.rules.StallSlots) || g.pace <= 0:
				return model.Units(int64(g.slots), "slot") + " behind " + g.ahead.cfg.Name + ", and not more and more"
			default:
				return fallsFigures(g)
			}
		},
		bound: func(x clusterCase) string {
			return model.Units(x.w.rules.StallSlots, "slot") + " behind, and more for " + model.Span(x.w.rules.DownAfter)
		},
		from:   func(x clusterCase) time.Time { return x.c.gaps.from },
		change: func(clusterCase) string { return "healthy once it keeps pace with the other, or makes up leeway" },
	}
}
