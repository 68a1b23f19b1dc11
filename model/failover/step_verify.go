package failover

import (
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
	d.word = d.takesYes("") || d.word
	s := d.engine.settings
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
		if d.engine.elapsed() >= until {
			break
		}
		if err := d.pause(s.Poll); err != nil {
			return outcome{}, err
		}
	}
	if d.run.Mode == model.Planned {
		return outcome{}, fmt.Errorf(unproven+"%s at %s is stopped: %s", d.run.Pipeline, d.run.From, against(w))
	}
	return outcome{}, d.askStopped(w)
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
	w.proven, w.moved, w.tips = true, "", false
	d.guard = w
	detail := "the client at " + d.run.From + " is stopped: " + proof
	return outcome{detail: detail, batch: Batch{Audit: d.audit("verify-stop", detail)}}
}

// proof tells what proves, at this look, that the client is stopped; "" where
// nothing does. There are three: its status hook says so; its metrics port, which
// answered before the stop, refuses connections; it was drained and stands still
// while its cluster moves on (at a silent one a live client stands still too). A
// scrape that times out is none. What moves is running, whatever a hook says, and
// so is what a hook calls so; a port that answers leaves only the third. Where
// none is to be had a person's word of this drive will do, unless what is seen
// speaks against it. The first two together do at the first look: [Drive.assure]
// sees to it that time enough passes to see the client move before anything rests
// on them.
func (d *Drive) proof(w *watch, s sight) string {
	word := d.word && d.pipeline.Guarantee != model.ExactlyOnce && w.moved == ""
	said := s.status == ClientStopped || (manual(w.client) && word)
	gone := d.run.SourceAnswered && isPortRefused(s.scrapeErr)
	proof := "its metrics port, which answered before, refuses connections"
	if said {
		proof = "its status hook says so"
		if manual(w.client) {
			proof = "who stopped it says so"
		}
	}
	poll, settle := d.engine.settings.Poll, d.engine.settings.Settle
	quiet := s.scrapeErr != nil && w.looks > 1 && w.quiet() >= poll
	switch {
	case s.status == ClientRunning:
		return ""
	case said && gone:
		return proof + ", and its metrics port refuses connections"
	case (said || gone) && quiet:
		return proof + ", and nothing moves"
	case d.drained() && w.still(settle):
		return fmt.Sprintf("it stands still for %s while %s went on from slot %d to %d",
			model.Span(w.quiet()), d.run.From, *w.quietTip, *s.tip)
	case word && quiet:
		return d.person() + " says so, and nothing speaks against it"
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
