package ui

import (
	"context"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model/crash"
)

// jobs runs commands: it hands them a context that ends with the console,
// waits for them at the end, and turns a panic into a message, because one
// inside a batched command would otherwise be lost on the alternate screen.
type jobs struct {
	ctx    context.Context
	mu     sync.Mutex
	closed bool
	wg     sync.WaitGroup
}

// crashMsg is a panic of a command.
type crashMsg struct{ err error }

// recovered notes a panic of Update or View, and calls then. Deferred, it must be
// called directly.
func (m *root) recovered(then func()) {
	if r := recover(); r != nil {
		m.crash = crash.Recovered(r)
		then()
	}
}

// doneMsg brings the answer to something that was confirmed.
type doneMsg struct {
	deed   int
	answer tea.Msg
}

// confirmed wraps the doing of what was confirmed for a pipeline as a command. Until
// its answer has come, leaving asks first.
func (m *root) confirmed(pipeline string, fn func(ctx context.Context) tea.Msg) tea.Cmd {
	m.newestDeed++
	deed := m.newestDeed
	m.deeds[deed] = pipeline
	return m.jobs.cmd(func(ctx context.Context) tea.Msg { return doneMsg{deed, fn(ctx)} })
}

// cmd wraps fn as a command. fn must capture plain values only, never the
// model.
func (j *jobs) cmd(fn func(ctx context.Context) tea.Msg) tea.Cmd {
	return func() (msg tea.Msg) {
		if !j.begin() {
			return nil
		}
		defer j.wg.Done()
		defer func() {
			if r := recover(); r != nil {
				msg = crashMsg{crash.Recovered(r)}
			}
		}()
		return fn(j.ctx)
	}
}

func (j *jobs) begin() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return false
	}
	j.wg.Add(1)
	return true
}

// wait lets no further job begin and waits for those under way, but not longer
// than d. It reports whether all have ended.
func (j *jobs) wait(d time.Duration) bool {
	j.mu.Lock()
	j.closed = true
	j.mu.Unlock()
	done := make(chan struct{})
	go func() {
		j.wg.Wait()
		close(done)
	}()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-done:
		return true
	case <-timer.C:
		return false
	}
}
