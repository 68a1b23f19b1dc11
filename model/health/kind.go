package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// kindState is how the calls of one kind last went.
type kindState struct {
	completed int            // since the last pause in our looking
	refused   int            // in a row
	failed    int            // in a row, of a class that speaks for an outage
	failure   *model.Failure // of the newest, while it failed
	at        time.Time      // of the newest look

	answeredAt time.Time      // the newest answer
	refusedAt  time.Time      // the newest refusal
	refusal    *model.Failure // likewise

	// What follows is of the calls that failed while others answered.
	alone     int            // in a row
	aloneFrom time.Time      // the sending of the first
	partFrom  time.Time      // since when the call fails alone, or again and again; zero: it does not
	clearFrom time.Time      // since when it answers without a failure
	lastFail  *model.Failure // the newest
}

// fewAlone is how many calls of a kind have to fail in a row, while others
// answer, before that kind is in trouble.
const fewAlone = 3

// fail notes a call of the kind that failed as in an outage; others is when the
// newest answer of any kind came.
func (k *kindState) fail(e *model.Evidence, others time.Time) {
	k.failed++
	k.lastFail, k.clearFrom = e.Failure, time.Time{}
	if k.alone == 0 || !others.After(k.at) {
		k.alone, k.aloneFrom = 0, sentAt(e)
	}
	k.alone++
	if k.alone >= fewAlone && k.partFrom.IsZero() {
		k.partFrom = k.aloneFrom
	}
}

// answer notes one that answered. A call that fails now and then must answer for
// the given time before it is in no trouble any more.
func (k *kindState) answer(at time.Time, patience time.Duration) {
	k.refused, k.failed, k.alone, k.failure = 0, 0, 0, nil
	k.answeredAt = at
	if k.clearFrom.IsZero() {
		k.clearFrom = at
	}
	if at.Sub(k.clearFrom) >= patience {
		k.partFrom = time.Time{}
	}
}

// pardon lets the calls that failed so far count for nothing.
func (k *kindState) pardon() {
	k.failed, k.alone, k.partFrom = 0, 0, time.Time{}
}

// observeList folds a look at the list of subscribers.
func (c *cluster) observeList(e *model.Evidence, r *Rules) {
	k := &c.list
	if pause := e.Asked.Sub(k.at); pause > r.MaxAge || pause < -r.MaxAge {
		*k = kindState{}
	}
	switch {
	case e.Failure == nil:
		k.answer(e.Answered, r.callPatience())
		c.listAt, c.tickAt = e.Answered, time.Time{}
	case e.Failure.Class.Outage():
		k.failure = e.Failure
		k.fail(e, c.answeredAt)
	default:
		k.failure = e.Failure
		k.pardon()
	}
	k.at = e.Answered
}
