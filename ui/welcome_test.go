package ui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

func newWelcome(w, h int) *welcome {
	m := &welcome{opts: Options{Version: "1.0.0"}.withDefaults(), theme: newTheme(true, true), looked: "/home/\x07me/fumtui.yaml"}
	m.Update(tea.WindowSizeMsg{Width: w, Height: h})
	return m
}

func TestWelcome(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {200, 60}} {
		lines := newWelcome(size[0], size[1]).frame()
		got := ansi.Strip(strings.Join(strings.Fields(strings.Join(lines, " ")), " "))
		for _, want := range []string{"fumtui 1.0.0", "Yellowstone Fumarole", "/home/me/fumtui.yaml", "FUMTUI_CONFIG", "d try the demo", "i write a configuration", "q quit"} {
			if !strings.Contains(got, want) {
				t.Errorf("%v: lacks %q:\n%s", size, want, strings.Join(lines, "\n"))
			}
		}
	}
	for key, want := range map[string]Choice{"d": ChoseDemo, "i": ChoseInit, "q": ChoseQuit, "esc": ChoseQuit, "ctrl+c": ChoseQuit} {
		m := newWelcome(80, 24)
		if _, cmd := m.Update(keyPress(key)); cmd == nil || m.choice != want {
			t.Errorf("%s: chose %d", key, m.choice)
		}
	}
	m := newWelcome(80, 24)
	for _, msg := range []tea.Msg{keyPress("enter"), keyPress("x"), tea.PasteMsg{Content: "d"}} {
		if _, cmd := m.Update(msg); cmd != nil {
			t.Errorf("%v does something", msg)
		}
	}
}

func TestWelcomeFitsAnyWindow(t *testing.T) {
	for w := range 130 {
		for h := range 30 {
			lines := newWelcome(w, h).frame()
			if len(lines) > h {
				t.Fatalf("%dx%d: %d lines", w, h, len(lines))
			}
			for _, l := range lines {
				if width(l) > w {
					t.Fatalf("%dx%d: too wide: %q", w, h, l)
				}
			}
			if h > 0 && w > 25 && !strings.Contains(ansi.Strip(lines[h-1]), "d demo  i init  q quit") {
				t.Fatalf("%dx%d: no keys: %q", w, h, lines[h-1])
			}
		}
	}
}
