package ui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
)

const (
	// leaveWithin bounds the ordinary way out; killWithin each of the rougher ones that follow it.
	leaveWithin = time.Second
	killWithin  = 500 * time.Millisecond
)

// ErrStalled says that the console was left while its terminal took no more
// output, so that the terminal may not have been put back in order.
var ErrStalled = errors.New("the terminal did not take any more output: if it looks wrong, run reset")

// Run shows the console until it is quit, a signal (interrupt, terminate,
// hang-up) comes, or ctx is done, and puts the terminal in order. It returns an
// error only when the console itself failed. Runs that were begun are not
// ended.
func Run(ctx context.Context, opts Options) error {
	opts = opts.withDefaults().onTerminal()
	if opts.Feed == nil || opts.Operator == nil {
		return errors.New("the console needs a feed and an operator")
	}
	shown, left := context.WithCancel(ctx)
	defer left()
	screen := openTerminal(opts)
	defer screen.close()
	m := newRoot(shown, opts)
	m.box = screen.box
	defer opts.Rescue.of(screen)()
	program := newProgram(m, opts, screen, left)
	m.clock.program = program

	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)

	err := drive(ctx, program, screen, signals, left)
	left()
	if err == nil && !screen.box.flush(endWithin) {
		err = ErrStalled
	}
	if screen.box.gone() || errors.Is(err, syscall.EIO) {
		err = nil // whoever hung up is told nothing, and nothing is left to put in order
	}
	if errors.Is(err, ErrStalled) && screen.restore() {
		err = nil
	}
	m.jobs.wait(leaveWithin)
	if err != nil {
		return fmt.Errorf("console: %w", err)
	}
	return m.crash
}

// newProgram sets the framework up: signals are ours, and colours are found
// out from the environment alone, without starting a child process. Left is called
// once it is being left: nothing that comes then is shown.
func newProgram(m tea.Model, opts Options, screen *terminal, left func()) *tea.Program {
	options := []tea.ProgramOption{
		tea.WithoutSignalHandler(),
		tea.WithFPS(framesPerSecond),
		tea.WithColorProfile(profile(opts.NoColor)),
		tea.WithOutput(screen.writer()),
	}
	if in := openKeyboard(opts.Input); in != nil {
		options = append(options, tea.WithInput(in))
	}
	calm := &resizes{}
	options = append(options, tea.WithFilter(func(model tea.Model, msg tea.Msg) tea.Msg {
		if _, ok := msg.(tea.QuitMsg); ok {
			screen.box.leave()
			screen.end.begin()
			left()
		}
		return calm.filter(model, msg)
	}))
	program := tea.NewProgram(m, options...)
	calm.send = program.Send
	return program
}

// profile is what colours the terminal has. TMUX is left out of what is asked,
// because the detection would run tmux, without a time limit.
func profile(noColor bool) colorprofile.Profile {
	if noColor || monochrome(os.Getenv("TERM")) {
		return colorprofile.ASCII
	}
	var env []string
	for _, kv := range os.Environ() {
		if len(kv) >= 5 && kv[:5] == "TMUX=" {
			continue
		}
		env = append(env, kv)
	}
	return max(colorprofile.Env(env), colorprofile.ASCII)
}

// drive runs the program in a goroutine of its own, so that a terminal that
// stalls cannot keep the caller from leaving. Where a signal ends it, it calls left.
func drive(ctx context.Context, program *tea.Program, screen *terminal, signals <-chan os.Signal, left func()) error {
	var err error
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		_, err = program.Run()
	}()
	go func() {
		defer close(done)
		screen.end.swallow(program, ended)
	}()
	select {
	case <-done:
		return err
	case <-ctx.Done():
	case <-signals:
		left()
	}
	go program.Quit() // blocks while the program does
	select {
	case <-done:
		return err
	case <-time.After(leaveWithin):
	}
	screen.giveUp() // what waits for the terminal fails, and the program goes on to its end
	select {
	case <-done:
		return ErrStalled
	case <-time.After(killWithin):
	}
	go program.Kill() // it may wait for the terminal too
	select {
	case <-done:
	case <-time.After(killWithin):
	}
	return ErrStalled
}
