package cluster

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
)

// Free ports are looked for below the range from which systems take the ports
// of outgoing connections: a port given back for a while (down) must not be
// taken by somebody's outgoing connection, nor by one to itself.
const (
	lowestPort = 28_000 // below are those that a simulator gives out
	portRange  = 4_000
	portTries  = 100
)

// port is the cluster's address as a listener that stays while it is closed
// and opened again underneath, and whose connections can fall silent.
type port struct {
	address string
	faults  *faults

	mu      sync.Mutex
	inner   net.Listener // nil while shut
	conns   map[*conn]struct{}
	changed chan struct{} // closed and replaced when inner or closed changes
	closed  bool
}

// openPort takes an address; one with port 0 becomes a free port.
func openPort(address string, f *faults) (*port, error) {
	inner, err := listenFree(address)
	if err != nil {
		return nil, err
	}
	return &port{
		address: inner.Addr().String(),
		faults:  f,
		inner:   inner,
		conns:   make(map[*conn]struct{}),
		changed: make(chan struct{}),
	}, nil
}

// listenFree listens on an address, choosing the port where it is 0.
func listenFree(address string) (net.Listener, error) {
	host, number, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("listen address %q: %w", address, err)
	}
	if number == "0" {
		for range portTries {
			candidate := net.JoinHostPort(host, strconv.Itoa(lowestPort+rand.IntN(portRange)))
			if l, err := listen(candidate); err == nil {
				return l, nil
			}
		}
	}
	return listen(address)
}

// listen takes exactly this address.
func listen(address string) (net.Listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(context.Background(), "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	return l, nil
}

// Accept waits for a connection, also through times when the port is shut.
func (p *port) Accept() (net.Conn, error) {
	for {
		p.mu.Lock()
		inner, changed, closed := p.inner, p.changed, p.closed
		p.mu.Unlock()
		if closed {
			return nil, net.ErrClosed
		}
		if inner == nil {
			<-changed
			continue
		}
		raw, err := inner.Accept()
		if err != nil {
			if p.current(inner) {
				return nil, err
			}
			continue // it was shut while we waited
		}
		if c := p.adopt(inner, raw); c != nil {
			return c, nil
		}
	}
}

// current reports whether inner is what the port listens with.
func (p *port) current(inner net.Listener) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.inner == inner
}

// adopt registers a connection, or cuts it where the port was shut meanwhile.
func (p *port) adopt(inner net.Listener, raw net.Conn) *conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := &conn{Conn: raw, port: p, done: make(chan struct{})}
	if p.inner != inner {
		c.cut()
		return nil
	}
	p.conns[c] = struct{}{}
	return c
}

// Close shuts the port for good. Its connections stay: the server ends them.
func (p *port) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	return p.stopListening()
}

// Addr is the address, shut or not.
func (p *port) Addr() net.Addr { return address(p.address) }

// shut cuts all connections; new ones are refused.
func (p *port) shut() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	err := p.stopListening()
	p.cutAll()
	return err
}

// cut cuts all connections; new ones are accepted.
func (p *port) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cutAll()
}

// cutAll cuts all connections. The lock is held.
func (p *port) cutAll() {
	for c := range p.conns {
		c.cut()
	}
	clear(p.conns)
}

// open listens again after shut.
func (p *port) open() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.inner != nil || p.closed {
		return nil
	}
	inner, err := listen(p.address)
	if err != nil {
		return err
	}
	p.inner = inner
	p.announce()
	return nil
}

// stopListening gives the address back. The lock is held.
func (p *port) stopListening() error {
	inner := p.inner
	p.inner = nil
	p.announce()
	if inner == nil {
		return nil
	}
	return inner.Close()
}

// announce wakes Accept. The lock is held.
func (p *port) announce() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// forget drops a connection that ended.
func (p *port) forget(c *conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, c)
}

// address is a fixed TCP address.
type address string

// Network is "tcp".
func (address) Network() string { return "tcp" }

// String is host:port.
func (a address) String() string { return string(a) }

// conn is a connection through which nothing passes while there is a black
// hole. What was sent meanwhile arrives when it is healed, as after a routing
// fault.
type conn struct {
	net.Conn
	port *port
	once sync.Once
	done chan struct{} // closed with the connection
}

// Read reads, and keeps what it read to itself in a black hole.
func (c *conn) Read(b []byte) (int, error) {
	if err := c.pass(); err != nil {
		return 0, err
	}
	n, err := c.Conn.Read(b)
	if gone := c.pass(); gone != nil {
		return 0, gone
	}
	return n, err
}

// Write writes once there is no black hole.
func (c *conn) Write(b []byte) (int, error) {
	if err := c.pass(); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}

// Close closes the connection and ends what hangs on it.
func (c *conn) Close() error {
	c.port.forget(c)
	c.once.Do(func() { close(c.done) })
	return c.Conn.Close()
}

// cut resets the connection. The port's lock is held.
func (c *conn) cut() {
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // so that the peer sees a reset, not an end
	}
	c.once.Do(func() { close(c.done) })
	_ = c.Conn.Close() // it is gone either way
}

// pass waits for a black hole to end.
func (c *conn) pass() error {
	for {
		dark, changed := c.port.faults.watch(FaultBlackhole, anyRPC)
		if !dark {
			return nil
		}
		select {
		case <-changed:
		case <-c.done:
			return net.ErrClosed
		}
	}
}
