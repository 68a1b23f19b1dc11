package plain

import (
	"fmt"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/ui"
)

// question is what a person is asked before anything acts, or what a run asks.
// There is one at most.
type question struct {
	about string // what it is about: "the cutover of trades to nyc"
	want  string // what must be typed; "": any answer
	what  string // what that is: "the target"
	do    func(s *session, text string)
	// moved says why it cannot be confirmed any more as it was printed; "": it can.
	// Nil: whoever acts finds that out.
	moved func(s *session) string

	askedAt   time.Time
	printedAt time.Time  // when it stood on the terminal; zero: not yet
	held      *typedLine // what was typed, until it is clear that it came alone
}

// notBefore is said with every question: the terminal forgets a line that was begun.
const notBefore = "What was typed before this does not count"

// askFor asks. How to be asked anew is again. What was asked before is cancelled, and
// a plan that is being made to be asked about is given up: its question would take the
// place of this one.
func (s *session) askFor(q question, purpose string, again func(*session)) {
	s.cancel("another question follows")
	s.givePlanUp("another question follows")
	q.askedAt = s.now
	s.ask, s.again = &q, again
	within := " within " + model.Span(ui.ExpireAfter)
	if q.want == "" {
		s.print("Type " + q.what + " on a line of its own" + within + ". " + notBefore + ". A command is still taken for a command.")
		return
	}
	s.print(fmt.Sprintf("Type %s, %s, on a line of its own%s %s. %s. Anything else cancels.", q.what, tidy(q.want), within, purpose, notBefore))
}

// givePlanUp gives up a plan that is being made to be asked about.
func (s *session) givePlanUp(why string) {
	if s.making {
		s.seq++
		s.making = false
		s.print("The plan that was being made is given up, because " + why + ". Nothing was done.")
	}
}

// unprinted reports whether there is a question that is not noted as printed.
func (s *session) unprinted() bool {
	return s.ask != nil && s.ask.printedAt.IsZero() && len(s.out) == 0
}

// printed notes that all that was printed stands on the terminal.
func (s *session) printed(now time.Time) {
	if s.unprinted() {
		s.ask.printedAt = now
	}
}

// cancel takes the question back, and says why.
func (s *session) cancel(why string) {
	if s.ask == nil {
		return
	}
	s.print("Cancelled, because " + why + ": " + s.ask.about + ". Nothing was done.")
	s.ask = nil
}

// settleQuestion takes an answer that came alone, and ends a question that is too
// old.
func (s *session) settleQuestion() {
	q := s.ask
	switch {
	case q == nil:
	case q.held != nil && s.now.Sub(q.held.at) >= ui.LoneLine:
		s.ask = nil
		q.do(s, q.held.text)
	case q.held == nil && s.now.Sub(q.askedAt) >= ui.ExpireAfter:
		s.ask = nil
		s.print("Expired: " + q.about + " can no longer be confirmed, and nothing was done. Type plan-again to be asked anew.")
	}
}

// watchQuestion takes a question back where what it is about moved on.
func (s *session) watchQuestion() {
	if s.ask == nil || s.ask.moved == nil {
		return
	}
	if why := s.ask.moved(s); why != "" {
		s.cancel(why)
	}
}

// answered takes a line while there is a question, and reports whether that was
// all there is to do with it.
func (s *session) answered(l typedLine, before time.Time) bool {
	q := s.ask
	_, isCommand := s.verb(l.text)
	switch {
	case q.held != nil:
		s.cancel("several lines at once look like a paste")
		return true
	case q.want == "" && isCommand:
		return false // the question stays
	case q.printedAt.IsZero() || l.at.Before(q.printedAt.Add(ui.LineDue)):
		if !isCommand || q.want == l.text {
			s.print("What was typed before the question was printed does not count: " + tidy(l.text))
			return true
		}
	case l.at.Sub(before) < ui.LoneLine:
		s.cancel("several lines at once look like a paste")
		return true
	case q.want == "" && l.text != "" && !isCommand, q.want != "" && (l.text == q.want || l.text == tidy(q.want)):
		q.held = &l
		return true
	}
	if l.text == "" {
		s.cancel("an empty line was typed")
		return true
	}
	s.cancel(fmt.Sprintf("%q is not %s", tidy(l.text), notWhat(q)))
	return !isCommand
}

// notWhat is what should have been typed.
func notWhat(q *question) string {
	if q.want == "" {
		return q.what
	}
	return q.what + ", " + tidy(q.want)
}
