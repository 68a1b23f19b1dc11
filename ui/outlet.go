package ui

import (
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// Outlet is where lines go that nobody may have to wait for: a terminal, a pipe
// or a file, any of which may take nothing for as long as it likes.
type Outlet struct{ t *terminal }

// OpenOutlet writes to out; nil is the standard output of the process, which is
// opened again without blocking where that is possible.
func OpenOutlet(out io.Writer) *Outlet { return &Outlet{newTerminal(out, mostLineBytes)} }

// Write implements io.Writer. It never waits. What there is no room for is
// dropped, whole; it fails once nobody takes what is written any more.
func (o *Outlet) Write(p []byte) (int, error) { return o.t.box.Write(p) }

// Behind reports whether not all was taken for a while. Then [Outlet.CaughtUp]
// tells when it has been.
func (o *Outlet) Behind() bool { return o.t.box.behind() }

// Settled reports whether all was taken.
func (o *Outlet) Settled() bool { return o.t.box.settled() }

// CaughtUp tells, once, that all was taken after it was behind, or lost something.
func (o *Outlet) CaughtUp() <-chan struct{} { return o.t.box.caughtUp }

// TakeLost reports whether something was dropped, once.
func (o *Outlet) TakeLost() bool { return o.t.box.takeLost() }

// Broken is closed when nobody takes what is written any more.
func (o *Outlet) Broken() <-chan struct{} { return o.t.box.done }

// Terminal reports whether it is a terminal.
func (o *Outlet) Terminal() bool {
	f, ok := o.t.plain.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) //nolint:gosec // a descriptor
}

// Flush waits until all was taken, but not longer than d, and reports whether it was.
func (o *Outlet) Flush(d time.Duration) bool { return o.t.box.flush(d) }

// Close waits for the last lines, but not for long, and reports whether they
// were taken. What a terminal has not taken then is dropped, so that what others
// write to it need not wait behind it.
func (o *Outlet) Close() (taken bool) {
	taken = o.t.box.flush(endWithin)
	if !taken && o.t.quick != nil {
		o.t.quick.last("")
	}
	o.t.close()
	return taken
}

// LineDue is how long after it was written a line surely stands on the terminal,
// where that keeps up.
const LineDue = armAfter

// ExpireAfter is how long something may be confirmed after it was shown.
const ExpireAfter = expireAfter

// LoneLine is the time in which nobody types two lines.
const LoneLine = 5 * burst

// AskedWithin bounds how long what has been may be waited for.
const AskedWithin time.Duration = historyWithin
