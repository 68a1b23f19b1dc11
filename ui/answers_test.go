package ui

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// terminalAnswers are what terminals say when they are asked.
var terminalAnswers = []string{
	"\x1b]11;rgb:1e1e/1e1e/2e2e\x07", "\x1b]11;rgb:ffff/ffff/ffff\x1b\\", "\x1b]10;rgba:00/00/00/ff\x1b\\",
	"\x1bP1+r524742=382F382F38\x1b\\", "\x1bP>|tmux 3.4\x1b\\", "\x1bP1$r0m\x1b\\", "\x1b[?2026;2$y", "\x1b[?1u", "\x1b[?64;1;2;6c", "\x1b[>41;354;0c",
}

// TestAnswersAreNoKeys: an answer of the terminal that a slow line cuts anywhere,
// with whatever pauses, is the answer, and nothing of it is a key.
func TestAnswersAreNoKeys(t *testing.T) {
	for _, answer := range terminalAnswers {
		for _, pause := range []time.Duration{300 * time.Millisecond, time.Second, 2 * time.Second} {
			for cut := 1; cut < len(answer); cut++ {
				now := noon
				a := answers{until: now.Add(answersWithin)}
				got := a.take([]byte("j"+answer[:cut]), now)
				now = now.Add(pause)
				got = append(bytes.Clone(got), a.take([]byte(answer[cut:]+"k"), now)...)
				if string(got) != "j"+answer+"k" {
					t.Errorf("%q cut at %d became %q", answer, cut, got)
				}
			}
		}
		// Byte by byte, and not at the start.
		now := noon.Add(time.Hour)
		a, all := answers{until: noon}, ""
		for at, part := range append([]string{answer[:3]}, strings.Split(answer[3:], "")...) {
			now = now.Add(2 * time.Second)
			got := string(a.take([]byte(part), now))
			if got != "" && at+3 < len(answer) {
				t.Errorf("%q gave %q before its end", answer, got)
			}
			all += got
		}
		if all != answer {
			t.Errorf("%q became %q", answer, all)
		}
	}
}

// TestAnswersDoNotLockTheKeyboard: one whose end was lost gives way to keys.
func TestAnswersDoNotLockTheKeyboard(t *testing.T) {
	for _, lost := range []string{"\x1b]11;rgb:1e1e", "\x1bP1+r52", "\x1b]52;" + strings.Repeat("a", 2*longestAnswer)} {
		now := noon
		a := answers{}
		take := func(after time.Duration, keys string) string {
			now = now.Add(after)
			return string(a.take([]byte(keys), now))
		}
		take(0, lost)
		if got := take(time.Second, "\x03"); got != "\x03" {
			t.Errorf("after %.20q an interrupt became %q", lost, got)
		}
		take(0, lost)
		if got := take(answerSilence, "j"); got != "j" {
			t.Errorf("after %.20q a key became %q", lost, got)
		}
		take(0, "\x1b]11;rgb:1e1e")
		if got := take(0, "\x1b[A"); got != "\x1b[A" {
			t.Errorf("an arrow in an answer became %q", got)
		}
	}
}

// TestEscapeAtTheStart: it is a key once nothing can follow it.
func TestEscapeAtTheStart(t *testing.T) {
	a := answers{until: noon.Add(answersWithin)}
	if wait := a.patience([]byte("\x1b"), noon.Add(time.Second)); wait != 2*time.Second {
		t.Errorf("waits %s for the rest of an escape", wait)
	}
	if got := a.take([]byte("\x1b"), noon.Add(answersWithin)); string(got) != "\x1b" {
		t.Errorf("it became %q", got)
	}
	a = answers{until: noon.Add(answersWithin)}
	a.take([]byte(terminalAnswers[0]), noon)
	if wait := a.patience([]byte("\x1b"), noon); wait != loneEsc {
		t.Errorf("after the answer it waits %s", wait)
	}
	for _, keys := range []string{"\x1b]q", "\x1bPq", "\x1bq", "\x1b\x1b[B"} { // typed fast
		if got := a.take([]byte(keys), noon); string(got) != keys {
			t.Errorf("%q became %q", keys, got)
		}
	}
}

func FuzzAnswers(f *testing.F) {
	for _, s := range append(terminalAnswers, whole...) {
		f.Add([]byte(s), uint8(2))
	}
	f.Fuzz(func(t *testing.T, b []byte, cut uint8) {
		a := answers{}
		at := min(int(cut), len(b))
		got := len(a.take(b[:at], noon)) + len(a.take(b[at:], noon.Add(time.Second)))
		if got > len(b) || len(a.held) > longestAnswer {
			t.Errorf("%q became %d bytes, %d kept", b, got, len(a.held))
		}
		if rest := a.take([]byte("\x03"), noon.Add(2*time.Second)); !bytes.HasSuffix(rest, []byte("\x03")) {
			t.Errorf("%q swallowed an interrupt: %q", b, rest)
		}
	})
}
