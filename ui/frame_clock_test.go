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
	at, quick := noon.Add, time.Second/framesPerSecond
	for _, step := range []struct {
		name  string
		msg   tea.Msg
		at    time.Duration
		peace bool
		want  time.Duration
	}{
		{"the first message", snapshotMsg{}, 0, true, firstFrame},
		{"at the beginning", snapshotMsg{}, beginning - 1, true, firstFrame},
		{"soon after it", snapshotMsg{}, beginning, true, quick},
		{"soon afterwards", snapshotMsg{}, 900 * time.Millisecond, false, quick},
		{"nobody did anything", tickMsg{}, 1000 * time.Millisecond, false, calmFrame},
		{"a picture", snapshotMsg{}, 1500 * time.Millisecond, false, calmFrame},
		{"a key", keyPress("j"), 1600 * time.Millisecond, false, quick},
		{"soon after the key", tickMsg{}, 2000 * time.Millisecond, true, quick},
		{"long after it", tickMsg{}, 3000 * time.Millisecond, false, calmFrame},
		{"all is well", snapshotMsg{}, 3500 * time.Millisecond, true, peaceFrame},
		{"a key, all being well", keyPress("j"), 4 * time.Second, true, quick},
		{"long after that", tickMsg{}, 5 * time.Second, true, peaceFrame},
		{"an outage", snapshotMsg{}, 6 * time.Second, false, quick},
		{"soon after its beginning", tickMsg{}, 6500 * time.Millisecond, false, quick},
		{"it goes on", tickMsg{}, 7 * time.Second, false, calmFrame},
	} {
		if c.heed(step.msg, step.peace, at(step.at)); c.every != step.want {
			t.Errorf("%s: a look every %v, want %v", step.name, c.every, step.want)
		}
	}
}
