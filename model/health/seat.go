package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// seat is a pipeline at one cluster: its subscriber, client and cursor there.
type seat struct {
	cluster *cluster

	owner *pipeline

	tickAt      time.Time // of the tick that noted what follows; zero once something else was seen
	tickScraped bool
	tickLagOK   bool
	tickLag     int64

	watchedFrom time.Time // since when the client or its cursor is looked at without a break
	watchedAt   time.Time // the newest of those looks, answered or not

	sub      model.SubscriberState
	subAt    time.Time
	subTimes int       // that the state was seen in a row
	subLook  int       // the look of the cluster's subscribers that saw it
	lostAt   time.Time // when it was last seen to be absent or stale

	metrics    *model.ClientMetrics // of the newest answered scrape; never nil
	scrapeAt   time.Time            // the newest answered scrape
	lookAt     time.Time            // the newest scrape, answered or not
	upFrom     time.Time            // since when its process is watched without a break
	misses     int                  // scrapes in a row that failed
	scrapeFail *model.Failure
	failFrom   time.Time // since when scrapes fail
	tipFrom    time.Time // since when the tip as the client sees it is looked at
	tipMovedAt time.Time // when it last moved
	tipWentAt  time.Time // when it last moved from one measurement to the next
	committed  mover
	pauses     Suspicion // between signs of progress
	longest    longest   // of them
	nearFrom   time.Time // since when its lag is that of a client near the tip
	flowFrom   time.Time // since when it makes progress without a long pause
	done       bool      // its cluster has no backlog for it
	restarts   int       // of the client, since it last made progress
	upAgain    time.Time // the newest of them

	cursor   *model.Cursor
	cursorAt time.Time // the newest answered look at the cursor
	readAt   time.Time // the newest look at it, answered or not
	advances mover

	// The large parts come last, for they are not touched at each look.
	consumed trail // pace of the committed offset
	cursors  trail // pace of the cursor
	lags     lags
}

// observe folds a look at the client's metrics or the cursor.
func (s *seat) observe(e *model.Evidence, r *Rules) {
	s.tickAt = time.Time{}
	if s.watchedAt.After(e.Answered) && s.watchedAt.Sub(e.Answered) > r.MaxAge {
		s.forget() // the clock was set back
	}
	if s.late(e, r) {
		return
	}
	if s.watchedFrom.IsZero() || e.Asked.Sub(s.watchedAt) > r.MaxAge {
		s.watchedFrom = sentAt(e)
	}
	s.watchedAt = later(s.watchedAt, e.Answered)
	switch e.Kind {
	case model.KindMetrics:
		s.observeMetrics(e, r)
	case model.KindCursor:
		s.readAt = e.Answered
		if e.Failure == nil {
			s.observeCursor(e, r)
		}
	}
}

// late reports whether a look is not newer than the newest of its kind: it came
// twice, or after a newer one.
func (s *seat) late(e *model.Evidence, r *Rules) bool {
	newest := s.lookAt
	if e.Kind == model.KindCursor {
		newest = s.readAt
	}
	return late(e, newest, r)
}

// forget lets go of everything that rests on times which cannot be compared with
// now. What was last known is kept.
func (s *seat) forget() {
	s.watchedFrom, s.watchedAt = time.Time{}, time.Time{}
	s.lookAt, s.upFrom, s.failFrom, s.upAgain = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	s.tipFrom, s.tipMovedAt, s.tipWentAt = time.Time{}, time.Time{}, time.Time{}
	s.committed, s.advances, s.restarts = mover{}, mover{}, 0
	s.flowFrom, s.nearFrom, s.done = time.Time{}, time.Time{}, false
	s.cursorAt, s.readAt, s.lostAt = time.Time{}, time.Time{}, time.Time{}
	s.consumed.reset()
	s.cursors.reset()
	s.lags.reset()
}

// progress notes that the client, or its cursor, went on.
func (s *seat) progress(m *mover, at time.Time, r *Rules) {
	last := s.lastMove()
	stood := at.Sub(last)
	if last.IsZero() || stood > r.SilentAfter/2 || s.flowFrom.IsZero() {
		s.flowFrom = at
	}
	if !last.IsZero() {
		if s.rests(stood, r) { // its lag grew because it stood, not because it is slow
			s.lags.rested(stood, r.Window)
			s.consumed.reset()
		}
		if s.unhindered(last, stood, r) {
			s.pauses.Learn(stood)
			s.longest.learn(at, stood, 2*r.progressAge())
		}
	}
	m.grow(at, r.SilentAfter)
	s.restarts = 0
}

// observeCursor folds an answered look at the cursor. A row that went back was
// set by the engine or a person: it is a new beginning, not progress.
func (s *seat) observeCursor(e *model.Evidence, r *Rules) {
	old := s.cursor
	if !s.cursorAt.IsZero() && e.Asked.Sub(s.cursorAt) > r.MaxAge {
		s.advances.from = e.Answered // nobody looked: it may have moved and stopped meanwhile
	}
	s.cursorAt = e.Answered
	s.cursor = e.Cursor
	if e.Cursor == nil {
		if old != nil {
			s.cursors.reset()
		}
		return
	}
	switch slot := e.Cursor.Slot; {
	case old == nil || slot < old.Slot:
		s.advances.begin(e.Answered)
	case slot > old.Slot:
		s.progress(&s.advances, e.Answered, r)
	}
	if c := s.cluster; c.slots != nil && !s.scraped(e.Answered, r) {
		s.noteBacklog(model.SlotsBetween(e.Cursor.Slot, c.slots.Max), r.StallSlots)
	}
	s.cursors.add(e.Answered, slotValue(e.Cursor.Slot), r.Window, 0)
}

