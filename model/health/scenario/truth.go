package scenario

import (
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/health"
)

// Label is what is true of a pipeline at a moment, as far as one thing explains
// it. "" is for moments of which that cannot be said: several things at once, or
// one that began or ended just now.
type Label string

// The labels, in the order of the report.
const (
	LabelNothing    Label = "nothing wrong"
	LabelBlip       Label = "trouble, too short yet"
	LabelOutage     Label = "outage, a target is healthy"
	LabelNoTarget   Label = "outage, no target"
	LabelConsole    Label = "this console's network"
	LabelConfig     Label = "refused: configuration"
	LabelChain      Label = "the chain halted"
	LabelSubscriber Label = "subscriber lost or stale"
	LabelYours      Label = "the client's side"
	LabelSupport    Label = "gray: slow, errors, no data"
)

// Labels are all labels, in the order of the report.
func Labels() []Label {
	return []Label{
		LabelNothing, LabelBlip, LabelOutage, LabelNoTarget, LabelConsole, LabelConfig, LabelChain, LabelSubscriber,
		LabelYours, LabelSupport,
	}
}

// Right reports whether an action is right where a label holds.
func (l Label) Right(a model.Action) bool {
	switch l {
	case LabelNothing:
		return a == model.ActionNone || a == model.ActionWait || a == model.ActionFailBack
	case LabelBlip:
		return a == model.ActionNone || a == model.ActionWait || a == model.ActionCheckConsole || a == model.ActionFailBack ||
			a == model.ActionChainHalted
	case LabelOutage:
		return a == model.ActionFailOver
	case LabelNoTarget:
		return a == model.ActionCannotFailOver
	case LabelConsole:
		return a == model.ActionCheckConsole
	case LabelConfig:
		return a == model.ActionFixConfiguration
	case LabelChain:
		return a == model.ActionChainHalted
	case LabelSubscriber:
		return a == model.ActionRecreateSubscriber
	case LabelYours:
		return a == model.ActionCheckYourSide
	case LabelSupport:
		return a == model.ActionAskSupport
	}
	return true
}

// cause is one thing that may be wrong, as it was injected.
type cause int

const (
	causeDown        cause = iota // the cluster fails, to everybody
	causeStall                    // it takes in nothing while the chain and another one move
	causeBarely                   // it takes in next to nothing: that is a stall too
	causeCrawl                    // it takes in too little, or makes up for that
	causeUnreachable              // this console alone cannot reach it
	causeOffline                  // this console reaches nothing
	causeDNS                      // its name does not resolve from here
	causeRefused
	causeChain
	causeSubscriber
	causeStale
	causeGone     // the client's process or host is gone
	causeSilent   // its client runs and does nothing
	causeCut      // its client's host reaches no cluster
	causeSlow     // its client is slow
	causeStorm    // its client dies again and again
	causeDouble   // two clients are active
	causeWithheld // the cluster sends nothing
	causeGray     // it is slow, or fails in part
	causeMurky    // the same, near its bounds
	causeMild     // the same, well within its bounds
	causeRun      // a run is on, or one has failed
	causeHidden   // neither the client nor its cursor can be seen
	causeVeiled   // one of them cannot
	numCauses
)

// held is since when a cause has been there without a break, and until when.
type held struct {
	now   bool
	since time.Duration
	until time.Duration // the last tick at which it was there
	ever  bool
	gap   time.Duration // from the time before to this one; never: this is the first
}

// Truth follows what is true in a world, from what was injected: it never looks
// at a verdict.
type Truth struct {
	s        *Scenario
	rules    health.Rules
	calm     time.Duration // how long a cause that has ended may still show
	stale    time.Duration // how long a bad target may still pass for a good one
	bad      map[*cluster]*held
	slow     map[*cluster]*held // it stands or nearly, and the chain does not
	trails   map[*cluster]*held // it falls behind one that keeps the pace
	met      map[*cluster]*held // the evidence on it meets the rule of down or stalled
	causes   map[string]*[numCauses]held
	dead     map[string]*held  // its client got nothing for down_after, because its calls fail
	tips     map[string]*held  // its client's page can be seen, and its own tip moves on
	backlogs map[*client]*held // it is behind what its cluster has
	halt     held              // the chain has halted
	blind    held              // every cluster fails from here, which looks like a console without a network
}

