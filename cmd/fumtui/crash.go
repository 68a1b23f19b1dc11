package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/config"
	"github.com/fumtui/fumtui/model/crash"
	"github.com/fumtui/fumtui/store"
	"github.com/fumtui/fumtui/ui"
)

const (
	// mostStacks bounds, in bytes, what a report holds of other goroutines.
	mostStacks = 256 << 10
	// crashEvents is how many of the newest events it holds.
	crashEvents = 50
	// crashWithin bounds each part of it that may have to wait for what is broken.
	crashWithin = time.Second
	// writtenWithin bounds all of it.
	writtenWithin = 5 * time.Second
)

// crashReport writes down what is known when this program panics, and ends it in
// order: the terminal is a person's again, and the journals say how runs go on.
type crashReport struct {
	out    io.Writer
	last   *farewell // what is left to be done; may be nil
	rescue *ui.Rescue
	once   sync.Once
	exit   func(code int)

	mu      sync.Mutex
	console *console         // in force
	before  []*config.Config // that were in force
}

// takes notes that another console is in force. The one before is not kept.
func (r *crashReport) takes(c *console) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.before, r.console = append(r.before, r.console.cfg), c
}

// inForce is the console in force.
func (r *crashReport) inForce() *console {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.console
}

func newCrashReport(ctx context.Context, c *console, out io.Writer) *crashReport {
	last, _ := ctx.Value(farewellKey{}).(*farewell)
	return &crashReport{console: c, out: out, last: last, rescue: &ui.Rescue{}, exit: os.Exit}
}

// end ends the process after a panic of a goroutine: what that held is in nobody's
// hands any more, so nothing goes on. It does not return.
func (r *crashReport) end(p *crash.Panic) {
	r.once.Do(func() {
		r.rescue.Restore() // first: a disk that is ill may keep the report waiting
		path, err := r.save(p)
		r.tell(p, path, err)
		code := exitFailed
		if r.last != nil && r.last.left() {
			r.last.say(r.out)
			code = exitUnknown
		}
		r.exit(code)
	})
	select {} // another goroutine is ending the process
}

// told writes down a panic of the screen, which has ended already. Runs go on
// without it. Other errors stay what they are.
func (r *crashReport) told(err error) error {
	var p *crash.Panic
	if !errors.As(err, &p) {
		return err
	}
	path, writeErr := r.save(p)
	r.tell(p, path, writeErr)
	return &exitError{code: exitFailed}
}

// tell says what happened and what to do.
func (r *crashReport) tell(p *crash.Panic, path string, err error) {
	var b strings.Builder
	fmt.Fprintln(&b, "fumtui: "+model.Clean(r.hide(p.Error()), model.MaxMessage))
	if err != nil {
		fmt.Fprintf(&b, "no report could be written (%v); this is where it happened:\n%s\n", err, r.hide(string(p.Stack)))
	} else {
		fmt.Fprintf(&b, "a report, without tokens and headers, is in %s: please hand it to whoever maintains fumtui\n", path)
	}
	fmt.Fprintln(&b, "no slot is lost by this: every step of a run is in its journal; `fumtui runs` shows what has not ended and how to resume it")
	_, _ = within(crashWithin, func() (int, error) { return io.WriteString(r.out, b.String()) })
}

// within does something that may have to wait for what is broken, or panic too, and
// gives what came of it within what is reasonable.
func within[T any](most time.Duration, do func() (T, error)) (T, error) {
	type outcome struct {
		result T
		err    error
	}
	came := make(chan outcome, 1)
	go func() {
		defer func() {
			if v := recover(); v != nil { // a second panic while the first one is told
				came <- outcome{err: fmt.Errorf("another panic: %v", v)}
			}
		}()
		result, err := do()
		came <- outcome{result, err}
	}()
	select {
	case o := <-came:
		return o.result, o.err
	case <-time.After(most):
		var none T
		return none, fmt.Errorf("it took longer than %s", most)
	}
}

// save writes the report, but waits for the disk no longer than is reasonable.
func (r *crashReport) save(p *crash.Panic) (path string, err error) {
	return within(writtenWithin, func() (string, error) { return r.write(p) })
}

// write writes the report, readable by its owner alone, and says where.
func (r *crashReport) write(p *crash.Panic) (string, error) {
	text := r.hide(r.text(p))
	database, err := store.DefaultPath()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(filepath.Dir(database), "crashes")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	path := filepath.Join(dir, fmt.Sprintf("crash-%s-%d.txt", time.Now().UTC().Format("20060102-150405.000"), os.Getpid()))
	return path, writeNew(path, []byte(text))
}

// text is the report. Each part that may wait for what is broken has a time.
func (r *crashReport) text(p *crash.Panic) string {
	stacks := make([]byte, mostStacks)
	stacks = stacks[:runtime.Stack(stacks, true)]
	c := r.inForce()
	var b strings.Builder
	fmt.Fprintf(&b, "fumtui %s, %s on %s/%s, %s\npanic: %s\n\n%s\n", versionText(), runtime.Version(), runtime.GOOS, runtime.GOARCH,
		time.Now().UTC().Format(time.RFC3339), model.Clean(r.hide(fmt.Sprint(p.Value)), model.MaxMessage), p.Stack)
	fmt.Fprintf(&b, "\n== the last screen\n\n%s", r.rescue.Frame())
	fmt.Fprintf(&b, "\n== the last events, the newest first\n\n%s", c.lastEvents(r.hide))
	fmt.Fprintf(&b, "\n== the configuration in force\n\n%s", settingsText(c.cfg, c.storePath()))
	fmt.Fprintf(&b, "\n== all goroutines\n\n%s\n", stacks)
	return b.String()
}

// lastEvents are the newest events, a line each, as far as the database answers.
func (c *console) lastEvents(hide func(string) string) string {
	if c.store == nil {
		return "no database is open\n"
	}
	text, err := within(crashWithin, func() (string, error) {
		ctx, cancel := context.WithTimeout(context.Background(), crashWithin)
		defer cancel()
		found, err := c.store.Events(ctx, model.EventQuery{Limit: crashEvents})
		var b strings.Builder
		for _, e := range slices.Backward(found.List) {
			fmt.Fprintf(&b, "%s %s\n", e.At.UTC().Format(time.RFC3339), model.Clean(hide(ui.EventText(&e)), model.MaxMessage))
		}
		return b.String(), err
	})
	if err != nil {
		return "the database did not give them: " + model.Clean(hide(err.Error()), model.MaxMessage) + "\n"
	}
	return text
}

// hide takes all secrets out of a text: those of the configuration in force, and of
// those before it, by which runs may still be driven. It comes before a text is cut.
func (r *crashReport) hide(text string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, cfg := range append(slices.Clone(r.before), r.console.cfg) {
		text = cfg.Hide(text)
	}
	return text
}
