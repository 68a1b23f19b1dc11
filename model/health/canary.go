package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

const (
	// canarySpacing is how far apart looks of a canary are taken to be until
	// two of them have shown it.
	canarySpacing = 30 * time.Second
	// canarySlack is how many looks of a canary may be lost before what it said
	// is old.
	canarySlack = 3
	// canaryLook is how long one look may take: it polls and downloads.
	canaryLook = 10 * time.Second
)

// canary is the fold of the looks of fumtui's own subscriber at a cluster. It
// says whether data comes, and nothing of whether the cluster answers. Looks that
// failed for a reason of its own (its token, a quota, its subscriber was lost)
// say nothing of data.
type canary struct {
	at      time.Time // the newest look
	spacing time.Duration

	data    *model.CanaryData
	dataAt  time.Time
	failure *model.Failure // of the newest look
	since   time.Time      // when data, or failures, began
	came    bool           // the newest look brought data
	lostAt  time.Time      // the newest look that should have brought data, and did not
	newAt   time.Time      // when data last came that was newer than any before
	newFrom time.Time      // since when it comes so, look for look

	spokeAt time.Time // the newest look that says something of data
	missing int       // looks in a row that brought none
	dryFrom time.Time // the sending of the first of those
}

// observe folds one look. One with neither data nor a failure says that the canary
// was switched off. One that brought none says something of data only where it
// was sent after unserved, when the cluster was last seen to serve nobody at all.
func (k *canary) observe(e *model.Evidence, unserved time.Time, r *Rules) {
	if e.Failure == nil && e.Canary == nil {
		*k = canary{}
		return
	}
	if !k.at.IsZero() {
		gap := e.Answered.Sub(k.at)
		if gap < -r.MaxAge || gap > k.bound(r) { // nobody looked, or the clock was set
			*k = canary{data: k.data, dataAt: k.dataAt, newAt: k.newAt, spacing: min(max(gap, 0), 2*k.usual())}
		} else if gap > 0 {
			k.spacing = max(gap, k.spacing*3/4)
		}
	}
	came := e.Failure == nil
	if k.at.IsZero() || came != k.came {
		k.since = e.Answered
	}
	k.at, k.came, k.failure = e.Answered, came, e.Failure
	if !came && e.Failure.Class.Outage() {
		k.lostAt = e.Answered
	}
	switch {
	case came:
		k.bring(e.Canary, e.Answered, r)
	case e.Failure.Class.Outage() && e.Asked.After(unserved):
		if k.missing == 0 {
			k.dryFrom = sentAt(e)
		}
		k.missing++
		k.spokeAt = e.Answered
	}
}

// bring folds data. The block at which a cluster stands is no new data, however
// often it comes.
func (k *canary) bring(data *model.CanaryData, at time.Time, r *Rules) {
	if k.data == nil || data.Slot > k.data.Slot {
		if !k.newAt.After(k.lostAt) || k.newFrom.IsZero() || !k.fresh(at, r) {
			k.newFrom = at
		}
		k.newAt = at
	}
	k.data, k.dataAt, k.spokeAt = data, at, at
	k.missing, k.dryFrom = 0, time.Time{}
}

// pardon lets the looks that brought no data so far count for nothing.
func (k *canary) pardon() { k.missing, k.dryFrom = 0, time.Time{} }

// fresh reports whether new data came as lately as it should at this moment: a
// look may be lost, and another be under way.
func (k *canary) fresh(now time.Time, r *Rules) bool {
	if k.newAt.IsZero() {
		return false
	}
	age := now.Sub(k.newAt)
	return age <= canarySlack*k.usual() && age >= -r.MaxAge
}

// bound is how old the newest look may be and still count. It is learned from
// the looks themselves: those of a canary are farther apart than other probes.
func (k *canary) bound(r *Rules) time.Duration {
	return canarySlack*k.usual() + canaryLook + r.MaxAge
}

// usual is about how far apart its looks are.
func (k *canary) usual() time.Duration {
	if k.spacing == 0 {
		return canarySpacing
	}
	return k.spacing
}

// on reports whether there is a canary that looks.
func (k *canary) on(now time.Time, r *Rules) bool { return k.young(k.at, now, r) }

// young is [young] for what a canary saw.
func (k *canary) young(at, now time.Time, r *Rules) bool {
	if at.IsZero() {
		return false
	}
	age := now.Sub(at)
	return age <= k.bound(r) && age >= -r.MaxAge
}

// dry is how long no data has come; ok is false where the canary does not say
// so now. One look that brought none is no sign yet.
func (k *canary) dry(now time.Time, r *Rules) (lasted time.Duration, ok bool) {
	if k.missing < 2 || !k.young(k.spokeAt, now, r) {
		return 0, false
	}
	return now.Sub(k.dryFrom), true
}

// flows reports whether new data comes, and did after the given moment.
func (k *canary) flows(now, after time.Time, r *Rules) bool {
	return k.newAt.After(k.lostAt) && k.young(k.spokeAt, now, r) && k.fresh(now, r) && k.newAt.After(after)
}

// flowed reports whether new data comes, and has come since the given moment
// without a break.
func (k *canary) flowed(now, since time.Time, r *Rules) bool {
	return k.flows(now, since, r) && !k.newFrom.After(since)
}

// state is the picture of a canary; nil where there is none that looks.
func (k *canary) state(now time.Time, r *Rules) *model.CanaryState {
	if !k.on(now, r) {
		return nil
	}
	state := &model.CanaryState{At: k.at, Data: k.data, DataAt: k.dataAt, NewAt: k.newAt, Failure: k.failure, Since: k.since}
	if k.missing > 0 {
		state.Since = k.dryFrom
	}
	return state
}
