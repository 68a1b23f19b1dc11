package plain

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/ui"
)

const (
	// newest is how many runs or events are told where no number is given, and
	// mostNewest how many at most.
	newest     = 20
	mostNewest = 1000
	// trailEvery is how often the audit trail is read while runs go on, and mostTrail
	// how many entries of it.
	trailEvery = time.Second
	mostTrail  = 200
	// mostSaid bounds the lines of a hook's output that are told.
	mostSaid = 5
)

// help tells the commands.
func (s *session) help(args []string) {
	name := ""
	if len(args) > 0 {
		var why string
		if name, why = s.find(args[0]); name == "" {
			s.print(why)
			return
		}
	}
	s.print(helpLines(s.verbs, name)...)
}

// pipelines tells of every pipeline, or of those whose line contains a text.
func (s *session) pipelines(args []string) {
	lines := pipelineLines(s.snap, true)
	if text := strings.ToLower(strings.Join(args, " ")); text != "" {
		lines = slices.DeleteFunc(lines, func(l string) bool { return !strings.Contains(strings.ToLower(l), text) })
	}
	if len(lines) == 0 {
		lines = []string{"No pipeline is like that."}
	}
	s.print(lines...)
}

// explain tells how the verdict on a pipeline came about.
func (s *session) explain(args []string) {
	p := s.pipeline(args)
	if p == nil {
		return
	}
	port, name := s.opts.Explainer, p.Name
	if port == nil {
		s.print(pipelineLine(s.snap, p))
		return
	}
	s.asked(func(ctx context.Context) func(*session) {
		ctx, cancel := context.WithTimeout(ctx, ui.AskedWithin)
		defer cancel()
		x, err := port.Explain(ctx, name)
		return func(s *session) {
			if err != nil {
				s.print("That cannot be explained now: " + stop(tidy(err.Error())))
				return
			}
			s.print(explainLines(&x)...)
		}
	})
}

// config tells the configuration in force.
func (s *session) config([]string) {
	if s.opts.Settings == "" {
		s.print("The configuration is not known here.")
		return
	}
	s.print(textLines(s.opts.Settings)...)
}

