package ui

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"strings"
	"syscall"

	tea "charm.land/bubbletea/v2"
)

// Choice is what a person chose on the first screen of a console that has no
// configuration.
type Choice int

// The choices.
const (
	ChoseQuit Choice = iota
	ChoseDemo
	ChoseInit
)

// Welcome shows what fumtui is and where it looked for a configuration, until a
// person chose what to do or a signal (interrupt, terminate, hang-up) came, which
// is to quit, and puts the terminal in order. Of the options only those of the
// screen count.
func Welcome(ctx context.Context, opts Options, looked string) (Choice, error) {
	opts = opts.withDefaults().onTerminal()
	screen := openTerminal(opts)
	defer screen.close()
	m := &welcome{opts: opts, look: opts.look, theme: opts.look.theme(), looked: looked}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)
	err := drive(ctx, newProgram(m, opts, screen, func() {}), screen, signals, func() {})
	if err == nil && !screen.box.flush(endWithin) {
		err = ErrStalled
	}
	if errors.Is(err, ErrStalled) && screen.restore() {
		err = nil
	}
	if err != nil {
		return ChoseQuit, err
	}
	return m.choice, nil
}

// welcome is the model of the first screen.
type welcome struct {
	opts          Options
	look          appearance
	theme         *theme
	looked        string
	width, height int
	choice        Choice
}

// Init implements tea.Model.
func (m *welcome) Init() tea.Cmd { return m.opts.askBackground() }

// Update implements tea.Model.
func (m *welcome) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
	case tea.BackgroundColorMsg:
		if m.look.turn(msg) {
			m.theme = m.look.theme()
		}
	case tea.KeyPressMsg:
		switch msg.String() {
		case "d":
			m.choice = ChoseDemo
			return m, tea.Quit
		case "i":
			m.choice = ChoseInit
			return m, tea.Quit
		case "q", "esc", "ctrl+c":
			m.choice = ChoseQuit
			return m, tea.Quit
		}
	}
	return m, nil
}

// View implements tea.Model.
func (m *welcome) View() tea.View {
	v := tea.NewView(strings.Join(m.opts.asciiLines(m.frame()), "\n"))
	v.AltScreen = true
	v.WindowTitle = m.opts.Title
	return v
}

// frame is the whole screen. Where it is too small for all the keys stay.
func (m *welcome) frame() []string {
	w, h := min(m.width, maxScreen), min(m.height, maxScreen)
	if w <= 0 || h <= 0 {
		return nil
	}
	out := []string{" " + m.theme.paint(roleTitle, m.opts.Title) + " " + m.theme.paint(roleFaint, clean(m.opts.Version)), ""}
	column := max(1, min(w-2, plainWidth))
	for i, paragraph := range welcomeText(m.looked) {
		if i > 0 {
			out = append(out, "")
		}
		for _, line := range wrap(paragraph, column) {
			out = append(out, " "+line)
		}
	}
	out = append(out, "")
	for _, c := range welcomeChoices {
		for i, line := range wrapIndent("   ", c.does, column) {
			if i == 0 {
				line = " " + m.theme.paint(roleTitle, c.key) + " " + strings.TrimPrefix(line, "   ")
			}
			out = append(out, line)
		}
	}
	keys := m.theme.paint(roleTitle, "d") + " demo  " + m.theme.paint(roleTitle, "i") + " init  " + m.theme.paint(roleTitle, "q") + " quit"
	return clampFrame(append(fill(out, h-1), " "+keys), w, h)
}

// welcomeChoices are what can be done without a configuration.
var welcomeChoices = [...]struct{ key, command, does string }{
	{"d", "fumtui demo", "try the demo: two simulated clusters on this machine, that you can break and cut over"},
	{"i", "fumtui init", "write a configuration, from the files of the fume command"},
	{"q", "", "quit"},
}

// welcomeText is what fumtui is, in paragraphs.
func welcomeText(looked string) []string {
	return []string{
		"fumtui watches your Yellowstone Fumarole clusters and the pipelines that read from them. It says whether it is a blip, " +
			"your side or an outage, and moves a pipeline to another cluster and back when you confirm it, without losing a slot.",
		"It has no configuration yet: there is none at " + clean(looked) + ", and neither --config nor FUMTUI_CONFIG names another.",
	}
}

// WelcomeText is the same for where there is no screen: what can be done are
// commands there.
func WelcomeText(looked string) string {
	var out []string
	for _, paragraph := range welcomeText(looked) {
		out = append(append(out, wrap(paragraph, minWidth-1)...), "")
	}
	for _, c := range welcomeChoices {
		if c.command != "" {
			out = append(out, wrapIndent("  "+c.command+"  ", c.does, minWidth-1)...)
		}
	}
	return joinPlain(out)
}
