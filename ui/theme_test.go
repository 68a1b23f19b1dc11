package ui

import (
	"image/color"
	"math"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// themeNames are all themes that colours are chosen for.
var themeNames = []string{themeAuto, themeDark, themeLight, themeHighContrast, themeColourBlind}

// newTheme is the theme of all colours.
func newTheme(noColor, dark bool) *theme {
	a := appearance{dark: dark}
	if noColor {
		a.palette = noColours
	}
	return a.theme()
}

// linear is a colour in linear light.
type linear [3]float64

func linearOf(c color.Color) linear {
	r, g, b, _ := c.RGBA()
	var out linear
	for i, v := range []uint32{r, g, b} {
		if f := float64(v) / 0xffff; f <= 0.04045 {
			out[i] = f / 12.92
		} else {
			out[i] = math.Pow((f+0.055)/1.055, 2.4)
		}
	}
	return out
}

func hex(rgb uint32) color.Color {
	return color.RGBA{uint8(rgb >> 16), uint8(rgb >> 8), uint8(rgb), 255} //nolint:gosec // the bytes of it
}

func (c linear) luminance() float64 { return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2] }

// contrast is that of WCAG 2, from 1 to 21.
func contrast(a, b linear) float64 {
	return (max(a.luminance(), b.luminance()) + 0.05) / (min(a.luminance(), b.luminance()) + 0.05)
}

