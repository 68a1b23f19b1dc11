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

	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

const (
	maxUnanswered = 2 // downloads asked for on one stream and not finished
	maxTries      = 3 // of the download at the head of a stream
)

type dataCall = grpc.BidiStreamingClient[pb.DataCommand, pb.DataResponse]

// shardJob is one shard to download.
type shardJob struct {
	slot  uint64
	uid   []byte
	chain []byte
	index int32
	since time.Time // asked for; zero while it waits on this side
	tries int       // how often it failed
}

// dataStream is one SubscribeData stream and what was asked of it. Only the
// session's loop touches it.
type dataStream struct {
	index    int
	opening  int       // how often it was opened; older reports are void
	since    time.Time // it was opened
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
	err             error      // of the end; io.EOF: a clean one
	code            codes.Code // of the end
	refused         bool       // it could not be opened
}

// openStream opens a stream in the background, and then reads it to its end.
func (s *session) openStream(st *dataStream) {
	now := s.c.cfg.Now()
	pause := s.c.pace.reopen - now.Sub(st.since) // below 0 where the stream has lived
	st.opening++
	st.call, st.since = nil, now.Add(max(pause, 0))
	report := dataReport{stream: st.index, opening: st.opening}
	s.wg.Go(func() {
		sleep(s.ctx, pause)
		call, seen, closeCall, err := s.dialData()
		if err != nil {
			report.err, report.refused = err, !errors.Is(err, io.EOF)
			s.report(report)
			return
		}
		defer closeCall()
		opened := report
		opened.opened = call
		s.report(opened)
		s.readStream(call, seen, report)
	})
}

// dialData opens SubscribeData on a connection of its own and waits for the
// headers, before which nothing is sent.
func (s *session) dialData() (dataCall, *trailers, func(), error) {
	conn, err := s.dialer.dial()
	if err != nil {
		return nil, nil, nil, err
	}
	ctx, seen := watchTrailers(s.ctx)
	ctx, cancel := context.WithCancel(ctx)
	closeCall := func() { cancel(); _ = conn.Close() }
	timer := time.AfterFunc(openTimeout, cancel)
	call, err := pb.NewFumaroleClient(conn).SubscribeData(s.dialer.auth(ctx))
	if err == nil {
		err = accepted(call)
	}
	if err == nil {
		err = call.Send(&pb.DataCommand{Command: &pb.DataCommand_FilterUpdate{FilterUpdate: s.c.cfg.Filters}})
	}
	if !timer.Stop() {
		err = fmt.Errorf("no headers came within %s", openTimeout)
	}
	if err != nil {
		closeCall()
		return nil, nil, nil, err
	}
	return call, seen, closeCall, nil
}

// accepted waits for the headers of a data stream. One that was refused without
// gives its status, and one that ended cleanly io.EOF.
func accepted(call dataCall) error {
	if header, _ := call.Header(); len(header) > 0 {
		return nil
	}
	_, err := call.Recv()
	return err
}

// readStream reads a data stream to its end. Updates carry no shard: what
// comes before a finish belongs to it.
func (s *session) readStream(call dataCall, seen *trailers, report dataReport) {
	var sum tally
	for {
		resp, err := call.Recv()
		if err != nil {
			report.err, report.code = err, ending(err, seen)
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
	case r.refused:
		return fmt.Errorf("%w: open stream %d: %w", errData, st.index, r.err)
	default:
		return s.onStreamEnd(st, r)
	}
}

// onStreamEnd opens a stream again that has ended, and asks again for what was
// in flight. A clean end is no attempt, and an end with nothing in flight
// matters to nobody.
func (s *session) onStreamEnd(st *dataStream, r dataReport) error {
	if len(st.inflight) > 0 && r.code != codes.OK {
		head := &st.inflight[0]
		if head.tries++; !recoverable(r.code) || head.tries >= maxTries {
			return fmt.Errorf("%w: slot %d: %w", errData, head.slot, r.err)
		}
	}
	st.waiting = append(st.inflight, st.waiting...)
	st.inflight = nil
	s.openStream(st)
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
	st.inflight = st.inflight[1:]
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
