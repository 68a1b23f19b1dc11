package ui

import (
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
)

// modeWords are the modes by name.
var modeWords = []string{string(model.Planned), string(model.Reactive), string(model.Hybrid)}

// choiceArgs are the words with which choices may go on; nil: there are no more.
func choiceArgs(before []string, recreate bool) []string {
	if n := len(before); n > 0 {
		switch before[n-1] {
		case choiceMode:
			return modeWords
		case choiceSlot, choiceGap:
			return []string{} // a number
		}
	}
	all := []string{choiceMode, choiceSlot, choiceLatest, choiceGap, choiceForce}
	out := slices.DeleteFunc(all, func(word string) bool {
		start := word == choiceSlot || word == choiceLatest
		return slices.Contains(before, word) || start && (recreate || slices.Contains(before, choiceSlot) || slices.Contains(before, choiceLatest))
	})
	if len(out) == 0 {
		return nil
	}
	return out
}

// readChoices puts choices into a request. Where they are none, why says so; a
// last word that lacks its value is told as half, for it may still be typed.
func readChoices(words []string, req *model.Request) (why string, half bool) {
	var gap *uint64
	for i := 0; i < len(words); i++ {
		word := words[i]
		if !slices.Contains(choiceArgs(words[:i], req.Recreate), word) {
			return choiceFault(word, words[:i], req.Recreate), false
		}
		switch word {
		case choiceLatest:
			startAt(req, nil, true)
			continue
		case choiceForce:
			req.Force = true
			continue
		}
		if i++; i == len(words) {
			return map[string]string{
				choiceMode: "mode: planned, reactive or hybrid", choiceSlot: "from-slot: name the slot", choiceGap: "approve-gap: name the number of slots",
			}[word], true
		}
		switch value := words[i]; {
		case word != choiceMode:
			if why := setChoice(req, word, value); why != "" {
				return word + ": " + why, false
			}
		case !slices.Contains(modeWords, value):
			return "mode: planned, reactive or hybrid", false
		default:
			req.Mode = model.Mode(value)
		}
		if word == choiceGap {
			gap = req.ApproveGap
		}
	}
	req.ApproveGap = gap // a start that is named after it is not another one
	return "", false
}

// ReadChoices puts choices into a request, as they follow the names of the commands
// that plan a run: "mode planned", "from-slot SLOT", "latest", "approve-gap SLOTS" and
// "force". Where they are none, why says so.
func ReadChoices(words []string, req *model.Request) (why string) {
	why, _ = readChoices(words, req)
	return why
}

// ChoiceWords are the words by which a request's choices are made, as [ReadChoices]
// reads them.
func ChoiceWords(req *model.Request) []string {
	var words []string
	if req.Mode != "" {
		words = append(words, choiceMode, string(req.Mode))
	}
	switch {
	case req.FromSlot != nil:
		words = append(words, choiceSlot, slotText(*req.FromSlot))
	case req.Latest:
		words = append(words, choiceLatest)
	}
	if req.ApproveGap != nil {
		words = append(words, choiceGap, strconv.FormatUint(*req.ApproveGap, 10))
	}
	if req.Force {
		words = append(words, choiceForce)
	}
	return words
}

// choiceFault says why a word chooses nothing.
func choiceFault(word string, before []string, recreate bool) string {
	start := word == choiceSlot || word == choiceLatest
	switch {
	case slices.Contains(before, word):
		return word + ": it was said before"
	case start && recreate:
		return word + ": a subscriber is made again where its cursor is"
	case start:
		return "from-slot or latest: name one of the two"
	}
	return clean(word) + " is none of " + strings.Join(choiceArgs(nil, recreate), ", ")
}

// requestOf is the request that an act on a pipeline begins with, and the words
// that follow it.
func (m *root) requestOf(a action, p *model.PipelineState, words []string) (req model.Request, rest []string) {
	switch a {
	case actFailback:
		return model.Request{Pipeline: p.Name, To: p.Home}, words[1:]
	case actRecreate:
		return model.Request{Pipeline: p.Name, To: p.Active, Recreate: true}, words[1:]
	default:
		return model.Request{Pipeline: p.Name, To: words[1]}, words[2:]
	}
}

// planWords completes what follows the name of an act that plans a run.
func planWords(a action) func(*root, []string) []string {
	return func(m *root, before []string) []string {
		if len(before) == 0 {
			return pipelineNames(m)
		}
		p := m.pipelineCalled(before[0])
		switch {
		case p == nil:
			return []string{}
		case len(before) == 1 && a == actCutover:
			return Targets(m.snap, p)
		}
		req, rest := m.requestOf(a, p, before)
		return choiceArgs(rest, req.Recreate)
	}
}

// ofRequest lets an act that plans a run name the pipeline and what is chosen
// about the run.
func (m *root) ofRequest(c *command, usage string, a action) {
	m.ofPipeline(c, usage, a)
	c.args = planWords(a)
	refuses := c.refuses
	c.refuses = func(m *root, words []string) string {
		if why := refuses(m, words); why != "" || !named(a, words) {
			return why
		}
		req, rest := m.requestOf(a, m.pipelineCalled(words[0]), words)
		if why, half := readChoices(rest, &req); !half {
			return why
		}
		return ""
	}
	pressed := c.do
	c.do = func(m *root, words []string) tea.Cmd {
		if !named(a, words) {
			return pressed(m, words)
		}
		req, rest := m.requestOf(a, m.pipelineCalled(words[0]), words)
		if why, _ := readChoices(rest, &req); why != "" {
			m.say(why)
			return nil
		}
		thawed := m.thaw()
		m.selected = req.Pipeline
		m.leaveTo(pageOverview)
		return tea.Batch(thawed, m.makePlan(req))
	}
}

// named reports whether words say all that a run needs: also where to.
func named(a action, words []string) bool {
	return len(words) > 1 || (len(words) == 1 && a != actCutover)
}
