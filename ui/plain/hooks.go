package plain

import (
	"context"
	"slices"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/ui"
)

const (
	// hearEvery is how often hooks under way are listened to.
	hearEvery = time.Second
	// mostHeard bounds the hooks that are remembered.
	mostHeard = 100
)

// hearing is what hooks have said while they ran.
type hearing struct {
	asked  time.Time
	flying bool
	told   map[hookKey][]string // what was said last
	begun  []hookKey            // the oldest first
}

// hookKey is one hook of a run.
type hookKey struct{ run, hook string }

// hearHooks asks what the hooks of the runs under way say.
func (s *session) hearHooks() {
	h, port := &s.hooks, s.opts.Hooks
	if port == nil || h.flying || s.snap == nil || s.now.Sub(h.asked) < hearEvery {
		return
	}
	var runs []*model.Run
	for i := range s.snap.Pipelines {
		if r := s.snap.Pipelines[i].Run; r != nil && r.State == model.RunRunning {
			runs = append(runs, r)
		}
	}
	if len(runs) == 0 {
		return
	}
	h.asked, h.flying = s.now, true
	s.todo = append(s.todo, func(ctx context.Context) func(*session) {
		ctx, cancel := context.WithTimeout(ctx, ui.AskedWithin)
		defer cancel()
		said := make([][]model.HookOutput, len(runs))
		for i, r := range runs {
			said[i], _ = port.HookOutput(ctx, r.Pipeline, r.ID) // how it ended is told by the trail, and why
		}
		return func(s *session) {
			s.hooks.flying = false
			for i, r := range runs {
				for j := range said[i] {
					s.hookSays(r, &said[i][j])
				}
			}
		}
	})
}

// hookSays tells what a hook said since it was heard last. The status hook is asked
// again and again: it is told once it has an answer.
func (s *session) hookSays(r *model.Run, o *model.HookOutput) {
	if !o.EndedAt.IsZero() || o.Hook == "status" {
		return
	}
	h, key := &s.hooks, hookKey{r.ID, tidy(o.Hook)}
	before, known := h.told[key]
	if !known {
		h.begun = append(h.begun, key)
		if len(h.begun) > mostHeard {
			delete(h.told, h.begun[0])
			h.begun = h.begun[1:]
		}
	}
	lines := since(before, o.Lines)
	h.told[key] = o.Lines
	if len(lines) == 0 {
		return
	}
	text := tidy(r.Pipeline) + ": hook " + key.hook + " at " + tidy(o.Cluster) + " prints"
	if more := len(lines) - mostSaid; more > 0 {
		text += ", the last " + model.Count(mostSaid) + " of " + model.Count(len(lines)) + " lines"
		lines = lines[more:]
	}
	s.tell(text+":", s.now)
	s.hookLines(lines)
}

// hookLines prints what a hook said.
func (s *session) hookLines(lines []string) {
	for _, l := range lines {
		if l = tidy(l); l != "" {
			s.print("The hook printed: " + l)
		}
	}
}

// since are the lines that came after those that were the last ones before.
func since(before, now []string) []string {
	for from := 0; from < len(before); from++ {
		if rest := before[from:]; len(rest) <= len(now) && slices.Equal(rest, now[:len(rest)]) {
			return now[len(rest):]
		}
	}
	return now
}

// unheard leaves out of what a hook said in all what was told while it ran.
func (s *session) unheard(run, hook string, lines []string) []string {
	told := s.hooks.told[hookKey{run, hook}]
	for n := min(len(told), len(lines)); n > 0; n-- {
		for at := len(lines) - n; at >= 0; at-- {
			if equalTidy(lines[at:at+n], told[len(told)-n:]) {
				return lines[at+n:]
			}
		}
	}
	return lines
}

// equalTidy reports whether lines are the same for a person.
func equalTidy(a, b []string) bool {
	return slices.EqualFunc(a, b, func(x, y string) bool { return tidy(x) == tidy(y) })
}
