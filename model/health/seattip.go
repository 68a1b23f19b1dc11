package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// moveTip follows the tip as the client sees it. It freezes when the client's own
// refresh fails.
func (s *seat) moveTip(old *model.Offset, at time.Time, paused bool) {
	switch now := s.metrics.Tip; {
	case !known(now):
		s.tipFrom = time.Time{}
	case !known(old) || *now != *old:
		s.tipMovedAt = at
		if known(old) {
			s.tipWentAt = at
		}
		if s.tipFrom.IsZero() {
			s.tipFrom = at
		}
	case paused || s.tipFrom.IsZero():
		s.tipFrom = at
	}
}

// frozenTip is how long the client's own tip has stood, as far as it was
// watched; ok is false where it shows none.
func (s *seat) frozenTip(now time.Time, r *Rules) (lasted time.Duration, ok bool) {
	if !s.scraped(now, r) || s.tipFrom.IsZero() {
		return 0, false
	}
	return s.scrapeAt.Sub(later(s.tipFrom, s.tipMovedAt)), true
}

// tipGoes reports whether the client's own page shows that the tip moves on: it
// sees its cluster alive, whatever it gets done itself.
func (s *seat) tipGoes(now time.Time, r *Rules) bool {
	if !s.scraped(now, r) || !known(s.metrics.Tip) || s.tipWentAt.IsZero() {
		return false
	}
	return s.scrapeAt.Sub(s.tipWentAt) < r.progressAge()
}
