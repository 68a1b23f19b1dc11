package ui

import (
	"os"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// What follows says the same things as the screens, in the same words, to those
// who print lines.

// Headline is an advice in a few words: whose fault it is, then what to do.
func Headline(snap *model.Snapshot, p *model.PipelineState) string {
	side, of := (scene{snap: snap}).side(p)
	text := side + of
	if loss, in := urgency(p); loss != "" {
		if text != "" {
			text += "; "
		}
		text += loss + in
	}
	return text + ": " + deed(p)
}

// Answer is a question that a person asks first, and what is known of it.
type Answer struct{ Label, Text string }

// Answers are whether a pipeline can be moved now and what that would cost, and
// how long until data is lost if nobody does anything.
func Answers(snap *model.Snapshot, p *model.PipelineState) []Answer {
	var out []Answer
	for _, a := range (scene{snap: snap, now: snap.Time}).answers(p) {
		out = append(out, Answer{a.label, a.text})
	}
	return out
}

// CalmLine is what is said of a pipeline for which nothing is to be done.
func CalmLine(snap *model.Snapshot, p *model.PipelineState) string {
	return scene{snap: snap}.calmLine(p)
}

// AdviceSentence is the advice as a sentence that names its pipeline.
func AdviceSentence(p *model.PipelineState) string { return adviceSentence(p) }

// Calm reports whether nothing is to be done about a pipeline, and nothing is
// under way.
func Calm(p *model.PipelineState) bool { return calm(p) }

// Attention is how soon a person should look at a pipeline: the higher, the
// sooner; 0 is not at all.
func Attention(p *model.PipelineState) int { return attention(p) }

// RunTitle names a run by what it does.
func RunTitle(r *model.Run) string { return runTitle(r) }

// NeedsPerson reports whether a run stands until somebody takes it up.
func NeedsPerson(r *model.Run) bool { return needsPerson(r) }

// WhoDrives names the process that holds a run.
func WhoDrives(r *model.Run) string { return whoDrives(r) }

// StandingNote says what it means that a run stands still without a question; ""
// where it does not.
func StandingNote(r *model.Run) string { return standingNote(r) }

// RunResult sums an ended run up, and says what to do now. The time that one
// without an end took counts up to now.
func RunResult(r *model.Run, now time.Time) (text, next string) { return runResult(r, now) }

// ModeMeaning says what the mode of a plan does to the source.
func ModeMeaning(p *model.Plan) string { return modeMeaning(p) }

// EvacuationMoves reports whether a pipeline of an evacuation is to be moved.
func EvacuationMoves(i *failover.EvacuationItem) bool { return moves(i) }

// NextMode goes round the modes.
func NextMode(now model.Mode) model.Mode { return nextMode(now) }

// Complete fills in what was left out of the options, for a console without a
// screen.
func (o Options) Complete() Options {
	o = o.withDefaults()
	o.ASCII = o.ASCII || !localeIsUTF8(os.Getenv)
	return o
}
