package probe

import (
	"errors"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/fumtui/fumtui/model"
	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

// oddity is something odd that a cluster does, and what a look makes of it.
type oddity struct {
	odd      func(*oddCluster)
	slot     model.Slot // that comes; 0: the look fails
	class    model.ErrorClass
	says     string
	download int  // how many were asked for; 0: any number
	endless  bool // it goes on until the time is over
}

// cope has a canary look at each cluster.
func cope(t *testing.T, all map[string]oddity) {
	t.Helper()
	for name, c := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOdd()
			c.odd(o)
			patience := canaryPatience
			if c.class == model.ClassTimeout || c.endless {
				patience = 1500 * time.Millisecond
			}
			e, err := o.glance(t, patience, 1)
			if c.slot > 0 {
				if err != nil || e.Canary == nil || e.Canary.Slot != c.slot {
					t.Errorf("%+v, %v; want slot %d", e.Canary, err, c.slot)
				}
			} else if model.ClassOf(err) != c.class || !strings.Contains(err.Error(), c.says) || e.Canary != nil {
				t.Errorf("%v, want %s: %s", err, c.class, c.says)
			}
			o.record.Lock()
			defer o.record.Unlock()
			if c.download > 0 && len(o.downloads) != c.download {
				t.Errorf("%d downloads", len(o.downloads))
			}
		})
	}
}

func TestCanaryCopesWithOddJoins(t *testing.T) {
	cope(t, map[string]oddity{
		"well": {odd: func(*oddCluster) {}, slot: 101, download: 1},
		"a late init": {odd: func(o *oddCluster) {
			o.init = func(s oddControl) error {
				time.Sleep(50 * time.Millisecond)
				return s.Send(state(oddChain, map[int32]int64{0: 1050}))
			}
		}, slot: 101},
		"words before the init": {odd: func(o *oddCluster) {
			o.init = func(s oddControl) error {
				return errors.Join(s.Send(&pb.ControlResponse{}), s.Send(pong()), s.Send(state(oddChain, map[int32]int64{0: 1050})))
			}
		}, slot: 101},
		"a poll's answer for an init": {odd: func(o *oddCluster) {
			o.init = func(s oddControl) error { return s.Send(history(event(1))) }
		}, class: model.ClassServer, says: "join at ams: 127.0.0.1"},
		"an init of another shard": {odd: func(o *oddCluster) {
			o.init = func(s oddControl) error { return s.Send(state(oddChain, map[int32]int64{1: 1050})) }
		}, class: model.ClassServer, says: "did not answer the join with the subscriber's state"},
		"an init of no chain": {odd: func(o *oddCluster) {
			o.init = func(s oddControl) error { return s.Send(state(nil, map[int32]int64{0: 1050})) }
		}, class: model.ClassServer, says: "did not answer the join"},
		"no init": {odd: func(o *oddCluster) {
			o.init = func(oddControl) error { return nil }
		}, class: model.ClassTimeout, says: "join at ams: 127.0.0.1"},
		"an end before the init": {odd: func(o *oddCluster) {
			o.init = func(oddControl) error { return errOdd }
		}, class: model.ClassServer, says: "try again"},
		"useless words without end": {odd: func(o *oddCluster) {
			o.init = func(s oddControl) error { return forever(s, pong()) }
		}, class: model.ClassServer, says: "that nobody asked for"},
		"garbage": {odd: func(o *oddCluster) {
			o.init = func(s oddControl) error {
				return s.SendMsg(&pb.GetSlotRangeResponse{BlockchainId: []byte{0xff, 0xff, 0xff}})
			}
		}, class: model.ClassServer, says: "join at ams"},
		"a stale subscriber": {odd: func(o *oddCluster) {
			o.init = func(oddControl) error { return status.Error(codes.FailedPrecondition, "the group is stale") }
		}, class: model.ClassIncompatible, says: "the group is stale"},
		"a subscriber that is never there": {odd: func(o *oddCluster) {
			o.init = func(oddControl) error { return status.Error(codes.NotFound, "no such group") }
		}, class: model.ClassNotFound, says: "knows no such subscriber"},
		"a token for some": {odd: func(o *oddCluster) {
			o.init = func(oddControl) error { return status.Error(codes.PermissionDenied, "not for you") }
		}, class: model.ClassAuth, says: "join at ams"},
	})
}

