package ui

import (
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
)

// resizeCalm is how long a window must keep its size before it is drawn anew.
const resizeCalm = 60 * time.Millisecond

// resizes holds window sizes back until they stand still: each one that is
// drawn costs a whole screen.
type resizes struct {
	send func(tea.Msg)

	mu     sync.Mutex
	any    bool // the first size is let through at once
	timer  *time.Timer
	newest tea.WindowSizeMsg
}

// calmSizeMsg is a size that stood still.
type calmSizeMsg tea.WindowSizeMsg

// filter is a message filter of the framework.
func (r *resizes) filter(_ tea.Model, msg tea.Msg) tea.Msg {
	switch msg := msg.(type) {
	case calmSizeMsg:
		return tea.WindowSizeMsg(msg)
	case tea.WindowSizeMsg:
		return r.hold(msg)
	}
	return msg
}

func (r *resizes) hold(msg tea.WindowSizeMsg) tea.Msg {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.any {
		r.any = true
		return msg
	}
	r.newest = msg
	if r.timer == nil {
		r.timer = time.AfterFunc(resizeCalm, r.release)
	} else {
		r.timer.Reset(resizeCalm)
	}
	return nil
}

func (r *resizes) release() {
	r.mu.Lock()
	size := r.newest
	r.mu.Unlock()
	r.send(calmSizeMsg(size))
}
