package ui

import (
	"github.com/fumtui/fumtui/model"
)

// afterLines are what a person asks after a run, a line each: how it is now, what
// was lost, what comes again, and where it began.
func (s scene) afterLines(r *model.Run, w int) []string {
	var out []string
	add := func(label, text string, look role) {
		if text == "" {
			return
		}
		head := " " + fit(label, 13)
		lines := wrapIndent(head, text, w-1)
		for i, l := range lines {
			if i == 0 {
				out = append(out, s.theme.paint(roleFaint, head)+s.theme.paint(look, l[min(len(l), len(head)):]))
			} else {
				out = append(out, s.theme.paint(look, l))
			}
		}
	}
	now, look := s.nowText(r)
	add("now", now, look)
	lost, look := lostText(r)
	add("lost", lost, look)
	add("comes again", againText(r), roleText)
	add("first slot", firstText(r), roleText)
	if p := s.stands(r); p != nil && p.Active != p.Home && underWay(p) == nil && len(p.Readiness) > 0 && best(p).Kind == model.Failback {
		a := s.moveAnswer(p)
		add("way back", "fail back now? "+a.text, a.role)
	}
	return out
}

// stands is the pipeline as it is now, if this run was its last; nil otherwise.
func (s scene) stands(r *model.Run) *model.PipelineState {
	for i := range s.snap.Pipelines {
		p := &s.snap.Pipelines[i]
		if p.Name == r.Pipeline && p.Run != nil && p.Run.ID == r.ID {
			return p
		}
	}
	return nil
}

// nowText is where the client runs now, and how far it is from the tip.
func (s scene) nowText(r *model.Run) (string, role) {
	p := s.stands(r)
	if p == nil {
		return "", roleText
	}
	look, verdict := s.pipelineVerdict(p)
	if p.Verdict == model.PipelineMoving { // a picture from just before its end
		return "active on " + clean(p.Active) + "; how its client does is not known yet", roleUnknown
	}
	text := verdict + " at " + clean(p.Active)
	if p.LagSlots != nil {
		text += ", " + model.Units(*p.LagSlots, "slot") + " from the newest"
	}
	if p.ToGo != nil {
		text += ", at the tip in " + about(p.ToGo)
	}
	return text, look
}

// lostText is what a run lost, as far as anyone can tell.
func lostText(r *model.Run) (string, role) {
	switch {
	case r.PossibleLoss > 0:
		return "up to " + model.Units(r.PossibleLoss, "slot") + " MAY BE LOST, and nobody can tell: see the steps", roleCritical
	case r.GapSlots != nil && *r.GapSlots > 0 && r.State == model.RunDone:
		return model.Units(*r.GapSlots, "slot") + " SKIPPED, as it was approved", roleWarn
	case r.State == model.RunDone && r.GapSlots == nil:
		return "not known: there was no cursor to count from", roleUnknown
	case r.State == model.RunDone:
		return "nothing: no slot was skipped", roleText
	case r.State == model.RunAborted:
		return "nothing: " + clean(r.From) + " goes on from where it was", roleText
	case r.ForwardOnly() && r.ResumeSlot != nil:
		return "nothing yet: the subscriber at " + clean(r.To) + " begins at slot " + slotText(*r.ResumeSlot) + ", while that is in the window there", roleWarn
	}
	return "nothing yet: the subscriber at " + clean(r.From) + " is as it was", roleWarn
}

// againText is what comes twice; "" where nothing was consumed yet.
func againText(r *model.Run) string {
	if r.DuplicateSlots == nil || (r.State != model.RunDone && r.FirstSlotAt == nil) {
		return ""
	}
	text := "about " + model.Units(*r.DuplicateSlots, "slot")
	if r.ResumeSlot != nil {
		text += ", around slot " + slotText(*r.ResumeSlot)
	}
	return text
}

// firstText is whether it was proven where the target began.
func firstText(r *model.Run) string {
	switch {
	case r.ResumeSlot == nil || (r.State != model.RunDone && r.FirstSlotAt == nil):
		return ""
	case r.FirstSlot == nil:
		return "the client does not say; the cursor moved on from slot " + slotText(*r.ResumeSlot)
	case *r.FirstSlot <= *r.ResumeSlot:
		return slotText(*r.FirstSlot) + ", proven: it streamed from the resume slot on"
	}
	return slotText(*r.FirstSlot) + ", " + model.Units(model.SlotsBetween(*r.ResumeSlot, *r.FirstSlot), "slot") + " after the resume slot"
}
