package consumer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"google.golang.org/grpc"

	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

const (
	pollLimit     = 100 // events asked for by one poll
	maxUnfinished = 200 // slots scheduled and not downloaded, above which no poll is sent
	flushDelay    = 10 * time.Millisecond
	finishTimeout = 5 * time.Second // for a drain's downloads in flight
	ackTimeout    = time.Second     // for the answer to a drain's last commit
)

type controlCall = grpc.BidiStreamingClient[pb.ControlCommand, pb.ControlResponse]

// errDrained ends a session whose drain is done.
var errDrained = errors.New("drained")

// session is one life of a client's connections. Its loop alone touches the
// client's progress; goroutines of its streams report to it.
type session struct {
	c      *Client
	dialer *dialer
	ctx    context.Context // the life of the session
	wg     sync.WaitGroup

	control controlCall
	answers chan *pb.ControlResponse
	reports chan dataReport
	failed  chan error
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
		answers: make(chan *pb.ControlResponse, 4), reports: make(chan dataReport, 64), failed: make(chan error, 2),
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
	control, err := c.dialer.dial()
	if err != nil {
		return err
	}
	defer func() { _ = control.Close() }()
	err = s.join(pb.NewFumaroleClient(control))
	close(joined)
	if err != nil {
		return err
	}
	s.wg.Go(func() { s.watchTip(api) })
	return s.loop()
}

// join opens the control plane and starts the data streams.
func (s *session) join(api pb.FumaroleClient) error {
	var err error
	if s.control, err = api.SubscribeV2(s.dialer.auth(s.ctx)); err != nil {
		return fmt.Errorf("open the control plane: %w", err)
	}
	name := s.c.cfg.Subscriber
	err = s.control.Send(&pb.ControlCommand{Command: &pb.ControlCommand_InitialJoin{
		InitialJoin: &pb.JoinControlPlane{ConsumerGroupName: &name},
	}})
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("join as %s: %w", name, err)
	}
	s.wg.Go(s.readControl)
	timer := time.NewTimer(openTimeout)
	defer timer.Stop()
	select {
	case <-s.ctx.Done():
		return s.ctx.Err()
	case <-timer.C:
		return fmt.Errorf("join as %s: no answer within %s", name, openTimeout)
	case err := <-s.failed:
		return fmt.Errorf("join as %s: %w", name, err)
	case first := <-s.answers:
		return s.onInit(first.GetInit())
	}
}

// onInit takes in the answer to the join.
func (s *session) onInit(init *pb.InitialConsumerGroupState) error {
	at, ok := init.GetLastCommittedOffsets()[0]
	if !ok || len(init.GetLastCommittedOffsets()) != 1 {
		return fmt.Errorf("join as %s: the first answer is not the subscriber's state", s.c.cfg.Subscriber)
	}
	s.chain = init.GetBlockchainId()
	force := !s.c.joined
	if force {
		s.c.hand.committable, s.c.joined = at, true
	}
	s.c.hand.reconnect()
	s.acked, s.sent = s.c.hand.committable, s.c.hand.committable
	for i := range s.c.cfg.Streams {
		s.streams = append(s.streams, &dataStream{index: i})
		s.openStream(s.streams[i], 0)
	}
	if err := s.poll(); err != nil {
		return err
	}
	if force { // a rejoin makes no forced commit
		return s.commit(at)
	}
	return nil
}

// readControl reads the control plane to its end.
func (s *session) readControl() {
	for {
		answer, err := s.control.Recv()
		if err != nil {
			s.fail(fmt.Errorf("the control plane ended: %w", err))
			return
		}
		select {
		case s.answers <- answer:
		case <-s.ctx.Done():
			return
		}
	}
}

func (s *session) fail(err error) {
	select {
	case s.failed <- err:
	default: // an earlier reason is already there
	}
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
		case err = <-s.failed:
		case a := <-s.answers:
			err = s.onAnswer(a)
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
	if s.polledAt.IsZero() {
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
	if at := s.c.hand.committable; s.c.track.known && at > s.sent {
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
