package consumer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"google.golang.org/grpc/codes"
)

// pace is how patient a client is with its streams.
type pace struct {
	accept time.Duration // for the server to accept a join
	state  time.Duration // and then for the subscriber's state
	tries  int           // of a rejoin
	pause  time.Duration // between them
	reopen time.Duration // the least between two openings of a data stream
}

// referencePace is that of the reference client, with two differences. That one
// would wait for ever for the state. And it opens a data stream again at once,
// however often: this client spares the machine that it shares with the cluster.
func referencePace() pace {
	return pace{accept: openTimeout, state: openTimeout, tries: 3, pause: 2 * time.Second, reopen: 50 * time.Millisecond}
}

// onControlEnd decides what the end of the control plane means. Data streams
// and their downloads go on while it is joined again.
func (s *session) onControlEnd(code codes.Code, err error) error {
	s.control, s.polledAt = nil, time.Time{}
	switch {
	case errors.Is(err, io.EOF):
		return errStopped
	case rejoins(code):
		s.c.cfg.Log("the control plane ended, join again: " + err.Error())
		s.wg.Go(s.rejoin)
		return nil
	default:
		return fmt.Errorf("%w: %w", errDisconnected, err)
	}
}

// rejoin opens another control plane and reports it, or why there is none.
func (s *session) rejoin() {
	p, err := retry(s.ctx, s.c.pace, s.openPlane)
	if err == nil {
		if _, err = p.init(s.c.pace.state); err != nil {
			p.close()
			err = fmt.Errorf("%w: a rejoin was accepted and then failed: %w", errRuntime, err)
		}
	}
	if err != nil {
		s.tell(controlReport{err: err})
	} else if !s.tell(controlReport{rejoined: p}) {
		p.close()
	}
}

// retry opens until it is accepted, as often and with such pauses as the pace
// says.
func retry(ctx context.Context, pace pace, open func() (*plane, error)) (*plane, error) {
	var last error
	for try := range pace.tries {
		if try > 0 {
			sleep(ctx, pace.pause)
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		p, err := open()
		if err == nil {
			return p, nil
		}
		last = err
	}
	return nil, fmt.Errorf("%w: %w", errRejoin, last)
}

// onRejoined goes on with a new control plane: with a poll from the committable
// offset, and without a forced commit.
func (s *session) onRejoined(p *plane) error {
	s.control = p.call
	s.wg.Go(func() { s.read(p) })
	return s.poll()
}
