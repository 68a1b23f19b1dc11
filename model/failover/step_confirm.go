package failover

import (
	"fmt"
	"time"

	"github.com/fumtui/fumtui/model"
)

// confirmation is what is known of the target's client while it is waited for.
type confirmation struct {
	drive *Drive
	watch *watch
	seed  model.Slot

	began      time.Time
	start      model.Slot // cursor at the first look
	cursor     model.Slot // newest cursor
	progressAt time.Time  // when the cursor last advanced
	newest     model.Slot // newest slot of the target
	lag        uint64
	windowErr  error

	liveSince time.Time  // near the tip without a break; zero while it is not
	liveAt    model.Slot // cursor, and newest slot of the target, at that time
	liveTip   model.Slot
	scraped   *model.ClientMetrics // the first page
	counting  bool                 // the metrics advanced since
	source    *model.Slot          // the source's cursor when the watch began
}

// confirm waits until the target's client is proven to stream at the live tip,
// and stays there. It only looks, so it can be done again by whoever resumes.
func (d *Drive) confirm() (outcome, error) {
	w, err := d.watch(d.run.To)
	if err != nil {
		return outcome{}, err
	}
	s := d.engine.settings
	c := &confirmation{drive: d, watch: w, seed: *d.run.ResumeSlot, began: d.engine.now()}
	if c.seed > 0 {
		c.seed--
	}
	c.start, c.cursor, c.progressAt = c.seed, c.seed, c.began
	for {
		if err := c.look(); err != nil {
			return outcome{}, err
		}
		if c.confirmed() {
			return outcome{detail: c.result()}, nil
		}
		now := d.engine.now()
		if now.Sub(c.progressAt) >= s.ConfirmTimeout || (c.live() && now.Sub(c.liveSince) >= s.ConfirmTimeout) {
			return outcome{}, fmt.Errorf("no proof of progress at %s for %s: %s", d.run.To, s.ConfirmTimeout, c.status())
		}
		d.progress(model.StepConfirm, c.status())
		if err := d.pause(c.pace()); err != nil {
			return outcome{}, err
		}
	}
}

// pace is the time to the next look: no later than the settle time ends.
func (c *confirmation) pace() time.Duration {
	s := c.drive.engine.settings
	if !c.live() {
		return s.Poll
	}
	left := s.Settle - c.drive.engine.now().Sub(c.liveSince)
	if left <= 0 {
		return s.Poll
	}
	return min(s.Poll, left)
}

// look looks at the cursor, the first slot, the metrics and the newest slot.
func (c *confirmation) look() error {
	d := c.drive
	row, err := d.cursorAt(d.run.To)
	if err != nil && d.leaving() != nil {
		return d.leaving()
	}
	if row != nil {
		if err := c.firstSlotFits(row); err != nil {
			return err
		}
		if row.Slot > c.cursor {
			c.cursor, c.progressAt = row.Slot, d.engine.now()
		}
	}
	c.lookAtMetrics()
	var window model.SlotRange
	if window, c.windowErr = d.window(); c.windowErr == nil {
		c.newest = window.Max
	}
	if err := c.watchSource(); err != nil {
		return err
	}
	c.judge()
	return d.leaving()
}

// firstSlotFits fails when the client's first slot shows that slots between
// the cursor and it were skipped.
func (c *confirmation) firstSlotFits(row *model.Cursor) error {
	resume := *c.drive.run.ResumeSlot
	if row.FirstSlot == nil || *row.FirstSlot <= resume+tolerance {
		return nil
	}
	return fmt.Errorf("the client at %s began at slot %d, and its subscriber was made from slot %d: %s slots are missing",
		c.drive.run.To, *row.FirstSlot, resume, count(model.SlotsBetween(resume, *row.FirstSlot)))
}

// lookAtMetrics sees whether the client's own counters advance.
func (c *confirmation) lookAtMetrics() {
	d := c.drive
	m, err := call(d.wait, d.engine.settings.CallTimeout, c.watch.client.Metrics)
	if err != nil || (m.Commits == nil && m.Events == nil && m.Committed == nil && m.MaxSlot == nil && m.Polls == nil) {
		return
	}
	if c.scraped == nil {
		c.scraped = &m
		return
	}
	c.counting = c.counting || advanced(*c.scraped, m)
}