func TestCanaryCopesWithOddPolls(t *testing.T) {
	cope(t, map[string]oddity{
		"empty polls at first": {odd: func(o *oddCluster) {
			o.poll = func(s oddControl, polls int) error {
				if polls < 3 {
					return s.Send(history())
				}
				return s.Send(history(event(107)))
			}
		}, slot: 107},
		"empty polls only": {odd: func(o *oddCluster) {
			o.poll = func(s oddControl, _ int) error { return s.Send(history()) }
		}, class: model.ClassTimeout, says: "poll at ams: 127.0.0.1"},
		"empty polls, then none": {odd: func(o *oddCluster) {
			o.poll = func(s oddControl, polls int) error {
				if polls > 1 {
					return nil
				}
				return s.Send(history())
			}
		}, class: model.ClassTimeout, says: "answered the polls, but no event came within"},
		"no answer to a poll": {odd: func(o *oddCluster) {
			o.poll = func(oddControl, int) error { return nil }
		}, class: model.ClassTimeout, says: "did not answer within"},
		"dead slots at first": {odd: func(o *oddCluster) {
			o.poll = func(s oddControl, polls int) error {
				return s.Send(history(event(100, dead), event(99), event(101, dead)))
			}
		}, slot: 99},
		"dead slots only": {odd: func(o *oddCluster) {
			o.poll = func(s oddControl, polls int) error { return s.Send(history(event(100+uint64(polls), dead))) }
		}, class: model.ClassTimeout, says: "events of dead slots only"},
		"events of nothing": {odd: func(o *oddCluster) {
			o.poll = func(s oddControl, _ int) error { return s.Send(history(&pb.BlockchainEvent{Offset: 1 << 62, Slot: 1})) }
		}, class: model.ClassServer, says: "events that make no sense", endless: true},
		"a control plane that ends": {odd: func(o *oddCluster) {
			o.poll = func(oddControl, int) error { return errOdd }
		}, class: model.ClassServer, says: "poll at ams: "},
		"the newest of many": {odd: func(o *oddCluster) {
			o.poll = func(s oddControl, _ int) error {
				final := event(108)
				final.Offset += 50
				return s.Send(history(event(110), event(140), event(120), final))
			}
		}, slot: 140},
	})
}

