package plain

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/change"
)

// voice is news as they are told in time.
type voice struct {
	n   *news
	now time.Time
}

func newVoice(facts ...change.Fact) *voice {
	v := &voice{n: newNews(), now: noon}
	v.n.known(facts)
	return v
}

// notes takes facts, lets time pass, and gives the lines that were told.
func (v *voice) notes(d time.Duration, facts ...change.Fact) string {
	v.n.note(facts, v.now)
	var out []string
	for end := v.now.Add(d); v.now.Before(end); {
		v.now = v.now.Add(tickEvery)
		for _, l := range v.n.take(v.now) {
			out = append(out, l.text)
		}
	}
	return strings.Join(out, "|")
}

func is(about, state string, alert model.Alert) change.Fact {
	return change.Fact{About: about, State: state, Text: about + " is " + state, Alert: alert}
}

func TestChangesOfAMomentAreToldTogetherTheGravestFirst(t *testing.T) {
	v := newVoice()
	if got := v.notes(moment/2, is("a", "fine", model.AlertOK)); got != "" {
		t.Errorf("told at once: %s", got)
	}
	got := v.notes(moment, is("a", "fine", model.AlertOK), is("b", "odd", model.AlertWarning), is("c", "bad", model.AlertCritical), is("d", "unclear", model.AlertUnknown))
	if got != "c is bad|b is odd|d is unclear|a is fine" {
		t.Error(got)
	}
	if got := v.notes(time.Minute, is("a", "fine", model.AlertOK), is("c", "bad", model.AlertCritical)); got != "" {
		t.Errorf("repeated: %s", got)
	}
}

func TestWhatCameBackWithinAMomentIsNotTold(t *testing.T) {
	v := newVoice(is("a", "fine", model.AlertOK))
	v.notes(moment/2, is("a", "bad", model.AlertCritical))
	if got := v.notes(time.Minute, is("a", "fine", model.AlertOK)); got != "" {
		t.Error(got)
	}
}

func TestFlappingIsCounted(t *testing.T) {
	v := newVoice(is("a", "fine", model.AlertOK))
	lines := 0
	last := ""
	for i := range 60 {
		state := []string{"bad", "fine"}[i%2]
		if got := v.notes(2*time.Second, is("a", state, model.AlertCritical)); got != "" {
			lines, last = lines+1, got
		}
	}
	if lines > 8 || !strings.Contains(last, " changes in ") {
		t.Errorf("%d lines in two minutes, the last: %s", lines, last)
	}
	if got := v.notes(2*flapEvery, is("a", "gone", model.AlertOK)); !strings.HasPrefix(got, "a is gone") {
		t.Errorf("how it stands in the end: %q", got)
	}
}

func TestWhatChangesAllTheTimeIsToldNowAndThen(t *testing.T) {
	v := newVoice()
	var got []string
	for i := range 60 {
		f := is("step", fmt.Sprint("at ", i), model.AlertOK)
		f.Slow = true
		if l := v.notes(time.Second, f); l != "" {
			got = append(got, l)
		}
	}
	if len(got) < 3 || len(got) > 6 {
		t.Errorf("told %d times in a minute: %q", len(got), got)
	}
	if l := v.notes(2*time.Second, is("step", "done", model.AlertOK)); l != "step is done" {
		t.Errorf("its end: %q", l)
	}
}

// TestAFloodIsBounded: whatever changes, a voice keeps up, and in the end all is
// told, as it then is.
func TestAFloodIsBounded(t *testing.T) {
	v := newVoice()
	var facts []change.Fact
	for i := range 100 {
		facts = append(facts, is(fmt.Sprintf("p%02d", i), "odd", model.AlertWarning))
	}
	first := v.notes(10*time.Second, facts...)
	if n := strings.Count(first, " is "); n > mostAtOnce+int(10*time.Second/oneMore) {
		t.Errorf("%d lines in 10 seconds", n)
	}
	facts = append(facts, is("grave", "bad", model.AlertCritical))
	if rest := v.notes(5*time.Second, facts...); !strings.HasPrefix(rest, "grave is bad") {
		t.Errorf("what is grave waits: %s", rest)
	}
	rest := first + "|" + v.notes(5*time.Minute, facts...)
	for i := range 99 {
		if want := fmt.Sprintf("p%02d is odd", i); i < 10 && !strings.Contains(rest, want) {
			t.Errorf("%s is never told", want)
		}
	}
}

func TestPassingThatNobodyHeardOfIsNotOver(t *testing.T) {
	v := newVoice()
	f := is("notice", "locked", model.AlertWarning)
	f.Passing = true
	v.notes(moment/2, f)
	if got := v.notes(time.Minute); got != "" {
		t.Errorf("over: %s", got)
	}
	if got := v.notes(2*moment, f); got != "notice is locked" {
		t.Errorf("told: %s", got)
	}
	if got := v.notes(2 * moment); !strings.HasPrefix(got, "no longer: ") {
		t.Errorf("over: %s", got)
	}
	if got := v.notes(2*moment, f); got != "notice is locked" {
		t.Errorf("again: %q", got)
	}
}