// watchSource asks when the source's client comes to life again. A cursor that
// cannot be read now says nothing.
func (c *confirmation) watchSource() error {
	d := c.drive
	row, err := d.cursorAt(d.run.From)
	seen := err == nil && row != nil
	if seen && c.source == nil {
		c.source = &row.Slot
	}
	if seen && row.Slot > *c.source {
		return ask("double-active: the cursor of %s at %s moved from %d to %d while the client at %s runs. Stop the client at %s, then answer yes",
			d.run.Pipeline, d.run.From, *c.source, row.Slot, d.run.To, d.run.From)
	}
	return nil
}

// judge sees whether the client is near the live tip.
func (c *confirmation) judge() {
	if c.windowErr != nil || c.cursor <= c.seed {
		c.liveSince = time.Time{}
		return
	}
	c.lag = model.SlotsBetween(c.cursor, c.newest)
	switch {
	case c.lag > c.drive.engine.settings.LiveSlots:
		c.liveSince = time.Time{}
	case c.liveSince.IsZero():
		c.liveSince, c.liveAt, c.liveTip = c.drive.engine.now(), c.cursor, c.newest
	}
}

// live reports whether the client is near the live tip.
func (c *confirmation) live() bool { return !c.liveSince.IsZero() }

// confirmed reports whether the client stayed at the tip for the settle time
// and moved on meanwhile, by its cursor and, where they are to be had, by its
// own metrics. A tip that stands still is no live tip.
func (c *confirmation) confirmed() bool {
	d := c.drive
	return c.live() && d.engine.now().Sub(c.liveSince) >= d.engine.settings.Settle &&
		c.cursor > c.liveAt && c.newest > c.liveTip && (c.scraped == nil || c.counting)
}

// status tells in a line how it goes.
func (c *confirmation) status() string {
	d := c.drive
	now := d.engine.now()
	switch {
	case c.cursor <= c.seed:
		text := fmt.Sprintf("the cursor still stands at its seed, slot %d", c.seed)
		if c.windowErr != nil {
			text += "; " + c.windowErr.Error()
		}
		return text
	case c.windowErr != nil:
		return fmt.Sprintf("cursor %d; %v", c.cursor, c.windowErr)
	case c.live() && c.scraped != nil && !c.counting:
		return fmt.Sprintf("cursor %d, at the live tip, but its metrics stand still", c.cursor)
	case c.live() && now.Sub(c.liveSince) > d.engine.settings.Settle:
		return fmt.Sprintf("cursor %d, newest slot %d, and one of the two stands still", c.cursor, c.newest)
	case c.live():
		left := max(d.engine.settings.Settle-now.Sub(c.liveSince), 0)
		return fmt.Sprintf("cursor %d, at the live tip (%s slots behind); settled in %s", c.cursor, count(c.lag), left.Round(time.Second))
	}
	text := fmt.Sprintf("cursor %d of %d, %s slots behind", c.cursor, c.newest, count(c.lag))
	if took := now.Sub(c.began).Seconds(); took >= 1 && c.cursor > c.start {
		rate := float64(c.cursor-c.start) / took
		text += fmt.Sprintf(", %.0f slots/s, about %s to go", rate, time.Duration(float64(c.lag)/rate*1e9).Round(time.Second))
	}
	return text
}

// result tells in a line what was proven.
func (c *confirmation) result() string {
	text := fmt.Sprintf("streams: cursor %d, %s slots behind the newest of %s, %s slots after the resume slot",
		c.cursor, count(c.lag), c.drive.run.To, count(model.SlotsBetween(c.seed, c.cursor)))
	if row, err := c.drive.cursorAt(c.drive.run.To); err == nil && row != nil && row.FirstSlot != nil {
		return text + fmt.Sprintf(", first slot %d", *row.FirstSlot)
	}
	return text + "; the client does not report its first slot"
}
