package plain

import (
	"context"
	"strings"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/ui"
)

// unendedRun is the run that was named, of those that have not ended; without a
// name the only one. Where there is none, it says so.
func (s *session) unendedRun(args []string) *model.Run {
	all := unended(s.snap)
	switch {
	case len(all) == 0:
		s.print("No run is under way.")
		return nil
	case len(args) == 0 && len(all) == 1:
		return all[0]
	case len(args) == 0:
		s.print("Name a run or its pipeline: " + several(runNames(all)) + ".")
		return nil
	}
	for _, r := range all {
		if named(r, args[0]) {
			return r
		}
	}
	s.print("No run " + args[0] + " is under way, but those of " + several(runNames(all)) + ".")
	return nil
}

// named reports whether a run is meant by its id, the end of it, or its pipeline.
func named(r *model.Run, name string) bool {
	return r.ID == name || r.Pipeline == name || tidy(r.Pipeline) == name || (len(name) >= 4 && strings.HasSuffix(r.ID, name))
}

func runNames(runs []*model.Run) []string {
	names := make([]string, len(runs))
	for i, r := range runs {
		names[i] = tidy(r.Pipeline)
	}
	return names
}

// unended tells of the runs that have not ended.
func (s *session) unended([]string) {
	all := unended(s.snap)
	if len(all) == 0 {
		s.print("No run is under way.")
	}
	for _, r := range all {
		s.print(stop(upper(runLine(r, s.snap.Time, s.opts.ReadOnly))))
	}
}

// mark is what a person goes by when acting on a run. One that goes on writes its
// journal all the time: there its driver and its way back count.
type mark struct {
	id       string
	epoch    int64
	sequence uint64
	state    model.RunState
	question string
	canAbort bool
}

func markOf(r *model.Run) mark {
	m := mark{id: r.ID, epoch: r.Epoch, state: r.State, question: r.Question, canAbort: r.CanAbort()}
	if ui.NeedsPerson(r) {
		m.sequence = r.Sequence
	}
	return m
}

// movedOn is for a question about a run as it is now: it says whether the run is
// not so any more.
func movedOn(r *model.Run) func(*session) string {
	was := markOf(r)
	return func(s *session) string {
		for _, now := range unended(s.snap) {
			if markOf(now) == was {
				return ""
			}
		}
		return "the run moved on since this was printed"
	}
}

// taking says why nothing can be done with a run now; "" where something can.
func (s *session) taking(r *model.Run) string {
	switch {
	case s.pending(r):
		return "this console has taken it up, and its next step is not to be seen yet"
	case r.State == model.RunRunning && !s.drives(r):
		return "it is driven by " + ui.WhoDrives(r) + ": here it can be followed, and not acted on"
	}
	return ""
}

// resume asks whether to go on with a run that its driver left.
func (s *session) resume(args []string) {
	r := s.unendedRun(args)
	if r == nil || s.refused(s.taking(r)) {
		return
	}
	s.print(stop(upper(runLine(r, s.snap.Time, s.opts.ReadOnly))))
	if r.Question != "" || r.State == model.RunRunning {
		return // which says what to type, or who drives it
	}
	shown := r.Clone()
	s.askFor(question{
		about: "going on with the " + ui.RunTitle(r), want: r.Toward(), what: ui.TowardWhat(r), moved: movedOn(r),
		do: func(s *session, _ string) { s.takeUpRun(&shown, "going on with", s.opts.Operator.Resume, "") },
	}, ui.GoOnPurpose(r), func(s *session) { s.resume([]string{shown.ID}) })
}

// answer asks what a run asks.
func (s *session) answer(args []string) {
	r := s.unendedRun(args)
	if r == nil || s.refused(s.taking(r)) {
		return
	}
	if r.Question == "" {
		s.print(stop(upper(ui.RunTitle(r))) + " It asks nothing.")
		return
	}
	s.print(stop(upper(ui.RunTitle(r))) + " It asks: " + stop(tidy(r.Question)))
	s.askAnswer(r)
}

// askAnswer takes the next line for the answer of a run whose question was told.
func (s *session) askAnswer(r *model.Run) {
	shown := r.Clone()
	s.askFor(question{
		about: "the answer to the " + ui.RunTitle(r), what: "the answer", moved: movedOn(r),
		do: func(s *session, text string) { s.takeUpRun(&shown, "answering", s.opts.Operator.Resume, text) },
	}, "", func(s *session) { s.answer([]string{shown.ID}) })
	if why := ui.AbortBlocked(r); why != "" {
		s.print("It cannot be given up: " + stop(why))
	} else {
		s.print("To give it up instead, type give-up " + tidy(r.Pipeline) + ".")
	}
}

// offerAnswer says how what a run asks is answered. It never asks in place: an
// answer has no name in it, so one that is being typed for another run would be
// taken for this one's. Whoever types the run's pipeline means this run.
func (s *session) offerAnswer(r *model.Run) {
	if s.opts.ReadOnly {
		s.print("This console is read-only: it is answered elsewhere.")
		return
	}
	s.print(stop(takeUp(r, false)))
}

// giveUp asks whether to give a run up.
func (s *session) giveUp(args []string) {
	r := s.unendedRun(args)
	if r == nil || s.refused(s.taking(r)) {
		return
	}
	if why := ui.AbortBlocked(r); why != "" {
		s.print("It cannot be given up: " + stop(why))
		return
	}
	s.print(stop(upper(ui.RunTitle(r)) + " is " + tidy(r.State) + " at step " + string(r.CurrentStep())))
	shown := r.Clone()
	s.askFor(question{
		about: "giving up the " + ui.RunTitle(r), want: r.From, what: "the source", moved: movedOn(r),
		do: func(s *session, _ string) {
			s.takeUpRun(&shown, "giving up", func(ctx context.Context, shown model.Run, _ string) error {
				return s.opts.Operator.Abort(ctx, shown)
			}, "")
		},
	}, "to give it up and put its client there back to work", func(s *session) { s.giveUp([]string{shown.ID}) })
}

// takeUpRun drives a run on, or back.
func (s *session) takeUpRun(shown *model.Run, doing string, port func(context.Context, model.Run, string) error, text string) {
	run := "the " + ui.RunTitle(shown)
	s.print(upper(doing) + " " + run + ". A driver that may still live, and hooks that still run, are waited for.")
	s.confirmed(func(ctx context.Context) func(*session) {
		err := port(ctx, *shown, text)
		return func(s *session) {
			if err != nil {
				s.print(upper(doing) + " " + run + " failed: " + stop(tidy(err.Error())))
				return
			}
			s.drivenHere(shown.ID, shown.Pipeline, shown.Epoch)
			s.print(upper(run) + " is driven by this console now.")
		}
	})
}
