package ui

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// whole are things that terminals send.
var whole = []string{
	"a", "é", "€", "🙂", "\r", "\x03", "\x1b[A", "\x1b[1;5C", "\x1b[200~", "\x1b[27;5;9~", "\x1b[97;5u", "\x1bOP", "\x1ba",
	"\x1b[?2026;2$y", "\x1b]11;rgb:0000/0000/0000\x07", "\x1b]11;rgb:0000/0000/0000\x1b\\", "\x1bP1+r524742\x1b\\",
}

func TestUnfinished(t *testing.T) {
	for _, s := range whole {
		for _, before := range []string{"", "jj", "\x1b[B", "é"} {
			if wait := unfinished([]byte(before + s)); wait != 0 {
				t.Errorf("%q is whole, but %s is waited for more", before+s, wait)
			}
			for cut := 1; cut < len(s); cut++ {
				part := before + s[:cut]
				switch wait := unfinished([]byte(part)); {
				case cut == 1 && strings.HasSuffix(part, "\x1b") && wait != loneEsc:
					t.Errorf("%q: %s", part, wait)
				case wait == 0:
					t.Errorf("%q is cut, and nothing is waited for", part)
				}
			}
		}
	}
}

func FuzzUnfinished(f *testing.F) {
	for _, s := range whole {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if wait := unfinished(b); wait < 0 || wait > restWithin {
			t.Errorf("%q: %s", b, wait)
		}
		if wait := unfinished(append(bytes.Clone(b), "\x1b\\a"...)); wait != 0 {
			t.Errorf("%q: what has ended is waited for", b)
		}
	})
}

func TestEscapesAreKeys(t *testing.T) {
	for in, want := range map[string]string{
		"jk": "jk", "\x1b": "\x1b[27u", "\x1bq": "\x1b[27uq", "\x1b\x1b": "\x1b[27u\x1b[27u", "\x1b[A\x1b": "\x1b[A\x1b[27u",
		"\x1b\x1b[A": "\x1b[27u\x1b[A", "\x1bOP": "\x1bOP", "\x1b]11;?\x1b\\": "\x1b]11;?\x1b\\",
	} {
		if got := string(splitEscapes([]byte(in))); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestPasteIsMended(t *testing.T) {
	now := noon
	var p pasting
	see := func(after time.Duration, got, want string) {
		t.Helper()
		now = now.Add(after)
		if s := string(p.mend([]byte(got), now)); s != want {
			t.Errorf("%q became %q, want %q", got, s, want)
		}
	}
	end := string(pasteEnd)
	see(0, "jk", "jk")
	see(0, "\x1b[200~abc", "\x1b[200~abc")
	see(time.Second, "d", "d")                                           // a paste on a slow line
	see(5*time.Second, strings.Repeat("e", 40), strings.Repeat("e", 40)) // on a very slow one
	see(time.Second, "f"+end, "f"+end)
	see(time.Minute, "j", "j")
	see(0, "\x1b[200~abc", "\x1b[200~abc") // and the end is lost
	see(pasteSilence, "q", end+"q")
	see(time.Minute, "j", "j")
	see(0, "\x1b[200~abc"+end+"x\x1b[200~y", "\x1b[200~abc"+end+"x\x1b[200~y")
	see(0, "\x03", end+"\x03")
	see(0, "\x1b[200~", "\x1b[200~")
	see(time.Minute, end, end)
	see(0, "\x1b[200~abc\x1b[20", "\x1b[200~abc\x1b[20") // its end is cut
	see(time.Second, "1~", "1~")
	see(time.Minute, "j", "j")
	if p.open {
		t.Error("the paste has not ended")
	}
}
