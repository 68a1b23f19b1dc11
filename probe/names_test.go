package probe

import (
	"bytes"
	"context"
	"encoding/binary"
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// nameServer is a DNS server on loopback that knows one host, 127.0.0.1, until
// told otherwise.
type nameServer struct {
	host  string
	state atomic.Int32
}

// The states of a name server.
const (
	namesKnown int32 = iota
	namesUnknown
	namesSilent
)

// serveNames makes all of this process resolve names at servers of its own,
// one for each host, until the test ends.
func serveNames(t *testing.T, hosts ...string) []*nameServer {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	servers := make([]*nameServer, 0, len(hosts))
	for _, h := range hosts {
		servers = append(servers, &nameServer{host: h})
	}
	var wg sync.WaitGroup
	wg.Go(func() { answerNames(conn, servers) })
	asking := &askers{}
	before := net.DefaultResolver
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return asking.dial(ctx, conn.LocalAddr().String())
	}}
	t.Cleanup(func() {
		net.DefaultResolver = before
		asking.close()
		_ = conn.Close()
		wg.Wait()
	})
	return servers
}

// askers are the sockets of resolvers. A lookup that was given up goes on in the
// background, so they are closed with the test.
type askers struct {
	mu     sync.Mutex
	conns  []net.Conn
	closed bool
}

func (a *askers) dial(ctx context.Context, server string) (net.Conn, error) {
	// Not the resolver that is being replaced.
	dialer := net.Dialer{Resolver: new(net.Resolver)}
	conn, err := dialer.DialContext(ctx, "udp", server)
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case err != nil:
		return nil, err
	case a.closed:
		_ = conn.Close()
		return nil, net.ErrClosed
	}
	a.conns = append(a.conns, conn)
	return conn, nil
}

func (a *askers) close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.closed = true
	for _, c := range a.conns {
		_ = c.Close()
	}
}

func answerNames(conn net.PacketConn, servers []*nameServer) {
	buf := make([]byte, 512)
	for {
		n, from, err := conn.ReadFrom(buf)
		if err != nil {
			return
		}
		if answer := answerName(buf[:n], servers); answer != nil {
			_, _ = conn.WriteTo(answer, from)
		}
	}
}

// answerName answers one query with one question; nil is silence.
func answerName(query []byte, servers []*nameServer) []byte {
	const head = 12
	if len(query) < head {
		return nil
	}
	var name []byte
	at := head
	for at < len(query) && query[at] != 0 {
		end := min(at+1+int(query[at]), len(query))
		name = append(append(name, query[at+1:end]...), '.')
		at = end
	}
	at++ // the empty label that ends a name
	if at+4 > len(query) {
		return nil
	}
	isA := binary.BigEndian.Uint16(query[at:]) == 1
	question := query[head : at+4]
	state := namesUnknown
	for _, s := range servers {
		if bytes.HasPrefix(name, []byte(s.host+".")) {
			state = s.state.Load()
		}
	}
	answer := append([]byte{query[0], query[1], 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, question...)
	switch {
	case state == namesSilent:
		return nil
	case state == namesUnknown:
		answer[3] |= 3 // no such name
	case isA:
		answer[7] = 1
		// The name as above, an address of the internet, for no time, 4 bytes.
		answer = append(answer, 0xc0, head, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1)
	}
	return answer
}
