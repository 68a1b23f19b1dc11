package hook

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fumtui/fumtui/model"
)

const (
	// liveName is the file in which a supervisor tells what its hook says while it
	// runs, beside the outcomes.
	liveName = "live.now"
	// livePace is how often it does so at most.
	livePace = 300 * time.Millisecond
	// liveOutput bounds, in bytes, what it tells: the end.
	liveOutput = 4 << 10
	// mostTold is how many hooks [Told] tells of, and mostLines of how many lines.
	mostTold, mostLines = 12, 40
)

// live is a hook that runs, and what it said so far.
type live struct {
	Outcome
	Until time.Time `json:"until"` // it is over by then, whatever becomes of its supervisor
}

// tellOn tells what a hook says, again and again while it runs, until the function
// that comes back is called. It is for people alone: what cannot be told is not.
func tellOn(spec *Spec, o Outcome, until time.Time, heard *tail) (end func()) {
	var wg sync.WaitGroup
	done := make(chan struct{})
	wg.Go(func() {
		tick := time.NewTicker(livePace)
		defer tick.Stop()
		told := "\x00"
		for {
			if text := heard.text(); text != told {
				told = text
				o.Output = endOf(text)
				writeLive(spec.Outcomes, live{o, until})
			}
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	})
	return func() {
		close(done)
		wg.Wait()
	}
}

// endOf is the end of what is told.
func endOf(text string) string {
	if len(text) <= liveOutput {
		return text
	}
	return strings.ToValidUTF8(text[len(text)-liveOutput:], "")
}

// writeLive writes it, all of it or nothing.
func writeLive(dir string, l live) {
	text, err := json.Marshal(l)
	if err != nil {
		return
	}
	tmp, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return
	}
	_, err = tmp.Write(text)
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), filepath.Join(dir, liveName))
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
	}
}

// silence takes back what was told of a hook that has ended.
func silence(dir string) { _ = os.Remove(filepath.Join(dir, liveName)) }

// Told tells of the hooks of a run on this host, oldest first: those that ended as
// far as they are kept, and the one that runs. Of the status hook, which is run
// again and again, only the newest is told. Whoever may read the folder may ask,
// while the run is driven by anybody.
func Told(dir, pipeline, run string, now time.Time) ([]model.HookOutput, error) {
	if !model.ValidName(pipeline) || run == "" {
		return nil, nil
	}
	ended, err := Outcomes(dir, pipeline)
	if err != nil {
		return nil, err
	}
	var all []model.HookOutput
	for _, o := range ended {
		if o.Run == run {
			all = append(all, o.told())
		}
	}
	l, err := readLive(OutcomesDir(dir, pipeline))
	if err != nil {
		return nil, err
	}
	if l != nil && l.Run == run && now.Before(l.Until) && !slices.ContainsFunc(all, func(h model.HookOutput) bool { return h.BeganAt.Equal(l.BeganAt) }) {
		h := l.told()
		h.EndedAt = time.Time{}
		all = append(all, h)
	}
	last := len(all) - 1
	for i := len(all) - 1; i >= 0; i-- {
		if i != last && all[i].Hook == "status" {
			all = slices.Delete(all, i, i+1)
			last--
		}
	}
	return all[max(0, len(all)-mostTold):], nil
}

// told is an outcome for people.
func (o *Outcome) told() model.HookOutput {
	h := model.HookOutput{
		Cluster: o.Cluster, Hook: o.Hook, BeganAt: o.BeganAt, EndedAt: o.EndedAt, ExitCode: o.ExitCode,
		Error: model.Clean(o.Error, model.MaxMessage),
	}
	for line := range strings.Lines(o.Output) {
		if line = model.Clean(strings.TrimRight(line, "\r\n"), model.MaxMessage); line != "" {
			h.Lines = append(h.Lines, line)
		}
	}
	h.Lines = h.Lines[max(0, len(h.Lines)-mostLines):]
	return h
}

// readLive reads what is told of the hook that runs; nil where none does.
func readLive(dir string) (*live, error) {
	f, err := os.Open(filepath.Join(dir, liveName))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read what a hook says: %w", err)
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, maxOutcome))
	var l live
	if err != nil || json.Unmarshal(data, &l) != nil {
		return nil, nil // somebody is writing it anew
	}
	return &l, nil
}
