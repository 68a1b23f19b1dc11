package report

import (
	"fmt"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// Facts are what a report is made of.
type Facts struct {
	Run            model.Run
	State          model.RunState        // as it is to be told: see [failover.Judge]
	DrivenBy       string                // who drives it now; "": nobody
	Audit          []failover.AuditEntry // of the run, oldest first
	SlotsPerSecond float64               // of the chain, to tell slots as time; 0: not known
	Home           string                // of the pipeline, as in force now
	Resume, Abort  string                // the commands that end a run that has not; "": none
	WayBack        string                // how the subscriber that the run left stands now, in a sentence; "": not known, or no way back
}

// Report is a run as a person reads it.
type Report struct {
	Title    string
	Sections []Section
}

// Section is a part of a report. What is empty is not shown.
type Section struct {
	Title  string
	Fields []Field
	Lines  []string
	Table  *Table
	Blocks []Block
}

// Field is a named value.
type Field struct{ Name, Value string }

// Table has rows of as many cells as there are columns.
type Table struct {
	Columns []string
	Rows    [][]string
}

// Block is text of several lines that is shown as it is.
type Block struct{ Title, Text string }

// New makes the report of a run.
func New(f Facts) Report {
	r := &f.Run
	r.State = f.State
	title := fmt.Sprintf("%s of pipeline %s from %s to %s: %s", capital(string(r.Kind)), r.Pipeline, r.From, r.To, r.State)
	if r.Kind == model.Recreate {
		title = fmt.Sprintf("Recreate of the subscriber of pipeline %s at %s: %s", r.Pipeline, r.To, r.State)
	}
	all := []Section{
		{Title: "Summary", Fields: summary(&f)},
		{Title: "Request", Fields: request(&f)},
		{Title: "Evidence when it was decided", Lines: r.Evidence},
		{Title: "Times", Table: times(&f)},
		{Title: "Measured", Fields: measured(&f)},
		{Title: "Position", Fields: position(&f)},
		{Title: "Checks", Lines: checks(r)},
		{Title: "Steps", Table: steps(r)},
		{Title: "Questions, answers and effects", Table: trail(&f)},
		{Title: "Output of hooks", Blocks: hooks(&f)},
		{Title: "What is left", Lines: left(&f)},
	}
	report := Report{Title: title}
	for _, s := range all {
		if len(s.Fields)+len(s.Lines)+len(s.Blocks) > 0 || s.Table != nil && len(s.Table.Rows) > 0 {
			report.Sections = append(report.Sections, s)
		}
	}
	return report
}

// summary is what the reader of the first lines has to know.
func summary(f *Facts) []Field {
	r := &f.Run
	return []Field{
		{"Run", r.ID},
		{"Outcome", outcome(r)},
		{"Recovery time", atMost(f, r.LiveAt, recovery(r))},
		{"Data loss", loss(f)},
		{"Delivered twice", repeats(r)},
	}
}

// outcome is how the run stands, in a sentence.
func outcome(r *model.Run) string {
	switch r.State {
	case model.RunDone:
		return fmt.Sprintf("done: the client at %s streamed at the live tip", r.To)
	case model.RunAborted:
		return fmt.Sprintf("aborted: the client at %s runs as before", r.From)
	case model.RunFailed:
		return fmt.Sprintf("failed at step %s", r.FailedAt())
	case model.RunWaiting:
		return fmt.Sprintf("waiting at step %s for an answer", r.CurrentStep())
	case model.RunRunning:
		return fmt.Sprintf("running, at step %s", r.CurrentStep())
	case model.RunInterrupted:
		return fmt.Sprintf("interrupted at step %s: nobody drives it", r.CurrentStep())
	case model.RunUnknown:
	}
	return fmt.Sprintf("unknown at step %s: an effect may still be under way, and nobody drives it", r.CurrentStep())
}

// recovery is how long the outage was, as far as the run saw it.
func recovery(r *model.Run) string {
	switch {
	case r.LiveAt == nil && r.State == model.RunDone:
		return "not measured"
	case r.LiveAt == nil:
		return "not known: the live tip was not reached"
	case r.DetectedAt != nil:
		return fmt.Sprintf("%s from detection to the live tip, of which %s from the decision on",
			lasted(r.DetectedAt, r.LiveAt), lasted(&r.StartedAt, r.LiveAt))
	}
	return fmt.Sprintf("%s from the decision to the live tip; no sign of trouble was noted before it", lasted(&r.StartedAt, r.LiveAt))
}

// loss is how many slots were skipped.
func loss(f *Facts) string {
	r := &f.Run
	switch {
	case r.State == model.RunAborted:
		return "none: the run was aborted"
	case r.GapSlots == nil:
		return "not decided: no position was reached"
	case r.PossibleLoss > 0 && *r.GapSlots == 0:
		return "none that is known; up to " + slotsAndTime(r.PossibleLoss, f.SlotsPerSecond) + " may be lost: see steps cursor, position and confirm"
	case *r.GapSlots == 0:
		return "none: 0 slots"
	case began(r, model.StepStart) == nil:
		return "none: the client at the target was not started; it would have skipped " + slotsAndTime(*r.GapSlots, f.SlotsPerSecond)
	}
	text := slotsAndTime(*r.GapSlots, f.SlotsPerSecond) + " were skipped"
	if r.PossibleLoss > 0 {
		text += ", and up to " + slotsAndTime(r.PossibleLoss, f.SlotsPerSecond) + " besides may be lost"
	}
	return text
}

// slotsAndTime is a number of slots, and about how long the chain takes for it.
func slotsAndTime(n uint64, perSecond float64) string {
	text := model.Units(n, "slot")
	if perSecond <= 0 || n == 0 {
		return text
	}
	return fmt.Sprintf("%s (about %s s)", text, decimal(float64(n)/perSecond))
}

// repeats is how many slots are expected twice.
func repeats(r *model.Run) string {
	if r.DuplicateSlots == nil {
		return "not decided: no position was reached"
	}
	return "about " + model.Units(*r.DuplicateSlots, "slot") + " expected"
}

// request is who asked for what, and why.
func request(f *Facts) []Field {
	r := &f.Run
	by := r.RequestedBy
	if r.Origin != "" {
		by += ", by ssh from " + r.Origin
	}
	fields := []Field{
		{"Requested by", by},
		{"Why", orElse(r.Reason, "no reason was given")},
		{"Mode", string(r.Mode)},
		{"Position", asked(r)},
		{"Last driven by", fmt.Sprintf("%s@%s (process %d)", r.Holder.User, r.Holder.Host, r.Holder.PID)},
	}
	if f.DrivenBy != "" {
		fields[len(fields)-1] = Field{"Driven by", f.DrivenBy}
	}
	if r.ApprovedGap != nil {
		fields = append(fields, Field{"Gap approved", "up to " + model.Units(*r.ApprovedGap, "slot")})
	}
	if r.Forced {
		forced := "yes: it waited neither for home to have been stable nor for a quiet window"
		if r.Kind == model.Recreate {
			forced = "yes: also if the subscriber was there and not stale"
		}
		fields = append(fields, Field{"Forced", forced})
	}
	if r.Evacuation != "" {
		fields = append(fields, Field{"Part of evacuation", r.Evacuation})
	}
	return fields
}

// asked is where a person wanted it to resume.
func asked(r *model.Run) string {
	switch {
	case r.FromSlot != nil:
		return fmt.Sprintf("slot %d, chosen by a person", *r.FromSlot)
	case r.Latest:
		return "after the newest slot of the target, chosen by a person"
	}
	return "the slot after the cursor"
}

// position is where it resumed, and what that was computed from.
func position(f *Facts) []Field {
	r := &f.Run
	fields := []Field{{"Cursor at " + r.From, slot(r.Cursor)}}
	if r.ReportedCursor != nil {
		fields = append(fields, Field{"Cursor as its client said", slot(r.ReportedCursor)})
	}
	fields = append(fields, Field{"Resume slot at " + r.To, slot(r.ResumeSlot)})
	if r.GapSlots != nil {
		fields = append(fields, Field{"Gap", slotsAndTime(*r.GapSlots, f.SlotsPerSecond)})
	}
	if r.FirstSlot != nil {
		fields = append(fields, Field{"First slot consumed at " + r.To, slot(r.FirstSlot)})
	}
	return append(fields, Field{"Subscriber", r.Subscriber + orElse(prefixed(", id ", r.SubscriberID), "")})
}

// lasted is the time from a to b.
func lasted(a, b *time.Time) string {
	if a == nil || b == nil {
		return "not known"
	}
	return took(b.Sub(*a))
}
