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
	if err := SVG(&b, []string{" \x1b[1;38;5;75mbold <blue>\x1b[m plain", "\x1b[7mback\x1b[27m ⡇⣿ 日本|", "\x1b[2Jx\x1b["}, Dark()); err != nil {
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

// TestGround: what a screen does not colour itself is as on its terminal, and the 16
// colours of the terminal's own can be read on it.
func TestGround(t *testing.T) {
	lines := []string{"plain \x1b[31mred\x1b[m \x1b[38;5;75mblue\x1b[m \x1b[38;2;1;2;3mown\x1b[m \x1b[7mback\x1b[m \x1b[2mfaint\x1b[m"}
	for name, tt := range map[string]struct {
		on   *Ground
		want []string
	}{
		"dark":  {Dark(), []string{`rx="8" fill="#11151c"`, `fill="#c9d1d9"`, `fill="#f85149"`, `fill="#5fafff"`, `fill="#010203"`, `fill="#6e7681"`}},
		"light": {Light(), []string{`rx="8" fill="#ffffff"`, `fill="#1f2328"`, `fill="#cf222e"`, `fill="#5fafff"`, `fill="#010203"`, `fill="#6e7781"`}},
	} {
		var b strings.Builder
		if err := SVG(&b, lines, tt.on); err != nil {
			t.Fatal(err)
		}
		for _, want := range tt.want {
			if !strings.Contains(b.String(), want) {
				t.Errorf("%s lacks %s:\n%s", name, want, b.String())
			}
		}
	}
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
	f.Add("a\uffffb\ufffec")
	f.Fuzz(func(t *testing.T, line string) {
		var b strings.Builder
		if err := SVG(&b, []string{line}, Light()); err != nil {
			t.Fatal(err)
		}
		wellFormed(t, b.String())
	})
}
