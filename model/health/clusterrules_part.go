package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// partly finds the call that fails while others answer, and since when; k is nil
// where there is none.
func (x clusterCase) partly() (name string, k *kindState, from time.Time) {
	c := x.c
	if _, failing := x.failing(); failing {
		return "", nil, time.Time{}
	}
	for i := range c.kinds {
		if from = x.failsAlone(i); !from.IsZero() {
			return kindNames[i], &c.kinds[i], from
		}
	}
	if k := &c.list; k.alone >= fewAlone && c.slowFrom.IsZero() && young(k.at, x.now, &x.w.rules) {
		return kindNames[len(c.kinds)], k, k.aloneFrom
	}
	return "", nil, time.Time{}
}

// failsAlone is since when the calls of a kind fail alone, or so often that an
// answer in between means nothing; zero where they do not. Where those of all
// kinds fail now and then it is no matter of one of them.
func (x clusterCase) failsAlone(kind int) time.Time {
	c, k := &x.c.calls, &x.c.kinds[kind]
	if k.partFrom.IsZero() {
		return time.Time{}
	}
	failed := c.failedBy[kind]
	if failed >= fewBad && 3*failed >= c.nBy[kind] && 4*failed >= 3*c.failed {
		return k.partFrom
	}
	least := fewAlone
	if !x.c.slowFrom.IsZero() {
		least *= 3 // so often in a row is no chance
	}
	if k.alone >= least {
		return k.aloneFrom
	}
	return time.Time{}
}

// partlyFor is how long that lasts, up to the newest failure.
func (x clusterCase) partlyFor() (lasted time.Duration, ok bool) {
	_, k, from := x.partly()
	switch {
	case k == nil:
		return 0, false
	case !k.clearFrom.IsZero():
		return max(k.clearFrom.Sub(from), 0), true
	}
	return x.now.Sub(from), true
}

// partlySays is the reason where one call fails alone.
func partlySays(x clusterCase) string {
	name, k, _ := x.partly()
	lasted, _ := x.partlyFor()
	if k.failure == nil {
		return x.c.cfg.Name + " fails the " + name + " call again and again for " + model.Span(lasted) +
			" while others answer, the newest with " + k.lastFail.Error()
	}
	return x.c.cfg.Name + " keeps failing the " + name + " call for " + model.Span(lasted) +
		" while others answer: " + k.failure.Error()
}

// partlySoFar is how long one call has failed alone.
func partlySoFar(x clusterCase) string {
	name, k, _ := x.partly()
	if k == nil {
		return "no call fails alone"
	}
	lasted, _ := x.partlyFor()
	return "the " + name + " call failed for " + model.Span(lasted)
}

// partlyFrom is when that began.
func partlyFrom(x clusterCase) time.Time {
	_, _, from := x.partly()
	return from
}

// partlyChange is what would end it, or make it last.
func partlyChange(x clusterCase) string {
	_, k, _ := x.partly()
	lasted, _ := x.partlyFor()
	patience := x.w.rules.callPatience()
	switch left := x.w.rules.DegradedAfter - lasted; {
	case !k.clearFrom.IsZero():
		return "over in " + model.Span(max(patience-x.now.Sub(k.clearFrom), time.Second)) + " if that call goes on to answer"
	case left > 0:
		return "degraded in " + model.Span(left) + " unless that call answers"
	}
	return "healthy once that call has answered for " + model.Span(patience)
}

// degradedAfter is how long trouble may last before a cluster is degraded.
func degradedAfter(x clusterCase) string {
	return model.Span(x.w.rules.DegradedAfter)
}

// partDegradedRule is for a call that has failed alone for long.
func partDegradedRule() clusterRule {
	return clusterRule{
		name: "degraded: one call fails", leads: model.ClusterDegraded, setting: "detection.degraded_after",
		test: func(x clusterCase) model.RuleState {
			lasted, ok := x.partlyFor()
			return graded(ok && lasted >= x.w.rules.DegradedAfter, ok)
		},
		says: partlySays, sofar: partlySoFar, bound: degradedAfter, from: partlyFrom, change: partlyChange,
	}
}

// partBlipRule is for a call that has failed alone for a while.
func partBlipRule() clusterRule {
	return clusterRule{
		name: "blip: one call fails", leads: model.ClusterBlip,
		test: func(x clusterCase) model.RuleState {
			_, k, _ := x.partly()
			return holds(k != nil && k != &x.c.list) // what is not known of subscribers is no sign of an outage
		},
		says: partlySays, sofar: partlySoFar, from: partlyFrom, change: partlyChange,
		bound: func(clusterCase) string { return model.Count(fewAlone) + " in a row" },
	}
}

// settling is a call that failed alone and has not answered for long enough since;
// k is nil where there is none.
func (x clusterCase) settling() (name string, k *kindState) {
	for i := range x.c.kinds {
		if k := &x.c.kinds[i]; !k.partFrom.IsZero() && !k.clearFrom.IsZero() && x.now.Sub(k.clearFrom) < x.w.rules.callPatience() {
			return kindNames[i], k
		}
	}
	return "", nil
}

// callSettlesRule is for a cluster in a blip of which one call has failed alone a
// moment ago: one that fails every other time is one trouble and not many.
func callSettlesRule() clusterRule {
	return clusterRule{
		name: "blip: a call settles", leads: model.ClusterBlip,
		test: func(x clusterCase) model.RuleState {
			_, k := x.settling()
			return holds(x.c.before.verdict == model.ClusterBlip && !x.c.before.scarred && k != nil)
		},
		says: func(x clusterCase) string {
			name, k := x.settling()
			return x.c.cfg.Name + " failed the " + name + " call while others answered, and has answered it again for " +
				model.Span(x.now.Sub(k.clearFrom))
		},
		sofar: func(x clusterCase) string {
			if name, k := x.settling(); k != nil {
				return "the " + name + " call answers for " + model.Span(x.now.Sub(k.clearFrom))
			}
			return "no call failed alone lately"
		},
		bound: func(x clusterCase) string { return model.Span(x.w.rules.callPatience()) },
		change: func(x clusterCase) string {
			_, k := x.settling()
			if k == nil {
				return ""
			}
			return "healthy in " + model.Span(x.w.rules.callPatience()-x.now.Sub(k.clearFrom)) + " unless it fails again"
		},
		from: func(x clusterCase) time.Time {
			_, k := x.settling()
			return k.partFrom
		},
	}
}
