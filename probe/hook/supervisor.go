package hook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/fumtui/fumtui/model"
)

const (
	// maxTimeout is the time of a hook whose context has no deadline.
	maxTimeout = time.Hour
	// slack is how much longer than a hook can take its driver waits for its
	// supervisor.
	slack = 3 * time.Second
	// maxAnswer bounds, in bytes, what a supervisor says. It is above what JSON
	// makes of the longest output.
	maxAnswer = 8 * MaxOutput
)

// Supervisor runs hooks such that they outlive this process. Of the hooks of one
// pipeline on a host one runs at a time. It may be used from any goroutine.
type Supervisor struct {
	// Command is the program, with its arguments, that calls [Supervise].
	Command []string
	// Dir is the folder of the locks and outcomes, made where it is missing.
	Dir string

	reapers sync.WaitGroup
}

// Run has a supervisor run a hook, and gives its outcome as the function [Run]
// does. The deadline of ctx is that of the hook, waiting for another hook of the
// pipeline included ([ErrBusy]: it was waited for in vain, and nothing was run);
// the outcome is there at the latest the grace and a little later. When ctx is
// cancelled Run returns at once, but the hook goes on to its end under its
// supervisor: half a hook would be worse than a late one.
func (s *Supervisor) Run(ctx context.Context, spec Spec) (Result, error) {
	failed := Result{ExitCode: -1}
	if len(spec.Args) == 0 || spec.Args[0] == "" {
		return failed, fmt.Errorf("an empty command %w", ErrNotStarted)
	}
	if spec.Grace <= 0 {
		spec.Grace = DefaultGrace
	}
	lock, err := s.lock(ctx, &spec)
	if err != nil {
		return failed, fmt.Errorf("%s %w: %w", spec.Args[0], ErrNotStarted, err)
	}
	spec.Timeout = maxTimeout
	if deadline, ok := ctx.Deadline(); ok {
		spec.Timeout = time.Until(deadline)
	}
	answers, err := s.start(&spec, lock)
	// From here on the lock is the supervisor's.
	err = errors.Join(err, lock.Close())
	if err != nil {
		return failed, fmt.Errorf("the supervisor of %s %w: %w", spec.Args[0], ErrNotStarted, err)
	}
	return await(ctx, &spec, answers)
}

