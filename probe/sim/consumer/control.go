package consumer

import (
	"errors"
	"fmt"
	"io"
	"time"

	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

// send sends a command. On a stream that has ended it does nothing: the reader
// of the stream learns why.
func (s *session) send(cmd *pb.ControlCommand) error {
	if err := s.control.Send(cmd); !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

// poll asks for the events after the committable offset. The server never
// sends an event twice on one stream, so that it is also how polls go on.
func (s *session) poll() error {
	from, limit := s.c.hand.committable, int64(pollLimit)
	err := s.send(&pb.ControlCommand{Command: &pb.ControlCommand_PollHist{
		PollHist: &pb.PollBlockchainHistory{From: &from, Limit: &limit},
	}})
	if err != nil {
		return fmt.Errorf("poll the history: %w", err)
	}
	s.polledAt = s.c.cfg.Now()
	s.c.metrics.polls.Inc()
	return nil
}

// commit sends a commit.
func (s *session) commit(offset int64) error {
	err := s.send(&pb.ControlCommand{Command: &pb.ControlCommand_CommitOffset{
		CommitOffset: &pb.CommitOffset{Offset: offset},
	}})
	if err != nil {
		return fmt.Errorf("commit offset %d: %w", offset, err)
	}
	s.sent = max(s.sent, offset)
	s.c.metrics.sentCommit(offset)
	return nil
}

// onCommitTick commits what was handed over since the last acknowledged
// commit. While the first slot is not decided nothing is committed, so that a
// restart sees the same events again.
func (s *session) onCommitTick() error {
	at := s.c.hand.committable
	if s.control == nil {
		return nil // it is being joined again
	}
	if at <= s.acked || !s.c.track.known {
		s.c.metrics.skipped.Inc()
		return nil
	}
	return s.commit(at)
}

// onControl takes in a report of the control plane.
func (s *session) onControl(r controlReport) error {
	switch {
	case r.answer != nil:
		return s.onAnswer(r.answer)
	case r.rejoined != nil:
		return s.onRejoined(r.rejoined)
	case r.ended:
		return s.onControlEnd(r.code, r.err)
	default:
		return r.err
	}
}

// onAnswer takes in one answer of the control plane.
func (s *session) onAnswer(answer *pb.ControlResponse) error {
	switch r := answer.GetResponse().(type) {
	case *pb.ControlResponse_PollHist:
		s.polledAt = time.Time{}
		s.onHistory(r.PollHist.GetEvents())
	case *pb.ControlResponse_CommitOffset:
		at := r.CommitOffset.GetOffset()
		if at < s.acked {
			return fmt.Errorf("%w: offset %d was acknowledged after %d", errRuntime, at, s.acked)
		}
		s.acked = at
	case *pb.ControlResponse_Init:
		return fmt.Errorf("%w: a second state of subscriber %s came", errRuntime, s.c.cfg.Subscriber)
	}
	return nil
}

// onHistory takes in events. A drain takes in no more.
func (s *session) onHistory(events []*pb.BlockchainEvent) {
	if s.draining {
		return
	}
	now := s.c.cfg.Now()
	for _, ev := range events {
		if s.c.hand.add(ev, now) {
			s.c.learn(ev)
		}
	}
	s.c.metrics.maxSlot.Set(float64(s.c.hand.maxSlot))
}
