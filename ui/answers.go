package ui

import (
	"bytes"
	"slices"
	"time"
	"unicode/utf8"
)

const (
	// answersWithin is for how long after the start an escape alone is taken for
	// the beginning of an answer that a slow line cut, until the last of them came.
	answersWithin = 3 * time.Second
	// answerSilence is how long an answer may be silent before a key is a key
	// again.
	answerSilence = 5 * time.Second
	// longestAnswer bounds what is kept of an answer that has not ended.
	longestAnswer = 512
)

// answers keeps back what a slow line cut, however long its rest takes: the
// beginning of an answer of the terminal is no key, and neither is its rest.
type answers struct {
	held  []byte
	last  time.Time // when the newest byte came
	until time.Time // an escape alone may begin an answer
	drop  bool      // an answer is too long: up to its end it is nothing
}

// patience is how long to wait for the rest of what came; 0 where nothing is
// missing.
func (a *answers) patience(got []byte, now time.Time) time.Duration {
	wait := unfinished(got)
	if wait > 0 && len(got)-openAt(got) <= 2 && now.Before(a.until) {
		return a.until.Sub(now)
	}
	return wait
}

// take gives what is whole of what came at a time, after what is missing was
// waited for, and keeps the rest back.
func (a *answers) take(got []byte, now time.Time) []byte {
	silent := now.Sub(a.last) >= answerSilence
	a.last = now
	if (len(a.held) > 0 || a.drop) && (string(got) == "\x03" || silent && len(got) <= aKey && answerEnd(got) < 0) {
		a.held, a.drop = nil, false // its end was lost
	}
	if a.drop {
		at := answerEnd(got)
		if at < 0 {
			return nil
		}
		a.drop, got = false, got[at+1:]
	}
	got = append(a.held, got...)
	a.held = nil
	if at := openAt(got); at < len(got) && a.keeps(got[at:], now) {
		if a.held = bytes.Clone(got[at:]); len(a.held) > longestAnswer {
			a.held, a.drop = nil, true
		}
		got = got[:at]
	}
	got = withoutBroken(got)
	if bytes.Contains(got, backgroundAnswer) { // the last that was asked for
		a.until = now
	}
	return got
}

// rest gives the escape that was kept back, where nothing follows it.
func (a *answers) rest() []byte {
	held := a.held
	a.held = nil
	if len(held) > 1 {
		return nil
	}
	return held
}

// withoutBroken leaves out the answers that something else interrupted.
func withoutBroken(got []byte) []byte {
	if bytes.IndexByte(got, escByte) < 0 {
		return got
	}
	var out []byte
	for i := 0; i < len(got); {
		n := max(1, oneThing(got[i:]))
		thing := got[i : i+n]
		if i += n; n > 2 && (thing[1] == ']' || thing[1] == 'P') && thing[0] == escByte && answerEnd(thing[n-1:]) < 0 {
			continue
		}
		out = append(out, thing...)
	}
	return out
}

// backgroundAnswer begins the terminal's answer about its background.
var backgroundAnswer = []byte("\x1b]11;")

// answerEnd is where the first byte stands that can end an answer; -1 without
// one.
func answerEnd(got []byte) int {
	return slices.IndexFunc(got, func(b byte) bool { return b == 0x07 || b == 0x9c || b == '\\' })
}

// keeps reports whether what has not ended is no key that a person could have
// pressed.
func (a *answers) keeps(open []byte, now time.Time) bool {
	return open[0] == escByte && (len(open) > 2 || now.Before(a.until))
}

// begins reports whether an escape begins a key or an answer, and is no key of
// its own.
func begins(got []byte) bool {
	if len(got) < 2 {
		return false
	}
	more := len(got) > 2
	switch got[1] {
	case '[', 'O', '\\':
		return true
	case ']':
		return !more || got[2] >= '0' && got[2] <= '9'
	case 'P':
		return !more || bytes.IndexByte([]byte("0123456789>!+$|"), got[2]) >= 0
	}
	return false
}

// openAt is where something begins that has not ended; the length where all has.
func openAt(got []byte) int {
	for i := 0; i < len(got); {
		n := oneThing(got[i:])
		if n == 0 {
			return i
		}
		i += n
	}
	return len(got)
}

// oneThing is the length of the key, rune or answer that got begins with; 0 where
// it has not ended.
func oneThing(got []byte) int {
	if got[0] != escByte {
		if !utf8.FullRune(got) {
			return 0
		}
		_, n := utf8.DecodeRune(got)
		return n
	}
	if len(got) == 1 {
		return 0
	}
	if !begins(got) {
		return 1
	}
	switch got[1] {
	case '[':
		for i, b := range got[2:] {
			if b == escByte {
				return i + 2
			}
			if b >= 0x40 && b <= 0x7e || b < 0x20 {
				return i + 3
			}
		}
		return 0
	case 'O':
		if len(got) == 2 {
			return 0
		}
		return 3
	case ']', 'P':
		return answerLength(got)
	}
	return 2
}

// answerLength is the length of an answer of the terminal, its end included; 0
// where that has not come.
func answerLength(got []byte) int {
	for i := 2; i < len(got); i++ {
		switch got[i] {
		case 0x07, 0x9c:
			return i + 1
		case 0x03, 0x18, 0x1a: // somebody interrupts
			return i
		case escByte:
			switch {
			case i+1 == len(got):
				return 0
			case got[i+1] == '\\':
				return i + 2
			}
			return i
		}
	}
	return 0
}
