package failover

import (
	"fmt"
	"strings"

	"github.com/fumtui/fumtui/model"
)

// How the questions begin that are answered with yes.
const (
	doubleActive = "double-active: "                    // two clients were seen
	unproven     = "no proof that the client of "       // that the source's is stopped
	uncertain    = "it is not certain"                  // what the source's is at, of a revert
	startFailed  = "the start hook of "                 // of the target's client
	startByHand  = "start the client of "               // at the target
	noAnswer     = " (what was answered is not taken: " // ends a question that is asked again
	maxAnswer    = 64                                   // bytes of an answer that are told again
)

// hearAnswer keeps the answer that a person gave to a question.
func (d *Drive) hearAnswer(answer, asked string) {
	d.given = strings.TrimSpace(answer)
	if d.run.Question == asked {
		d.answer = d.given
		return
	}
	d.notTaken("the run asked something else by then")
}

// takeAnswer gives the person's answer to the run's open question, once, if
// that question begins as the asker says; "" is any. The question stays open in
// the journal until what follows from the answer is written.
func (d *Drive) takeAnswer(about string) string {
	if d.run.Question == "" || !strings.HasPrefix(d.run.Question, about) {
		return ""
	}
	a := d.answer
	d.answer = ""
	if a != "" {
		d.notes = append(d.notes, d.audit("answer", model.Clean(a, model.MaxMessage))...)
	}
	return a
}

// takesYes reports whether the answer to the open question is yes.
func (d *Drive) takesYes(about string) bool {
	a := d.takeAnswer(about)
	if a != "" && !saysYes(a) {
		d.notTaken("it is not yes")
	}
	return saysYes(a)
}

// givesUp reports whether an answer ends a run that can only go forward.
func givesUp(answer string) bool { return strings.EqualFold(answer, "fail") }

// notTaken says why the answer that was given is not taken, in case that the
// question is asked again.
func (d *Drive) notTaken(format string, args ...any) {
	if d.given != "" {
		d.why = fmt.Sprintf(format, args...)
	}
}

// refused tells once which answer was not taken, and why; "" where there is none.
func (d *Drive) refused() string {
	given, why := d.given, d.why
	d.given, d.why = "", ""
	if given == "" {
		return ""
	}
	if why == "" {
		why = "it does not answer what is asked"
	}
	return model.Clean(fmt.Sprintf("%q, for %s", model.Clean(given, maxAnswer), why), model.MaxMessage)
}

// bare is a question without what was told of an answer to it.
func bare(question string) string {
	if i := strings.LastIndex(question, noAnswer); i >= 0 {
		return question[:i]
	}
	return question
}

// saysYes reports whether an answer agrees.
func saysYes(answer string) bool {
	return strings.EqualFold(answer, "yes") || strings.EqualFold(answer, "y")
}
