package change

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
)

// ofRun are a run's steps, how it stands, what it asks, and who drives it. Of one
// that had ended when it was first seen there is only how it ended. How long its
// steps usually take may be unknown (nil).
func ofRun(r *model.Run, usual *model.Usual, now time.Time) []Fact {
	id, of := "run "+tidy(r.ID), tidy(r.Pipeline)
	title := Title(r)
	ended := r.State.Ended()
	var all []Fact
	for i := range r.Steps {
		if f, ok := ofStep(r, &r.Steps[i], usual, now); ok {
			f.About, f.PartOf, f.Of, f.Run, f.Quiet = id+" step "+string(r.Steps[i].Name), id, of, r, ended
			f.Text = of + ": " + f.Text
			if st := r.Steps[i].State; st == model.StepDone || st == model.StepRunning {
				f.Many = "step " + string(r.Steps[i].Name) + ": " + tidy(st)
			}
			all = append(all, f)
		}
	}
	state := Fact{
		About: id, State: string(r.State), Of: of, Run: r, Alert: r.State.Alert(), Quiet: ended,
		Text: fmt.Sprintf("%s: %s", title, tidy(r.State)),
	}
	if r.State == model.RunRunning || r.State == model.RunDone {
		state.Many = strings.Replace(title, " of "+of, "", 1) + ": " + tidy(r.State)
	}
	if !ended {
		state.Text += ", at step " + string(r.CurrentStep()) + ", run " + tidy(r.ID)
		if r.State == model.RunRunning {
			state.Text += ", driven by " + Driver(r)
		}
	}
	if r.State == model.RunFailed {
		state.Alert = model.AlertCritical
	}
	asked := Fact{About: id + " question", Of: of, Run: r, Quiet: true}
	if r.Question != "" && !ended {
		asked.State, asked.Alert, asked.Quiet = strconv.FormatInt(r.Epoch, 10)+" "+r.Question, model.AlertCritical, false
		asked.Text = title + " asks: " + tidy(r.Question)
	}
	all = append(all, state, asked)
	if r.State == model.RunRunning {
		all = append(all, Fact{
			About: id + " driver", State: fmt.Sprint(r.Epoch, r.Holder), Of: of, Run: r, Quiet: true,
			Text: title + ": driven by " + Driver(r) + " now",
		})
	}
	return all
}

// Title names a run by what it does.
func Title(r *model.Run) string {
	if r.From == r.To {
		return tidy(r.Kind) + " of " + tidy(r.Pipeline) + " at " + tidy(r.To)
	}
	return tidy(r.Kind) + " of " + tidy(r.Pipeline) + " from " + tidy(r.From) + " to " + tidy(r.To)
}

// Driver names the process that holds a run.
func Driver(r *model.Run) string {
	h := r.Holder
	if h.Host == "" {
		return "another console"
	}
	return tidy(h.User) + "@" + tidy(h.Host) + " (process " + strconv.Itoa(h.PID) + ")"
}

// ofStep is a step of a run that has begun. One that goes on tells now and then
// what it sees, and when it takes longer than usual.
func ofStep(r *model.Run, s *model.Step, usual *model.Usual, now time.Time) (Fact, bool) {
	f := Fact{State: string(s.State)}
	text := s.Detail
	switch s.State {
	case model.StepDone:
	case model.StepRunning:
		f.State += " " + s.Detail
		f.Slow = true
	case model.StepFailed:
		text, f.Alert = s.Error, model.AlertCritical
	case model.StepPending:
		return f, false
	default:
		return f, false
	}
	how := tidy(s.State) + took(s)
	switch {
	case s.State != model.StepRunning || r.State.Ended():
	case r.State != model.RunRunning:
		how = "begun" // nobody is at it
	default:
		var over bool
		if how, over = goesOn(r, s, usual, now); over {
			f.State += " over"
		}
	}
	f.Text = sentence("step "+string(s.Name), how, text)
	return f, true
}

// took is how long a step took; "" while it has not ended.
func took(s *model.Step) string {
	if s.StartedAt == nil || s.EndedAt == nil {
		return ""
	}
	return " after " + length(max(0, s.EndedAt.Sub(*s.StartedAt)))
}

// length is how long something took: a short time with its tenths.
func length(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%.1fs", d.Seconds())
	}
	return model.Span(d)
}

// goesOn is how a step under way stands against what it usually takes, and whether
// that is over.
func goesOn(run *model.Run, s *model.Step, usual *model.Usual, now time.Time) (text string, over bool) {
	text = tidy(s.State)
	var took time.Duration
	if since, _ := run.DrivenSince(s); !since.IsZero() {
		took = max(0, now.Sub(since))
	}
	if took >= time.Second {
		text += " for " + model.Span(took)
	}
	if usual == nil {
		return text, false
	}
	usually, known := usual.Steps[s.Name]
	switch over = known && Overdue(took, usually); {
	case over:
		text += ", longer than usual (" + length(usually) + ")"
	case known:
		text += ", usually " + length(usually)
	}
	return text, over
}

// Overdue reports whether something takes longer than usual by more than a person
// would wonder about.
func Overdue(took, usually time.Duration) bool { return took > usually+usually/4+time.Second }
