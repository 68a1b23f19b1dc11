package main

import (
	"cmp"
	"errors"
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
	lines = slices.Sorted(maps.Keys(o.acts))
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
		o.left.followed[run] = o.followAmong(run, o.left.out, first...)
	}
}

// finish waits for what is under way, and says so.
func (o *operator) finish(out io.Writer) {
	tellAll(out, o.leave(out)) // before their steps are told
	o.followAll()
	o.wg.Wait()
	o.endFollowing()
}

// tellAll prints lines, within bounds.
func tellAll(out io.Writer, lines []string) {
	told := newTeller(out, len(lines))
	for _, line := range lines {
		told.say(line)
	}
	told.end()
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

// endings are how runs and acts ended whose end no screen tells, by what they are.
type endings map[string]ending

type ending struct {
	outcome error  // of the process, where it is the gravest
	line    string // that tells it; "": the outcome does
}

// tell prints how all ended but for the gravest of them: that is the outcome of the
// process, whose error tells it.
func (e endings) tell(out io.Writer) error {
	all := slices.Sorted(maps.Keys(e))
	var gravest string
	var outcome error
	for _, about := range all {
		if graver(e[about].outcome, outcome) {
			gravest, outcome = about, e[about].outcome
		}
	}
	var lines []string
	for _, about := range all {
		text := outcomeText(e[about].outcome)
		if about == gravest && text != "" {
			continue
		}
		if line := cmp.Or(e[about].line, text); line != "" {
			lines = append(lines, line)
		}
	}
	tellAll(out, lines)
	return outcome
}

func graver(a, b error) bool {
	rank := func(err error) int {
		if at := slices.Index(gravity, exitOf(err)); at >= 0 {
			return at
		}
		return slices.Index(gravity, exitFailed)
	}
	return rank(a) < rank(b)
}

// outcomeText is what an outcome says; "" where it is an exit code alone.
func outcomeText(err error) string {
	var coded *exitError
	if err == nil || errors.As(err, &coded) && coded.err == nil {
		return ""
	}
	return err.Error()
}
