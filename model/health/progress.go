package health

import "time"

// mover follows when a value that only grows was seen to grow.
type mover struct {
	from time.Time    // since when there is a value to compare with
	last time.Time    // when it last grew
	run  time.Time    // since when it grows without a long break
	n    int          // how often it grew in that time
	grew [3]time.Time // its newest growths, the newest first
}

// begin starts anew: the value was set, not grown. When it last grew stays true.
func (m *mover) begin(at time.Time) { *m = mover{from: at, last: m.last, grew: m.grew} }

// grow notes that the value grew.
func (m *mover) grow(at time.Time, breakAfter time.Duration) {
	if m.n == 0 || at.Sub(m.last) > breakAfter {
		m.run, m.n = at, 0
	}
	m.n++
	m.last = at
	m.grew = [3]time.Time{at, m.grew[0], m.grew[1]}
}

// lastMove is when the client or its cursor was last seen to make progress.
func (s *seat) lastMove() time.Time { return later(s.committed.last, s.advances.last) }

// progresses reports whether the client or its cursor made progress lately. What
// lies in the future does not count: some clock was wrong.
func (s *seat) progresses(now time.Time, r *Rules) bool {
	last := s.lastMove()
	if last.IsZero() {
		return false
	}
	age := now.Sub(last)
	return age <= s.patience(r) && age >= -r.MaxAge
}

// patience is how long the client may stand before that counts: one that commits
// in batches stands between any two of them. It is twice the usual longest of its
// recent pauses, no more than what makes it silent, and never less than the
// progress age.
func (s *seat) patience(r *Rules) time.Duration {
	return max(r.progressAge(), min(2*s.longest.usual(), s.silentAfter(r)))
}

// witnessAge is how old its newest progress may be while the client still tells of
// its cluster to others: half of the progress age, or what it usually pauses and a
// bit where it commits in batches, but never as much as the progress age, or
// clients that all stopped together would accuse the first of them.
func (s *seat) witnessAge(r *Rules) time.Duration {
	return min(max(r.progressAge()/2, s.longest.usual()*5/4), r.progressAge()*9/10)
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
	return s.still(now, since) >= s.patience(r)
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

// resting reports whether the client has made no progress for longer than
// between two of its usual commits: then its lag grows because it stands, not
// because it is slow.
func (s *seat) resting(now time.Time, r *Rules) bool {
	last := s.lastMove()
	if last.IsZero() {
		return true
	}
	return s.rests(now.Sub(last), r)
}

// rests is [seat.resting] for a client that has stood for this long.
func (s *seat) rests(stood time.Duration, r *Rules) bool {
	return stood > r.Window/3 && stood > min(3*s.pauses.usual(), s.silentAfter(r))
}

// unhindered reports whether a pause since the given moment tells how long the
// client usually pauses: it was watched all the time and not silent, its cluster
// served it, its subscriber was there, and nobody restarted it or moved the pipeline.
func (s *seat) unhindered(last time.Time, stood time.Duration, r *Rules) bool {
	c := s.cluster
	if stood > s.silentAfter(r) || c.fineFrom.IsZero() || c.wellFrom().After(last) {
		return false
	}
	return !s.watchedFrom.After(last) && !s.lostAt.After(last) && !s.upFrom.After(last) && !s.owner.activeFrom.After(last)
}

// newest is the one of its values that grew last.
func (s *seat) newest() *mover {
	if s.advances.last.After(s.committed.last) {
		return &s.advances
	}
	return &s.committed
}

// silentAfter is how long the client may commit nothing before it is silent: one
// whose last three commits were farther apart than that may take half as long
// again as between those, up to three times the threshold.
func (s *seat) silentAfter(r *Rules) time.Duration {
	m := s.newest()
	if m.grew[2].IsZero() {
		return r.SilentAfter
	}
	a, b := m.grew[0].Sub(m.grew[1]), m.grew[1].Sub(m.grew[2])
	if min(a, b) < r.SilentAfter {
		return r.SilentAfter
	}
	return min(max(a, b)*3/2, 3*r.SilentAfter)
}

// resumed reports whether a client that was silent commits again for good: twice
// without falling silent in between, or three times since the given moment,
// however far apart.
func (s *seat) resumed(since time.Time) bool {
	m := s.newest()
	return (m.n >= 2 && m.grew[1].After(since)) || m.grew[2].After(since)
}