// textLines are the lines of a text that is made for people, without empty ones.
func textLines(text string) []string {
	var out []string
	for l := range strings.Lines(text) {
		if l = strings.Join(strings.Fields(l), " "); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// record asks the database for something.
func (s *session) record(read func(ctx context.Context, from ui.Historian) (lines func(*session) []string, err error)) {
	port := s.opts.Historian
	if port == nil {
		s.print("No database is open here.")
		return
	}
	s.asked(func(ctx context.Context) func(*session) {
		ctx, cancel := context.WithTimeout(ctx, ui.AskedWithin)
		defer cancel()
		lines, err := read(ctx, port)
		return func(s *session) {
			if err != nil {
				s.print("That cannot be read: " + stop(tidy(err.Error())))
				return
			}
			s.print(lines(s)...)
		}
	})
}

// count is how many were asked for.
func (s *session) count(args []string) (int, bool) {
	if len(args) == 0 {
		return newest, true
	}
	n, err := strconv.Atoi(args[0])
	if err != nil || n < 1 {
		s.print("That is no number: " + args[0])
		return 0, false
	}
	return min(n, mostNewest), true
}

// runs tells of the newest runs.
func (s *session) runs(args []string) {
	n, ok := s.count(args)
	if !ok {
		return
	}
	s.record(func(ctx context.Context, from ui.Historian) (func(*session) []string, error) {
		runs, err := from.Runs(ctx, n)
		return func(*session) []string {
			if len(runs) == 0 {
				return []string{"There was no run yet."}
			}
			out := []string{"The newest runs, the newest first: " + model.Count(len(runs)) + "."}
			for i := range runs {
				out = append(out, recordLine(&runs[i]))
			}
			return out
		}, err
	})
}

// report tells the report of a run.
func (s *session) report(args []string) {
	if len(args) == 0 {
		s.print("Name a run or its pipeline: runs lists them.")
		return
	}
	s.record(func(ctx context.Context, from ui.Historian) (func(*session) []string, error) {
		runs, err := from.Runs(ctx, mostNewest)
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(runs, func(r model.Run) bool { return named(&r, args[0]) })
		id := args[0]
		if at >= 0 {
			id = runs[at].ID
		} else if _, err := from.Run(ctx, id); err != nil {
			return nil, err
		}
		text, err := from.Report(ctx, id)
		return func(*session) []string { return textLines(text) }, err
	})
}

// events tells the newest changes, as all consoles on the database saw them, and
// what was done by whom, the oldest first; without a database those told here.
func (s *session) events(args []string) {
	n, ok := s.count(args)
	if !ok {
		return
	}
	if s.opts.Historian == nil {
		if len(s.seen) == 0 {
			s.print("Nothing has changed yet.")
		}
		s.print(lastOf(s.seen, n)...)
		return
	}
	s.record(func(ctx context.Context, from ui.Historian) (func(*session) []string, error) {
		events, err := from.Events(ctx, model.EventQuery{Limit: n})
		return func(*session) []string {
			if len(events.List) == 0 {
				return []string{"Nothing has changed yet."}
			}
			out := make([]string, len(events.List))
			for i := range out {
				out[i] = eventLine(&events.List[i])
			}
			return out
		}, err
	})
}

func lastOf(lines []string, n int) []string { return lines[max(0, len(lines)-n):] }

// following is how far the audit trail was read: it has what the hooks of a run
// said.
type following struct {
	primed bool
	place  model.EventPlace
	mark   uint64 // of the runs when it was read last
	asked  time.Time
	flying bool
}

// runsMark changes whenever a run does.
func runsMark(snap *model.Snapshot) uint64 {
	mark := uint64(len(snap.Pipelines))
	for i := range snap.Pipelines {
		if r := snap.Pipelines[i].Run; r != nil {
			mark = mark*31 + uint64(r.Epoch)*7 + r.Sequence + uint64(len(r.Steps)) //nolint:gosec // any number does
			for _, c := range []byte(r.ID) {
				mark = mark*131 + uint64(c)
			}
		}
	}
	return mark
}

// readTrail reads the audit trail on where a run has written its journal since.
func (s *session) readTrail() {
	t, port, mark := &s.trail, s.opts.Historian, runsMark(s.snap)
	if port == nil || t.flying || (t.primed && t.mark == mark) || s.now.Sub(t.asked) < trailEvery {
		return
	}
	t.flying, t.mark, t.asked = true, mark, s.now
	place := t.place
	s.todo = append(s.todo, func(ctx context.Context) func(*session) {
		ctx, cancel := context.WithTimeout(ctx, ui.AskedWithin)
		defer cancel()
		events, err := port.Events(ctx, model.EventQuery{After: place, Limit: mostTrail})
		return func(s *session) { s.trailRead(&events, err) }
	})
}

// trailRead tells what hooks said since.
func (s *session) trailRead(events *model.Events, err error) {
	t := &s.trail
	t.flying = false
	if err != nil {
		t.mark = 0 // it is read again with the next picture
		return
	}
	t.place = events.Next
	for i := range events.List {
		if e := &events.List[i]; t.primed && e.Kind == model.EventAction && strings.HasPrefix(e.Word, "hook ") {
			s.hook(e)
		}
	}
	t.primed = true
}

// hook tells how a hook ended, and the end of what it said.
func (s *session) hook(e *model.Event) {
	how, said, _ := strings.Cut(e.Reason, "\n")
	how = strings.TrimPrefix(how, "run "+e.Run+" of pipeline "+e.Pipeline+": ") // as the trail begins
	text := tidy(e.Pipeline) + ": " + tidy(e.Word) + ", " + tidy(strings.TrimSuffix(how, ":"))
	lines := s.unheard(e.Run, strings.TrimPrefix(tidy(e.Word), "hook "), textLines(said))
	if more := len(lines) - mostSaid; more > 0 {
		text += ", the last " + model.Count(mostSaid) + " of " + model.Count(len(lines)) + " lines that it printed follow"
		lines = lines[more:]
	}
	s.tell(text, s.now)
	s.hookLines(lines)
}
