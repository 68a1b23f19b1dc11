package failover

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/crash"
)

// Drive is a run under a lease of ours, to be driven once by [Drive.Run].
//
// It lives under two contexts. base is that of effects and of the journal: it
// ends when the lease is lost and not when the caller leaves, so that an effect
// that began is seen through to its outcome. wait is that of looks and pauses:
// it ends with base, or when the caller leaves, and the run is then left at the
// next durable point.
type Drive struct {
	engine   *Engine
	pipeline model.Pipeline
	run      model.Run
	keeper   *keeper
	checked  *model.Plan  // the plan that Begin has just made; nil on a resume
	facts    *facts       // that it rests on
	guard    *watch       // of the source's client, since its stop was proven; nil after a resume
	word     bool         // a person said in this drive that the source's client is stopped
	idle     bool         // preflight looked at the target's client in this drive
	answer   string       // to the open question of the run, used once
	given    string       // the same, until it is taken, or told that it was not
	why      string       // it was not
	resumed  bool         // that it was taken over is not journaled yet
	from     string       // from whom it was taken over, and how that one left it
	late     bool         // a call of the last driver may still be under way
	notes    []AuditEntry // go into the audit trail with the next write

	base context.Context
	wait context.Context
}

// newDrive makes the drive of a run whose lease was asked for at asked, by the
// engine's stopwatch.
func (e *Engine) newDrive(ctx context.Context, run model.Run, lease Lease, asked moment) *Drive {
	base := context.WithoutCancel(ctx)
	return &Drive{
		engine: e, pipeline: e.pipelines[run.Pipeline], run: run, keeper: newKeeper(e, lease, asked),
		base: base, wait: ctx,
	}
}

// ID is the id of the run. It may be asked while the run is driven.
func (d *Drive) ID() string { return d.keeper.current().RunID }

// Run drives the run to its end, to its next question, or, when ctx is done,
// to the next durable point. The state of the returned run says which: done,
// aborted, failed, waiting or interrupted. The error is not nil only where the
// journal could not be kept ([ErrFenced]: another driver has the lease); the
// run is then as last journaled, its state unknown if an effect may still be
// under way.
func (d *Drive) Run(ctx context.Context) (model.Run, error) {
	base, lose := context.WithCancelCause(context.WithoutCancel(ctx))
	wait, leave := context.WithCancelCause(base)
	defer leave(nil)
	defer context.AfterFunc(ctx, func() { leave(context.Cause(ctx)) })()
	if ctx.Err() != nil {
		leave(context.Cause(ctx)) // at once: the function above runs some time later
	}
	d.base, d.wait, d.keeper.lose = base, wait, lose

	var renewing sync.WaitGroup
	crash.Go(base, &renewing, func() { d.keeper.keep(base) })
	defer renewing.Wait()
	defer lose(nil)

	err := d.drive()
	if err == nil {
		return d.run.Clone(), nil
	}
	// Why the lease ran out is mostly what the journal met.
	if cause := context.Cause(base); cause != nil && !errors.Is(err, cause) {
		err = fmt.Errorf("%w: %w", cause, err)
	}
	return d.lost(), fmt.Errorf("run %s: %w", d.run.ID, err)
}

// lost is the run as it must be told when its journal cannot be kept.
func (d *Drive) lost() model.Run {
	run := d.run.Clone()
	if run.State.Ended() {
		return run
	}
	run.State = undriven(&run)
	run.Note = "the journal could not be kept: look at the run again, and resume it"
	return run
}

// drive goes through the steps until the run ends or stands still. Its error
// is of the journal alone: what a step meets is in the run.
func (d *Drive) drive() error {
	if d.resumed {
		d.resumed = false
		if err := d.commit(Batch{Audit: d.audit("resume", d.resumes())}, nil); err != nil {
			return err
		}
	}
	if left, err := d.awaitHooks(); left || err != nil {
		return err
	}
	if err := d.awaitCalls(); err != nil {
		return d.stumble(step{}, err)
	}
	for !d.run.State.Ended() {
		s, err := d.next()
		if err != nil {
			return err
		}
		if err := d.step(s); err != nil {
			back := reverting(&d.run)
			if err := d.stumble(s, err); err != nil {
				return err
			}
			if back == reverting(&d.run) {
				return nil // it stands still, or has ended
			}
		}
	}
	return nil
}