// observeMetrics folds a scrape.
func (s *seat) observeMetrics(e *model.Evidence, r *Rules) {
	paused := !s.lookAt.IsZero() && e.Asked.Sub(s.lookAt) > r.MaxAge
	s.lookAt = e.Answered
	if e.Failure != nil || e.Metrics == nil {
		if s.scrapeFail == nil || paused || s.failFrom.IsZero() {
			s.failFrom = sentAt(e)
		}
		s.scrapeFail = e.Failure
		s.misses++
		if s.scrapeFail == nil {
			s.scrapeFail = model.NewFailure(model.ClassServer, "the metrics page was empty", nil)
		}
		return
	}
	again := s.restarted(e.Metrics)
	if again {
		s.restarts++
		s.upAgain = e.Answered
	}
	if s.upFrom.IsZero() || paused || again {
		s.upFrom = e.Answered
	}
	s.misses = 0
	old := s.metrics
	s.metrics, s.scrapeAt, s.scrapeFail, s.failFrom = e.Metrics, e.Answered, nil, time.Time{}
	s.moveTip(old.Tip, e.Answered, paused)
	s.moveCommitted(old.Committed, e.Answered, r)
	if paused {
		s.nearFrom = time.Time{}
	}
	if lag, ok := s.lag(e.Answered, r); ok {
		s.noteBacklog(uint64(lag), uint64(r.LagNoise))
	}
	if s.cluster.rushes {
		s.lags.scales[0].reset() // it makes up for a stall of its own: no client has to keep pace
	} else if lag, ok := s.lag(e.Answered, r); ok && s.cluster.serving() {
		s.lags.add(e.Answered, lag, r.Window)
		switch {
		case lag > r.LagNoise:
			s.nearFrom = time.Time{}
		case s.nearFrom.IsZero():
			s.nearFrom = e.Answered
		}
	}
}

// restarted reports whether this page is of another process than the one before:
// its port refused more than once in between, or what only grows fell.
func (s *seat) restarted(m *model.ClientMetrics) bool {
	if s.scrapeAt.IsZero() {
		return false
	}
	if s.misses > 1 && s.scrapeFail.Class == model.ClassUnreachable {
		return true
	}
	old := s.metrics
	return fell(old.Commits, m.Commits) || fell(old.Polls, m.Polls) || fell(old.Events, m.Events) ||
		(known(old.Tip) && m.Tip != nil && *m.Tip == 0)
}

// fell reports whether a counter is lower than before.
func fell(old, now *float64) bool { return old != nil && now != nil && *now < *old }

// moveCommitted follows the committed offset. It is 0 until the first commit of
// a process, and lower than before after a restart or at a subscriber that was
// made anew: neither is progress.
func (s *seat) moveCommitted(old *model.Offset, at time.Time, r *Rules) {
	now := s.metrics.Committed
	if !known(now) {
		return
	}
	switch {
	case !known(old), *now < *old:
		s.committed.begin(at)
		s.lags.scales[0].reset() // its lag jumped
	case *now > *old:
		s.progress(&s.committed, at, r)
	}
	s.consumed.add(at, int64(*now), r.Window, 0)
}

// known reports whether a gauge of offsets carries a measurement: 0 is what it
// shows before there is one.
func known(o *model.Offset) bool { return o != nil && *o > 0 }

// scraped reports whether the client's metrics answered lately.
func (s *seat) scraped(now time.Time, r *Rules) bool {
	if s.tickAt == now { //nolint:staticcheck // the very same reading of a clock
		return s.tickScraped
	}
	return s.scrapeFail == nil && young(s.scrapeAt, now, r)
}

// lag is the lag from tip of the client at this cluster, where it is known. The
// tip is what this console asked of the cluster; the client's own serves only
// while the cluster is out of reach from here and that tip still moves, because
// it freezes when the client's refresh fails, and the lag with it.
func (s *seat) lag(now time.Time, r *Rules) (int64, bool) {
	if s.tickAt == now { //nolint:staticcheck // the very same reading of a clock
		return s.tickLag, s.tickLagOK
	}
	if !s.scraped(now, r) || !known(s.metrics.Committed) {
		return 0, false
	}
	if c := s.cluster; c.tip != nil && young(c.tipAt, now, r) {
		return max(int64(*c.tip-*s.metrics.Committed), 0), true
	}
	if known(s.metrics.Tip) && young(s.tipMovedAt, now, r) {
		return max(int64(*s.metrics.Tip-*s.metrics.Committed), 0), true
	}
	return 0, false
}

// keep notes for this tick what many rules ask.
func (s *seat) keep(now time.Time, r *Rules) {
	s.tickAt = time.Time{}
	s.tickScraped = s.scraped(now, r)
	s.tickLag, s.tickLagOK = s.lag(now, r)
	s.tickAt = now
}

// subscriber is the state of the subscriber, as far as evidence on it is young.
func (s *seat) subscriber(now time.Time, r *Rules) model.SubscriberState {
	c := s.cluster
	same := c.tickAt == now && s.subAt == c.listAt //nolint:staticcheck // the very same readings of a clock
	if s.sub == "" || (same && !c.listYoung) || (!same && !young(s.subAt, now, r)) {
		return model.SubscriberUnknown
	}
	return s.sub
}

// later is the later of two times.
func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
