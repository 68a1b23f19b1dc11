package probe

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http/httptrace"
	"sync"
	"time"
)

// phase is how far the newest attempt to connect has come.
type phase int

// The phases of an attempt, in order.
const (
	phaseIdle phase = iota
	phaseResolving
	phaseConnecting
	phaseHandshaking
	phaseOpening // the connection stands, the peer has said nothing yet
	phaseOpen
)

var (
	errPeerSpeaksTLS   = errors.New("the peer speaks TLS")
	errPeerSpeaksHTTP1 = errors.New("the peer speaks HTTP/1")
	errPeerSpeaksOther = errors.New("the peer speaks no HTTP/2")
)

// wire records what happens to the sockets of one gRPC connection. Only the
// newest attempt counts: what an older socket does later is of no interest.
type wire struct {
	secure   bool
	now      func() time.Time
	resolver *net.Resolver

	mu      sync.Mutex
	attempt uint64
	phase   phase
	lost    loss          // the newest of all
	alien   error         // what the peer spoke instead of HTTP/2 when it was last heard
	failed  chan struct{} // closed when an attempt fails, then renewed
}

// loss is how an attempt to connect failed, or a connection broke. It is kept
// while the next attempts are under way, for gRPC fails calls with it until one
// of them succeeds.
type loss struct {
	attempt uint64 // 0: none was lost so far
	at      time.Time
	phase   phase // how far it had come
	err     error
}

// mute reports whether the peer had not said anything.
func (l loss) mute() bool { return l.phase < phaseOpen }

// newWire starts a record for a connection with or without TLS. Its resolver is
// its own: one that is shared lets later lookups wait for an earlier one whose
// question was lost.
func newWire(secure bool, now func() time.Time) *wire {
	own := &net.Resolver{
		PreferGo: net.DefaultResolver.PreferGo, StrictErrors: net.DefaultResolver.StrictErrors, Dial: net.DefaultResolver.Dial,
	}
	return &wire{secure: secure, now: now, resolver: own, failed: make(chan struct{})}
}

// dial opens a socket and watches it. It is gRPC's dialer: going straight to
// the address, it also keeps proxies of the environment out.
func (w *wire) dial(ctx context.Context, target string) (net.Conn, error) {
	w.mu.Lock()
	w.attempt++
	attempt := w.attempt
	w.phase = phaseResolving
	w.mu.Unlock()

	deadline := ctx
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		ConnectStart: func(string, string) { w.reach(attempt, phaseConnecting) },
	})
	dialer := net.Dialer{KeepAlive: 15 * time.Second, Resolver: w.resolver}
	conn, err := dialer.DialContext(ctx, "tcp", target)
	if err != nil {
		w.know(nil) // who spoke before is gone
		w.fail(attempt, err)
		return nil, err
	}
	if w.secure {
		w.reach(attempt, phaseHandshaking)
	} else {
		w.reach(attempt, phaseOpening)
	}
	return &socket{Conn: conn, wire: w, attempt: attempt, opening: deadline.Err}, nil
}

// reach moves the newest attempt on to a later phase.
func (w *wire) reach(attempt uint64, p phase) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if attempt == w.attempt && p > w.phase {
		w.phase = p
	}
}

// fail records why an attempt, or the connection it led to, ended. The first
// reason stays: later ones only follow from it.
func (w *wire) fail(attempt uint64, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if attempt != w.attempt || attempt == w.lost.attempt {
		return
	}
	w.lost = loss{attempt: attempt, at: w.now(), phase: w.phase, err: err}
	close(w.failed)
	w.failed = make(chan struct{})
}

// learn records a reason that says more than what the socket alone showed, and
// so replaces it: a peer that hangs up after an alert is known by the alert.
func (w *wire) learn(attempt uint64, err error) {
	w.fail(attempt, err)
	w.mu.Lock()
	defer w.mu.Unlock()
	if attempt == w.lost.attempt {
		w.lost.err = err
	}
}

