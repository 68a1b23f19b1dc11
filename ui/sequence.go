package ui

import (
	"bytes"
	"slices"
	"time"
)

const (
	escByte = 0x1b
	// loneEsc is how long what follows an escape may take, before it is the key of
	// that name.
	loneEsc = 200 * time.Millisecond
	// restWithin is how long the rest of a sequence or of a rune may take: its
	// beginning is no key that anybody could press.
	restWithin = 500 * time.Millisecond
	// pasteSilence is how long a paste may be silent before a key is a key again.
	pasteSilence = 2 * time.Second
	// aKey is the most bytes that one key press sends.
	aKey = 16
)

// The marks around a paste, and the escape key where it cannot be mistaken for
// the beginning of something else.
var (
	pasteBegin = []byte("\x1b[200~")
	pasteEnd   = []byte("\x1b[201~")
	escapeKey  = []byte("\x1b[27u")
)

// splitEscapes makes a key of each escape that begins no sequence: of the last
// byte, and of one that another key follows. No key here is one with alt, but
// escape and a letter may come in one read.
func splitEscapes(got []byte) []byte {
	if bytes.IndexByte(got, escByte) < 0 {
		return got
	}
	out := make([]byte, 0, len(got)+len(escapeKey))
	for i, b := range got {
		switch {
		case b != escByte, begins(got[i:]):
			out = append(out, b)
		default:
			out = append(out, escapeKey...)
		}
	}
	return out
}

// unfinished is how long to wait for the rest of what a terminal sends: 0 where
// nothing is missing. A slow line may cut it anywhere.
func unfinished(buf []byte) time.Duration {
	at := openAt(buf)
	switch {
	case at == len(buf):
		return 0
	case len(buf)-at == 1 && buf[at] == escByte:
		return loneEsc
	}
	return restWithin
}

// pasting follows pastes through what a terminal sends.
type pasting struct {
	open bool
	last time.Time // of the newest byte of the open one
	tail []byte    // its newest bytes, which its end may begin with
}

// mend gives what the program should see of what came at a time. A paste whose
// end was lost would swallow every key: it ends where a single key comes after a
// silence, or where somebody interrupts.
func (p *pasting) mend(got []byte, now time.Time) []byte {
	if !p.open && !bytes.Contains(got, pasteBegin) {
		return splitEscapes(got)
	}
	seen := slices.Concat(p.tail, got)
	if p.open {
		key := len(got) <= aKey && now.Sub(p.last) >= pasteSilence
		if (key && !bytes.Contains(seen, pasteEnd)) || string(got) == "\x03" {
			got = append(bytes.Clone(pasteEnd), got...)
			seen = got
		}
	}
	begin, end := bytes.LastIndex(seen, pasteBegin), bytes.LastIndex(seen, pasteEnd)
	switch {
	case begin > end:
		p.open = true
	case end >= 0:
		p.open = false
	}
	p.last, p.tail = now, nil
	if p.open {
		p.tail = bytes.Clone(seen[max(0, len(seen)-len(pasteEnd)+1):])
	}
	return got
}
