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
// one a planned run goes back, and a reactive one asks.
func (d *Drive) verifyStop() (outcome, error) {
	w, err := d.watch(d.run.From)
	if err != nil {
		return outcome{}, err
	}
	s := d.engine.settings
	word := saysYes(d.takeAnswer(""))
	until := d.engine.elapsed() + s.Settle + 5*s.Poll
	for {
		seen, err := w.look()
		if err != nil {
			return outcome{}, err
		}
		if proof := d.proof(w, seen); proof != "" {
			return d.stoppedOutcome(proof), nil
		}
		if word && w.looks > 1 && seen.status != ClientRunning && w.quiet() >= s.Poll {
			return d.stoppedOutcome(d.person() + " says so, and nothing speaks against it"), nil
		}
		if d.engine.elapsed() >= until {
			break
		}
		if err := d.pause(s.Poll); err != nil {
			return outcome{}, err
		}
	}
	saw := fmt.Sprintf("no proof that the client of %s at %s is stopped: %s", d.run.Pipeline, d.run.From, against(w))
	if d.run.Mode == model.Planned {
		return outcome{}, errors.New(saw)
	}
	return outcome{}, ask("%s. Stop it, then answer yes; or abort the run", saw)
}

// stoppedOutcome journals a proof.
func (d *Drive) stoppedOutcome(proof string) outcome {
	detail := "the client at " + d.run.From + " is stopped: " + proof
	return outcome{detail: detail, batch: Batch{Audit: d.audit("verify-stop", detail)}}
}

// proof tells what proves, at this look, that the client is stopped; "" where
// nothing does. What moves is running, whatever a hook says.
func (d *Drive) proof(w *watch, s sight) string {
	said := s.status == ClientStopped || manual(w.client)
	gone := d.run.SourceAnswered && isPortRefused(s.scrapeErr)
	if s.status == ClientRunning || (!said && !gone) {
		return ""
	}
	proof := "its metrics port, which answered before, refuses connections"
	if said {
		proof = "its status hook says so"
		if manual(w.client) {
			proof = "who stopped it says so"
		}
	}
	quiet, poll := w.quiet(), d.engine.settings.Poll
	switch {
	case said && gone:
		return proof + ", and its metrics port refuses connections"
	case s.scrapeErr == nil && d.run.Mode != model.Planned:
		return "" // it still answers; standing still at a silent source says nothing
	case s.scrapeErr == nil && quiet < d.engine.settings.Settle:
		return ""
	case w.looks < 2 || quiet < poll:
		return ""
	}
	return proof + ", and nothing moves"
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
// started.
func (d *Drive) sourceStillStopped() error {
	c, env, err := d.client(d.run.From)
	if err != nil {
		return err
	}
	status, _ := d.engine.status(d.wait, c, env)
	if status == ClientRunning {
		return &sourceRunsError{fmt.Sprintf("the client of %s at %s was stopped and is running again", d.run.Pipeline, d.run.From)}
	}
	row, err := d.cursorSurely(d.run.From)
	if err != nil || row == nil || row.Slot <= *d.run.Cursor {
		return err
	}
	// A person may have chosen the lower of two slots: what counts is movement.
	if err := d.pause(d.engine.settings.Poll); err != nil {
		return err
	}
	again, err := d.cursorSurely(d.run.From)
	if err == nil && again != nil && again.Slot > row.Slot {
		return &sourceRunsError{fmt.Sprintf("the cursor of %s at %s moves on (from %d, %d to %d): its client runs again",
			d.run.Pipeline, d.run.From, *d.run.Cursor, row.Slot, again.Slot)}
	}
	return err
}
