package cluster

import (
	"time"

	"github.com/fumtui/fumtui/model"
	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

// answerPolls answers the polls that can be, in order. It returns when the
// next one must be and a channel that closes when it may be.
func (s *session) answerPolls(now time.Time) (time.Time, <-chan struct{}, error) {
	for len(s.polls) > 0 {
		first := s.polls[0]
		withheld := s.faults.has(FaultWithhold, anyRPC)
		n, changed := s.log.available(s.cursor, first.limit)
		if withheld {
			n, changed = 0, nil
		}
		at := later(first.arrived, s.answered).Add(holdPoll)
		switch {
		case n == first.limit:
			at = now
		case n > 0:
			at = s.answered.Add(pollSpacing)
			changed = nil // it waits for company, not for the first event
		}
		if at.After(now) {
			return at, changed, nil
		}
		if err := s.answer(first.limit, withheld); err != nil {
			return time.Time{}, nil, err
		}
		s.answered = now
		s.polls = s.polls[1:]
	}
	return time.Time{}, nil, nil
}

// later is the later of two moments.
func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// answer sends what follows the cursor.
func (s *session) answer(limit int, withheld bool) error {
	if withheld {
		limit = 0
	}
	events, offset := s.log.read(s.cursor, limit)
	history := &pb.BlockchainHistory{Events: make([]*pb.BlockchainEvent, len(events))}
	for i, e := range events {
		history.Events[i] = s.event(e, offset+model.Offset(i))
	}
	if len(events) > 0 {
		s.cursor = offset + model.Offset(len(events)) - 1
	}
	return s.stream.Send(&pb.ControlResponse{Response: &pb.ControlResponse_PollHist{PollHist: history}})
}

// event is an event on the wire.
func (s *session) event(e event, offset model.Offset) *pb.BlockchainEvent {
	block := s.blockOf(e)
	parent := uint64(block.Parent)
	wire := &pb.BlockchainEvent{
		Offset:          int64(offset),
		BlockchainId:    s.id,
		BlockUid:        block.UID[:],
		NumShards:       uint32(s.shards),
		Slot:            uint64(e.slot),
		ParentSlot:      &parent,
		CommitmentLevel: pb.CommitmentLevel(e.level),
	}
	if e.dead {
		why := "invalid block: transaction error during replay"
		wire.DeadError = &why
	}
	return wire
}