func TestCanaryCopesWithOddDownloads(t *testing.T) {
	cope(t, map[string]oddity{
		"a block that is missing": {odd: func(o *oddCluster) {
			o.poll = func(s oddControl, _ int) error {
				confirmed := event(111)
				confirmed.Offset += 50
				return s.Send(history(event(110), event(111), confirmed))
			}
			o.download = func(s oddData, d *pb.DownloadBlockShard) error {
				if d.GetSlot() == 111 {
					return status.Error(codes.NotFound, "no such block")
				}
				return wholeBlock(s, d)
			}
		}, slot: 110, download: 2},
		"all blocks missing": {odd: func(o *oddCluster) {
			o.download = func(oddData, *pb.DownloadBlockShard) error { return status.Error(codes.NotFound, "gone\x1b[31m") }
		}, class: model.ClassNotFound, says: "has no block of slot 102, which it announced: gone[31m", download: 2},
		"one block missing, and no other": {odd: func(o *oddCluster) {
			o.poll = func(s oddControl, polls int) error {
				if polls > 1 {
					return s.Send(history())
				}
				return s.Send(history(event(110)))
			}
			o.download = func(oddData, *pb.DownloadBlockShard) error { return status.Error(codes.NotFound, "gone") }
		}, class: model.ClassNotFound, says: "download at ams: ", download: 1, endless: true},
		"a block without its meta": {odd: func(o *oddCluster) {
			o.download = func(s oddData, d *pb.DownloadBlockShard) error {
				if d.GetSlot() == 101 {
					return s.Send(finish(d.GetSlot(), d.GetBlockUid(), 0))
				}
				return wholeBlock(s, d)
			}
		}, slot: 102, download: 2},
		"no metas": {odd: func(o *oddCluster) {
			o.download = func(s oddData, d *pb.DownloadBlockShard) error {
				return s.Send(finish(d.GetSlot(), d.GetBlockUid(), 0))
			}
		}, class: model.ClassServer, says: "without its meta", download: 2},
		"another block's end": {odd: func(o *oddCluster) {
			o.download = func(s oddData, d *pb.DownloadBlockShard) error {
				return errors.Join(s.Send(metaOf(d.GetSlot())), s.Send(finish(d.GetSlot(), uidOf(1), 0)))
			}
		}, class: model.ClassServer, says: "ended another download than that of slot 101", download: 1},
		"another slot's end": {odd: func(o *oddCluster) {
			o.download = func(s oddData, d *pb.DownloadBlockShard) error {
				return errors.Join(s.Send(metaOf(d.GetSlot())), s.Send(finish(d.GetSlot()+1, d.GetBlockUid(), 0)))
			}
		}, class: model.ClassServer, says: "ended another download", download: 1},
		"another shard's end": {odd: func(o *oddCluster) {
			o.download = func(s oddData, d *pb.DownloadBlockShard) error {
				return errors.Join(s.Send(metaOf(d.GetSlot())), s.Send(finish(d.GetSlot(), d.GetBlockUid(), 0, 1)))
			}
		}, class: model.ClassServer, says: "ended another download", download: 1},
		"another slot's meta": {odd: func(o *oddCluster) {
			o.download = func(s oddData, d *pb.DownloadBlockShard) error { return s.Send(metaOf(7)) }
		}, class: model.ClassServer, says: "sent the meta of slot 7 for that of slot 101", download: 1},
		"updates of other kinds": {odd: func(o *oddCluster) {
			o.download = func(s oddData, d *pb.DownloadBlockShard) error {
				return errors.Join(s.Send(&pb.DataResponse{}), s.Send(&pb.DataResponse{Response: &pb.DataResponse_Update{Update: &pb.SubscribeUpdate{}}}), wholeBlock(s, d))
			}
		}, slot: 101},
		"updates without end": {odd: func(o *oddCluster) {
			o.download = func(s oddData, d *pb.DownloadBlockShard) error { return forever(s, metaOf(d.GetSlot())) }
		}, class: model.ClassServer, says: "and no end", download: 1},
		"no end": {odd: func(o *oddCluster) {
			o.download = func(s oddData, d *pb.DownloadBlockShard) error { return s.Send(metaOf(d.GetSlot())) }
		}, class: model.ClassTimeout, says: "download at ams: 127.0.0.1", download: 1},
		"a data stream that fails": {odd: func(o *oddCluster) {
			o.download = func(oddData, *pb.DownloadBlockShard) error { return errOdd }
		}, class: model.ClassServer, says: "download at ams: 127.0.0.1", download: 1},
	})
}

// Polls that are answered empty at once are no reason to poll without a pause.
func TestCanaryPollsAtItsOwnPace(t *testing.T) {
	t.Parallel()
	o := newOdd()
	o.poll = func(s oddControl, _ int) error { return s.Send(history()) }
	if _, err := o.glance(t, 900*time.Millisecond, 1); model.ClassOf(err) != model.ClassTimeout {
		t.Error(err)
	}
	if n := len(o.polls()); n < 2 || n > 6 {
		t.Errorf("%d polls in 900ms", n)
	}
}

// A poll begins a little below the tip, but never below the subscriber.
func TestCanaryPollsBelowTheTip(t *testing.T) {
	for tip, want := range map[int64]int64{1000: 1050, 1060: 1050, 1082: 1050, 1083: 1051, 5000: 4968} {
		o := newOdd()
		o.tips = map[int32]int64{0: tip}
		_, _ = o.glance(t, canaryPatience, 1)
		if got := o.polls(); len(got) != 1 || got[0] != want {
			t.Errorf("at tip %d polled from %v, want %d", tip, got, want)
		}
	}
}

// A cluster that does not begin where it is told to sends what is older with
// every look: each has a new subscriber then.
func TestCanaryAtAClusterThatBeginsElsewhere(t *testing.T) {
	o := newOdd()
	o.tips = map[int32]int64{0: 5000}
	e, err := o.glance(t, canaryPatience, 3)
	if err != nil || e.Canary.Slot != 101 || len(o.created) != 3 || len(o.groups) != 1 {
		t.Errorf("%+v %v, created %d times", e.Canary, err, len(o.created))
	}
}