// NewTruth starts to follow a world of this scenario.
func NewTruth(s *Scenario) *Truth {
	r := s.thresholds(&s.Rules)
	t := &Truth{
		s: s, rules: r, calm: r.DownAfter + r.Window + r.MaxAge, stale: r.MaxAge + time.Duration(float64(r.StallSlots)/r.SlotsPerSecond*float64(time.Second)),
		dead: map[string]*held{}, tips: map[string]*held{}, trails: map[*cluster]*held{}, bad: map[*cluster]*held{}, slow: map[*cluster]*held{}, met: map[*cluster]*held{},
		causes: map[string]*[numCauses]held{}, backlogs: map[*client]*held{},
	}
	for _, p := range s.Pipelines {
		t.causes[p.Name], t.dead[p.Name], t.tips[p.Name] = &[numCauses]held{}, &held{}, &held{}
	}
	return t
}

// note brings a cause up to a tick.
func (h *held) note(at time.Duration, now bool) {
	if now && !h.now {
		h.since, h.gap = at, never
		if h.ever {
			h.gap = at - h.until
		}
	}
	if now {
		h.until, h.ever = at, true
	}
	h.now = now
}

// lasted is how long a cause has been there; 0: it is not.
func (h *held) lasted(at time.Duration) time.Duration {
	if !h.now {
		return 0
	}
	return at - h.since
}

// lately reports whether a cause is there, or was within d.
func (h *held) lately(at, d time.Duration) bool { return h.now || (h.ever && at-h.until <= d) }

// Tick takes in the state of the world.
func (t *Truth) Tick(w *World) {
	for _, c := range w.clusters {
		if t.bad[c] == nil {
			t.bad[c], t.slow[c], t.met[c], t.trails[c] = &held{}, &held{}, &held{}, &held{}
		}
		t.slow[c].note(w.now, t.stands(w, c))
		t.trails[c].note(w.now, w.trailing(c))
		floor, ok := w.Outage(c.cfg.Name)
		t.met[c].note(w.now, (ok && w.now >= floor) || w.book.clusters[c].out)
		t.bad[c].note(w.now, w.unfit(c))
	}
	t.halt.note(w.now, w.chain.pace == 0)
	t.blind.note(w.now, t.allDown(w))
	for _, k := range w.clients {
		if t.backlogs[k] == nil {
			t.backlogs[k] = &held{}
		}
		t.backlogs[k].note(w.now, k.cluster.at(w.now)-k.pos > nearly)
	}
	for _, p := range w.s.Pipelines {
		t.dead[p.Name].note(w.now, t.starved(w, p.Name))
		t.tips[p.Name].note(w.now, w.client(p.Name, w.active[p.Name]).showsTip(&w.console))
		causes := w.causes(w.client(p.Name, w.active[p.Name]))
		for i := range causes {
			t.causes[p.Name][i].note(w.now, causes[i])
		}
	}
}

// stands reports whether a cluster stands or nearly, and the chain does not. One
// that did stays so while it has slots to take in and does not, though the chain
// has halted, and as long as no call is answered: nobody can see it end.
func (t *Truth) stands(w *World, c *cluster) bool {
	if class, _ := c.data("", callData); t.slow[c].now && class.Outage() && w.looks(c).outage == 3 {
		return true
	}
	left := w.chain.at(w.now) - c.at(w.now) - float64(c.cfg.Trails)
	return c.pace < murkyPace && (w.chain.pace > 0 || (t.slow[c].now && left > float64(t.rules.StallSlots)))
}

// starved reports whether a client's calls fail, and it was not seen to move
// for down_after.
func (t *Truth) starved(w *World, pipeline string) bool {
	k := w.client(pipeline, w.active[pipeline])
	class, _ := k.reach(callData)
	b := w.book.clients[k]
	return b != nil && class != "" && w.now-b.moved >= w.book.down
}

// unfit reports whether anything at all is wrong with a cluster that could keep
// it from being healthy.
func (w *World) unfit(c *cluster) bool {
	return len(c.faults) > 0 || c.pace < 1 || w.console.offline > 0 || w.chain.pace < 1 ||
		w.chain.at(w.now)-c.at(w.now) > float64(c.cfg.Trails)+2
}
