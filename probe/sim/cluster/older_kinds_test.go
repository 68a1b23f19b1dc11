package cluster

import (
	"context"
	"fmt"
	"net/url"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

// pythonLike dials a plain host:port without any token. It polls twice and
// commits once behind the join, and downloads ten blocks at a time.
func pythonLike(t *testing.T, c *Cluster) *older {
	t.Helper()
	return &older{
		t: t, api: plainly(t, c.Addr()), level: pb.CommitmentLevel_PROCESSED,
		polls: 2, force: true, abreast: 10, slot: true, tries: 1,
		failed: func(code codes.Code) onFailure {
			if code == codes.NotFound {
				return skip
			}
			return giveUp
		},
	}
}

// legacyLike is the older client in TypeScript: it dials an http URL, polls by
// a tick, makes no forced commit, downloads one block at a time and does not
// tell its slot.
func legacyLike(t *testing.T, c *Cluster) *older {
	t.Helper()
	u, err := url.Parse("http://" + c.Addr() + "/")
	if err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(10 * time.Millisecond)
	t.Cleanup(tick.Stop)
	return &older{
		t: t, api: plainly(t, u.Host), level: pb.CommitmentLevel_CONFIRMED,
		tick: tick.C, abreast: 1, tries: 3,
		failed: func(code codes.Code) onFailure {
			switch code {
			case codes.NotFound:
				return leak
			case codes.Internal, codes.Aborted, codes.DataLoss, codes.ResourceExhausted, codes.Unknown,
				codes.Canceled, codes.DeadlineExceeded:
				return again
			default:
				return giveUp
			}
		},
	}
}

// plainly connects to a target without a token.
func plainly(t *testing.T, target string) pb.FumaroleClient {
	t.Helper()
	conn, err := grpc.NewClient(target, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return pb.NewFumaroleClient(conn)
}

// download downloads a block and checks that all of it came.
func (o *older) download(ctx context.Context, e *pb.BlockchainEvent) error {
	for try := 1; ; try++ {
		err := o.downloadOnce(ctx, e)
		if err == nil || try == o.tries || o.failed(status.Code(err)) != again {
			return err
		}
	}
}

func (o *older) downloadOnce(ctx context.Context, e *pb.BlockchainEvent) error {
	filters := allFilters() // without transactions_status, which they do not know
	r := &pb.DownloadBlockShard{BlockchainId: e.GetBlockchainId(), BlockUid: e.GetBlockUid(), BlockFilters: filters}
	if o.slot {
		r.Slot = proto.Uint64(e.GetSlot())
	}
	stream, err := o.api.DownloadBlock(ctx, r)
	if err != nil {
		return err
	}
	var transactions, entries uint64
	var meta *pb.SubscribeUpdateBlockMeta
	for {
		answer, err := stream.Recv()
		if err != nil {
			return err
		}
		if answer.GetBlockShardDownloadFinish() != nil {
			break
		}
		switch u := answer.GetUpdate(); {
		case u.GetTransaction() != nil:
			transactions++
		case u.GetEntry() != nil:
			entries++
		case u.GetBlockMeta() != nil:
			meta = u.GetBlockMeta()
		}
	}
	if e.DeadError == nil && (meta.GetSlot() != e.GetSlot() || meta.GetExecutedTransactionCount() != transactions || meta.GetEntriesCount() != entries) {
		return fmt.Errorf("slot %d has %d transactions and %d entries, its meta says %v", e.GetSlot(), transactions, entries, meta)
	}
	return nil
}
