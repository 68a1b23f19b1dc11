package monitor

import (
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/health"
)

// thinner decides which looks the history keeps. Looks at clusters, and lags
// that a client's metrics measure, are all kept: every one may be the least or
// the last of its kind. Of other looks at pipelines and subscribers most say
// what the one before said, and one in a while is enough. What is left out must
// not change what the rules would say of the rest, or a recording would not say
// what the console said: so a look that differs is kept together with the ones
// before and after it, which show when something was last so and that it was no
// slip.
type thinner struct {
	every  time.Duration   // a look that says nothing new is kept after this
	wanted map[string]bool // subscribers; those of others are nobody's business
	series map[string]*looks
}

// stopped is how long every look at a cursor that stopped is kept: how long it
// has stood may decide.
const stopped = 10 * time.Minute

// looks is a series of looks of one kind at one place.
type looks struct {
	at      time.Time       // the newest
	kept    time.Time       // the newest that was kept
	skipped *model.Evidence // the newest, where that was left out
	changed bool            // the newest differed from the one before
	sign    sign
	slot    model.Slot // of the newest cursor
	movedAt time.Time  // when that last moved
}

// sign is what a look says, as far as a change of it matters at once.
type sign struct {
	class       model.ErrorClass
	cursor      bool   // there is one
	moved       bool   // it is another one than at the look before
	subscribers string // and how they stand
}

// newThinner makes one for these pipelines.
func newThinner(rules health.Rules, pipelines []model.Pipeline) *thinner {
	t := &thinner{every: rules.MaxAge / 4, wanted: map[string]bool{}, series: map[string]*looks{}}
	for _, p := range pipelines {
		t.wanted[p.Subscriber] = true
	}
	return t
}

// keep gives what of a look, and of the one before it, is to be kept.
func (t *thinner) keep(e model.Evidence) []model.Evidence {
	switch e.Kind {
	case model.KindSubscribers:
		e.Subscribers = t.ours(e.Subscribers)
	case model.KindMetrics, model.KindCursor:
	default:
		return []model.Evidence{e}
	}
	key := string(e.Kind) + "\x00" + e.Cluster + "\x00" + e.Pipeline
	s := t.series[key]
	if s == nil {
		s = &looks{}
		t.series[key] = s
	}
	return s.next(e, t.every)
}

// next takes the next look of a series in.
func (s *looks) next(e model.Evidence, every time.Duration) []model.Evidence {
	is := signOf(&e)
	if e.Cursor != nil {
		is.moved = s.sign.cursor && e.Cursor.Slot != s.slot
		s.slot = e.Cursor.Slot
	}
	if is.moved {
		s.movedAt = e.Answered
	}
	stands := is.cursor && !is.moved && e.Answered.Sub(s.movedAt) < stopped
	first := s.at.IsZero() || !e.Answered.After(s.at) || e.Asked.Sub(s.at) > every // or nobody looked, or the clock was set
	was, after := s.skipped, s.changed
	s.changed = first || is != s.sign
	s.sign, s.at, s.skipped = is, e.Answered, nil
	switch {
	case s.changed && was != nil:
		s.kept = e.Answered
		return []model.Evidence{*was, e}
	case s.changed, after, stands, measured(&e), e.Answered.Sub(s.kept) >= every:
		s.kept = e.Answered
		return []model.Evidence{e}
	}
	s.skipped = &e
	return nil
}

// measured reports whether a look holds a lag.
func measured(e *model.Evidence) bool {
	return e.Failure == nil && e.Metrics != nil && e.Metrics.Committed != nil && *e.Metrics.Committed > 0
}

// signOf is what a look says. Whether a cursor moved is not in it.
func signOf(e *model.Evidence) sign {
	if e.Failure != nil {
		return sign{class: e.Failure.Class}
	}
	is := sign{cursor: e.Cursor != nil}
	for _, s := range e.Subscribers {
		is.subscribers += s.Name + map[bool]string{true: " stale\n", false: " present\n"}[s.Stale]
	}
	return is
}

// ours are the subscribers of pipelines of the configuration.
func (t *thinner) ours(all []model.Subscriber) []model.Subscriber {
	var own []model.Subscriber
	for _, s := range all {
		if t.wanted[s.Name] {
			own = append(own, s)
		}
	}
	return own
}
