package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// mark is a moment of a run that is worth to be known.
type mark struct {
	what string
	at   *time.Time
}

// marks are the moments of a run, in the order in which they are due.
func marks(f *Facts) []mark {
	r := &f.Run
	seen := func(what string, at *time.Time) mark {
		if seenLate(f, at) {
			what += ", at the latest"
		}
		return mark{what, at}
	}
	started := r.StartedAt
	all := []mark{
		{"detected: " + r.From + " was seen not to be well", r.DetectedAt},
		{"decided: the plan was confirmed", &started},
		{"the client at " + r.From + " was told to stop", began(r, model.StepStop)},
		{"it stopped", done(r, model.StepStop)},
		{"its stop was proven", done(r, model.StepVerifyStop)},
		{"the subscriber was created at " + r.To, done(r, model.StepCreate)},
		{"the client at " + r.To + " was started", done(r, model.StepStart)},
		seen("first data: its first slot was seen", r.FirstSlotAt),
		seen("recovered: it was at the live tip, and stayed", r.LiveAt),
		{"going back was decided", began(r, model.StepRevert)},
		{"the client at " + r.From + " was put to work again", done(r, model.StepRestart)},
	}
	if r.EndedAt != nil {
		all = append(all, mark{"the run ended: " + string(r.State), r.EndedAt})
	}
	return all
}

// times is the table of them, without those that did not come.
func times(f *Facts) *Table {
	t := &Table{Columns: []string{"time (UTC)", "since the decision", "what"}}
	for _, m := range marks(f) {
		if m.at != nil {
			t.Rows = append(t.Rows, []string{clock(*m.at), signed(m.at.Sub(f.Run.StartedAt)), m.what})
		}
	}
	return t
}

// measured is how long the parts of a run took.
func measured(f *Facts) []Field {
	r := &f.Run
	stopped := done(r, model.StepStop)
	var fields []Field
	for _, m := range []struct {
		name string
		a, b *time.Time
	}{
		{"From detection to decision", r.DetectedAt, &r.StartedAt},
		{"From detection to the live tip", r.DetectedAt, r.LiveAt},
		{"From decision to the first data", &r.StartedAt, r.FirstSlotAt},
		{"From decision to the live tip", &r.StartedAt, r.LiveAt},
		{"From the stop to the first data (the client may have stood before)", stopped, r.FirstSlotAt},
		{"The whole run", &r.StartedAt, r.EndedAt},
	} {
		if m.a != nil && m.b != nil {
			fields = append(fields, Field{m.name, atMost(f, m.b, lasted(m.a, m.b))})
		}
	}
	return fields
}

// checks are what preflight saw.
func checks(r *model.Run) []string {
	s := r.Step(model.StepPreflight)
	if s == nil {
		return nil
	}
	var lines []string
	for _, text := range []string{s.Detail, s.Error} {
		if text != "" {
			lines = append(lines, strings.Split(text, "; ")...)
		}
	}
	return lines
}

// steps is the journal.
func steps(r *model.Run) *Table {
	t := &Table{Columns: []string{"step", "state", "began (UTC)", "took", "what was seen or done"}}
	for _, s := range r.Steps {
		row := []string{string(s.Name), string(s.State), "-", "-", s.Detail}
		if s.StartedAt != nil {
			row[2] = clock(*s.StartedAt)
		}
		if s.StartedAt != nil && s.EndedAt != nil {
			row[3] = lasted(s.StartedAt, s.EndedAt)
		}
		if s.Error != "" {
			row[4] = strings.TrimPrefix(s.Detail+"; "+s.Error, "; ")
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// left is what a person may still have to do.
func left(f *Facts) []string {
	r := &f.Run
	if !r.State.Ended() {
		return unended(f)
	}
	var lines []string
	if r.Note != "" {
		lines = append(lines, r.Note)
	}
	switch {
	case r.State == model.RunAborted:
		lines = append(lines, fmt.Sprintf("nothing is left to do: the subscriber %s at %s was not touched", r.Subscriber, r.From))
	case r.State == model.RunDone && r.Kind != model.Recreate && r.Note == "":
		lines = append(lines, moved(f)...)
	}
	if f.WayBack != "" {
		lines = append(lines, "the way back now: "+f.WayBack)
	}
	return lines
}

// moved is what is left to do after a run that left no note of it.
func moved(f *Facts) []string {
	r := &f.Run
	lines := []string{fmt.Sprintf("the way back is kept: the subscriber %s at %s was not touched, and waits there for as long as %s keeps its slots",
		r.Subscriber, r.From, r.From)}
	if f.Home == r.To {
		return append(lines, fmt.Sprintf("%s is at home", r.Pipeline))
	}
	return append(lines, fmt.Sprintf("come back when %s has been stable: fumtui failback %s --confirm %s", f.Home, r.Pipeline, f.Home),
		fmt.Sprintf("or stay for good: fumtui home %s %s", r.Pipeline, r.To))
}

// unended is how a run that has not ended is gone on with.
func unended(f *Facts) []string {
	var lines []string
	if f.Run.Note != "" {
		lines = append(lines, f.Run.Note)
	}
	if f.Run.Question != "" {
		lines = append(lines, "it asks: "+f.Run.Question)
	}
	switch {
	case f.DrivenBy != "":
		return append(lines, "it is driven by "+f.DrivenBy)
	case f.Resume != "":
		lines = append(lines, "go on with it: "+f.Resume)
	}
	if f.Abort != "" {
		lines = append(lines, "or give it up: "+f.Abort)
	}
	return lines
}

// seenLate reports whether a moment that comes after the stop may have been seen
// later than it was: another driver took the run up meanwhile.
func seenLate(f *Facts, at *time.Time) bool {
	from := began(&f.Run, model.StepStop)
	if at == nil || from == nil {
		return false
	}
	return slices.ContainsFunc(f.Audit, func(e failover.AuditEntry) bool {
		return e.Action == "resume" && e.At.After(*from) && !e.At.After(*at)
	})
}

// atMost is a time that ends with such a moment.
func atMost(f *Facts, at *time.Time, text string) string {
	if !seenLate(f, at) {
		return text
	}
	return "at most " + text + ", as the run was taken up by another driver meanwhile"
}

func began(r *model.Run, name model.StepName) *time.Time {
	if s := r.Step(name); s != nil {
		return s.StartedAt
	}
	return nil
}

func done(r *model.Run, name model.StepName) *time.Time {
	if s := r.Step(name); s != nil && s.State == model.StepDone {
		return s.EndedAt
	}
	return nil
}

// clock is a time as the tables have it, in UTC.
func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.000") }

// took is a time span in seconds: clocks of two hosts differ, so it may be less
// than nothing.
func took(d time.Duration) string { return decimal(d.Seconds()) + " s" }

func signed(d time.Duration) string {
	if d >= 0 {
		return "+" + took(d)
	}
	return took(d)
}

// decimal is a number with one decimal.
func decimal(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

func slot(s *model.Slot) string {
	if s == nil {
		return "not known"
	}
	return fmt.Sprint(*s)
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

func prefixed(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}

func capital(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
