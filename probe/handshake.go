package probe

import (
	"context"
	"crypto/tls"
	"net"
	"time"

	"google.golang.org/grpc/credentials"
)

// handshaker is TLS whose failures are recorded on the wire.
type handshaker struct {
	credentials.TransportCredentials
	wire *wire
}

// ClientHandshake implements credentials.TransportCredentials.
func (h handshaker) ClientHandshake(ctx context.Context, authority string, conn net.Conn) (net.Conn, credentials.AuthInfo, error) {
	attempt := uint64(0)
	if s, ok := conn.(*socket); ok {
		attempt = s.attempt
	}
	secured, info, err := h.TransportCredentials.ClientHandshake(ctx, authority, conn)
	if err != nil {
		h.wire.learn(attempt, err)
		return nil, nil, err
	}
	h.wire.reach(attempt, phaseOpening)
	return secured, info, nil
}

// Clone implements credentials.TransportCredentials.
func (h handshaker) Clone() credentials.TransportCredentials {
	return handshaker{h.TransportCredentials.Clone(), h.wire}
}

// speaksTLS asks the peer whether it speaks TLS: the reason why many servers
// hang up on plain HTTP/2 without a word. Nothing but a hello is sent. A peer
// that does not say so in time passes for one that does not, so it is given as
// much as a call.
func speaksTLS(ctx context.Context, addr address, timeout time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", addr.target)
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }()
	host, _, _ := net.SplitHostPort(addr.target)
	heard := &firstByte{Conn: conn}
	_ = tls.Client(heard, &tls.Config{ServerName: host, NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS12}).HandshakeContext(ctx)
	return heard.first == 0x15 || heard.first == 0x16 // an alert, or a hello of its own
}

// firstByte remembers the first byte that the peer sent.
type firstByte struct {
	net.Conn
	begun bool
	first byte
}

// Read implements net.Conn.
func (f *firstByte) Read(p []byte) (int, error) {
	n, err := f.Conn.Read(p)
	if n > 0 && !f.begun {
		f.begun, f.first = true, p[0]
	}
	return n, err
}
