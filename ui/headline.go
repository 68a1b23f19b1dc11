package ui

import (
	"slices"
	"strings"

	"github.com/fumtui/fumtui/model"
)

// headline is an advice in a few words: how it stands and whose fault it is, what
// is about to be lost, then what to do: the end may be cut off.
func (s scene) headline(p *model.PipelineState) string {
	side, of := s.side(p)
	text := strings.ToUpper(side) + of
	if loss, in := urgency(p); loss != "" {
		if text != "" {
			text += " · "
		}
		text += strings.ToUpper(loss) + in
	}
	return text + " – " + deed(p)
}

// urgency says that data is about to be lost, and in what time; "" where it is
// not.
func urgency(p *model.PipelineState) (what, in string) {
	switch u := p.Advice.UrgentSeconds; {
	case u == nil:
		return "", ""
	case *u <= 0:
		return "data is being lost", ""
	default:
		return "data is lost in ", span(model.Seconds(*u))
	}
}

// side is how it stands and whose fault it is, as the first words that a person reads,
// and of what;
// "" where data is about to be lost and nothing else is known to be wrong.
func (s scene) side(p *model.PipelineState) (side, of string) {
	active := clean(p.Active)
	switch p.Advice.Action.Whose() {
	case model.SideNobody:
		return strings.ToLower(s.calmWord()), ""
	case model.SideCluster:
		return "outage at ", active
	case model.SideProvider:
		return "the provider", " of " + active
	case model.SideSubscriber:
		if p.Verdict == model.PipelineSubscriberStale {
			return "stale subscriber at ", active
		}
		return "lost subscriber at ", active
	case model.SideClient:
		if p.Verdict == model.PipelineDoubleActive {
			return "not your clusters: two clients at once", ""
		}
		return "not your clusters: your client", ""
	case model.SideConfiguration:
		return "not your clusters: your configuration", ""
	case model.SideConsole:
		if p.Verdict == model.PipelineUnknown && s.nothingReached() {
			return "no cluster can be reached from here", ""
		}
		return "not your clusters: this console", ""
	case model.SideChain:
		return "the chain has halted", ""
	case model.SideUnclear:
	}
	if p.Advice.Action == model.ActionDataLossSoon && p.Advice.UrgentSeconds != nil {
		return "", ""
	}
	if c, ok := s.snap.Cluster(p.Active); ok && c.Verdict == model.ClusterBlip {
		return "blip at ", active
	}
	return "not clear yet", ""
}

// nothingReached reports whether nothing is known of any cluster now.
func (s scene) nothingReached() bool {
	return !slices.ContainsFunc(s.snap.Clusters, func(c model.ClusterState) bool { return c.Verdict != model.ClusterUnknown })
}

// deed is what to do, in a few words that name the pipeline where the deed is
// done to it.
func deed(p *model.PipelineState) string {
	name, to := clean(p.Name), clean(p.Advice.Target)
	switch p.Advice.Action {
	case model.ActionNone:
		return "nothing to do"
	case model.ActionWait:
		return "wait"
	case model.ActionFailOver:
		return "fail " + name + " over to " + to
	case model.ActionCannotFailOver:
		return "cannot fail " + name + " over"
	case model.ActionCheckConsole:
		return "check this console's network"
	case model.ActionCheckYourSide:
		return "check " + name + ", do not fail over"
	case model.ActionFixConfiguration:
		return "correct it, do not fail over"
	case model.ActionAskSupport:
		return "ask its support before failing over"
	case model.ActionRecreateSubscriber:
		if !hasCursor(p) {
			return "create it again; it has no cursor to go on from"
		}
		return "create it again, from cursor + 1"
	case model.ActionChainHalted:
		return "wait, no failover helps"
	case model.ActionFailBack:
		return "fail " + name + " back to " + to + " when it is quiet, or stay"
	case model.ActionDataLossSoon:
		return "get the client of " + name + " going, or move it"
	}
	return phrase(p.Advice.Action)
}

// calmWord begins what is said where there is nothing to do.
func (s scene) calmWord() string {
	if len(s.ill()) > 0 {
		return "NOTHING WRONG HERE"
	}
	for i := range s.snap.Pipelines {
		p := &s.snap.Pipelines[i]
		if unseen(p) || (p.Verdict != model.PipelineStreaming && p.Verdict != model.PipelineCatchingUp) {
			return "NOTHING WRONG SEEN"
		}
	}
	if s.resting("") != nil || s.dry() != nil {
		return "NOTHING WRONG YET"
	}
	return "ALL WELL"
}

// unseen reports whether it is not known how the subscriber of a pipeline stands
// where it is active.
func unseen(p *model.PipelineState) bool {
	seat, ok := p.Seat(p.Active)
	return ok && seat.Subscriber == model.SubscriberUnknown
}

// dry is a cluster whose canary gets no data; nil without one.
func (s scene) dry() *model.ClusterState {
	for i := range s.snap.Clusters {
		c := &s.snap.Clusters[i]
		if k := c.Canary; k != nil && k.Failure != nil && k.Failure.Class.Outage() {
			return c
		}
	}
	return nil
}

// resting is a pipeline that streams at home, but whose client has begun to
// rest: the change to come is that it is silent. The one of the given name comes
// first. It is nil without one.
func (s scene) resting(first string) *model.PipelineState {
	var found *model.PipelineState
	for i := range s.snap.Pipelines {
		p := &s.snap.Pipelines[i]
		rests := p.Verdict == model.PipelineStreaming && p.Advice.Action == model.ActionNone &&
			p.Active == p.Home && p.Advice.Change != ""
		if rests && (found == nil || p.Name == first) {
			found = p
		}
	}
	return found
}

// ill are the clusters that are not healthy.
func (s scene) ill() []*model.ClusterState {
	var out []*model.ClusterState
	for i := range s.snap.Clusters {
		if c := &s.snap.Clusters[i]; c.Verdict != model.ClusterHealthy {
			out = append(out, c)
		}
	}
	return out
}

// standing is how a cluster stands, as a sentence.
func standing(c *model.ClusterState) string {
	if c.Verdict == model.ClusterBlip {
		return clean(c.Name) + " has a blip"
	}
	return clean(c.Name) + " is " + word(c.Verdict)
}

// keyHint is the key that begins what is advised; "" where none does.
func (s scene) keyHint(a model.Action) string {
	switch a {
	case model.ActionFailOver:
		return s.press(actCutover)
	case model.ActionFailBack:
		return s.press(actFailback)
	case model.ActionRecreateSubscriber:
		return s.press(actRecreate)
	default:
		return ""
	}
}

// press says which key to press for something; "" where none is known.
func (s scene) press(a action) string {
	if k := keyOf(s.keys, a); k != "" {
		return pressKey + k
	}
	return ""
}
