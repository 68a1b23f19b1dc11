package consumer

import (
	"context"
	"fmt"
	"sync"
	"time"

	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

const (
	pollLimit     = 100 // events asked for by one poll
	maxUnfinished = 200 // slots scheduled and not downloaded, above which no poll is sent
	flushDelay    = 10 * time.Millisecond
	finishTimeout = 5 * time.Second // for a drain's downloads in flight
	ackTimeout    = time.Second     // for the answer to a drain's last commit
)

// session is one life of a client's connections. Its loop alone touches the
// client's progress; goroutines of its streams report to it.
type session struct {
	c      *Client
	dialer *dialer
	ctx    context.Context // the life of the session
	wg     sync.WaitGroup

	control controlCall // nil while it is joined again
	answers chan controlReport
	reports chan dataReport
	streams []*dataStream

	chain     []byte
	polledAt  time.Time // zero: no poll is unanswered
	acked     int64     // highest acknowledged commit
	sent      int64     // highest commit sent
	draining  bool
	drainedBy time.Time // when a drain stops waiting
}

// runSession connects, streams until something fails or the drain is done, and
// gives the reason.
func (c *Client) runSession(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent)
	s := &session{
		c: c, dialer: c.dialer, ctx: ctx,
		answers: make(chan controlReport, 4), reports: make(chan dataReport, 64),
	}
	defer s.wg.Wait()
	defer cancel()
	joined := make(chan struct{})
	s.wg.Go(func() { // nothing is in flight before the join: a drain need not wait for it
		select {
		case <-c.drain:
			cancel()
		case <-joined:
		case <-ctx.Done():
		}
	})
	unary, err := c.dialer.dial()
	if err != nil {
		return err
	}
	defer func() { _ = unary.Close() }()
	api := pb.NewFumaroleClient(unary)
	if !c.cfg.AnyVersion {
		if err := c.dialer.checkVersion(ctx, api); err != nil {
			return err
		}
	}
	err = s.join()
	close(joined)
	if err != nil {
		return err
	}
	s.wg.Go(func() { s.watchTip(api) })
	return s.loop()
}

// join opens the control plane, starts the data streams, polls, and commits
// what it was told: the forced commit.
func (s *session) join() error {
	p, err := s.openPlane()
	if err != nil {
		return err
	}
	state, err := p.init(s.c.pace.state)
	if err != nil {
		p.close()
		return fmt.Errorf("join as %s: %w", s.c.cfg.Subscriber, err)
	}
	s.control, s.chain = p.call, state.GetBlockchainId()
	s.wg.Go(func() { s.read(p) })
	at := state.GetLastCommittedOffsets()[0]
	if !s.c.joined {
		s.c.hand.committable, s.c.joined = at, true
	}
	s.c.hand.reconnect()
	s.acked, s.sent = at, at
	for i := range s.c.cfg.Streams {
		s.streams = append(s.streams, &dataStream{index: i})
		s.openStream(s.streams[i])
	}
	if err := s.poll(); err != nil {
		return err
	}
	return s.commit(at)
}

// loop is the session's one place of decisions.
func (s *session) loop() error {
	commit := time.NewTicker(s.c.cfg.CommitEvery)
	defer commit.Stop()
	watch := time.NewTicker(s.c.cfg.StallAfter / 4)
	defer watch.Stop()
	flush := time.NewTimer(time.Hour)
	defer flush.Stop()
	armed, drain := false, s.c.drain
	for {
		var err error
		select {
		case <-s.ctx.Done():
			return s.ctx.Err()
		case r := <-s.answers:
			err = s.onControl(r)
		case r := <-s.reports:
			err = s.onReport(r)
		case <-flush.C:
			armed = false
			err = s.c.flush(s.ctx)
		case <-commit.C:
			err = s.onCommitTick()
		case <-watch.C:
			err = s.checkStall()
		case <-drain:
			drain, s.draining, s.drainedBy = nil, true, s.c.cfg.Now().Add(finishTimeout)
			watch.Reset(flushDelay)
		}
		if err == nil {
			err = s.step()
		}
		if err != nil {
			return err
		}
		if !armed && !s.c.batch.empty() {
			armed = true
			flush.Reset(flushDelay)
		}
	}
}

// step does what has become possible.
func (s *session) step() error {
	if err := s.schedule(); err != nil {
		return err
	}
	if s.c.batch.empty() {
		s.c.settle()
	}
	if s.draining {
		return s.stepDrain()
	}
	if s.control != nil && s.polledAt.IsZero() {
		if s.c.hand.unfinished < maxUnfinished {
			return s.poll()
		}
		s.c.metrics.queueFull.Inc()
	}
	return nil
}

// stepDrain ends the session when nothing is in flight any more, with a last
// commit.
func (s *session) stepDrain() error {
	late := s.c.cfg.Now().After(s.drainedBy)
	if s.c.hand.unfinished > 0 && !late {
		return nil
	}
	if err := s.c.flush(s.ctx); err != nil {
		return err
	}
	s.c.settle()
	if s.control == nil && !late {
		return nil // it is being joined again
	}
	if at := s.c.hand.committable; s.control != nil && s.c.track.known && at > s.sent {
		s.drainedBy = s.c.cfg.Now().Add(ackTimeout)
		return s.commit(at)
	}
	if s.acked >= s.sent || late {
		return errDrained
	}
	return nil
}

// checkStall ends a session whose peer has fallen silent: polls are held for
// less than a second, and downloads take no longer.
func (s *session) checkStall() error {
	now := s.c.cfg.Now()
	if !s.polledAt.IsZero() && now.Sub(s.polledAt) > s.c.cfg.StallAfter {
		return fmt.Errorf("a poll was not answered within %s", s.c.cfg.StallAfter)
	}
	for _, st := range s.streams {
		if len(st.inflight) > 0 && now.Sub(st.inflight[0].since) > s.c.cfg.StallAfter {
			return fmt.Errorf("slot %d was not downloaded within %s", st.inflight[0].slot, s.c.cfg.StallAfter)
		}
	}
	return nil
}

// watchTip asks for the tip at its interval. Like the reference client it sets
// no deadline and counts no failure: the gauge just stands still.
func (s *session) watchTip(api pb.FumaroleClient) {
	for {
		sleep(s.ctx, s.c.cfg.TipEvery)
		if s.ctx.Err() != nil {
			return
		}
		resp, err := api.GetChainTip(s.dialer.auth(s.ctx), &pb.GetChainTipRequest{BlockchainId: s.chain})
		if err != nil || len(resp.GetShardToMaxOffsetMap()) == 0 {
			continue
		}
		var tip int64
		for _, offset := range resp.GetShardToMaxOffsetMap() {
			tip = max(tip, offset)
		}
		s.c.metrics.setTip(tip)
	}
}
