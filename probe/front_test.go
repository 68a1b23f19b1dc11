package probe

import (
	"crypto/tls"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
	"testing"
	"time"
)

// front is what stands between a client and a cluster: an address that stays
// the same while what happens to its connections changes.
type front struct {
	t       testing.TB
	address string
	serving sync.WaitGroup

	mu       sync.Mutex
	listener net.Listener // nil: connections are refused
	serve    func(net.Conn)
	conns    []net.Conn
}

// newFront opens an address that passes its connections to serve.
func newFront(t testing.TB, serve func(net.Conn)) *front {
	t.Helper()
	f := &front{t: t, serve: serve}
	l := listenQuiet(t)
	f.address = l.Addr().String()
	f.accept(l)
	t.Cleanup(f.close)
	return f
}

// listenQuiet opens a port from a range that nothing else takes ports from:
// neither the system for outgoing connections, nor simulated clusters. While it
// is closed for a time, nobody must take it by chance.
func listenQuiet(t testing.TB) net.Listener {
	t.Helper()
	for range 100 {
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(12_000+rand.IntN(8_000))))
		if err == nil {
			return l
		}
	}
	t.Fatal("no free port was found")
	return nil
}

// accept serves what comes to a listener until that is closed.
func (f *front) accept(l net.Listener) {
	f.listener = l
	f.serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			f.mu.Lock()
			if f.listener != l {
				reset(conn)
			}
			serve := f.serve
			f.conns = append(f.conns, conn)
			f.mu.Unlock()
			f.serving.Go(func() { serve(conn) })
		}
	})
}

// become cuts all connections and treats new ones otherwise.
func (f *front) become(serve func(net.Conn)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.serve = serve
	f.cut()
	if f.listener != nil {
		return
	}
	l, err := net.Listen("tcp", f.address)
	if err != nil {
		f.t.Errorf("listen again: %v", err)
		return
	}
	f.accept(l)
}

// later treats new connections otherwise and leaves the old ones to themselves.
func (f *front) later(serve func(net.Conn)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.serve = serve
}

// refuse cuts all connections and refuses new ones.
func (f *front) refuse() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.listener != nil {
		_ = f.listener.Close()
	}
	f.listener = nil
	f.cut()
}

// cut resets all connections. The lock is held.
func (f *front) cut() {
	for _, c := range f.conns {
		reset(c)
	}
	f.conns = nil
}

func (f *front) close() {
	f.refuse()
	f.serving.Wait()
}

// secure speaks TLS with the client and hands on what is inside.
func secure(cert tls.Certificate, protocol string, next func(net.Conn)) func(net.Conn) {
	config := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	if protocol != "" {
		config.NextProtos = []string{protocol}
	}
	return func(c net.Conn) {
		s := tls.Server(c, config)
		if s.Handshake() != nil {
			_ = c.Close()
			return
		}
		next(s)
	}
}

// swallow takes in what the peer says and never answers.
func swallow(c net.Conn) { _, _ = io.Copy(io.Discard, c) }

// say sends the same to everybody, after the preface, and hangs up.
func say(words string) func(net.Conn) {
	return func(c net.Conn) {
		_, _ = io.ReadAtLeast(c, make([]byte, 512), 33)
		_, _ = io.WriteString(c, words)
		_ = c.Close()
	}
}

// drip passes on what a server says a byte at a time.
func drip(target string, pause time.Duration) func(net.Conn) {
	return bent(target, func() bend {
		return func(to net.Conn, f frame) error {
			for i := range f.raw {
				time.Sleep(pause)
				if _, err := to.Write(f.raw[i : i+1]); err != nil {
					return err
				}
			}
			return nil
		}
	})
}

// The frames of HTTP/2 that tests look for.
const (
	frameData    = 0
	frameHeaders = 1
	frameReset   = 3
	frameGoAway  = 7
)

// frame is one frame of HTTP/2.
type frame struct {
	kind   byte
	stream uint32
	raw    []byte // with its head
}

func readFrame(from io.Reader) (frame, error) {
	head := make([]byte, frameHead)
	if _, err := io.ReadFull(from, head); err != nil {
		return frame{}, err
	}
	raw := make([]byte, frameHead+int(head[0])<<16+int(head[1])<<8+int(head[2]))
	copy(raw, head)
	_, err := io.ReadFull(from, raw[frameHead:])
	return frame{kind: head[3], stream: binary.BigEndian.Uint32(head[5:]), raw: raw}, err
}

// makeFrame makes a frame whose content is a row of numbers.
func makeFrame(kind byte, stream uint32, numbers ...uint32) []byte {
	raw := []byte{0, 0, byte(4 * len(numbers)), kind, 0}
	raw = binary.BigEndian.AppendUint32(raw, stream)
	for _, n := range numbers {
		raw = binary.BigEndian.AppendUint32(raw, n)
	}
	return raw
}

// bend passes a frame of the server on to the client, or something else. After
// an error the connection is reset.
type bend func(to net.Conn, f frame) error

// bent passes bytes on to a server, and the frames of its answers through a
// bend of the connection's own.
func bent(target string, newBend func() bend) func(net.Conn) {
	return func(in net.Conn) {
		out, err := net.Dial("tcp", target)
		if err != nil {
			_ = in.Close()
			return
		}
		var wg sync.WaitGroup
		wg.Go(func() {
			_, _ = io.Copy(out, in)
			_ = out.Close()
		})
		b := newBend()
		for {
			f, err := readFrame(out)
			if err == nil {
				err = b(in, f)
			}
			if err != nil {
				reset(in)
				_ = out.Close()
				break
			}
		}
		wg.Wait()
	}
}

// pass is the bend that bends nothing.
func pass(to net.Conn, f frame) error {
	_, err := to.Write(f.raw)
	return err
}

// onHeaders acts on the head of every answer and its trailers, and passes on
// all else.
func onHeaders(act bend) func() bend {
	return func() bend {
		return func(to net.Conn, f frame) error {
			if f.kind == frameHeaders {
				return act(to, f)
			}
			return pass(to, f)
		}
	}
}
