package failover

import (
	"errors"
	"fmt"

	"github.com/fumtui/fumtui/model"
)

// sourceRunsError says that the source's client runs though it was proven to
// be stopped: somebody started it since.
type sourceRunsError struct{ text string }

// Error implements error.
func (e *sourceRunsError) Error() string { return e.text }

// verifyStop waits for a proof that the source's client is stopped. Without
// one a planned run goes back, and any other asks.
func (d *Drive) verifyStop() (outcome, error) {
	w, err := d.watch(d.run.From)
	if err != nil {
		return outcome{}, err
	}
	w.tips = d.drained()
	s := d.engine.settings
	word := saysYes(d.takeAnswer("")) && d.pipeline.Guarantee != model.ExactlyOnce
	until := d.engine.elapsed() + s.Settle + 5*s.Poll
	for {
		seen, err := w.look()
		if err != nil {
			return outcome{}, err
		}
		if err := d.disprove(w); err != nil {
			return outcome{}, err
		}
		if proof := d.proof(w, seen); proof != "" {
			return d.stoppedOutcome(w, proof), nil
		}
		if word && w.looks > 1 && seen.status != ClientRunning && w.quiet() >= s.Poll {
			return d.stoppedOutcome(w, d.person()+" says so, and nothing speaks against it"), nil
		}
		if d.engine.elapsed() >= until {
			break
		}
		if err := d.pause(s.Poll); err != nil {
			return outcome{}, err
		}
	}
	saw := fmt.Sprintf("no proof that the client of %s at %s is stopped: %s", d.run.Pipeline, d.run.From, against(w))
	switch {
	case d.run.Mode == model.Planned:
		return outcome{}, errors.New(saw)
	case d.pipeline.Guarantee == model.ExactlyOnce:
		return outcome{}, ask("%s. Stop it so that its status hook, or its metrics port, shows it (exactly_once takes no word for it), then answer yes; or abort the run", saw)
	}
	return outcome{}, ask("%s. Stop it, then answer yes; or abort the run", saw)
}

// disprove drops what the client said of its cursor when it was told to stop,
// once it is seen to go on: it is not where it ended.
func (d *Drive) disprove(w *watch) error {
	said := d.run.ReportedCursor
	if w.moved == "" || said == nil {
		return nil
	}
	text := fmt.Sprintf("the client at %s said cursor=%d and went on: %s; its word is dropped", d.run.From, *said, w.moved)
	w.late = nil
	return d.commit(Batch{Audit: d.audit("verify-stop", text)}, func(r *model.Run) { r.ReportedCursor = nil })
}

// stoppedOutcome journals a proof. The client is watched on from here.
func (d *Drive) stoppedOutcome(w *watch, proof string) outcome {
	w.moved, w.tips = "", false
	d.guard = w
	detail := "the client at " + d.run.From + " is stopped: " + proof
	return outcome{detail: detail, batch: Batch{Audit: d.audit("verify-stop", detail)}}
}

// proof tells what proves, at this look, that the client is stopped; "" where
// nothing does. There are three: its status hook says so; its metrics port, which
// answered before the stop, refuses connections; it was drained and stands still
// while its cluster moves on (at a silent one a live client stands still too). A
// scrape that times out is none. What moves is running, whatever a hook says, and
// so is what a hook calls so; a port that answers leaves only the third.
func (d *Drive) proof(w *watch, s sight) string {
	said := s.status == ClientStopped || (manual(w.client) && d.pipeline.Guarantee != model.ExactlyOnce)
	gone := d.run.SourceAnswered && isPortRefused(s.scrapeErr)
	proof := "its metrics port, which answered before, refuses connections"
	if said {
		proof = "its status hook says so"
		if manual(w.client) {
			proof = "who stopped it says so"
		}
	}
	poll, settle := d.engine.settings.Poll, d.engine.settings.Settle
	switch {
	case s.status == ClientRunning:
		return ""
	case said && gone:
		return proof + ", and its metrics port refuses connections"
	case (said || gone) && s.scrapeErr != nil && w.looks > 1 && w.quiet() >= poll:
		return proof + ", and nothing moves"
	case d.drained() && w.still(settle):
		return fmt.Sprintf("it stands still for %s while %s went on from slot %d to %d",
			model.Span(w.quiet()), d.run.From, *w.quietTip, *s.tip)
	}
	return ""
}

// against tells what speaks against, or not for, a stop.
func against(w *watch) string {
	text := "status " + string(w.last.status)
	switch err := w.last.scrapeErr; {
	case err == nil:
		text += ", its metrics port still answers"
	case isPortRefused(err):
		text += ", its metrics port refuses connections"
	default:
		text += ", its metrics are not to be had"
	}
	if w.moved != "" {
		text += ", " + w.moved
	}
	return text
}

// sourceStillStopped looks once more, just before the target's client is
// started: it was watched since its stop was proven, and a run that was resumed
// since looks twice where there is any doubt.
func (d *Drive) sourceStillStopped() error {
	w, seen, err := d.guardLook()
	for try := 1; err == nil && seen.cursorErr != nil; try++ {
		if try == effectTries {
			return seen.cursorErr
		}
		if err := d.pause(d.engine.settings.Poll); err != nil {
			return err
		}
		w, seen, err = d.guardLook()
	}
	if err != nil {
		return err
	}
	doubt := seen.scrapeErr == nil || (seen.cursor != nil && d.run.Cursor != nil && *seen.cursor > *d.run.Cursor)
	if w.looks > 1 || !doubt {
		return nil
	}
	// A person may have chosen the lower of two slots: what counts is movement.
	if err := d.pause(d.engine.settings.Poll); err != nil {
		return err
	}
	_, _, err = d.guardLook()
	return err
}

// guardLook looks at the source's client, whose stop is proven, and fails with
// [sourceRunsError] where it has come to life.
func (d *Drive) guardLook() (*watch, sight, error) {
	if d.guard == nil {
		w, err := d.watch(d.run.From)
		if err != nil {
			return nil, sight{}, err
		}
		d.guard = w
	}
	w := d.guard
	w.late = d.latest()
	seen, err := w.look()
	sign := w.moved
	if seen.status == ClientRunning {
		sign = "its status hook says that it is running"
	}
	if err == nil && sign != "" {
		d.guard = nil
		err = &sourceRunsError{fmt.Sprintf("the client of %s at %s was stopped and runs again: %s", d.run.Pipeline, d.run.From, sign)}
	}
	return w, seen, err
}
