package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// mover follows when a value that only grows was seen to grow.
type mover struct {
	from time.Time // since when there is a value to compare with
	last time.Time // when it last grew
	run  time.Time // since when it grows without a long break
	n    int       // how often it grew in that time
}

// begin starts anew: the value was set, not grown.
func (m *mover) begin(at time.Time) { *m = mover{from: at} }

// grow notes that the value grew.
func (m *mover) grow(at time.Time, breakAfter time.Duration) {
	if m.n == 0 || at.Sub(m.last) > breakAfter {
		m.run, m.n = at, 0
	}
	m.n++
	m.last = at
}

// seat is a pipeline at one cluster: its subscriber, client and cursor there.
type seat struct {
	cluster *cluster

	watchedFrom time.Time // since when the client or its cursor is looked at without a break
	watchedAt   time.Time // the newest of those looks, answered or not

	sub      model.SubscriberState
	subAt    time.Time
	subTimes int // that the state was seen in a row

	metrics    model.ClientMetrics
	scrapeAt   time.Time // the newest answered scrape
	lookAt     time.Time // the newest scrape, answered or not
	upFrom     time.Time // since when scrapes answer
	scrapeFail *model.Failure
	failFrom   time.Time // since when scrapes fail
	tipMovedAt time.Time // when the tip as the client sees it last moved
	committed  mover
	lags       lags

	cursor   *model.Cursor
	cursorAt time.Time // the newest answered look at the cursor
	advances mover
}

// observe folds a look at the client's metrics or the cursor.
func (s *seat) observe(e *model.Evidence, r *Rules) {
	if s.watchedFrom.IsZero() || e.Asked.Sub(s.watchedAt) > r.MaxAge {
		s.watchedFrom = e.Asked
	}
	s.watchedAt = later(s.watchedAt, e.Answered)
	switch e.Kind {
	case model.KindMetrics:
		s.observeMetrics(e, r)
	case model.KindCursor:
		if e.Failure == nil {
			s.observeCursor(e, r)
		}
	}
}

// observeCursor folds an answered look at the cursor. A row that went back was
// set by the engine or a person: it is a new beginning, not progress.
func (s *seat) observeCursor(e *model.Evidence, r *Rules) {
	old := s.cursor
	if !s.cursorAt.IsZero() && e.Asked.Sub(s.cursorAt) > r.MaxAge {
		s.advances.from = e.Answered // nobody looked: it may have moved and stopped meanwhile
	}
	s.cursorAt = e.Answered
	if e.Cursor == nil {
		s.cursor = nil
		return
	}
	cursor := *e.Cursor
	s.cursor = &cursor
	switch {
	case old == nil || cursor.Slot < old.Slot:
		s.advances.begin(e.Answered)
	case cursor.Slot > old.Slot:
		s.advances.grow(e.Answered, r.SilentAfter)
	}
}

// observeMetrics folds a scrape.
func (s *seat) observeMetrics(e *model.Evidence, r *Rules) {
	paused := !s.lookAt.IsZero() && e.Asked.Sub(s.lookAt) > r.MaxAge
	s.lookAt = e.Answered
	if e.Failure != nil || e.Metrics == nil {
		if s.scrapeFail == nil || paused {
			s.failFrom = e.Asked
		}
		s.scrapeFail, s.upFrom = e.Failure, time.Time{}
		if s.scrapeFail == nil {
			s.scrapeFail = model.NewFailure(model.ClassServer, "the metrics page was empty", nil)
		}
		return
	}
	if s.upFrom.IsZero() || paused {
		s.upFrom = e.Answered
		s.lags.reset()
	}
	old := s.metrics
	s.metrics, s.scrapeAt, s.scrapeFail, s.failFrom = *e.Metrics, e.Answered, nil, time.Time{}
	if known(s.metrics.Tip) && (!known(old.Tip) || *s.metrics.Tip != *old.Tip) {
		s.tipMovedAt = e.Answered
	}
	s.moveCommitted(old.Committed, e.Answered, r)
	if lag, ok := s.lag(e.Answered, r); ok {
		s.lags.add(e.Answered, lag, r.Window/6)
	}
}

// moveCommitted follows the committed offset. It is 0 until the first commit of
// a process, and lower than before after a restart: neither is progress.
func (s *seat) moveCommitted(old *model.Offset, at time.Time, r *Rules) {
	now := s.metrics.Committed
	switch {
	case !known(now):
		return
	case !known(old), *now < *old:
		s.committed.begin(at)
	case *now > *old:
		s.committed.grow(at, r.SilentAfter)
	}
}

// known reports whether a gauge of offsets carries a measurement: 0 is what it
// shows before there is one.
func known(o *model.Offset) bool { return o != nil && *o > 0 }

// scraped reports whether the client's metrics answered lately.
func (s *seat) scraped(now time.Time, r *Rules) bool {
	return s.scrapeFail == nil && young(s.scrapeAt, now, r)
}

// lag is the lag from tip of the client at this cluster, where it is known. The
// tip is what this console asked of the cluster; the client's own serves only
// while the cluster is out of reach from here and that tip still moves, because
// it freezes when the client's refresh fails, and the lag with it.
func (s *seat) lag(now time.Time, r *Rules) (int64, bool) {
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

// lastMove is when the client or its cursor was last seen to make progress.
func (s *seat) lastMove() time.Time { return later(s.committed.last, s.advances.last) }

// progresses reports whether the client or its cursor made progress lately.
func (s *seat) progresses(now time.Time, r *Rules) bool {
	last := s.lastMove()
	return !last.IsZero() && now.Sub(last) <= r.progressAge()
}

// still is how long neither the client nor its cursor made progress, as far as
// they were watched since the given moment. A client that is restarted over and
// over stands still all the same.
func (s *seat) still(now, since time.Time) time.Duration {
	return now.Sub(later(later(s.lastMove(), s.watchedFrom), since))
}

// stuck reports whether there is no progress: it stood still for long enough to
// say so, or cannot be seen from here.
func (s *seat) stuck(now, since time.Time, r *Rules) bool {
	if !s.seen(now, r) {
		return !s.progresses(now, r)
	}
	return s.still(now, since) >= r.progressAge()
}

// seen reports whether the client or its cursor can be seen at all from here.
func (s *seat) seen(now time.Time, r *Rules) bool {
	return s.scraped(now, r) || (s.cursor != nil && young(s.cursorAt, now, r))
}

// quiet is how long nothing was committed and the cursor stood, as far as that
// was watched without a break since the given moment; ok is false where there
// is no value to watch.
func (s *seat) quiet(now, since time.Time, r *Rules) (time.Duration, bool) {
	var from, until time.Time
	watched := false
	if s.scraped(now, r) && known(s.metrics.Committed) {
		from, until = later(s.committed.from, s.committed.last), s.scrapeAt
		from = later(from, s.upFrom)
		watched = true
	}
	if s.cursor != nil && young(s.cursorAt, now, r) {
		from = later(from, later(s.advances.from, s.advances.last))
		until = later(until, s.cursorAt)
		watched = true
	}
	if !watched {
		return 0, false
	}
	return max(until.Sub(later(from, since)), 0), true
}

// subscriber is the state of the subscriber, as far as evidence on it is young.
func (s *seat) subscriber(now time.Time, r *Rules) model.SubscriberState {
	if s.sub == "" || !young(s.subAt, now, r) {
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
