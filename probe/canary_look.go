package probe

import (
	"context"
	"errors"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/health"
)

const (
	// slowFactor is by how much longer the pause is where the cluster does not
	// let us create a subscriber.
	slowFactor = 10
	// renewAfter is the age at which the subscriber is replaced, so that it
	// never falls out of the retention window.
	renewAfter = time.Hour
	// belowTip is by how many events the poll begins below the tip.
	belowTip = 32
)

// pause is the time from one look to the next. Where we may not create a
// subscriber, asking often mends nothing.
func (c *Canary) pause(failures int) time.Duration {
	if c.barred {
		return slowFactor * c.config.Interval
	}
	return health.Pause(c.config.Interval, failures)
}

// once is one look. A subscriber that is gone or stale is replaced at once: that
// is a matter of our own and says nothing of the cluster's data.
func (c *Canary) once(ctx context.Context, e *model.Evidence) error {
	c.barred = false
	err := c.renew(ctx)
	if err == nil {
		err = c.fetch(ctx, e)
	}
	if unusable(err) && ctx.Err() == nil {
		c.aged = true
		if err = c.renew(ctx); err == nil {
			err = c.fetch(ctx, e)
		}
	}
	if stageOf(err) == stageCreate {
		code := status.Code(err)
		c.barred = errors.Is(err, errForeign) || code == codes.ResourceExhausted || code == codes.PermissionDenied
	}
	return err
}

// renew makes sure that there is a subscriber that can be sent what is new. One
// that grew old is kept while nothing new comes: another would get nothing.
func (c *Canary) renew(ctx context.Context) error {
	old := c.advanced && c.config.Now().Sub(c.created) > renewAfter
	if c.sub.id != "" && (c.aged || old) {
		if err := c.sub.remove(ctx); err != nil {
			return failedAt(stageCreate, c.config.Cluster, err)
		}
	}
	if c.sub.id != "" {
		return nil
	}
	err := c.sub.create(ctx, c.config.Client.CreateLatest)
	if err == nil {
		c.created, c.aged = c.config.Now(), false
	}
	return err
}

// fetch gets the newest block that can be had.
func (c *Canary) fetch(ctx context.Context, e *model.Evidence) error {
	tip, err := c.config.Client.Tip(ctx)
	if err != nil {
		return failedAt(stagePoll, c.config.Cluster, err)
	}
	return c.config.Client.visit(ctx, c.config.Cluster, c.sub.name, func(ctx context.Context, s *session) error {
		from := max(s.stands, tip-belowTip)
		p := poller{session: s, from: from, better: newest}
		data, err := p.fetch(ctx)
		if err != nil {
			return err
		}
		// A cluster that does not begin where it was told sends what is older
		// with every look: a new subscriber begins at the tip.
		c.aged = data.Offset < from
		c.advanced, c.last = data.Offset > c.last, data.Offset
		e.Canary = &data
		return nil
	})
}
