package hook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/probe/host"
)

// errNoLock says that a supervisor was not started as it should be.
var errNoLock = errors.New("no lock was handed over: fumtui starts its supervisors itself")

const (
	lockPoll = 25 * time.Millisecond // between two tries to take a lock
	maxNote  = 16 << 10              // bytes of a note that are read
)

// note is what stands in a lock file: the last hook that ran under the lock. It
// is written by who holds the lock.
type note struct {
	Run     string       `json:"run"`
	Epoch   int64        `json:"epoch"`
	Hook    string       `json:"hook"`
	Cluster string       `json:"cluster"`
	BeganAt time.Time    `json:"began_at"`
	Until   time.Time    `json:"until"` // by when its supervisor would have killed it
	Leader  model.Holder `json:"leader"`
	Ended   bool         `json:"ended"`
}

// supersedes reports whether the hook of the note is of a later driver than that
// of a spec. A database that was made anew counts its epochs from 1 again, but
// the id of a run begins with its time.
func (n *note) supersedes(s *Spec) bool { return n.Epoch > s.Epoch && n.Run >= s.Run && s.Run != "" }

// running reports whether the note's hook still runs although its supervisor is
// dead: who has the lock asks. Past its time it is killed.
func (n *note) running(now time.Time) bool {
	if n.Ended || n.Leader.PID <= 1 {
		return false
	}
	if alive, known := host.Alive(n.Leader); !alive || !known {
		return false
	}
	if now.Before(n.Until) {
		return true
	}
	killGroup(n.Leader.PID)
	return false
}

// String says which hook it is.
func (n *note) String() string {
	if n.Hook == "" {
		return "a hook"
	}
	return fmt.Sprintf("hook %s of run %s at %s, begun %s,", n.Hook, n.Run, n.Cluster, n.BeganAt.Format(time.RFC3339))
}

// readNote reads the note in a lock file; the zero note where there is none that
// can be understood.
func readNote(f *os.File) note {
	var n note
	data, err := io.ReadAll(io.NewSectionReader(f, 0, maxNote))
	if err != nil || json.Unmarshal(data, &n) != nil {
		return note{}
	}
	n.Run, n.Hook, n.Cluster = clean(n.Run), clean(n.Hook), clean(n.Cluster)
	return n
}

func clean(text string) string { return model.Clean(text, 128) }

// writeNote replaces the note. The file itself must stay: the lock is on it. A
// note that is lost only makes the lock say less.
func writeNote(f *os.File, n note) {
	data, err := json.Marshal(n)
	if err != nil || len(data) > maxNote || f.Truncate(0) != nil {
		return
	}
	_, _ = f.WriteAt(data, 0)
}

// lockSoon takes the lock on an open file, and waits for it as long as ctx lets
// it, until no hook runs under it any more. Why it could not is [ErrBusy] and the
// error of ctx.
func lockSoon(ctx context.Context, f *os.File, shared bool) (note, error) {
	for {
		got, err := tryLock(f, shared)
		if err != nil {
			return note{}, fmt.Errorf("lock %s: %w", f.Name(), err)
		}
		n := readNote(f)
		if got && !n.running(time.Now()) {
			return n, nil
		}
		timer := time.NewTimer(lockPoll)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return note{}, fmt.Errorf("%w: %s has not ended (%s): %w", ErrBusy, n.String(), f.Name(), ctx.Err())
		}
	}
}
