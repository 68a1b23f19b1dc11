package ui

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// What a person chooses about a planned run, as it is called in the palette. A
// mode is chosen by its own name.
const (
	choiceMode   = "mode"
	choiceCursor = "cursor"
	choiceSlot   = "from-slot"
	choiceLatest = "latest"
	choiceGap    = "approve-gap"
	choiceForce  = "force"
)

// choicesBlocked says why nothing about the plan can be chosen now.
func choicesBlocked(m *root) string {
	if m.plan.req.Pipeline == "" {
		return "there is no plan"
	}
	return modeBlocked(m)
}

// openChoices lists what can be chosen about the plan. The plan stands meanwhile,
// and each choice makes another one.
func (m *root) openChoices() {
	p := &m.plan
	c := chooser{
		title: "Choices for " + clean(p.req.Pipeline) + " to " + clean(p.req.To),
		note:  "A choice makes the plan again. Nothing happens before you confirm a plan.",
	}
	add := func(value, item, about string, now bool) {
		if now {
			item += " (now)"
		}
		c.values, c.items, c.about = append(c.values, value), append(c.items, item), append(c.about, about)
	}
	mode := p.req.Mode
	if p.stage == stageShown {
		mode = p.plan.Mode
	}
	add(string(model.Planned), "mode: planned", "drain the source; go back if that fails", mode == model.Planned)
	add(string(model.Reactive), "mode: reactive", "stop the source, without a drain", mode == model.Reactive)
	add(string(model.Hybrid), "mode: hybrid", "drain the source; stop it if that fails", mode == model.Hybrid)
	if !p.req.Recreate {
		slot, chosen := "start: at a slot", p.req.FromSlot != nil
		if chosen {
			slot += ", " + slotText(*p.req.FromSlot)
		}
		add(choiceCursor, "start: after the cursor", "at the slot after the last consumed", !chosen && !p.req.Latest)
		add(choiceSlot, slot, "type it: earlier repeats, later skips slots", chosen)
		add(choiceLatest, "start: after the newest", "skips what was not consumed yet: a gap", p.req.Latest)
	}
	gap := "approve a gap"
	if p.req.ApproveGap != nil {
		gap += ", up to " + model.Count(*p.req.ApproveGap)
	}
	add(choiceGap, gap, m.gapAbout(), p.req.ApproveGap != nil)
	force := "skip the waits of a failback; it is recorded"
	if p.req.Recreate {
		force = "although it is not lost; it is recorded"
	}
	add(choiceForce, "force", force, p.req.Force)
	c.at = max(0, slices.Index(c.values, string(mode)))
	m.choice = c
	m.goTo(pageChoices)
}

// gapAbout says what there is to be approved.
func (m *root) gapAbout() string {
	p := &m.plan
	switch {
	case p.stage == stageShown && p.plan.GapSlots > 0:
		return "this plan skips " + model.Units(p.plan.GapSlots, "slot") + ": type that number"
	case p.req.Latest:
		return "it grows until the run: type how many at most"
	}
	return "this plan skips nothing"
}

// choose takes a row of the choices: it plans again, or asks for a number first.
func (m *root) choose(value string) tea.Cmd {
	req := m.plan.req
	switch value {
	case choiceSlot, choiceGap:
		if why := m.typeBlocked(value); why != "" {
			m.say(why)
			return nil
		}
		m.prompt = newPrompt(promptChoice, "")
		m.prompt.choice = value
		return nil
	case choiceCursor:
		startAt(&req, nil, false)
	case choiceLatest:
		startAt(&req, nil, true)
	case choiceForce:
		req.Force = !req.Force
	default:
		req.Mode = model.Mode(value)
	}
	return m.makePlan(req)
}

// startAt sets where a run starts. A gap that was approved is another one then.
func startAt(req *model.Request, slot *model.Slot, latest bool) {
	req.FromSlot, req.Latest, req.ApproveGap = slot, latest, nil
}

// typeBlocked says why no number is asked for.
func (m *root) typeBlocked(choice string) string {
	p := &m.plan
	switch {
	case choice != choiceGap:
		return ""
	case p.stage != stageShown:
		return "no plan says how large the gap is: plan again first"
	case p.plan.GapSlots == 0 && !p.req.Latest:
		return "this plan skips nothing: there is no gap to approve"
	}
	return ""
}

// choiceKey takes a key while a number is typed.
func (m *root) choiceKey(msg tea.KeyPressMsg) tea.Cmd {
	p := &m.prompt
	switch msg.String() {
	case "enter":
		return m.chooseTyped()
	case "esc", "ctrl+c":
		m.prompt = prompt{}
	default:
		p.hint, p.typedAt = "", m.now
		p.input, _ = p.input.Update(msg)
	}
	return nil
}

// chooseTyped takes the number that was typed, or says why not.
func (m *root) chooseTyped() tea.Cmd {
	p := &m.prompt
	if m.page != pageChoices { // the plan was taken away meanwhile
		m.prompt = prompt{}
		return nil
	}
	if p.choice == choiceGap && m.now.Sub(p.typedAt) < m.burst {
		p.input.SetValue("")
		p.hint = notPasted
		return nil
	}
	req := m.plan.req
	why := setChoice(&req, p.choice, p.input.Value())
	if why == "" && p.choice == choiceGap {
		why = m.approvalRefused(*req.ApproveGap)
	}
	if why != "" {
		p.hint = why
		return nil
	}
	m.prompt = prompt{}
	return m.makePlan(req)
}

// approvalRefused says why a number does not approve the gap of the plan.
func (m *root) approvalRefused(n uint64) string {
	gap := m.plan.plan.GapSlots
	switch {
	case m.plan.stage != stageShown:
		return "the plan is gone: plan again first"
	case n < gap:
		return "the gap is " + model.Units(gap, "slot") + ": type " + strconv.FormatUint(gap, 10) + " or somewhat more"
	case n > failover.MostApproved(gap):
		return "too large to be meant: the gap is " + model.Units(gap, "slot")
	}
	return ""
}

// setChoice reads a number into a request; where it is none, why says so.
func setChoice(req *model.Request, choice, text string) (why string) {
	n, ok := wholeNumber(text)
	what := map[string]string{choiceSlot: "a slot", choiceGap: "a number of slots"}[choice]
	switch {
	case strings.TrimSpace(text) == "":
		return "type " + what + " first"
	case !ok:
		return fmt.Sprintf("%q is not %s: type a whole number", clean(text), what)
	case choice == choiceSlot:
		slot := model.Slot(n)
		startAt(req, &slot, false)
	default:
		req.ApproveGap = &n
	}
	return ""
}

// wholeNumber reads a number as people write it, with commas or without, or as
// the screen shows it.
func wholeNumber(text string) (uint64, bool) {
	n, err := strconv.ParseUint(strings.NewReplacer(",", "", "_", "").Replace(strings.TrimSpace(text)), 10, 64)
	return n, err == nil && n <= math.MaxInt64
}

// choiceSign is what stands before a number that is typed.
func choiceSign(choice string) string {
	if choice == choiceGap {
		return "approve a gap of slots: "
	}
	return "start at slot: "
}

// ChosenText is what was chosen about a run, besides its mode and its gap: "from slot
// 312363641, with force"; "" for nothing.
func ChosenText(req *model.Request) string {
	var parts []string
	if req.FromSlot != nil {
		parts = append(parts, "from slot "+slotText(*req.FromSlot))
	}
	if req.Latest {
		parts = append(parts, "from the newest slot")
	}
	if req.Force {
		parts = append(parts, "with force")
	}
	return strings.Join(parts, ", ")
}
