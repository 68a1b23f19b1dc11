package hook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fumtui/fumtui/probe/host"
)

const (
	// maxSpec bounds, in bytes, what a supervisor is told.
	maxSpec = 1 << 20
	// keptOutcomes is how many outcomes are kept of a pipeline.
	keptOutcomes = 32
	// keptStatus is how many of those may be of the status hook, which is run all
	// the time: it must not push out what a drain said.
	keptStatus = 8
	// outcomeEnd is how the names of their files end.
	outcomeEnd = ".json"
	statusEnd  = "-status" + outcomeEnd
	// unfinished is how files are called that are not whole yet; one that stays is
	// removed.
	unfinished = ".new-*"
	// maxOutcome bounds, in bytes, an outcome that is read.
	maxOutcome = maxAnswer
)

// Supervise is a supervisor: it reads a [Spec] from stdin, runs its hook to the
// end or the timeout, keeps the [Outcome] in a file and writes it to stdout. It
// holds the lock that its driver handed over until the hook has ended and the outcome
// is kept, and whatever becomes of the driver and its terminal, it goes on. When ctx is done the hook is asked
// to end, too: somebody ends all of the host's processes. Its error is about
// itself; how the hook fared is in the outcome alone.
func Supervise(ctx context.Context, stdin io.Reader, stdout io.Writer) error {
	defer outliveDriver()()
	data, err := io.ReadAll(io.LimitReader(stdin, maxSpec))
	if err != nil {
		return fmt.Errorf("read what to supervise: %w", err)
	}
	var spec Spec
	if err := json.Unmarshal(data, &spec); err != nil {
		return fmt.Errorf("read what to supervise: %w", err)
	}
	lock, err := inherited(spec.Lock)
	if err != nil {
		return err
	}
	defer func() { _ = lock.Close() }()
	outcome := superviseRun(ctx, &spec, lock)
	text, err := json.Marshal(outcome)
	if err != nil {
		return fmt.Errorf("write the outcome: %w", err)
	}
	text = append(text, '\n')
	err = keep(spec.Outcomes, outcome, text)
	silence(spec.Outcomes)
	// What is long waits for the driver to read it, which may be suspended: the hook
	// has ended, and others need not wait with it.
	_ = lock.Close()
	_, told := stdout.Write(text)
	if told != nil {
		told = fmt.Errorf("tell the outcome: %w", told)
	}
	return errors.Join(err, told)
}

// superviseRun runs the hook and keeps the note in the lock up to date.
func superviseRun(ctx context.Context, spec *Spec, lock *os.File) Outcome {
	began := time.Now()
	outcome := spec.outcome(began)
	n := note{
		Run: spec.Run, Epoch: spec.Epoch, Hook: spec.Hook, Cluster: spec.Cluster,
		BeganAt: outcome.BeganAt, Until: outcome.BeganAt.Add(spec.Timeout + spec.Grace + slack),
	}
	hookCtx, cancel := context.WithTimeout(ctx, spec.Timeout)
	defer cancel()
	heard := &tail{}
	defer tellOn(spec, outcome, n.Until, heard)()
	result, err := Run(hookCtx, Command{
		Args: spec.Args, Env: Environment(os.Environ(), spec.Env), Grace: spec.Grace, heard: heard,
		Started: func(pid int) {
			n.Leader = host.Process(pid)
			writeNote(lock, n)
		},
	})
	n.Ended = true
	writeNote(lock, n)
	outcome.EndedAt = time.Now().UTC()
	outcome.ExitCode, outcome.Output, outcome.Cursor = result.ExitCode, result.Output, result.Cursor
	if err != nil {
		outcome.Error, outcome.Kind = err.Error(), kindOf(err)
	}
	return outcome
}

// OutcomesDir is where the outcomes of a pipeline's hooks are kept below the
// folder of a [Supervisor].
func OutcomesDir(dir, pipeline string) string { return filepath.Join(dir, pipeline+".outcomes") }

// keep writes an outcome to a file of its own, all of it or nothing, and removes
// old ones.
func keep(dir string, o Outcome, text []byte) error {
	name := o.BeganAt.Format("20060102T150405.000000000Z") + "-" + safe(o.Hook)
	tmp, err := os.CreateTemp(dir, unfinished)
	if err != nil {
		return fmt.Errorf("keep the outcome: %w", err)
	}
	_, err = tmp.Write(text)
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), filepath.Join(dir, name+outcomeEnd))
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
		return fmt.Errorf("keep the outcome: %w", err)
	}
	prune(dir)
	return nil
}

// safe is a word fit for the name of a file.
func safe(word string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, word)
}

// outcomeFiles are the names of the outcomes, oldest first.
func outcomeFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), outcomeEnd) && e.Type().IsRegular() {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}

// prune removes all but the newest outcomes, and what was half written by who
// was killed: nobody else writes while the lock is held.
func prune(dir string) {
	names, err := outcomeFiles(dir)
	if err != nil {
		return
	}
	all, status := len(names), 0
	for _, name := range names {
		if strings.HasSuffix(name, statusEnd) {
			status++
		}
	}
	for _, name := range names {
		of := strings.HasSuffix(name, statusEnd)
		if all <= keptOutcomes && (!of || status <= keptStatus) {
			continue
		}
		if of {
			status--
		}
		all--
		_ = os.Remove(filepath.Join(dir, name))
	}
	torn, _ := filepath.Glob(filepath.Join(dir, unfinished))
	for _, path := range torn {
		_ = os.Remove(path)
	}
}

// Outcomes reads the outcomes that are kept of a pipeline's hooks, oldest first.
// One that cannot be read is left out.
func Outcomes(dir, pipeline string) ([]Outcome, error) {
	dir = OutcomesDir(dir, pipeline)
	names, err := outcomeFiles(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the outcomes of hooks: %w", err)
	}
	var all []Outcome
	for _, name := range names {
		if o, ok := readOutcome(filepath.Join(dir, name)); ok {
			all = append(all, o)
		}
	}
	return all, nil
}

func readOutcome(path string) (o Outcome, ok bool) {
	f, err := os.Open(path)
	if err != nil {
		return o, false
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, maxOutcome))
	return o, err == nil && json.Unmarshal(data, &o) == nil
}
