package ui

import (
	"errors"
	"io"
	"sync"
	"syscall"
	"time"
)

const (
	// mostWaiting and mostBytes bound what waits for the terminal. Frames are
	// held back long before ([root.View]); this is for what comes in spite of it.
	// Lines are not: hundreds of pipelines are told at once.
	mostWaiting   = 32
	mostBytes     = 1 << 18
	mostLineBytes = 1 << 22
	// lateAfter is how long the terminal may take for what was written before
	// frames are held back.
	lateAfter = 100 * time.Millisecond
	// endWithin is how long the way out waits for the terminal.
	endWithin = 300 * time.Millisecond
)

// outbox stands between the program and its terminal, which may block for as
// long as it likes: a write waits here, and the program goes on. What there is no
// room for is dropped, whole, and the screen must then be drawn anew.
type outbox struct {
	out  io.Writer
	most int // bytes that may wait

	mu      sync.Mutex
	waiting [][]byte
	bytes   int           // of what waits
	since   time.Time     // when the oldest that waits was written; zero: nothing waits
	wanted  bool          // somebody wants to know when nothing waits any more
	lost    bool          // something was dropped since nothing waited
	end     time.Time     // the way out: until then writes wait for their turn; zero: not yet
	failed  error         // of the terminal: nothing is written any more
	empty   chan struct{} // closed once nothing waits; nil while nobody asks

	closed   bool
	work     chan struct{} // there is something to write, or it was closed
	caughtUp chan struct{} // nothing waits any more, where that was wanted
	done     chan struct{} // the goroutine has ended
}

// newOutbox writes to out from a goroutine of its own, until it is closed. At most
// so many bytes wait, or what is written at once.
func newOutbox(out io.Writer, most int) *outbox {
	o := &outbox{out: out, most: most, work: make(chan struct{}, 1), caughtUp: make(chan struct{}, 1), done: make(chan struct{})}
	go o.run()
	return o
}

// Write implements io.Writer. It fails only after the terminal did, or at the end, and
// but for the way out never waits.
func (o *outbox) Write(p []byte) (int, error) {
	o.mu.Lock()
	full := len(o.waiting) > 0 && (len(o.waiting) >= mostWaiting || o.bytes+len(p) > o.most) // one always has room
	late := !o.end.IsZero() && !time.Now().Before(o.end)
	switch {
	case o.failed != nil:
		defer o.mu.Unlock()
		return 0, o.failed
	case late && !o.since.IsZero(), full && o.end.IsZero(), o.lost && o.end.IsZero():
		o.lost = true
		o.mu.Unlock()
		return len(p), nil
	}
	o.waiting, o.bytes = append(o.waiting, append([]byte(nil), p...)), o.bytes+len(p)
	if o.since.IsZero() {
		o.since = time.Now()
	}
	end := o.end
	o.mu.Unlock()
	notify(o.work)
	if !end.IsZero() {
		o.flush(time.Until(end))
	}
	return len(p), nil
}

// notify leaves a mark for whoever waits on the channel.
func notify(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// run writes what waits, until the end.
func (o *outbox) run() {
	defer close(o.done)
	for range o.work {
		for {
			p, ok := o.next()
			if !ok {
				break
			}
			_, err := o.out.Write(p)
			o.wrote(len(p), err)
		}
		if o.over() {
			return
		}
	}
}

// next is the oldest that waits.
func (o *outbox) next() ([]byte, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.waiting) == 0 || o.failed != nil {
		return nil, false
	}
	return o.waiting[0], true
}

// wrote takes away what was written.
func (o *outbox) wrote(n int, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.waiting, o.bytes = o.waiting[1:], o.bytes-n
	if err != nil {
		o.failed, o.waiting, o.bytes = err, nil, 0
	}
	if len(o.waiting) > 0 {
		o.since = time.Now() // the terminal takes something
		return
	}
	o.since = time.Time{}
	if o.empty != nil {
		close(o.empty)
		o.empty = nil
	}
	if o.wanted || o.lost {
		o.wanted = false
		notify(o.caughtUp)
	}
}

func (o *outbox) over() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.closed || o.failed != nil
}

// behind reports whether the terminal has not taken for a while what was written.
// Then caughtUp tells when it has.
func (o *outbox) behind() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	late := !o.since.IsZero() && time.Since(o.since) >= lateAfter
	o.wanted = o.wanted || late
	return late
}

// settled reports whether the terminal has taken everything.
func (o *outbox) settled() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.since.IsZero() && !o.lost
}

// takeLost reports whether something was dropped, once.
func (o *outbox) takeLost() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	lost := o.lost && o.since.IsZero()
	if lost {
		o.lost = false
	}
	return lost
}

// gone reports whether there is no terminal any more, as after a hang-up.
func (o *outbox) gone() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return errors.Is(o.failed, syscall.EIO)
}

// leave begins the way out: from now on writes wait for their turn, because the
// terminal is put in another mode after the last of them, but all together no
// longer than endWithin.
func (o *outbox) leave() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.end.IsZero() {
		o.end, o.lost = time.Now().Add(endWithin), false
	}
}

// flush waits until nothing waits any more, but not longer than d, and reports
// whether the terminal has taken everything.
func (o *outbox) flush(d time.Duration) bool {
	o.mu.Lock()
	if o.since.IsZero() {
		defer o.mu.Unlock()
		return o.failed == nil && !o.lost
	}
	if o.empty == nil {
		o.empty = make(chan struct{})
	}
	empty := o.empty
	o.mu.Unlock()
	timer := time.NewTimer(max(0, d))
	defer timer.Stop()
	select {
	case <-empty:
	case <-timer.C:
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.since.IsZero() && o.failed == nil && !o.lost
}

// close ends the goroutine, unless the terminal keeps it: then it ends with the
// process.
func (o *outbox) close(within time.Duration) {
	o.mu.Lock()
	o.closed = true
	o.mu.Unlock()
	notify(o.work)
	timer := time.NewTimer(within)
	defer timer.Stop()
	select {
	case <-o.done:
	case <-timer.C:
	}
}

// shut drops what waits, and what is still to come.
func (o *outbox) shut() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.failed = errShut
}

// errShut is why nothing is written any more.
var errShut = errors.New("the terminal was given back")

// outboxFile is an outbox to a terminal: the framework asks it for its size and
// modes.
type outboxFile struct {
	*outbox
	fd uintptr
}

// Read implements io.Reader, which the framework wants of a terminal.
func (outboxFile) Read([]byte) (int, error) { return 0, errors.New("the output is not for reading") }

// Close implements io.Closer. The terminal stays open: it is not ours.
func (outboxFile) Close() error { return nil }

// Fd is the descriptor whose size and modes count.
func (f outboxFile) Fd() uintptr { return f.fd }
