package consumer

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/url"
	"os"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	"github.com/fumtui/fumtui/probe"
	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

const (
	maxMessage     = 512_000_000 // bytes of one answer, as the reference client has it
	connectTimeout = 5 * time.Second
	openTimeout    = 10 * time.Second // from opening a stream to its first answer
)

// dialer makes connections to one cluster: one for unary calls, and one of its
// own for every stream.
type dialer struct {
	target  string
	creds   credentials.TransportCredentials
	label   string // endpoint as the metrics name it
	token   string
	metrics *metrics
}

// newDialer reads the endpoint, a URL with scheme.
func newDialer(cfg Config, m *metrics) (*dialer, error) {
	u, err := url.Parse(cfg.Endpoint)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("endpoint %q: needs the form http://HOST:PORT or https://HOST:PORT", cfg.Endpoint)
	}
	d := &dialer{label: u.Scheme + "://" + u.Host + "/", token: cfg.Token, metrics: m, creds: insecure.NewCredentials()}
	port := u.Port()
	if u.Scheme == "https" {
		conf := &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12}
		if conf.RootCAs, err = roots(cfg.CAFile); err != nil {
			return nil, err
		}
		d.creds = credentials.NewTLS(conf)
		if port == "" {
			port = "443"
		}
	} else if port == "" {
		port = "80"
	}
	d.target = "passthrough:///" + net.JoinHostPort(u.Hostname(), port)
	return d, nil
}

// roots reads a CA file; without one the system's roots count.
func roots(path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the CA file: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("CA file %s holds no certificate", path)
	}
	return pool, nil
}

// dial makes one more connection. It connects with its first call.
func (d *dialer) dial() (*grpc.ClientConn, error) {
	conn, err := grpc.NewClient(d.target,
		grpc.WithTransportCredentials(d.creds),
		grpc.WithConnectParams(grpc.ConnectParams{MinConnectTimeout: connectTimeout}),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage)),
		grpc.WithNoProxy(),
		grpc.WithStatsHandler(trailerHandler{}),
	)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", d.label, err)
	}
	d.metrics.connections.WithLabelValues(d.label).Inc()
	return conn, nil
}

// auth adds the token to a call.
func (d *dialer) auth(ctx context.Context) context.Context {
	if d.token == "" {
		return ctx
	}
	return metadata.AppendToOutgoingContext(ctx, "x-token", d.token)
}

// checkVersion refuses a service that is too old, as the reference client does.
func (d *dialer) checkVersion(ctx context.Context, api pb.FumaroleClient) error {
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	resp, err := api.Version(d.auth(ctx), &pb.VersionRequest{})
	if err != nil {
		return fmt.Errorf("ask %s for its version: %w", d.label, err)
	}
	if probe.SupportedVersion(resp.GetVersion()) != nil {
		return fmt.Errorf("%s has unsupported service version %q: needs minor %d or above", d.label, resp.GetVersion(), probe.MinMinor)
	}
	return nil
}

// CreateLatest creates the subscriber that cfg names, at the live tip.
func CreateLatest(ctx context.Context, cfg Config) error {
	d, err := newDialer(cfg, newMetrics())
	if err != nil {
		return err
	}
	conn, err := d.dial()
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	_, err = pb.NewFumaroleClient(conn).CreateConsumerGroup(d.auth(ctx), &pb.CreateConsumerGroupRequest{
		ConsumerGroupName: cfg.Subscriber, InitialOffsetPolicy: pb.InitialOffsetPolicy_LATEST,
	})
	return err
}
