package sim

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/google/uuid"

	pb "github.com/fumtui/fumtui/probe/fumarolepb"
	"github.com/fumtui/fumtui/probe/sim/consumer"
)

const (
	clientStreams = 2
	clientTip     = 5 * time.Second
	clientCommit  = time.Second
	minInterval   = 20 * time.Millisecond // of tip and commit
	portPatience  = 2 * time.Second       // for the metrics port to become free
)

// RunClient is the process of a pipeline's client at a cluster, as the
// simulator starts it. It ends at once when stdin ends, and drained when stdin
// says so.
func RunClient(ctx context.Context, dir, pipeline, clusterName string, stdin io.Reader, stdout, stderr io.Writer) error {
	s, err := readState(dir)
	if err != nil {
		return err
	}
	p, ok := s.pipeline(pipeline)
	if !ok {
		return fmt.Errorf("the simulator of %s has no pipeline %q", dir, pipeline)
	}
	at, ok := s.cluster(clusterName)
	if !ok {
		return fmt.Errorf("the simulator of %s has no cluster %q", dir, clusterName)
	}
	log := func(text string) { fmt.Fprintln(stderr, time.Now().UTC().Format(time.RFC3339), text) }
	client, closeFiles, err := openClient(ctx, dir, s, p, at, log)
	if err != nil {
		return err
	}
	defer closeFiles()
	listener, err := listenPatiently(ctx, loopback(p.Ports[clusterName]))
	if err != nil {
		return err
	}
	server := &http.Server{Handler: client.Metrics(), ReadHeaderTimeout: 5 * time.Second}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(listener) // a lost metrics port ends the metrics alone
	}()
	defer func() {
		_ = server.Close()
		<-served
	}()
	go obey(stdin, client)
	if _, err := fmt.Fprintln(stdout, sayServing); err != nil {
		return err
	}
	return client.Run(ctx)
}

// obey does what the host says. Its goroutine ends with the process: when the
// host is gone, so is this client.
func obey(stdin io.Reader, client *consumer.Client) {
	for lines := bufio.NewScanner(stdin); lines.Scan(); {
		if lines.Text() == sayDrain {
			client.Drain()
		}
	}
	os.Exit(0)
}

// openClient opens the databases and makes the client.
func openClient(
	ctx context.Context, dir string, s *state, p pipelineState, at clusterState, log func(string),
) (*consumer.Client, func(), error) {
	resume, err := resumeSlot(os.Getenv(resumeEnv))
	if err != nil {
		return nil, nil, err
	}
	record, err := consumer.OpenRecord(ctx, recordPath(dir, p.Name), at.Name, uuid.NewString())
	if err != nil {
		return nil, nil, err
	}
	publisher, err := consumer.OpenPublisher(ctx, filepath.Join(dir, storeFile), p.Name, at.Name, log)
	if err != nil {
		_ = record.Close()
		return nil, nil, err
	}
	closeFiles := func() { _, _ = publisher.Close(), record.Close() }
	client, err := consumer.New(consumer.Config{
		Subscriber: p.Subscriber, Endpoint: at.Endpoint, Token: s.Token, CAFile: s.caFile(dir),
		Streams: clientStreams, Filters: filters(p.Name), ResumeSlot: resume, Log: log, AnyVersion: s.AnyVersion,
		CommitEvery: max(minInterval, faster(clientCommit, s.Speed)), TipEvery: max(minInterval, faster(clientTip, s.Speed)),
	}, record, publisher)
	if err != nil {
		closeFiles()
		return nil, nil, err
	}
	return client, closeFiles, nil
}

// resumeSlot reads the environment's resume slot; "" is none.
func resumeSlot(text string) (*uint64, error) {
	if text == "" {
		return nil, nil
	}
	slot, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("%s is %q: needs a slot", resumeEnv, text)
	}
	return &slot, nil
}

// filters are what a pipeline downloads. All want the blocks' meta data, by
// which they know that a block is complete.
func filters(pipeline string) *pb.BlockFilters {
	f := &pb.BlockFilters{BlocksMeta: map[string]*pb.SubscribeRequestFilterBlocksMeta{pipeline: {}}}
	transactions := map[string]*pb.SubscribeRequestFilterTransactions{pipeline: {}}
	accounts := map[string]*pb.SubscribeRequestFilterAccounts{pipeline: {}}
	entries := map[string]*pb.SubscribeRequestFilterEntry{pipeline: {}}
	switch pipeline {
	case "accounts":
		f.Accounts = accounts
	case "entries":
		f.Entries = entries
	case "blocks":
		f.Transactions, f.Accounts, f.Entries = transactions, accounts, entries
	default:
		f.Transactions = transactions
	}
	return f
}

// listenPatiently takes an address that another process may be giving up.
func listenPatiently(ctx context.Context, address string) (net.Listener, error) {
	ctx, cancel := context.WithTimeout(ctx, portPatience)
	defer cancel()
	for {
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
		if err == nil {
			return l, nil
		}
		t := time.NewTimer(minInterval)
		select {
		case <-ctx.Done():
			t.Stop()
			return nil, fmt.Errorf("serve metrics: %w", errors.Join(err, ctx.Err()))
		case <-t.C:
		}
	}
}
