package scenario

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// scrape is how a scrape that begins now goes: it fails with a class, or
// answers, after some time.
func (k *client) scrape(console *console, timeout time.Duration) (class model.ErrorClass, takes time.Duration) {
	const near = 3 * time.Millisecond
	switch {
	case console.offline > 0 && !console.scrapes:
		return failing(console.class, 0, near, timeout)
	case k.has[hostDead] > 0, k.has[metricsTimeout] > 0, k.up && k.has[hung] > 0:
		return model.ClassTimeout, timeout
	case !k.up, k.has[metricsGone] > 0:
		return model.ClassUnreachable, near
	case k.now < k.pauseE:
		if wait := k.pauseE - k.now; wait+near < timeout {
			return "", wait + near
		}
		return model.ClassTimeout, timeout
	}
	return "", near
}

// metrics is the page as it stands. The values are copied: evidence is never
// changed after it was made.
func (k *client) metrics() *model.ClientMetrics {
	page := &struct {
		model.ClientMetrics
		tip, committed      model.Offset
		lag                 int64
		slot                model.Slot
		commits, polls, got float64
	}{
		tip: k.tip, committed: k.committed, lag: k.lag, slot: model.Slot(k.maxSlot),
		commits: k.commits, polls: float64(int64(k.polls)), got: float64(int64(k.got)),
	}
	page.ClientMetrics = model.ClientMetrics{
		Tip: &page.tip, Committed: &page.committed, Lag: &page.lag, MaxSlot: &page.slot,
		Commits: &page.commits, Polls: &page.polls, Events: &page.got,
	}
	return &page.ClientMetrics
}

// row is the cursor as it is kept; nil: there is none.
func (k *client) row(base time.Time) *model.Cursor {
	if k.cursor == 0 {
		return nil
	}
	c := &struct {
		model.Cursor
		first model.Slot
	}{first: model.Slot(k.cursorFrom)}
	c.Cursor = model.Cursor{
		Pipeline: k.cfg.Name, Cluster: k.cluster.cfg.Name, Slot: model.Slot(k.cursor),
		UpdatedAt: base.Add(k.cursorAt), FirstSlot: &c.first, Source: "store",
	}
	return &c.Cursor
}

// failing is how a call fails: at once, or only when its time is up.
func failing(class model.ErrorClass, takes, rtt, timeout time.Duration) (model.ErrorClass, time.Duration) {
	switch {
	case class == model.ClassTimeout:
		return class, timeout
	case takes >= timeout:
		return model.ClassTimeout, timeout
	case takes > 0:
		return class, takes
	}
	return class, rtt
}
