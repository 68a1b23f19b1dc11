package failover

import (
	"fmt"
	"sync"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/crash"
)

// confirmation is what is known of the target's client while it is waited for.
type confirmation struct {
	drive *Drive
	watch *watch
	seed  model.Slot

	began      moment
	start      model.Slot // cursor at the first look
	cursor     model.Slot // newest cursor
	progressAt moment     // when the cursor last advanced
	newest     model.Slot // newest slot of the target
	lag        uint64
	windowErr  error
	sourceErr  error // of the cursor source at the target

	live      bool       // near the tip without a break
	liveSince moment     // and since when
	liveAt    model.Slot // cursor, and newest slot of the target, at that time
	liveTip   model.Slot
	scraped   *model.ClientMetrics // the first page
	counting  bool                 // the metrics advanced since
	fits      bool                 // the first slot was seen, and fits the resume slot
	again     int                  // how often the subscriber was made again

	source    *watch // of the source's client, until the run ends; nil where it is the target's
	sourceDue moment // no look at it before
	anew      bool   // the confirmation began anew in this look
}

// confirm waits until the target's client is proven to stream at the live tip,
// and stays there. It can be done again by whoever resumes: it looks, makes a
// subscriber that is lost again, and starts a client that stopped over that.
func (d *Drive) confirm() (outcome, error) {
	if err := d.answerDouble(); err != nil {
		return outcome{}, err
	}
	c, err := d.confirmation()
	if err != nil {
		return outcome{}, err
	}
	limit := d.engine.settings.ConfirmTimeout
	for {
		if err := c.look(); err != nil {
			return outcome{}, err
		}
		if c.confirmed() {
			return c.outcome(), nil
		}
		now := d.engine.elapsed()
		if now-c.progressAt >= limit || (c.live && now-c.liveSince >= limit) {
			return outcome{}, fmt.Errorf("no proof of progress at %s for %s: %s", d.run.To, limit, c.status())
		}
		d.progress(model.StepConfirm, c.status())
		if err := d.pause(c.pace()); err != nil {
			return outcome{}, err
		}
	}
}

// confirmation begins to watch both clients.
func (d *Drive) confirmation() (*confirmation, error) {
	target, err := d.watch(d.run.To)
	if err != nil {
		return nil, err
	}
	c := &confirmation{drive: d, watch: target}
	if d.run.From != d.run.To {
		if c.source, err = d.watch(d.run.From); err != nil {
			return nil, err
		}
		c.source.patience = d.engine.settings.CallTimeout // it may be on a host that is gone
		c.source.late = d.latest()
	}
	c.restart()
	return c, nil
}

// restart begins the confirmation anew, from the run's resume slot.
func (c *confirmation) restart() {
	c.anew = true
	c.seed, c.began = below(*c.drive.run.ResumeSlot), c.drive.engine.elapsed()
	c.start, c.cursor, c.progressAt = c.seed, c.seed, c.began
	c.live, c.counting, c.fits, c.scraped = false, false, false, nil
}

// pace is the time to the next look: no later than the settle time ends.
func (c *confirmation) pace() time.Duration {
	s := c.drive.engine.settings
	if !c.live {
		return s.Poll
	}
	left := s.Settle - (c.drive.engine.elapsed() - c.liveSince)
	if left <= 0 {
		return s.Poll
	}
	return min(s.Poll, left)
}

// glance is what one look of a confirmation sees, all of it side by side.
type glance struct {
	source    sight // of the source's client, where it was due
	sourceErr error
	cursor    reading
	cursorErr error
	sub       *model.Subscriber
	subErr    error
	page      model.ClientMetrics
	pageErr   error
	window    model.SlotRange
	windowErr error
}

// glance looks at both clients, the subscriber, the cursor and the newest slot.
func (c *confirmation) glance(cluster Cluster, source bool) (g glance) {
	d := c.drive
	var wg sync.WaitGroup
	if source {
		crash.Go(d.wait, &wg, func() { g.source, g.sourceErr = c.source.look() })
	}
	crash.Go(d.wait, &wg, func() { g.cursor, g.cursorErr = d.cursorAt(d.run.To) })
	crash.Go(d.wait, &wg, func() { g.sub, g.subErr = d.subscriber(cluster) })
	crash.Go(d.wait, &wg, func() { g.page, g.pageErr = call(d.wait, d.engine.settings.CallTimeout, c.watch.client.Metrics) })
	crash.Go(d.wait, &wg, func() { g.window, g.windowErr = d.window() })
	wg.Wait()
	return g
}