// know records what the peer speaks instead of HTTP/2; nil: HTTP/2, or unknown.
// Unlike the error of an attempt it outlives the next attempt's beginning.
func (w *wire) know(alien error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.alien = alien
}

// heard records that the peer said something.
func (w *wire) heard(attempt uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if attempt == w.attempt && w.phase == phaseOpening {
		w.phase = phaseOpen
	}
}

// wireState is a moment of a wire.
type wireState struct {
	attempt uint64
	phase   phase
	lost    loss
	alien   error
	failed  <-chan struct{}
}

// state reads all at once.
func (w *wire) state() wireState {
	w.mu.Lock()
	defer w.mu.Unlock()
	return wireState{w.attempt, w.phase, w.lost, w.alien, w.failed}
}

// as is what the wire tells of a call that began at a time. Where the call was
// sent, a loss before it is not the reason of its failure.
func (s wireState) as(sent bool, began time.Time) wireState {
	if !sent {
		return s
	}
	s.phase = phaseOpen
	if s.lost.attempt != s.attempt && s.lost.at.Before(began) {
		s.lost = loss{}
	}
	return s
}

// socket is a connection that is watched.
type socket struct {
	net.Conn
	wire    *wire
	attempt uint64
	opening func() error // why gRPC waits no longer for the connection to stand
	head    []byte       // the peer's first bytes; touched by the one reader only
	known   bool         // they have told what it speaks
}

// Read implements net.Conn.
func (s *socket) Read(p []byte) (int, error) {
	n, err := s.Conn.Read(p)
	if n > 0 {
		s.recognize(p[:n])
		s.wire.heard(s.attempt)
	}
	// Closing the socket is our own doing and tells nothing of the peer.
	if err != nil && !errors.Is(err, net.ErrClosed) {
		s.wire.fail(s.attempt, err)
	}
	return n, err
}

// Write implements net.Conn. A peer that hangs up at once may be noticed here
// first.
func (s *socket) Write(p []byte) (int, error) {
	n, err := s.Conn.Write(p)
	if err != nil && !errors.Is(err, net.ErrClosed) {
		s.wire.fail(s.attempt, err)
	}
	return n, err
}

// Close implements net.Conn. gRPC closes a connection that does not come to
// stand in time, however much the peer says meanwhile.
func (s *socket) Close() error {
	if errors.Is(s.opening(), context.DeadlineExceeded) {
		s.wire.fail(s.attempt, context.DeadlineExceeded)
	}
	return s.Conn.Close()
}

// recognize looks at the first bytes of a peer that should speak plain HTTP/2,
// whose first frame is one of settings. TLS answers with an alert or handshake
// record, HTTP/1 with a status line or a page, others with a banner.
func (s *socket) recognize(read []byte) {
	if s.wire.secure || s.known {
		return
	}
	s.head = append(s.head, read[:min(len(read), frameHead-len(s.head))]...)
	alien := errPeerSpeaksOther
	switch first := s.head; {
	case beginsSettings(first):
		s.known = len(first) == frameHead
		if s.known {
			s.wire.know(nil)
		}
		return
	case bytes.HasPrefix(first, []byte("HTTP/1")):
		alien = errPeerSpeaksHTTP1
	case len(first) >= 3 && (first[0] == 0x15 || first[0] == 0x16) && first[1] == 0x03 && first[2] <= 0x04:
		alien = errPeerSpeaksTLS
	}
	s.known = true
	s.wire.know(alien)
	s.wire.learn(s.attempt, alien)
}

// frameHead is the length of what every frame of HTTP/2 begins with: 3 bytes
// of length, the type, the flags, 4 bytes that number a stream.
const frameHead = 9

// beginsSettings reports whether bytes are, or may become, the head of a
// settings frame: of no more than 16 KiB, of type 4, and of no stream.
func beginsSettings(b []byte) bool {
	for i, at := range b {
		switch {
		case i == 0 && at != 0,
			i == 1 && at > 0x40,
			i == 3 && at != 4,
			i > 4 && at != 0:
			return false
		}
	}
	return true
}
