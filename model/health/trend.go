package health

import "time"

const (
	trendBuckets = 12 // kept buckets of lag on one scale
	recentTrend  = 6  // the newest of them: on the finest scale those of the last window
	fewBuckets   = 3  // that a trend of the finest scale needs
	longBuckets  = 6  // that one of a coarser scale needs
)

// lagBucket holds the least lag of a stretch of time. The least and not the
// mean: a healthy lag is a saw-tooth whose foot is the client's true distance.
type lagBucket struct {
	at    time.Duration // of the time of the lags
	least int64
}

// trend is how lag went over the last buckets of a scale.
type trend struct {
	slope   float64 // offsets a second, the median of the slopes between every two buckets
	change  float64 // what that makes over their span
	steady  float64 // share of rises less share of falls between every two buckets, -1 to 1
	lately  float64 // change over the newer half
	last    float64 // change of the newest
	buckets int
}

// scale follows lag in buckets of one width.
type scale struct {
	buckets [trendBuckets]lagBucket
	head, n int
	moved   uint8 // whose trends are older than the buckets
	known   [3]trend
}

// The trends of a scale.
const (
	trendOfNewest = iota // of the newest buckets, the one still being filled included
	trendOfAll           // of all of them, that one included
	trendOfFull          // of all full ones
)

// add takes a measured lag in. After a break of several buckets it begins anew.
func (s *scale) add(at time.Duration, lag int64, width time.Duration) {
	if s.n > 0 {
		newest := s.at(s.n - 1)
		switch age := at - newest.at; {
		case age < -width || age > 4*width:
			s.reset()
		case age < width:
			if lag < newest.least {
				newest.least = lag
				s.moved |= 1<<trendOfNewest | 1<<trendOfAll
			}
			return
		}
	}
	if s.n == trendBuckets {
		s.head, s.n = (s.head+1)%trendBuckets, s.n-1
	}
	s.buckets[(s.head+s.n)%trendBuckets] = lagBucket{at: at, least: lag}
	s.n++
	s.moved = 1<<trendOfNewest | 1<<trendOfAll | 1<<trendOfFull
}

// at is the ith bucket, from the oldest.
func (s *scale) at(i int) *lagBucket { return &s.buckets[(s.head+i)%trendBuckets] }

// reset forgets everything.
func (s *scale) reset() { *s = scale{} }

// measure looks at the buckets from number first to the one before number end.
func (s *scale) measure(first, end int) trend {
	t := trend{buckets: max(end-first, 0)}
	if t.buckets < 3 {
		return t
	}
	var room [trendBuckets * (trendBuckets - 1) / 2]float64
	slopes := room[:0]
	rises := 0
	var at [trendBuckets]float64 // seconds since the first
	for i := first; i < end; i++ {
		at[i-first] = (s.at(i).at - s.at(first).at).Seconds()
	}
	for i := first; i < end; i++ {
		a := s.at(i)
		for j := i + 1; j < end; j++ {
			b := s.at(j)
			dt := at[j-first] - at[i-first]
			if dt <= 0 {
				continue
			}
			slopes = append(slopes, float64(b.least-a.least)/dt)
			if b.least > a.least {
				rises++
			} else if b.least < a.least {
				rises--
			}
		}
	}
	if len(slopes) == 0 {
		return trend{}
	}
	t.steady = float64(rises) / float64(len(slopes))
	t.slope = quantile(slopes, 0.5)
	newest := s.at(end - 1)
	t.change = t.slope * at[end-1-first]
	t.lately = float64(newest.least - s.at((first+end-1)/2).least)
	t.last = float64(newest.least - s.at(end-2).least)
	return t
}

// trend is one of the trends of the scale.
func (s *scale) trend(which int) trend {
	if s.moved&(1<<which) != 0 {
		s.moved &^= 1 << which
		switch which {
		case trendOfNewest:
			s.known[which] = s.measure(max(s.n-recentTrend, 0), s.n)
		case trendOfAll:
			s.known[which] = s.measure(0, s.n)
		case trendOfFull:
			s.known[which] = s.measure(0, s.n-1)
		}
	}
	return s.known[which]
}

// lags follow the lag of a client at one cluster on three scales, so that a lag
// that grows over hours is seen as well as one that grows within a minute.
type lags struct {
	began  time.Time // their time counts from here
	scales [3]scale
}

// add takes a measured lag in.
func (l *lags) add(at time.Time, lag int64, window time.Duration) {
	if l.began.IsZero() {
		l.began = at
	}
	since := at.Sub(l.began)
	for i := range l.scales {
		l.scales[i].add(since, lag, width(i, window))
	}
}

// width is that of the buckets of a scale.
func width(scale int, window time.Duration) time.Duration {
	return [3]time.Duration{window / 6, window, 10 * window}[scale]
}

// rested forgets the lags of the scales on which a stand of this length shows.
func (l *lags) rested(stood, window time.Duration) {
	for i := range l.scales {
		if stood >= width(i, window)/2 {
			l.scales[i].reset()
		}
	}
}

// grows is how lag goes on one scale, looked at for growth; enough says whether
// that is known.
func (l *lags) grows(scale int) (t trend, enough bool) {
	if scale == 0 {
		t = l.scales[0].trend(trendOfAll)
		return t, t.buckets >= fewBuckets
	}
	return l.long(scale)
}

// falls is the same, looked at for a fall, which is to be seen sooner.
func (l *lags) falls(scale int) (t trend, enough bool) {
	if scale == 0 {
		t = l.scales[0].trend(trendOfNewest)
		return t, t.buckets >= fewBuckets
	}
	return l.long(scale)
}

// long is how lag goes on a coarser scale.
func (l *lags) long(scale int) (t trend, enough bool) {
	t = l.scales[scale].trend(trendOfFull)
	return t, t.buckets >= longBuckets
}

// reset forgets all lags.
func (l *lags) reset() { *l = lags{} }
