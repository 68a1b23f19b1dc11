package ui

import (
	"io"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

// clockedModel looks at the clock of its program while that runs.
type clockedModel struct {
	program *tea.Program
	ticker  *time.Ticker
}

func (m *clockedModel) Init() tea.Cmd { return func() tea.Msg { return tickMsg{} } }

func (m *clockedModel) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if _, ok := msg.(tickMsg); ok {
		m.ticker = tickerOf(m.program)
		return m, tea.Quit
	}
	return m, nil
}

func (*clockedModel) View() tea.View { return tea.NewView("") }

// TestFrameClockIsFound fails where the framework keeps its clock elsewhere: then
// a console at rest costs more than it needs to.
func TestFrameClockIsFound(t *testing.T) {
	t.Parallel()
	m := &clockedModel{}
	m.program = tea.NewProgram(m, tea.WithInput(strings.NewReader("")), tea.WithOutput(io.Discard), tea.WithoutSignalHandler())
	if _, err := m.program.Run(); err != nil {
		t.Fatal(err)
	}
	if m.ticker == nil {
		t.Error("the framework has no clock where it was")
	}
}

func TestFrameClock(t *testing.T) {
	t.Parallel()
	c := frameClock{program: &tea.Program{}}
	at := noon.Add
	for _, step := range []struct {
		name string
		msg  tea.Msg
		at   time.Duration
		calm bool
	}{
		{"the first message", snapshotMsg{}, 0, false},
		{"soon afterwards", snapshotMsg{}, 900 * time.Millisecond, false},
		{"nobody did anything", tickMsg{}, 1000 * time.Millisecond, true},
		{"a picture", snapshotMsg{}, 1500 * time.Millisecond, true},
		{"a key", keyPress("j"), 1600 * time.Millisecond, false},
		{"soon after the key", tickMsg{}, 2000 * time.Millisecond, false},
		{"long after it", tickMsg{}, 3000 * time.Millisecond, true},
	} {
		if c.heed(step.msg, at(step.at)); c.calm != step.calm {
			t.Errorf("%s: calm is %v", step.name, c.calm)
		}
	}
}
