package probe

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

func TestMain(m *testing.M) {
	if runAsHook() {
		return
	}
	QuietGRPC()
	goleak.VerifyTestMain(m)
}

// discardLog swallows what test servers say of broken connections.
var discardLog = log.New(io.Discard, "", 0)

// fakeCluster is a small Fumarole: subscribers in a map, and a veto on any call.
type fakeCluster struct {
	pb.UnimplementedFumaroleServer

	mu      sync.Mutex
	version string
	tips    map[int32]int64
	min     int64
	max     int64
	groups  map[string]*pb.ConsumerGroupInfo
	created []*pb.CreateConsumerGroupRequest
	seen    metadata.MD                                    // of the last call
	veto    func(ctx context.Context, method string) error // nil: none
	chains  [][]byte                                       // chain ids asked for
}

func newFakeCluster() *fakeCluster {
	return &fakeCluster{
		version: "0.40.0",
		tips:    map[int32]int64{0: 912345680, 1: 17},
		min:     391_000_000,
		max:     391_204_417,
		groups:  map[string]*pb.ConsumerGroupInfo{},
	}
}

// set changes the cluster under its lock.
func (f *fakeCluster) set(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
}

func (f *fakeCluster) intercept(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	f.mu.Lock()
	f.seen, _ = metadata.FromIncomingContext(ctx)
	veto := f.veto
	f.mu.Unlock()
	if veto != nil {
		if err := veto(ctx, info.FullMethod); err != nil {
			return nil, err
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return handler(ctx, req)
}

func (f *fakeCluster) Version(context.Context, *pb.VersionRequest) (*pb.VersionResponse, error) {
	return &pb.VersionResponse{Version: f.version}, nil
}

func (f *fakeCluster) GetChainTip(_ context.Context, r *pb.GetChainTipRequest) (*pb.GetChainTipResponse, error) {
	f.chains = append(f.chains, r.GetBlockchainId())
	return &pb.GetChainTipResponse{ShardToMaxOffsetMap: f.tips}, nil
}

func (f *fakeCluster) GetSlotRange(_ context.Context, r *pb.GetSlotRangeRequest) (*pb.GetSlotRangeResponse, error) {
	f.chains = append(f.chains, r.GetBlockchainId())
	return &pb.GetSlotRangeResponse{MinSlot: f.min, MaxSlot: f.max}, nil
}

func (f *fakeCluster) ListConsumerGroups(context.Context, *pb.ListConsumerGroupsRequest) (*pb.ListConsumerGroupsResponse, error) {
	out := &pb.ListConsumerGroupsResponse{}
	for _, g := range f.groups {
		out.ConsumerGroups = append(out.ConsumerGroups, g)
	}
	return out, nil
}

func (f *fakeCluster) GetConsumerGroupInfo(_ context.Context, r *pb.GetConsumerGroupInfoRequest) (*pb.ConsumerGroupInfo, error) {
	if g, ok := f.groups[r.GetConsumerGroupName()]; ok {
		return g, nil
	}
	return nil, status.Error(codes.NotFound, "consumer group not found")
}

func (f *fakeCluster) CreateConsumerGroup(_ context.Context, r *pb.CreateConsumerGroupRequest) (*pb.CreateConsumerGroupResponse, error) {
	if _, ok := f.groups[r.GetConsumerGroupName()]; ok {
		return nil, status.Error(codes.AlreadyExists, "consumer group already exists")
	}
	f.created = append(f.created, r)
	f.groups[r.GetConsumerGroupName()] = &pb.ConsumerGroupInfo{Id: "11111111-2222", ConsumerGroupName: r.GetConsumerGroupName()}
	return &pb.CreateConsumerGroupResponse{ConsumerGroupId: "11111111-2222"}, nil
}

func (f *fakeCluster) DeleteConsumerGroup(_ context.Context, r *pb.DeleteConsumerGroupRequest) (*pb.DeleteConsumerGroupResponse, error) {
	_, ok := f.groups[r.GetConsumerGroupName()]
	delete(f.groups, r.GetConsumerGroupName())
	return &pb.DeleteConsumerGroupResponse{Success: ok}, nil
}

// countingListener counts the connections it accepted.
type countingListener struct {
	net.Listener
	accepted atomic.Int64
}

func (l *countingListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err == nil {
		l.accepted.Add(1)
	}
	return conn, err
}

// listen opens a free loopback port, or the given one.
func listen(t testing.TB, address string) *countingListener {
	t.Helper()
	if address == "" {
		address = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return &countingListener{Listener: l}
}

// serve serves the fake over gRPC until the test ends or stop is called.
func (f *fakeCluster) serve(t testing.TB, l net.Listener, options ...grpc.ServerOption) (stop func()) {
	t.Helper()
	server := grpc.NewServer(append(options, grpc.UnaryInterceptor(f.intercept))...)
	pb.RegisterFumaroleServer(server, f)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(l)
	}()
	stop = sync.OnceFunc(func() {
		server.Stop()
		<-done
	})
	t.Cleanup(stop)
	return stop
}

// dialClient makes a client that is closed with the test.
func dialClient(t testing.TB, e Endpoint) *Client {
	t.Helper()
	c, err := Dial(e)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// certificate makes a self-signed one for the names, and its PEM file.
func certificate(t testing.TB, notAfter time.Time, names ...string) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"},
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: notAfter,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}
