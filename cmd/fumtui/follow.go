package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/fumtui/fumtui/model"
)

// printWithin bounds the wait for the last lines on a terminal that stalls.
const printWithin = 2 * time.Second

// follower prints the steps of a run as they begin and end. It prints from a
// goroutine of its own, because a terminal may block for as long as it likes
// and a run must not: what comes meanwhile is caught up with later.
type follower struct {
	out    io.Writer
	among  bool // several are followed: each line names its pipeline
	first  []string
	newest chan model.Run // holds the newest state that was not printed yet
	ended  chan struct{}
	done   chan struct{}
}

// follow prints the steps of a run that this process drives. The caller ends it with
// the function that comes back.
func (c *console) follow(id string, out io.Writer) (end func()) {
	return c.followBy(id, &follower{out: out})
}

// followAmong does the same among the steps of other runs, after what is said first.
func (c *console) followAmong(id string, out io.Writer, first ...string) (end func()) {
	return c.followBy(id, &follower{out: out, among: true, first: first})
}

func (c *console) followBy(id string, f *follower) (end func()) {
	f.newest, f.ended, f.done = make(chan model.Run, 1), make(chan struct{}), make(chan struct{})
	go f.print()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.followers[id] = f
	return sync.OnceFunc(func() {
		c.mu.Lock()
		delete(c.followers, id)
		c.mu.Unlock()
		f.end()
	})
}

// show hands in a newer state. It never blocks, and has one caller at a time.
func (f *follower) show(run model.Run) {
	select {
	case <-f.newest:
	default:
	}
	f.newest <- run
}

// end waits for what is still to be printed, within bounds.
func (f *follower) end() {
	close(f.ended)
	timer := time.NewTimer(printWithin)
	defer timer.Stop()
	select {
	case <-f.done:
	case <-timer.C:
	}
}

// print prints until the end, and what is left then.
func (f *follower) print() {
	defer close(f.done)
	shown := map[model.StepName]model.StepState{}
	for _, line := range f.first {
		fmt.Fprintln(f.out, line)
	}
	for {
		select {
		case run := <-f.newest:
			f.printNew(run, shown)
		case <-f.ended:
			select {
			case run := <-f.newest:
				f.printNew(run, shown)
			default:
			}
			return
		}
	}
}

// printNew prints the steps whose state is new.
func (f *follower) printNew(run model.Run, shown map[model.StepName]model.StepState) {
	for _, s := range run.Steps {
		if s.State != model.StepPending && shown[s.Name] != s.State {
			shown[s.Name] = s.State
			line := stepLine(s)
			if f.among {
				line = run.Pipeline + ": " + line
			}
			fmt.Fprintln(f.out, line)
		}
	}
}

// stepLine is a step in one line.
func stepLine(s model.Step) string {
	text := s.Detail
	if s.Error != "" {
		text = s.Error
	}
	if text == "" {
		return fmt.Sprintf("%-12s %s", s.Name, s.State)
	}
	return fmt.Sprintf("%-12s %s: %s", s.Name, s.State, model.Clean(text, model.MaxMessage))
}