// seenBy is a colour as people see it who lack a kind of cones (Machado, Oliveira
// and Fernandes 2009, at full severity).
var seenBy = map[string][3]linear{
	"all":          {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"protanopia":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"tritanopia":   {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
}

// lab is a colour in CIELAB, where distances are about what eyes make of them.
func (c linear) lab(by [3]linear) [3]float64 {
	var l linear
	for i, row := range by {
		l[i] = min(1, max(0, row[0]*c[0]+row[1]*c[1]+row[2]*c[2]))
	}
	f := func(t float64) float64 {
		if t > 0.008856 {
			return math.Cbrt(t)
		}
		return 7.787*t + 16.0/116
	}
	x := f((0.4124*l[0] + 0.3576*l[1] + 0.1805*l[2]) / 0.95047)
	y := f(0.2126*l[0] + 0.7152*l[1] + 0.0722*l[2])
	z := f((0.0193*l[0] + 0.1192*l[1] + 0.9505*l[2]) / 1.08883)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

func apart(a, b linear, by [3]linear) float64 {
	p, q := a.lab(by), b.lab(by)
	return math.Sqrt((p[0]-q[0])*(p[0]-q[0]) + (p[1]-q[1])*(p[1]-q[1]) + (p[2]-q[2])*(p[2]-q[2]))
}

// grounds are the backgrounds that people have.
func grounds(dark, highContrast bool) []linear {
	all := []uint32{0xffffff, 0xfdf6e3, 0xeeeeee}
	switch {
	case dark && highContrast:
		all = []uint32{0x000000, 0x1e1e1e}
	case dark:
		all = []uint32{0x000000, 0x1e1e1e, 0x282c34}
	case highContrast:
		all = []uint32{0xffffff, 0xf5f5f5}
	}
	out := make([]linear, len(all))
	for i, rgb := range all {
		out[i] = linearOf(hex(rgb))
	}
	return out
}

// basics are the 16 colours of xterm and of the VGA text console.
var basics = [2][16]uint32{
	{
		0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
		0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
	},
	{
		0x000000, 0xaa0000, 0x00aa00, 0xaa5500, 0x0000aa, 0xaa00aa, 0x00aaaa, 0xaaaaaa,
		0x555555, 0xff5555, 0x55ff55, 0xffff55, 0x5555ff, 0xff55ff, 0x55ffff, 0xffffff,
	},
}

// TestContrast: every role and series can be read on every background that its
// theme is for.
func TestContrast(t *testing.T) {
	for _, name := range themeNames {
		for _, dark := range []bool{true, false} {
			a := appearance{name: name, dark: dark}
			want := 4.5
			if name == themeHighContrast {
				want = 7
			}
			all, series := a.colours()
			least, leastBasic := 21.0, 21.0
			for _, l := range append(all[:], series...) {
				for _, ground := range grounds(a.isDark(), name == themeHighContrast) {
					if l.colour > 0 {
						least = min(least, contrast(linearOf(ansi.IndexedColor(l.colour)), ground))
					}
				}
				if l.basic == 0 {
					continue
				}
				for _, palette := range basics {
					ground := linearOf(hex(map[bool]uint32{true: 0, false: 0xffffff}[a.isDark()]))
					leastBasic = min(leastBasic, contrast(linearOf(hex(palette[l.basic])), ground))
				}
			}
			t.Logf("%s, dark %t: %.1f of 256 colours, %.1f of 16", name, a.isDark(), least, leastBasic)
			if least < want || leastBasic < want {
				t.Errorf("%s, dark %t: a contrast of %.2f, of %.2f with 16 colours", name, a.isDark(), least, leastBasic)
			}
		}
	}
}

// TestColourBlind: what matters stays apart for who lacks a kind of cones.
func TestColourBlind(t *testing.T) {
	for _, dark := range []bool{true, false} {
		all, series := appearance{name: themeColourBlind, dark: dark}.colours()
		for what, set := range map[string][]look{"states": {all[roleOK], all[roleWarn], all[roleCritical]}, "series": series} {
			for who, by := range seenBy {
				least := math.Inf(1)
				for i := range set {
					for j := range i {
						least = min(least, apart(linearOf(ansi.IndexedColor(set[i].colour)), linearOf(ansi.IndexedColor(set[j].colour)), by))
					}
				}
				t.Logf("dark %t, %s, %s: %.0f", dark, what, who, least)
				if least < 30 {
					t.Errorf("dark %t: the %s are only %.1f apart with %s", dark, what, least, who)
				}
			}
		}
	}
}

// TestThemesSetNoBackground: terminals without back colour erase would lose it,
// and reverse video is one too.
func TestThemesSetNoBackground(t *testing.T) {
	for _, name := range themeNames {
		for p := manyColours; p <= noColours; p++ {
			th := appearance{name: name, dark: true, palette: p}.theme()
			for _, s := range append(th.prefix[:], th.series...) {
				for _, part := range strings.Split(strings.TrimSuffix(strings.TrimPrefix(s, "\x1b["), "m"), ";") {
					if part == "7" || part == "48" || (len(part) == 2 && part[0] == '4') || len(part) == 3 {
						if !strings.Contains(s, "38;5;"+part) {
							t.Errorf("%s: %q sets a background", name, s)
						}
					}
				}
				if p == noColours && (strings.Contains(s, "38;") || strings.Contains(s, "3") && len(s) > 5) {
					t.Errorf("%s: %q is a colour", name, s)
				}
				if p == fewColours && strings.Contains(s, "38;") {
					t.Errorf("%s: %q is none of 16 colours", name, s)
				}
			}
		}
	}
}

func TestPaletteOfTerminals(t *testing.T) {
	for profile, want := range map[colorprofile.Profile]palette{
		colorprofile.TrueColor: manyColours, colorprofile.ANSI256: manyColours, colorprofile.ANSI: fewColours,
		colorprofile.ASCII: noColours, colorprofile.NoTTY: noColours,
	} {
		if got := paletteOf(profile); got != want {
			t.Errorf("%s: %d", profile, got)
		}
	}
	for term, want := range map[string][2]bool{
		"xterm-256color": {false, true}, "screen": {false, true}, "tmux-256color": {false, true}, "linux": {false, false},
		"vt100": {true, false}, "vt220": {true, false}, "xterm-mono": {true, true}, "dumb": {false, false}, "": {false, false},
	} {
		if got := [2]bool{monochrome(term), answersOSC(term)}; got != want {
			t.Errorf("%q: monochrome, answers: %v", term, got)
		}
	}
}

// TestThemeFollowsTheBackground: the terminal's own answer wins, and those who
// chose dark or light are not asked.
func TestThemeFollowsTheBackground(t *testing.T) {
	white, black := tea.BackgroundColorMsg{Color: hex(0xffffff)}, tea.BackgroundColorMsg{Color: hex(0)}
	for _, name := range themeNames {
		t.Run(name, func(t *testing.T) {
			t.Setenv("COLORFGBG", "0;15")
			t.Setenv("NO_COLOR", "")
			opts := Options{Theme: name}.withDefaults()
			d := newDriver(t, 80, 24, outage(1, 3))
			d.m.opts.look, d.m.opts.asksTerminal = opts.look, true
			d.m.look, d.m.theme = opts.look, opts.look.theme()
			if asks := d.m.opts.askBackground() != nil; asks == (name == themeDark || name == themeLight) {
				t.Errorf("asks: %t", asks)
			}
			painted := func() string { return strings.Join(d.m.frame(), "\n") }
			guess := painted()
			d.send(white)
			if painted() != guess {
				t.Error("an answer that says the same changed something")
			}
			d.send(black)
			if changed := painted() != guess; changed == (name == themeDark || name == themeLight) {
				t.Errorf("a dark background changed the screen: %t", changed)
			}
			d.send(tea.BackgroundColorMsg{})
		})
	}
	opts := Options{NoColor: true}.withDefaults()
	if opts.look.adapts() {
		t.Error("without colours the background makes a difference")
	}
}

// TestStateIsNeverByHueAlone: the same screen in every theme is the same text.
func TestStateIsNeverByHueAlone(t *testing.T) {
	d := newDriver(t, 120, 40, outage(1, 3))
	want := d.screen()
	for _, name := range themeNames {
		for p := manyColours; p <= noColours; p++ {
			d.m.theme, d.m.screen = appearance{name: name, palette: p}.theme(), ""
			if got := d.screen(); got != want {
				t.Errorf("%s differs in its text:\n%s", name, got)
			}
			if p == noColours && strings.Contains(d.m.View().Content, "\x1b[38") {
				t.Errorf("%s without colours has one", name)
			}
		}
	}
}
