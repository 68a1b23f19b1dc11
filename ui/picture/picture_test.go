package picture

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestSVG(t *testing.T) {
	var b strings.Builder
	if err := SVG(&b, []string{" \x1b[1;38;5;75mbold <blue>\x1b[m plain", "\x1b[7mback\x1b[27m ⡇⣿ 日本|", "\x1b[2Jx\x1b["}); err != nil {
		t.Fatal(err)
	}
	got := b.String()
	for _, want := range []string{
		`font-weight="bold"`, "bold &lt;blue&gt;", `fill="#5fafff"`, `<path fill="#c9d1d9" d="M`, `fill="#c9d1d9"/>`, "日本|",
		`viewBox="0 0 175 78"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the picture lacks %s:\n%s", want, got)
		}
	}
	wellFormed(t, got)
}

func wellFormed(t *testing.T, text string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%v:\n%s", err, text)
		}
	}
}

func FuzzSVG(f *testing.F) {
	f.Add("\x1b[38;5;300;48;2;1mx\x1b[999999999999m⣿&<\xff")
	f.Fuzz(func(t *testing.T, line string) {
		var b strings.Builder
		if err := SVG(&b, []string{line}); err != nil {
			t.Fatal(err)
		}
		wellFormed(t, b.String())
	})
}
