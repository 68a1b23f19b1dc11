//go:build unix

package ui

import (
	"os"
	"strings"
	"testing"
	"time"
)

// TestKeyboardJoinsWhatBelongsTogether: what a slow line cuts comes as one.
func TestKeyboardJoinsWhatBelongsTogether(t *testing.T) {
	for name, c := range map[string]struct {
		parts []string
		want  string // reads, joined by "|"
	}{
		"arrow":       {[]string{"\x1b", "[", "A"}, "\x1b[A"},
		"key code":    {[]string{"\x1b[2", "7;5;", "9~x"}, "\x1b[27;5;9~x"},
		"rune":        {[]string{"\xe2", "\x82", "\xac"}, "€"},
		"application": {[]string{"\x1bO", "A"}, "\x1bOA"},
		"burst":       {[]string{"jjG5\x1b"}, "jjG5\x1b[27u"},
		"escape, q":   {[]string{"\x1bq"}, "\x1b[27uq"},
		"escape, j":   {[]string{"\x1b", "j"}, "\x1b[27uj"},
		"two keys":    {append(append([]string{"j"}, make([]string, 10)...), "k"), "j|k"},
		"lone escape": {append(append([]string{"\x1b"}, make([]string, 25)...), "q"), "\x1b[27u|q"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = r.Close() }()
			go func() {
				defer func() { _ = w.Close() }()
				for _, part := range c.parts {
					_, _ = w.WriteString(part)
					time.Sleep(20 * time.Millisecond) // a small part of [loneEsc]
				}
			}()
			k := openKeyboard(r)
			k.(*keyboard).cut.until = time.Time{} // the answers of the start have come
			var got []string
			buf := make([]byte, 256)
			for {
				n, err := k.Read(buf)
				if err != nil || n == 0 {
					break
				}
				got = append(got, string(buf[:n]))
			}
			if joined := strings.Join(got, "|"); joined != c.want {
				t.Errorf("read %q, want %q", joined, c.want)
			}
		})
	}
}

// TestPasteWithoutAnEnd: the keyboard of a real console works again.
func TestPasteWithoutAnEnd(t *testing.T) {
	t.Parallel()
	c := startConsole(t, "plain")
	c.Await("FAIL OVER")
	c.Press("\x1b[200~c nyc and what else was copied")
	for c.AltScreen() && !c.HasEnded() { // where both are read at once, the first is pasted too
		c.Press("\x03")
		c.Within(time.Second, func(string) bool { return !c.AltScreen() })
	}
	c.Ends(0)
}

// TestSplitKeysOnATerminal: an arrow that comes in pieces is one key, and escape
// still is one too.
func TestSplitKeysOnATerminal(t *testing.T) {
	t.Parallel()
	c := startConsole(t, "plain")
	c.Await("› trades")
	for _, part := range []string{"\x1b", "[", "B"} {
		c.Press(part)
		time.Sleep(40 * time.Millisecond)
	}
	c.Await("› accounts")
	c.Press("\r")
	c.Await("What to do")
	c.Press("\x1b")
	c.Await("› accounts")
	c.Press("kkj") // a burst is so many keys
	c.Await("› trades")
	c.Press("q")
	c.Ends(0)
}

// TestBackgroundOnATerminal: the terminal is asked, an answer in pieces turns the
// theme, and none of its pieces is a key.
func TestBackgroundOnATerminal(t *testing.T) {
	t.Parallel()
	c := startConsole(t, "plain", "COLORFGBG=")
	c.Await("› trades")
	if !strings.Contains(c.Output(), "\x1b]11;?") {
		t.Error("the terminal was not asked for its background")
	}
	for _, part := range []string{"\x1b]1", "1;rgb:ff", "ff/ffff/ff", "ff\x1b", "\\"} {
		c.Press(part)
		time.Sleep(restWithin + 100*time.Millisecond)
	}
	light := appearance{name: themeLight}.theme().prefix[roleCritical]
	if !c.Within(10*time.Second, func(string) bool { return strings.Contains(c.Output(), light[2:len(light)-1]) }) {
		t.Error("the light theme was not taken")
	}
	c.Await("› trades") // the first is selected, and the overview shown
	c.Press("q")
	c.Ends(0)
}
