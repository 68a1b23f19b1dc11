package probe

import (
	"net"
	"net/http"
	"sync"
	"testing"
	"time"
)

// handle serves each connection of l with its own call of serve, until the test
// ends. Connections are closed with the test, not before.
func handle(t *testing.T, l net.Listener, serve func(net.Conn)) {
	t.Helper()
	var wg sync.WaitGroup
	var mu sync.Mutex
	var conns []net.Conn
	wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			conns = append(conns, conn)
			mu.Unlock()
			wg.Go(func() { serve(conn) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		mu.Lock()
		for _, c := range conns {
			_ = c.Close()
		}
		mu.Unlock()
		wg.Wait()
	})
}

// serveHTTP serves a handler, over plain HTTP/2 where h2c.
func serveHTTP(t *testing.T, l net.Listener, h2c bool, h http.HandlerFunc) {
	t.Helper()
	server := &http.Server{Handler: h, ErrorLog: discardLog, ReadHeaderTimeout: time.Minute}
	if h2c {
		server.Protocols = new(http.Protocols)
		server.Protocols.SetUnencryptedHTTP2(true)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(l)
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-done
	})
}

// gate passes bytes on to a server, until it is told to swallow, hold or cut
// them.
type gate struct {
	mu      sync.Mutex
	swallow bool
	held    chan struct{} // not nil: bytes wait until it is closed
	conns   []net.Conn
}

func (g *gate) serve(target string) func(net.Conn) {
	return func(in net.Conn) {
		out, err := net.Dial("tcp", target)
		if err != nil {
			_ = in.Close()
			return
		}
		g.mu.Lock()
		g.conns = append(g.conns, in, out)
		g.mu.Unlock()
		var wg sync.WaitGroup
		wg.Go(func() { g.copy(out, in) })
		g.copy(in, out)
		wg.Wait()
	}
}

func (g *gate) copy(to, from net.Conn) {
	defer func() { _ = to.Close() }()
	buf := make([]byte, 4096)
	lost := false
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		g.mu.Lock()
		lost = lost || g.swallow // a connection that met the hole stays in it
		held := g.held
		g.mu.Unlock()
		if held != nil {
			<-held
		}
		if !lost {
			_, _ = to.Write(buf[:n])
		}
	}
}

func (g *gate) set(change func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	change()
}

func (g *gate) reset() {
	g.set(func() {
		for _, c := range g.conns {
			reset(c)
		}
	})
}

// reset ends a connection so that the peer sees a reset, not an end.
func reset(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}
