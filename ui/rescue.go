package ui

import (
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/x/ansi"
)

// rescueWithin bounds how long a terminal may take to be put in order.
const rescueWithin = time.Second

// Rescue is for who has to end the process at once, from any goroutine, while a
// screen is shown. It is fine on nil, and without a screen.
type Rescue struct {
	mu     sync.Mutex
	screen *terminal
	frame  string
}

// of tells of the screen until the function that comes back is called.
func (r *Rescue) of(screen *terminal) (end func()) {
	if r == nil {
		return func() {}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.screen = screen
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.screen = nil
	}
}

// Drew keeps the newest frame, or the newest lines of a console in lines.
func (r *Rescue) Drew(frame string) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.frame = frame
}

// Frame is the newest frame, as text.
func (r *Rescue) Frame() string {
	r.mu.Lock()
	frame := r.frame
	r.mu.Unlock()
	return joinPlain(strings.Split(ansi.Strip(frame), "\n"))
}

// Restore puts the terminal in order, within a second. Nothing is drawn after it.
func (r *Rescue) Restore() {
	r.mu.Lock()
	screen := r.screen
	r.screen = nil
	r.mu.Unlock()
	if screen == nil {
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		screen.box.shut()
		screen.giveUp()
		screen.restore()
	}()
	select {
	case <-done:
	case <-time.After(rescueWithin):
	}
}
