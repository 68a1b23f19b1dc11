package failover

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/fumtui/fumtui/model"
)

// How the questions begin that ask for a number.
const (
	noCursor = "no cursor for "
	aGap     = "a gap of "
)

// roomSlots is by how many slots an answer may exceed twice the gap that was
// asked for: about an hour of the chain. What is larger is another number, such
// as a slot.
const roomSlots = 9000

// settle settles the first question of a plan by the person's answer, and
// journals that; it fails with the question where there is none that fits.
func (d *Drive) settle(plan *model.Plan, f *facts) error {
	for _, c := range plan.Checks {
		if c.Level != model.CheckAsk {
			continue
		}
		if c.Name == checkNameCursor {
			return d.settleStart(f)
		}
		return askGap(c.Saw, plan.GapSlots) // hearApproval takes the answer
	}
	return nil
}

// settleStart has a person say where a run without a cursor resumes.
func (d *Drive) settleStart(f *facts) error {
	serves := ""
	if f.windowErr == nil {
		serves = fmt.Sprintf(" (%s serves slots %s)", d.run.To, f.window)
	}
	answer := d.takeAnswer(noCursor)
	n, err := number(answer)
	slot := model.Slot(n)
	latest := strings.EqualFold(answer, "latest")
	known := f.windowErr == nil && err == nil && slot <= f.window.Max+1
	if !latest && !known {
		d.notTaken("it is neither latest nor a slot that %s has", d.run.To)
		return ask(noCursor+"%s%s: answer with the slot to resume at, or latest", d.run.From, serves)
	}
	chosen := "the latest"
	if !latest {
		chosen = fmt.Sprintf("slot %d", slot)
	}
	word := fmt.Sprintf("%s chose to resume at %s, as there is no cursor for %s", d.person(), chosen, d.run.From)
	return d.commit(Batch{Audit: d.audit("resume-slot", word)}, func(r *model.Run) {
		if r.Latest = latest; !latest {
			r.FromSlot = &slot
		}
		r.Question = ""
	})
}

// askGap asks for the approval of a gap. text begins with its number.
func askGap(text string, gap uint64) error {
	return ask("%s. To approve it type the number, %d; as it may grow while you answer, a larger one, up to %d, approves so many",
		text, gap, MostApproved(gap))
}

// approvedText is what the audit trail keeps of an approval.
func approvedText(text string, approved uint64) string {
	return text + "; approved up to " + model.Count(approved)
}

// approval is how many slots a person approved by an answer: at least as many as
// the run asked for, and not so many that it must be another number.
func (d *Drive) approval() (uint64, bool) {
	asked, ok := askedGap(d.run.Question)
	if !ok {
		return 0, false
	}
	answer := d.takeAnswer(aGap)
	n, err := number(answer)
	switch {
	case answer == "":
		return 0, false
	case err != nil:
		d.notTaken("it is no number")
	case n < asked:
		d.notTaken("the gap is %s", model.Units(asked, "slot"))
	case n > MostApproved(asked):
		d.notTaken("it is too large to be meant: the gap is %s", model.Units(asked, "slot"))
	default:
		return n, true
	}
	return 0, false
}

// askedGap is the number of slots that a question asks to approve; ok is false
// where it asks something else.
func askedGap(question string) (gap uint64, ok bool) {
	rest, is := strings.CutPrefix(question, aGap)
	text, _, found := strings.Cut(rest, " ")
	gap, err := number(text)
	return gap, is && found && err == nil
}

// hearApproval keeps a person's approval of a gap before it is looked anew: by
// then it may be a little smaller, or none, and grow again.
func (d *Drive) hearApproval() error {
	text, _, _ := strings.Cut(d.run.Question, ". To approve")
	n, ok := d.approval()
	if !ok {
		return nil
	}
	return d.commit(Batch{Audit: d.audit("approve-gap", approvedText(text, n))}, func(r *model.Run) {
		r.ApprovedGap, r.Question = &n, ""
	})
}

// MostApproved is the largest answer that approves a gap.
func MostApproved(gap uint64) uint64 { return 2*gap + roomSlots }

// number reads a whole number as a person writes it, with or without commas.
func number(text string) (uint64, error) {
	return strconv.ParseUint(strings.ReplaceAll(text, ",", ""), 10, 64)
}
