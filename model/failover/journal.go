package failover

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fumtui/fumtui/model"
)

// journalError is a failure of the journal itself: the drive must stop, for it
// does not know what is written.
type journalError struct{ err error }

// Error implements error.
func (e *journalError) Error() string { return e.err.Error() }

// Unwrap gives the cause.
func (e *journalError) Unwrap() error { return e.err }

// writeTries is how often a write of the ledger whose outcome is unknown is looked
// for and tried again while a person waits for it.
const writeTries = 5

// commit writes the run as change leaves it, and what goes with it, in one
// fenced transaction. The drive believes only what was written.
func (d *Drive) commit(batch Batch, change func(*model.Run)) error {
	next := d.run.Clone()
	next.Sequence++
	if change != nil {
		change(&next)
	}
	batch.Run, batch.Audit = next, slices.Concat(d.notes, batch.Audit)
	if err := d.write(batch); err != nil {
		return &journalError{err: err}
	}
	if d.run.Question != "" && next.Question == "" {
		d.given, d.why = "", "" // it was taken
	}
	d.run, d.notes = next, nil
	d.engine.observe(next.Clone())
	return nil
}

// write writes a batch. Where the outcome is unknown it reads the run back, and
// writes again only what is not there: while the lease is held, and for a term of
// it at most, or until a person who wants to leave has waited enough.
func (d *Drive) write(batch Batch) error {
	e := d.engine
	began := e.elapsed()
	for try := 1; ; try++ {
		ctx, cancel := context.WithTimeout(d.base, e.settings.CallTimeout)
		err := e.ledger.Write(ctx, d.keeper.current(), batch)
		cancel()
		if err == nil {
			return nil
		}
		if try > 1 || !errors.Is(err, ErrFenced) {
			if d.written(batch.Run) {
				return nil
			}
		}
		if errors.Is(err, ErrFenced) {
			d.keeper.lose(ErrFenced)
			return err
		}
		enough := e.elapsed()-began >= e.settings.Lease || (try >= writeTries && d.wait.Err() != nil)
		if enough || d.keeper.check() != nil || e.world.Sleep(d.base, e.settings.Poll) != nil {
			return fmt.Errorf("write the journal of run %s: %w", batch.Run.ID, err)
		}
	}
}

// written reports whether the ledger has the run as we meant to write it: a
// number of the sequence is used for one write of an epoch only.
func (d *Drive) written(want model.Run) bool {
	ctx, cancel := context.WithTimeout(d.base, d.engine.settings.CallTimeout)
	defer cancel()
	have, err := d.engine.ledger.Run(ctx, want.ID)
	return err == nil && have.Epoch == want.Epoch && have.Sequence == want.Sequence
}

// begin journals the intent of a step.
func (d *Drive) begin(name model.StepName) error {
	now := d.engine.now()
	batch := Batch{}
	if name == model.StepPreflight {
		detail := fmt.Sprintf("%s %s from %s to %s", d.run.Mode, d.run.Kind, d.run.From, d.run.To)
		if d.run.Reason != "" {
			detail += ": " + model.Clean(d.run.Reason, model.MaxMessage)
		}
		batch.Audit = d.audit("begin", detail)
	}
	return d.commit(batch, func(r *model.Run) {
		s := r.Step(name)
		s.State, s.StartedAt = model.StepRunning, &now
	})
}

// outcome is what a step leaves in the journal.
type outcome struct {
	detail string
	batch  Batch            // what else changes; its Run is filled in
	set    func(*model.Run) // facts for later steps
}

// finish journals the outcome of a step, in one transaction with its facts. An
// answer was for a question of this step, and is good for no other.
func (d *Drive) finish(name model.StepName, out outcome) error {
	now := d.engine.now()
	if d.answer != "" {
		d.notTaken("it is not needed any more")
		d.notes = append(d.notes, d.audit("answer not accepted", d.refused())...)
	}
	d.answer = ""
	return d.commit(out.batch, func(r *model.Run) {
		s := r.Step(name)
		s.State, s.EndedAt, s.Error = model.StepDone, &now, ""
		s.Detail = model.Clean(out.detail, model.MaxMessage)
		r.Question = ""
		if out.set != nil {
			out.set(r)
		}
	})
}

// progress shows how a step goes on. That it could not be written is no reason
// to stop, unless the lease is lost; the next write finds that out.
func (d *Drive) progress(name model.StepName, detail string) {
	detail = model.Clean(detail, model.MaxMessage)
	if d.run.Step(name).Detail == detail {
		return
	}
	next := d.run.Clone()
	next.Sequence++
	next.Step(name).Detail = detail
	ctx, cancel := context.WithTimeout(d.base, d.engine.settings.CallTimeout)
	defer cancel()
	if err := d.engine.ledger.Write(ctx, d.keeper.current(), Batch{Run: next}); err != nil {
		if errors.Is(err, ErrFenced) {
			d.keeper.lose(ErrFenced)
		}
		d.run.Sequence = next.Sequence // it may be written: that number is used
		return
	}
	d.run = next
	d.engine.observe(next.Clone())
}

// audit makes an entry of the audit trail.
func (d *Drive) audit(action, detail string) []AuditEntry {
	h := d.engine.world.Holder()
	return []AuditEntry{{
		At: d.engine.now(), Actor: h.User + "@" + h.Host, Action: action,
		Detail: fmt.Sprintf("run %s of pipeline %s: %s", d.run.ID, d.run.Pipeline, detail),
	}}
}

// endStep ends a step that did not succeed. One that had not begun has no begin.
func endStep(s *model.Step, now time.Time, why string) {
	s.State, s.EndedAt, s.Error = model.StepFailed, &now, model.Clean(why, model.MaxMessage)
}

// giveUp ends every step that is still running: none is left so by a run that
// ends or turns back.
func giveUp(r *model.Run, now time.Time, why string) {
	for i := range r.Steps {
		if r.Steps[i].State == model.StepRunning {
			endStep(&r.Steps[i], now, "given up: "+why)
		}
	}
}

// fail ends the run as failed. After the start step's intent the target is
// where the client runs, if it runs anywhere, and where the cursor is certain:
// it becomes the active cluster, so that the way on is from there.
func (d *Drive) fail(s step, err error) error {
	now := d.engine.now()
	forward := startBegun(&d.run)
	note := d.failNote(s.name, err)
	batch := Batch{Activate: forward, Release: true, Audit: d.audit("failed", fmt.Sprintf("at %s: %v", s.name, err))}
	return d.commit(batch, func(r *model.Run) {
		if st := r.Step(s.name); st != nil {
			endStep(st, now, err.Error())
		}
		giveUp(r, now, "the run failed")
		r.State, r.EndedAt, r.Note, r.Question = model.RunFailed, &now, note, ""
	})
}