// look looks once and judges what it sees.
func (c *confirmation) look() error {
	d, began := c.drive, c.drive.engine.elapsed()
	cluster, err := d.target()
	if err != nil {
		return err
	}
	source := c.source != nil && began >= c.sourceDue
	g := c.glance(cluster, source)
	if source {
		c.sourceDue = began + (1+restFactor)*(d.engine.elapsed()-began)
		if err := c.sourceLives(g.source, g.sourceErr); err != nil {
			return err
		}
	}
	if err := d.leaving(); err != nil {
		return err
	}
	c.sourceErr, c.anew = g.cursor.err, false
	row := g.cursor.cursor
	if err := c.keepSubscriber(cluster, &g); err != nil || c.anew {
		return err // what else was seen is of the subscriber that is gone
	}
	if err := c.seeCursor(row); err != nil {
		return err
	}
	c.seePage(g.page, g.pageErr)
	if c.windowErr = g.windowErr; c.windowErr == nil {
		c.newest = g.window.Max
	}
	c.judge()
	return d.leaving()
}

// seeCursor judges the cursor of the target's client.
func (c *confirmation) seeCursor(row *model.Cursor) error {
	if row == nil {
		return nil
	}
	if err := c.firstSlotFits(row); err != nil {
		return err
	}
	if row.Slot > c.cursor {
		c.cursor, c.progressAt = row.Slot, c.drive.engine.elapsed()
	}
	return c.markFirst(row)
}

// seePage sees whether the client's own counters advance.
func (c *confirmation) seePage(m model.ClientMetrics, err error) {
	if err != nil || (m.Commits == nil && m.Events == nil && m.Committed == nil && m.MaxSlot == nil && m.Polls == nil) {
		return
	}
	if c.scraped == nil {
		c.scraped = &m
		return
	}
	c.counting = c.counting || advanced(*c.scraped, m)
}

// judge sees whether the client is near the live tip.
func (c *confirmation) judge() {
	if c.windowErr != nil || c.cursor <= c.seed {
		c.live = false
		return
	}
	c.lag = model.SlotsBetween(c.cursor, c.newest)
	switch {
	case c.lag > c.drive.engine.settings.LiveSlots:
		c.live = false
	case !c.live:
		c.live, c.liveSince, c.liveAt, c.liveTip = true, c.drive.engine.elapsed(), c.cursor, c.newest
	}
}

// confirmed reports whether the client stayed at the tip for the settle time
// and moved on meanwhile, by its cursor and, where they are to be had, by its
// own metrics. A tip that stands still is no live tip.
func (c *confirmation) confirmed() bool {
	d := c.drive
	return c.live && d.engine.elapsed()-c.liveSince >= d.engine.settings.Settle &&
		c.cursor > c.liveAt && c.newest > c.liveTip && (c.scraped == nil || c.counting)
}

// status tells in a line how it goes.
func (c *confirmation) status() string {
	d := c.drive
	now := d.engine.elapsed()
	switch {
	case c.cursor <= c.seed:
		text := fmt.Sprintf("the cursor still stands at its seed, slot %d", c.seed)
		if c.sourceErr != nil {
			text += "; its source cannot be read: " + c.sourceErr.Error()
		}
		if c.windowErr != nil {
			text += "; " + c.windowErr.Error()
		}
		return text
	case c.windowErr != nil:
		return fmt.Sprintf("cursor %d; %v", c.cursor, c.windowErr)
	case c.live && c.scraped != nil && !c.counting:
		return fmt.Sprintf("cursor %d, at the live tip, but its metrics stand still", c.cursor)
	case c.live && now-c.liveSince > d.engine.settings.Settle:
		return fmt.Sprintf("cursor %d, newest slot %d, and one of the two stands still", c.cursor, c.newest)
	case c.live:
		left := max(d.engine.settings.Settle-(now-c.liveSince), 0)
		return fmt.Sprintf("cursor %d, at the live tip (%s slots behind); settled in %s", c.cursor, model.Count(c.lag), left.Round(time.Second))
	}
	text := fmt.Sprintf("cursor %d of %d, %s slots behind", c.cursor, c.newest, model.Count(c.lag))
	if took := (now - c.began).Seconds(); took >= 1 && c.cursor > c.start {
		rate := float64(c.cursor-c.start) / took
		text += fmt.Sprintf(", %.0f slots/s, about %s to go", rate, time.Duration(float64(c.lag)/rate*1e9).Round(time.Second))
	}
	return text
}

// result tells in a line what was proven.
func (c *confirmation) result() string {
	text := fmt.Sprintf("streams: cursor %d, %s slots behind the newest of %s, %s slots after the resume slot",
		c.cursor, model.Count(c.lag), c.drive.run.To, model.Count(model.SlotsBetween(c.seed, c.cursor)))
	if first := c.drive.run.FirstSlot; first != nil {
		text += fmt.Sprintf(", first slot %d", *first)
		if after := model.SlotsBetween(*c.drive.run.ResumeSlot, *first); after > 0 {
			text += fmt.Sprintf(", %s after the resume slot: the chain skipped those between, or they are lost", model.Count(after))
		}
		return text
	}
	return text + "; the client does not report its first slot"
}
