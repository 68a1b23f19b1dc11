package failover

import (
	"fmt"

	"github.com/fumtui/fumtui/model"
)

// targetIsIdle fails where a client works at the target that this run has not
// started: nothing is deleted under it, and none is started beside it. What
// cannot be seen now was seen in preflight; in a run that was resumed since
// nobody knows what was done there, so that it is watched for a moment, and its
// status hook has to tell.
func (d *Drive) targetIsIdle() error {
	if d.run.From == d.run.To {
		return nil
	}
	w, err := d.watch(d.run.To)
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		seen, err := w.look()
		if err != nil {
			return err
		}
		if sign := d.works(w, seen); sign != "" {
			return fmt.Errorf("a client of %s runs at %s, and this run has not started it: %s; stop it, and begin again", d.run.Pipeline, d.run.To, sign)
		}
		told := seen.status == ClientStopped || isPortRefused(seen.scrapeErr) || manual(w.client)
		switch {
		case d.idle || (told && try > 1):
			return nil
		case !told && try > effectTries:
			return fmt.Errorf("nothing tells whether a client of %s runs at %s: status %s, and its metrics are not to be had; mend its status hook, and begin again",
				d.run.Pipeline, d.run.To, seen.status)
		}
		if err := d.pause(d.engine.settings.Poll); err != nil {
			return err
		}
	}
}

// works tells what shows that a client works at the target.
func (d *Drive) works(w *watch, s sight) string {
	seeded := d.run.Step(model.StepCreate).State == model.StepDone
	switch {
	case runsThere(s.status, s.scrapeErr) != "":
		return runsThere(s.status, s.scrapeErr)
	case seeded && s.cursor != nil && *s.cursor > below(*d.run.ResumeSlot):
		return fmt.Sprintf("its cursor moved to %d from its seed", *s.cursor)
	}
	return w.moved
}
