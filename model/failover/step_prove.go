package failover

import (
	"errors"
	"fmt"
	"strings"

	"github.com/fumtui/fumtui/model"
)

// sourceStillStopped makes sure, just before something is started, deleted or
// made again, that the source's client is stopped, and fails with
// [sourceRunsError] where it runs.
func (d *Drive) sourceStillStopped() error {
	if err := d.assure(); err != nil {
		return err
	}
	return d.lookOnce()
}

// assure has the stop of the source's client be proven in this drive. One that
// was watched since is left in peace, but for the time that shows whether it
// moves. Of any other nobody knows what it did since.
func (d *Drive) assure() error {
	if w := d.guard; w != nil && w.proven {
		if left := d.engine.settings.Poll - w.quiet(); left > 0 {
			return d.pause(left)
		}
		return nil
	}
	return d.proveAgain()
}

// lookOnce looks once more at the source's client, whose stop is proven.
func (d *Drive) lookOnce() error {
	for try := 1; ; try++ {
		seen, err := d.guardLook()
		if err != nil || seen.cursorErr == nil {
			return err
		}
		if try == effectTries {
			return seen.cursorErr
		}
		if err := d.pause(d.engine.settings.Poll); err != nil {
			return err
		}
	}
}

// proveAgain proves anew that the source's client is stopped, by a new watch, or
// has a person say so. A client that was seen to run needs that word besides.
func (d *Drive) proveAgain() error {
	open := d.run.Question
	alive := strings.HasPrefix(open, doubleActive) || strings.HasPrefix(open, d.runsAgain())
	mine := alive || strings.HasPrefix(open, unproven)
	if mine {
		if err := d.hearWord(open); err != nil {
			return err
		}
	}
	if alive && !d.word {
		return ask("%s", bare(open))
	}
	w, err := d.watch(d.run.From)
	if err != nil {
		return err
	}
	w.tips, d.guard = d.drained(), w
	s := d.engine.settings
	until := d.engine.elapsed() + s.Settle + 5*s.Poll
	for {
		seen, err := d.guardLook()
		if err != nil {
			return err
		}
		if proof := d.proof(w, seen); proof != "" && w.looks > 1 && w.quiet() >= s.Poll {
			return d.provenAgain(w, proof, mine)
		}
		if d.engine.elapsed() >= until {
			return d.askStopped(w)
		}
		if err := d.pause(s.Poll); err != nil {
			return err
		}
	}
}

// hearWord hears what a person says of the source's client.
func (d *Drive) hearWord(open string) error {
	answer := d.takeAnswer("")
	switch {
	case saysYes(answer):
		d.word = true
	case givesUp(answer) && d.run.ForwardOnly():
		return fmt.Errorf("%s ends the run here, asked: %s", d.person(), bare(open))
	case answer != "":
		d.notTaken("it is not yes")
	}
	return nil
}

// provenAgain journals that the stop is proven in this drive, and closes the
// question that was asked about it.
func (d *Drive) provenAgain(w *watch, proof string, asked bool) error {
	w.proven, w.moved, w.tips = true, "", false
	detail := "the client at " + d.run.From + " is stopped still: " + proof
	action := "verify-stop"
	if strings.HasPrefix(d.run.Question, doubleActive) {
		action = "double-active"
	}
	return d.commit(Batch{Audit: d.audit(action, detail)}, func(r *model.Run) {
		if asked {
			r.Question = ""
		}
	})
}

// askStopped asks for the stop of the source's client, or for a person's word.
func (d *Drive) askStopped(w *watch) error {
	saw := against(w)
	if d.word {
		d.notTaken("what is seen does not allow it: %s", saw)
	}
	how := "Stop it, then answer yes"
	if d.pipeline.Guarantee == model.ExactlyOnce {
		d.notTaken("exactly_once takes no word for it")
		how = "Stop it so that its status hook, or its metrics port, shows it (exactly_once takes no word for it), then answer yes"
	}
	way := "or abort the run"
	if d.run.ForwardOnly() {
		way = "or answer fail to end the run as it stands"
	}
	return ask(unproven+"%s at %s is stopped: %s. %s; %s", d.run.Pipeline, d.run.From, saw, how, way)
}

// runsAgain is how the text of a client begins that was stopped and runs.
func (d *Drive) runsAgain() string {
	return fmt.Sprintf("the client of %s at %s was stopped and runs again", d.run.Pipeline, d.run.From)
}

// guardLook looks at the source's client, whose stop was proven, and fails with
// [sourceRunsError] where it has come to life.
func (d *Drive) guardLook() (sight, error) {
	if d.guard == nil {
		w, err := d.watch(d.run.From)
		if err != nil {
			return sight{}, err
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
		d.guard, d.word = nil, false
		d.notTaken("%s", sign)
		err = &sourceRunsError{d.runsAgain() + ": " + sign}
	}
	return seen, err
}

// refuseSecond asks when the source's client runs, or nothing shows that it does
// not: a second one must not be started beside it.
func (d *Drive) refuseSecond() error {
	if open := d.run.Question; givesUp(d.answer) && strings.HasPrefix(open, startFailed) {
		d.takeAnswer(startFailed)
		return fmt.Errorf("%s ends the run here, asked: %s", d.person(), bare(open))
	}
	if d.run.From == d.run.To {
		return nil // it is the client that is started, perhaps already
	}
	err := d.sourceStillStopped()
	var runs *sourceRunsError
	if errors.As(err, &runs) {
		return ask(doubleActive+"%s. Stop it, then answer yes", runs.text)
	}
	return err
}