// lock takes the pipeline's lock for a hook.
func (s *Supervisor) lock(ctx context.Context, spec *Spec) (*os.File, error) {
	if !model.ValidName(spec.Pipeline) {
		return nil, fmt.Errorf("%q cannot be the name of a pipeline", model.Clean(spec.Pipeline, 64))
	}
	spec.Lock = s.lockPath(spec.Pipeline)
	spec.Outcomes = OutcomesDir(s.Dir, spec.Pipeline)
	if err := os.MkdirAll(spec.Outcomes, 0o700); err != nil {
		return nil, s.unusable(err)
	}
	f, err := os.OpenFile(spec.Lock, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, s.unusable(err)
	}
	last, err := lockSoon(ctx, f, false)
	if err == nil && last.supersedes(spec) {
		err = fmt.Errorf("%w: %s", ErrSuperseded, last.String())
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

func (s *Supervisor) lockPath(pipeline string) string { return filepath.Join(s.Dir, pipeline+".lock") }

// unusable says what to do about a folder in which nothing can be kept.
func (s *Supervisor) unusable(err error) error {
	return fmt.Errorf("the folder %s, where hooks are locked and their outcomes kept, cannot be used: %w: "+
		"let this user write there, or move the database to another place", s.Dir, err)
}

// answer is what came of a supervisor.
type answer struct {
	data []byte
	err  error // of its process
	said string
}

// start starts a supervisor, which gets the lock. Its answer comes when it has
// ended.
func (s *Supervisor) start(spec *Spec, lock *os.File) (<-chan answer, error) {
	order, err := writeOrder(spec)
	if err != nil {
		return nil, err
	}
	defer func() { _ = order.Close() }()
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	errs := &tail{}
	cmd := exec.Command(s.Command[0], s.Command[1:]...) //nolint:noctx // it is to outlive every context of this process
	cmd.Stdin, cmd.Stdout, cmd.Stderr = order, w, errs
	cmd.WaitDelay = time.Second
	detach(cmd, lock)
	err = cmd.Start()
	_ = w.Close()
	if err != nil {
		_ = r.Close()
		return nil, err
	}
	answers := make(chan answer, 1)
	s.reapers.Go(func() {
		data, _ := io.ReadAll(io.LimitReader(r, maxAnswer)) // what came until it broke off
		err := cmd.Wait()
		_ = r.Close()
		answers <- answer{data, err, errs.text()}
	})
	return answers, nil
}

// writeOrder writes down what a supervisor is to do, in a file without a name that it
// is to read. All of it is there before the supervisor is: a driver that is suspended
// the moment it has started one must not leave it waiting, with the lock.
func writeOrder(spec *Spec) (*os.File, error) {
	text, err := json.Marshal(spec)
	if err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(spec.Outcomes, unfinished)
	if err != nil {
		return nil, err
	}
	_, err = f.Write(text)
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err = errors.Join(err, os.Remove(f.Name())); err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// await waits for the answer of a supervisor.
func await(ctx context.Context, spec *Spec, answers <-chan answer) (Result, error) {
	// Its grace for the hook, and that for what holds on to the hook's output.
	patience := time.NewTimer(spec.Timeout + 2*spec.Grace + slack)
	defer patience.Stop()
	done := ctx.Done()
	for {
		select {
		case a := <-answers:
			return a.result(spec)
		case <-patience.C:
			return Result{ExitCode: -1}, fmt.Errorf("the supervisor of %s does not answer: %w: %w",
				spec.Args[0], ErrLost, context.DeadlineExceeded)
		case <-done:
			if errors.Is(ctx.Err(), context.DeadlineExceeded) {
				done = nil // the supervisor ends the hook now
				continue
			}
			return Result{ExitCode: -1}, fmt.Errorf("%s goes on under its supervisor, and nobody waits for it: %w",
				spec.Args[0], ctx.Err())
		}
	}
}

// result reads what a supervisor said.
func (a *answer) result(spec *Spec) (Result, error) {
	var o Outcome
	if err := json.Unmarshal(a.data, &o); err != nil || o.Hook != spec.Hook || o.Run != spec.Run {
		why := "without a word"
		if a.said != "" {
			why = "saying: " + model.Clean(a.said[strings.LastIndexByte(a.said, '\n')+1:], model.MaxMessage)
		}
		if a.err != nil {
			why += fmt.Sprintf(" (%v)", a.err)
		}
		return Result{ExitCode: -1}, fmt.Errorf("the supervisor of %s ended %s: %w", spec.Args[0], why, ErrLost)
	}
	return Result{ExitCode: o.ExitCode, Output: o.Output, Cursor: o.Cursor}, o.err()
}

// Await waits until no hook of the pipeline runs on this host, or until ctx is
// done, whose error it then returns, with [ErrBusy].
func (s *Supervisor) Await(ctx context.Context, pipeline string) error {
	if !CanSupervise {
		return nil
	}
	f, err := os.Open(s.lockPath(pipeline))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return s.unusable(err)
	}
	defer func() { _ = f.Close() }()
	_, err = lockSoon(ctx, f, true)
	return err
}

// Ready fails where no hook could be supervised: the folder cannot be written,
// say. It changes nothing.
func (s *Supervisor) Ready() error {
	if !CanSupervise {
		return nil
	}
	dir := s.Dir
	for {
		info, err := os.Stat(dir)
		switch {
		case err == nil && !info.IsDir():
			return s.unusable(fmt.Errorf("%s is no folder", dir))
		case err == nil:
			if err := mayWrite(dir); err != nil {
				return s.unusable(err)
			}
			return nil
		case !errors.Is(err, fs.ErrNotExist) || dir == filepath.Dir(dir):
			return s.unusable(err)
		}
		dir = filepath.Dir(dir) // it can be made where its parent can be written
	}
}

// Wait waits until every supervisor that this process started has ended.
func (s *Supervisor) Wait() { s.reapers.Wait() }
