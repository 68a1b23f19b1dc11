package consumer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

const (
	maxUnanswered = 2 // downloads asked for on one stream and not finished
	maxAttempts   = 3 // openings of a stream without a finish between them
	reopenPause   = 50 * time.Millisecond
)

type dataCall = grpc.BidiStreamingClient[pb.DataCommand, pb.DataResponse]

// shardJob is one shard to download.
type shardJob struct {
	slot  uint64
	uid   []byte
	chain []byte
	index int32
	since time.Time // asked for; zero while it waits on this side
}

// dataStream is one SubscribeData stream and what was asked of it. Only the
// session's loop touches it.
type dataStream struct {
	index    int
	opening  int // how often it was opened; older reports are void
	attempts int // openings since the last finish
	call     dataCall
	waiting  []shardJob
	inflight []shardJob
	lastDone time.Time
}

// dataReport is what a data stream's goroutine tells the loop: that it is
// open, that a shard finished, or that it ended.
type dataReport struct {
	stream, opening int
	opened          dataCall
	finish          *pb.BlockShardDownloadFinish
	sum             tally
	ended           bool
	err             error // of the end; nil: a clean one
	refused         bool  // it could not be opened
}

// openStream opens a stream in the background, and then reads it to its end.
func (s *session) openStream(st *dataStream, pause time.Duration) {
	st.opening++
	st.attempts++
	st.call = nil
	report := dataReport{stream: st.index, opening: st.opening}
	s.wg.Go(func() {
		sleep(s.ctx, pause)
		call, closeCall, err := s.dialData()
		if err != nil {
			report.ended, report.refused, report.err = true, true, err
			s.report(report)
			return
		}
		defer closeCall()
		opened := report
		opened.opened = call
		s.report(opened)
		s.readStream(call, report)
	})
}

// dialData opens SubscribeData on a connection of its own and waits for the
// headers, before which nothing is sent.
func (s *session) dialData() (dataCall, func(), error) {
	conn, err := s.dialer.dial()
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancel(s.ctx)
	closeCall := func() { cancel(); _ = conn.Close() }
	timer := time.AfterFunc(openTimeout, cancel)
	call, err := pb.NewFumaroleClient(conn).SubscribeData(s.dialer.auth(ctx))
	if err == nil {
		_, err = call.Header()
	}
	if err == nil {
		err = call.Send(&pb.DataCommand{Command: &pb.DataCommand_FilterUpdate{FilterUpdate: s.c.cfg.Filters}})
	}
	if !timer.Stop() && err == nil {
		err = errors.New("no headers came in time")
	}
	if err != nil {
		closeCall()
		return nil, nil, fmt.Errorf("open a data stream: %w", err)
	}
	return call, closeCall, nil
}

// readStream reads a data stream to its end. Updates carry no shard: what
// comes before a finish belongs to it.
func (s *session) readStream(call dataCall, report dataReport) {
	var sum tally
	for {
		resp, err := call.Recv()
		if err != nil {
			report.ended = true
			if !errors.Is(err, io.EOF) {
				report.err = err
			}
			s.report(report)
			return
		}
		if u := resp.GetUpdate(); u != nil {
			sum.add(u)
			s.c.metrics.updates.Inc()
		}
		if f := resp.GetBlockShardDownloadFinish(); f != nil {
			done := report
			done.finish, done.sum = f, sum
			s.report(done)
			sum = tally{}
		}
	}
}

func (s *session) report(r dataReport) {
	select {
	case s.reports <- r:
	case <-s.ctx.Done():
	}
}

// onReport takes in a report.
func (s *session) onReport(r dataReport) error {
	st := s.streams[r.stream]
	if r.opening != st.opening {
		return nil
	}
	switch {
	case r.opened != nil:
		st.call, st.lastDone = r.opened, s.c.cfg.Now()
		return nil
	case r.finish != nil:
		return s.onFinish(st, r)
	case r.refused, fatalData(r.err, len(st.inflight) > 0), st.attempts >= maxAttempts:
		if r.err == nil {
			r.err = errors.New("it ended again and again")
		}
		return fmt.Errorf("data stream %d: %w", st.index, r.err)
	}
	st.waiting = append(st.inflight, st.waiting...)
	st.inflight = nil
	s.openStream(st, reopenPause)
	return nil
}

// onFinish takes in a finished shard, which must be the oldest in flight.
func (s *session) onFinish(st *dataStream, r dataReport) error {
	f := r.finish
	if len(st.inflight) == 0 {
		return fmt.Errorf("data stream %d: a finish of slot %d came unasked", st.index, f.GetSlot())
	}
	job := st.inflight[0]
	if f.GetSlot() != job.slot || !bytes.Equal(f.GetBlockUid(), job.uid) ||
		len(f.GetShardIndices()) != 1 || f.GetShardIndices()[0] != uint32(job.index) {
		return fmt.Errorf("data stream %d: the finish is not that of slot %d shard %d", st.index, job.slot, job.index)
	}
	now := s.c.cfg.Now()
	st.inflight, st.attempts = st.inflight[1:], 0
	s.c.metrics.shardDone(now.Sub(st.lastDone))
	st.lastDone = now
	w, complete := s.c.hand.shard(job.slot, r.sum)
	if !complete {
		return nil
	}
	s.c.metrics.slotDone(now.Sub(w.since))
	return s.c.deliver(job.slot, w)
}

// schedule gives the shards of new slots to their streams and asks for as many
// as each stream may have in flight.
func (s *session) schedule() error {
	for w := s.c.hand.next(); w != nil; w = s.c.hand.next() {
		ev := w.event
		for i := range int32(w.left) {
			st := s.streams[int(i)%len(s.streams)]
			st.waiting = append(st.waiting, shardJob{slot: ev.GetSlot(), uid: ev.GetBlockUid(), chain: ev.GetBlockchainId(), index: i})
		}
	}
	for _, st := range s.streams {
		for st.call != nil && len(st.waiting) > 0 && len(st.inflight) < maxUnanswered {
			job := st.waiting[0]
			job.since = s.c.cfg.Now()
			st.waiting, st.inflight = st.waiting[1:], append(st.inflight, job)
			err := st.call.Send(&pb.DataCommand{Command: &pb.DataCommand_DownloadBlockShard{DownloadBlockShard: &pb.DownloadBlockShard{
				BlockchainId: job.chain, BlockUid: job.uid, ShardIdx: job.index, Slot: &job.slot,
			}}})
			if err != nil {
				break // the reader of the stream learns why it ended
			}
		}
	}
	return nil
}

// fatalData reports whether the end of a data stream ends the session.
func fatalData(err error, inFlight bool) bool {
	if err == nil || !inFlight {
		return false
	}
	switch status.Code(err) {
	case codes.Unavailable, codes.Internal, codes.Aborted, codes.ResourceExhausted,
		codes.DataLoss, codes.Unknown, codes.Canceled, codes.DeadlineExceeded:
		return false
	default:
		return true
	}
}
