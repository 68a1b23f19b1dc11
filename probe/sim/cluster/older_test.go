package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/fumtui/fumtui/model"
	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

// older is a client of an older kind, in what the kinds have in common: the
// control plane Subscribe, and a DownloadBlock for every block.
type older struct {
	t       *testing.T
	api     pb.FumaroleClient
	name    string
	level   pb.CommitmentLevel // of events that are downloaded, and of no others
	polls   int                // sent behind the join, each followed by another when it is answered
	tick    <-chan time.Time   // instead: when to poll where no poll is outstanding
	force   bool               // a commit of where it stands, behind the first polls
	abreast int                // downloads at once
	slot    bool               // tells the slot to download
	tries   int                // of a download that failed in a way that may pass
	failed  func(codes.Code) onFailure

	stream    grpc.BidiStreamingClient[pb.ControlCommand, pb.ControlResponse]
	begin     int64 // where the subscriber stood
	acked     int64
	waiting   bool // for the answer to a commit
	polling   int  // unanswered polls
	events    []*pb.BlockchainEvent
	done      map[int64]bool // by offset
	queue     []*pb.BlockchainEvent
	flying    int
	most      int // downloads at once that there ever were
	slots     map[model.Slot]int
	committed int // acknowledged commits that moved
}

// onFailure is what a client does about a download that failed.
type onFailure int

const (
	giveUp onFailure = iota // the session ends
	skip                    // the block counts as empty
	leak                    // so it does, but its place in flight is never free again
	again                   // it is tried again, without a pause
)

// downloaded is how a download ended.
type downloaded struct {
	event *pb.BlockchainEvent
	err   error
}

// run streams until enough is true, the session ends, or the context does.
func (o *older) run(ctx context.Context, enough func() bool) error {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	answers, ended, finished := make(chan *pb.ControlResponse), make(chan error, 1), make(chan downloaded)
	if err := o.join(ctx); err != nil {
		return err
	}
	wg.Go(func() {
		for {
			answer, err := o.stream.Recv()
			if err != nil {
				ended <- err
				return
			}
			select {
			case answers <- answer:
			case <-ctx.Done():
				return
			}
		}
	})
	commit := time.NewTicker(20 * time.Millisecond) // 5 s in life
	defer commit.Stop()
	for !enough() {
		for o.flying < o.abreast && len(o.queue) > 0 {
			e := o.queue[0]
			o.queue, o.flying = o.queue[1:], o.flying+1
			o.most = max(o.most, o.flying)
			wg.Go(func() {
				select {
				case finished <- downloaded{e, o.download(ctx, e)}:
				case <-ctx.Done():
				}
			})
		}
		var err error
		select {
		case answer := <-answers:
			err = o.onAnswer(answer)
		case d := <-finished:
			err = o.onDownload(d)
		case <-o.tick:
			if o.polling == 0 {
				err = o.poll()
			}
		case <-commit.C:
			err = o.commitSome()
		case err = <-ended:
		case <-ctx.Done():
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// join opens the control plane and begins.
func (o *older) join(ctx context.Context) error {
	var err error
	if o.stream, err = o.api.Subscribe(ctx); err != nil {
		return err
	}
	err = o.send(&pb.ControlCommand{Command: &pb.ControlCommand_InitialJoin{
		InitialJoin: &pb.JoinControlPlane{ConsumerGroupName: &o.name},
	}})
	if err != nil {
		return err
	}
	first, err := o.stream.Recv()
	if err != nil {
		return err
	}
	offsets := first.GetInit().GetLastCommittedOffsets()
	at, ok := offsets[0]
	if !ok || len(offsets) != 1 {
		return fmt.Errorf("the first answer is %v", first)
	}
	o.begin, o.acked, o.done, o.slots = at, at, map[int64]bool{}, map[model.Slot]int{}
	for range o.polls {
		err = errors.Join(err, o.poll())
	}
	if o.force {
		err = errors.Join(err, o.commit(at))
	}
	return err
}

// poll tells neither where from nor how much: the server keeps the place.
func (o *older) poll() error {
	o.polling++
	return o.send(&pb.ControlCommand{Command: &pb.ControlCommand_PollHist{PollHist: &pb.PollBlockchainHistory{}}})
}

// send sends a command. Of a stream that has ended, its reader learns why.
func (o *older) send(command *pb.ControlCommand) error {
	if err := o.stream.Send(command); !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

func (o *older) commit(offset int64) error {
	o.waiting = true
	return o.send(&pb.ControlCommand{Command: &pb.ControlCommand_CommitOffset{CommitOffset: &pb.CommitOffset{Offset: offset}}})
}

// commitSome commits up to where everything is done, unless an earlier commit
// is not acknowledged yet.
func (o *older) commitSome() error {
	at := o.acked
	for len(o.events) > 0 && o.done[o.events[0].GetOffset()] {
		at = o.events[0].GetOffset()
		if o.waiting {
			return nil
		}
		delete(o.done, at)
		o.events = o.events[1:]
	}
	if at == o.acked {
		return nil
	}
	return o.commit(at)
}

func (o *older) onAnswer(answer *pb.ControlResponse) error {
	if c := answer.GetCommitOffset(); c != nil {
		if c.GetOffset() > o.acked {
			o.committed++
		}
		o.acked, o.waiting = c.GetOffset(), false
	}
	if answer.GetPollHist() == nil {
		return nil
	}
	o.polling--
	next := o.begin + 1
	if n := len(o.events); n > 0 {
		next = o.events[n-1].GetOffset() + 1
	}
	for _, e := range answer.GetPollHist().GetEvents() {
		if e.GetOffset() < next || e.GetNumShards() != 1 {
			return fmt.Errorf("event %v, want offset %d or later and one shard", e, next)
		}
		next = e.GetOffset() + 1
		o.events, o.begin = append(o.events, e), e.GetOffset()
		if e.GetCommitmentLevel() == o.level {
			o.queue = append(o.queue, e)
		} else {
			o.done[e.GetOffset()] = true
		}
	}
	if o.tick != nil {
		return nil
	}
	return o.poll()
}

// onDownload takes in the end of a download.
func (o *older) onDownload(d downloaded) error {
	if d.err != nil {
		switch o.failed(status.Code(d.err)) {
		case giveUp, again: // again: not for the first time
			return d.err
		case leak:
			return nil
		case skip:
		}
	} else {
		o.slots[model.Slot(d.event.GetSlot())]++
	}
	o.done[d.event.GetOffset()] = true
	o.flying--
	return nil
}
