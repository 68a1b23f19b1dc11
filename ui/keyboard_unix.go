//go:build unix

package ui

import (
	"bytes"
	"errors"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// keyboard is a terminal's input, read such that what belongs together comes
// together: an arrow or a rune that a slow line cut is still one, and a paste
// without an end locks nothing.
type keyboard struct {
	file  *os.File
	fd    uintptr
	paste pasting
	cut   answers
}

// openKeyboard wraps an input that is a terminal; nil is that of the process.
// Others come back as they are.
func openKeyboard(in io.Reader) io.Reader {
	if in == nil {
		in = os.Stdin
		if !term.IsTerminal(int(os.Stdin.Fd())) { //nolint:gosec // a descriptor
			return nil
		}
	}
	file, ok := in.(*os.File)
	if !ok {
		return in
	}
	return &keyboard{file: file, fd: file.Fd(), cut: answers{until: time.Now().Add(answersWithin)}}
}

// Read implements io.Reader. It waits for the first byte, and then for what is
// missing of the last key, within bounds. It may give nothing: what has come so
// far of an answer is kept back.
func (k *keyboard) Read(p []byte) (int, error) {
	room := len(p)/len(escapeKey) - len(k.cut.held) // for what is put in
	if room <= len(pasteEnd) {
		return k.file.Read(p)
	}
	n, err := k.file.Read(p[:room])
	for err == nil && n > 0 && n < room {
		wait := k.missing(p[:n])
		if wait == 0 || !k.ready(wait) {
			break
		}
		var more int
		more, err = k.file.Read(p[n:room])
		n += more
	}
	if n == 0 {
		return n, err
	}
	now := time.Now()
	if k.paste.open {
		return copy(p, k.paste.mend(p[:n], now)), nil
	}
	whole := k.cut.take(p[:n], now)
	if err != nil { // nothing follows
		whole = append(whole, k.cut.rest()...)
	}
	if len(whole) == 0 {
		return 0, nil
	}
	whole = k.paste.mend(whole, now)
	if k.paste.open && len(k.cut.held) > 0 { // that is of the paste, maybe of its end
		whole = append(whole, k.paste.mend(k.cut.held, now)...)
		k.cut.held = nil
	}
	return copy(p, whole), nil
}

// missing is how long to wait for the rest of what came; 0 where nothing is
// missing.
func (k *keyboard) missing(got []byte) time.Duration {
	if k.paste.open {
		return unfinished(got)
	}
	return k.cut.patience(append(bytes.Clone(k.cut.held), got...), time.Now())
}

// ready waits until there is something to read.
func (k *keyboard) ready(within time.Duration) bool {
	for until := time.Now().Add(within); ; {
		left := time.Until(until).Milliseconds() + 1
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(k.fd), Events: unix.POLLIN}}, int(max(0, left))) //nolint:gosec // a descriptor
		if !errors.Is(err, unix.EINTR) {
			return err == nil && n > 0
		}
	}
}

// Write implements io.Writer, which the framework wants of a terminal.
func (k *keyboard) Write(p []byte) (int, error) { return k.file.Write(p) }

// Close implements io.Closer. The terminal stays open: it is not ours.
func (k *keyboard) Close() error { return nil }

// Fd is the descriptor whose modes count.
func (k *keyboard) Fd() uintptr { return k.fd }

// Name is the name of the file.
func (k *keyboard) Name() string { return k.file.Name() }
