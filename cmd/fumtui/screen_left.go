package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
)

// leftScreen is what goes on when the screen was left, told in lines.
type leftScreen struct {
	out      io.Writer
	followed map[string]func() // ends the telling of a run's steps, by its id
}

// goesOn says that a run is driven without the screen.
func goesOn(run string) string {
	return "run " + run + " goes on; interrupt to leave it at its next durable point"
}

// leave notes that the screen is left, and gives, in words, what goes on. Whoever
// drives needs the same lock: nothing may be written to a terminal under it.
func (o *operator) leave(out io.Writer) (lines []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.left = &leftScreen{out: out, followed: map[string]func(){}}
	for _, what := range slices.Sorted(maps.Keys(o.acts)) {
		lines = append(lines, what+"; interrupt to leave that")
	}
	for _, cluster := range slices.Sorted(maps.Keys(o.empty)) {
		lines = append(lines, fmt.Sprintf("the evacuation of %s goes on; interrupt to leave its runs at their next durable point", cluster))
	}
	for _, run := range slices.Sorted(maps.Keys(o.under)) {
		lines = append(lines, goesOn(run))
	}
	return lines
}

// followAll tells the steps of the runs that are under way.
func (o *operator) followAll() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for run := range o.under {
		o.followOn(run)
	}
}

// followOn tells the steps of a run from now on, first after lines about it.
func (o *operator) followOn(run string, first ...string) {
	if o.left.followed[run] == nil {
		o.left.followed[run] = o.follow(run, o.left.out, first...)
	}
}

// finish waits for what is under way, and says so. Only that, and what a signal
// ended before, decides the exit code: of the rest the screen has told.
func (o *operator) finish(out io.Writer) error {
	lines := o.leave(out)
	teller := newTeller(out, len(lines))
	for _, line := range lines {
		teller.say(line)
	}
	teller.end() // before their steps are told
	o.followAll()
	o.wg.Wait()
	o.endFollowing()
	return o.worst()
}

// endFollowing waits for the steps that are still to be told, within bounds.
func (o *operator) endFollowing() {
	o.mu.Lock()
	followed := o.left.followed
	o.mu.Unlock()
	var wg sync.WaitGroup
	for _, end := range followed {
		wg.Go(end)
	}
	wg.Wait()
}

// worst is how that ended worst whose end no screen told.
func (o *operator) worst() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	worst := error(nil)
	for _, about := range slices.Sorted(maps.Keys(o.untold)) {
		worst = worse(worst, o.untold[about])
	}
	return worst
}

// worse is the outcome with the greater exit code; the first where both have it.
func worse(a, b error) error {
	if exitOf(b) > exitOf(a) {
		return b
	}
	return a
}