// resumes says who drives the run on, and from whom it was taken.
func (d *Drive) resumes() string {
	text := fmt.Sprintf("at step %s: %s drives it on", d.run.CurrentStep(), who(d.engine.world.Holder()))
	if d.from != "" {
		text += ", after " + d.from
	}
	return text
}

// next is the first step of the run's direction that is not done.
func (d *Drive) next() (step, error) {
	steps := forward()
	if reverting(&d.run) {
		steps = backward()
	}
	for _, s := range steps {
		have := d.run.Step(s.name)
		if have == nil {
			return step{}, fmt.Errorf("the journal of run %s has no step %s", d.run.ID, s.name)
		}
		if have.State != model.StepDone {
			return s, nil
		}
	}
	return step{}, fmt.Errorf("the journal of run %s has no step left, and it has not ended", d.run.ID)
}

// step takes one step: what must hold, the intent, the effect, the outcome.
func (d *Drive) step(s step) error {
	if err := d.leaving(); err != nil {
		return err
	}
	if d.run.Step(s.name).State != model.StepRunning {
		if s.before != nil {
			if err := s.before(d); err != nil {
				return err
			}
		}
		if err := d.begin(s.name); err != nil {
			return err
		}
	}
	out, err := s.do(d)
	if err != nil {
		return err
	}
	return d.finish(s.name, out)
}

// leaving fails when the drive has to stop at this durable point.
func (d *Drive) leaving() error {
	if d.wait.Err() != nil {
		return context.Cause(d.wait)
	}
	return d.keeper.check()
}

// stumble decides what becomes of the run after err at step s, and journals
// that. See transitions.go for the table.
func (d *Drive) stumble(s step, err error) error {
	var journal *journalError
	var question *questionError
	var runs *sourceRunsError
	switch {
	case errors.As(err, &journal):
		return journal.err
	case d.base.Err() != nil:
		return context.Cause(d.base)
	case d.wait.Err() != nil:
		return d.interrupt()
	case errors.As(err, &question):
		return d.stand(question.text)
	case errors.As(err, &runs) && d.run.ForwardOnly() && !startBegun(&d.run):
		return d.stand(runs.text + ", and its subscriber is being made again. Stop it, then answer yes") // read by proveAgain
	case reverting(&d.run) || d.run.ForwardOnly():
		return d.fail(s, err)
	case d.run.Mode != model.Reactive || !d.stopped() || errors.As(err, &runs):
		return d.turnBack(s, err.Error(), err)
	}
	return d.fail(s, err)
}

// stand leaves the run at a question, to be answered by anyone. Who gave an
// answer that was not taken is told why.
func (d *Drive) stand(question string) error {
	batch := Batch{}
	if refused := d.refused(); refused != "" {
		question += noAnswer + refused + ")"
		batch.Audit = d.audit("answer not accepted", refused)
	}
	if question != d.run.Question {
		batch.Audit = append(batch.Audit, d.audit("question", question)...)
	}
	return d.commit(batch, func(r *model.Run) {
		r.State, r.Question = model.RunWaiting, question
	})
}

// interrupt leaves the run at this durable point, to be resumed by anyone.
func (d *Drive) interrupt() error {
	left := fmt.Sprintf("at step %s: %s drives it no longer", d.run.CurrentStep(), who(d.engine.world.Holder()))
	return d.commit(Batch{Audit: d.audit("leave", left)}, func(r *model.Run) {
		r.State = model.RunInterrupted
		r.Note = "its driver left: resume it"
	})
}

// stopped reports whether the source's client may have been told to stop.
func (d *Drive) stopped() bool { return d.run.Step(model.StepStop).State != model.StepPending }

// startBegun reports whether the intent of the start step is journaled: from
// then on a run never goes back, and nothing deletes the target's subscriber.
func startBegun(r *model.Run) bool { return r.Step(model.StepStart).Begun() }

// reverting reports whether the run has decided to go back.
func reverting(r *model.Run) bool { return r.GoingBack() }
