package probe

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// report checks all that was seen.
func (r *trial) report(t *testing.T) {
	for _, p := range r.problems {
		t.Error(p)
	}
	if r.mending.to.IsZero() {
		return
	}
	r.checkClasses(t)
	r.checkRecovery(t)
	r.checkMoments(t)
	for _, e := range r.seen {
		if e.Failure != nil {
			checkWords(t, e.Failure.Message, model.MaxMessage)
		}
	}
}

// checkClasses looks at the failures of each kind of call.
func (r *trial) checkClasses(t *testing.T) {
	for kind, looks := range r.looks(r.breaking.to, r.mending.from) {
		right, slow := 0, 0
		for i, e := range looks {
			class := model.ErrorClass("")
			if e.Failure != nil {
				class = e.Failure.Class
			}
			switch {
			case i == 0 && class == model.ClassUnreachable: // the old connection was cut
			case len(r.classes) == 0 && class == "":
			case len(r.classes) > 0 && class == r.classes[0]:
				right++
				if !containsAny(e.Failure.Message, r.words) {
					t.Errorf("%s: the message %q says none of %q", kind, e.Failure.Message, r.words)
				}
			case slices.Contains(r.classes, class):
			case class == model.ClassTimeout && r.ranOut(e):
				slow++ // this machine was
			default:
				t.Errorf("%s: look %d of %d after the fault: %+v", kind, i, len(looks), e)
			}
		}
		if len(r.classes) > 0 && right == 0 || slow > 1+len(looks)/3 {
			t.Errorf("%s: of %d looks %d met %v and %d were slow", kind, len(looks), right, r.classes, slow)
		}
	}
}

// checkRecovery wants calls answered again at once when the fault has ended,
// but for those that this machine is too slow for.
func (r *trial) checkRecovery(t *testing.T) {
	for kind, looks := range r.looks(r.mending.to, time.Time{}) {
		failed, slow := 0, 0
		for _, e := range looks {
			switch {
			case e.Failure == nil:
			case r.ranOut(e):
				slow++
			default:
				failed++
			}
		}
		if failed > 1 || slow > 4 && !r.late() {
			t.Errorf("%s: %d looks failed and %d ran out of time after the end of the fault, the newest of all:\n%s",
				kind, failed, slow, r.newest(12))
		}
	}
}

// late reports whether calls that were answered took their time, here where
// nothing is far away.
func (r *trial) late() bool {
	return slices.ContainsFunc(r.seen, func(e model.Evidence) bool { return e.Failure == nil && e.RTT() > short/4 })
}

// ranOut reports whether a look took all the time it had.
func (r *trial) ranOut(e model.Evidence) bool { return e.RTT() >= r.patience()*9/10 }

// checkMoments looks at every assessment of the trial.
func (r *trial) checkMoments(t *testing.T) {
	rules, starved, fired := r.rules(), r.starved(), time.Duration(0)
	for _, m := range r.moments {
		checkWords(t, m.cluster.Reason, 0)
		checkWords(t, m.advice.Text, 0)
		down, move := m.cluster.Verdict == model.ClusterDown, m.advice.Action == model.ActionFailOver
		lasted := r.failing(m)
		switch {
		case !down && !move:
			continue
		case r.action != model.ActionFailOver && starved:
			t.Logf("on a starved machine: %s", m.advice.Text)
		case r.action != model.ActionFailOver, move && !down:
			t.Errorf("%s (%s): %s", m.cluster.Verdict, m.cluster.Reason, m.advice.Text)
		case lasted < rules.DownAfter && fired > 0 && r.answersInARow(m) < rules.FirstSamples:
			// An outage that was called is over with some answers in a row.
		case lasted < rules.DownAfter:
			t.Errorf("an outage after %s already, and %d answers in a row: %s\n%s", lasted, r.answersInARow(m), m.cluster.Reason, r.newest(12))
		case fired == 0:
			fired = lasted
		}
	}
	if fired > 0 {
		t.Logf("down after %s, the rule being %s", fired.Round(10*time.Millisecond), rules.DownAfter)
	}
}

// starved reports whether this machine had so little time for calls that were
// to be answered, or refused, at once, that an outage may be what it saw.
func (r *trial) starved() bool {
	return slices.ContainsFunc(r.seen, func(e model.Evidence) bool { return e.RTT() > trialDown/3 && !r.ranOut(e) })
}

// failing is for how long all calls had failed at a moment, those aside that do
// not count towards an outage.
func (r *trial) failing(m moment) time.Duration {
	var first time.Time
	for _, e := range r.seen[:m.looks] {
		switch {
		case e.Kind == model.KindSubscribers:
		case e.Failure == nil:
			first = time.Time{}
		case first.IsZero():
			first = e.Asked
		}
	}
	if first.IsZero() {
		return 0
	}
	return m.at.Sub(first)
}

// answersInARow is how many calls had been answered at a moment since the newest
// failure, and since looks came without a pause in which they age.
func (r *trial) answersInARow(m moment) int {
	n, last := 0, time.Time{}
	for _, e := range r.seen[:m.looks] {
		if e.Kind == model.KindSubscribers {
			continue
		}
		if e.Failure != nil || e.Asked.Sub(last) > r.rules().MaxAge {
			n = 0
		}
		if e.Failure == nil {
			n++
		}
		last = e.Answered
	}
	return n
}

// checkWords wants a text that can be shown.
func checkWords(t *testing.T, text string, longest int) {
	t.Helper()
	if text == "" || model.Clean(text, 1<<20) != text {
		t.Errorf("not fit to be shown: %q", text)
	}
	if longest == 0 {
		longest = 4 * model.MaxMessage
	}
	if len(text) > longest {
		t.Errorf("%d bytes: %q", len(text), text)
	}
}

func containsAny(text string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}
