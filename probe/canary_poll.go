package probe

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fumtui/fumtui/model"
	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

// poller asks a session for events, and chooses among them.
type poller struct {
	*session
	from   model.Offset // events after this one are asked for
	better func(a, b *pb.BlockchainEvent) int

	sent    time.Time             // when the last poll was sent
	answers int                   // to polls
	dead    int                   // events of dead slots
	odd     int                   // events that make no sense
	chosen  []*pb.BlockchainEvent // to be tried, the best first
}

// newest prefers the events of the highest slot, and the last of these. The last
// of all may well be of a slot that became final, some 32 below.
func newest(a, b *pb.BlockchainEvent) int {
	return cmp.Or(cmp.Compare(b.GetSlot(), a.GetSlot()), cmp.Compare(b.GetOffset(), a.GetOffset()))
}

// nearest prefers the events of the lowest slot from a slot on.
func nearest(slot model.Slot) func(a, b *pb.BlockchainEvent) int {
	below := func(e *pb.BlockchainEvent) int {
		if model.Slot(e.GetSlot()) < slot {
			return 1
		}
		return 0
	}
	return func(a, b *pb.BlockchainEvent) int {
		return cmp.Or(cmp.Compare(below(a), below(b)), cmp.Compare(a.GetSlot(), b.GetSlot()))
	}
}

// next gives the best event that was not given yet, and polls while there is
// none, until the time is over.
func (p *poller) next(ctx context.Context) (*pb.BlockchainEvent, error) {
	part := begin(ctx)
	for len(p.chosen) == 0 {
		if !sleep(ctx, time.Until(p.sent.Add(pollPause))) {
			return nil, p.nothing(ctx, part)
		}
		if err := p.poll(ctx, part); err != nil {
			return nil, err
		}
	}
	event := p.chosen[0]
	p.chosen = slices.DeleteFunc(p.chosen, func(e *pb.BlockchainEvent) bool {
		return bytes.Equal(e.GetBlockUid(), event.GetBlockUid())
	})
	return event, nil
}

// poll asks for events once and takes in what came.
func (p *poller) poll(ctx context.Context, part stretch) error {
	p.sent = time.Now()
	from, limit := int64(p.from), int64(pollLimit)
	err := p.command(ctx, part, &pb.ControlCommand{Command: &pb.ControlCommand_PollHist{
		PollHist: &pb.PollBlockchainHistory{From: &from, Limit: &limit},
	}})
	if err != nil {
		return err
	}
	reply, err := p.receive(ctx, part, func(r *pb.ControlResponse) bool { return r.GetPollHist() != nil })
	switch {
	case err == nil:
		p.answers++
		p.take(reply.GetPollHist().GetEvents())
		return nil
	case p.answers > 0 && model.ClassOf(err) == model.ClassTimeout:
		return p.nothing(ctx, part)
	}
	return err
}

// take sorts out the events that a block can be had of.
func (p *poller) take(events []*pb.BlockchainEvent) {
	for _, e := range events {
		if len(e.GetBlockUid()) != uidSize || !bytes.Equal(e.GetBlockchainId(), p.chain) || e.GetNumShards() == 0 || e.GetOffset() < 0 {
			p.odd++
			continue
		}
		p.from = max(p.from, model.Offset(e.GetOffset()))
		if e.DeadError != nil {
			p.dead++
			continue
		}
		p.chosen = append(p.chosen, e)
	}
	slices.SortStableFunc(p.chosen, p.better)
}

// nothing is the failure of polls that were answered and brought nothing.
func (p *poller) nothing(ctx context.Context, part stretch) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return fmt.Errorf("session at %s given up: %w", p.client.addr.target, context.Canceled)
	}
	host, within := p.client.addr.target, within(part.patience)
	switch {
	case p.odd > 0:
		return p.client.nonsense(fmt.Sprintf("sent %d events that make no sense, and no other%s", p.odd, within))
	case p.dead > 0:
		return model.NewFailure(model.ClassTimeout, host+" sent events of dead slots only"+within, nil)
	}
	return model.NewFailure(model.ClassTimeout, host+" answered the polls, but no event came"+within, nil)
}
