package scenario

import "github.com/fumtui/fumtui/model"

// Shares of the chain's pace that a cluster takes in: at most barelyPace is a
// stall for certain, from slowPace to mildPace it is too slow for certain, and
// between the first two it may be called either.
const (
	barelyPace = 0.2
	murkyPace  = 0.3
	slowPace   = 0.3
	mildPace   = 0.85
)

// view is how calls of this console to a cluster go.
type view struct {
	outage, refused, dns int // calls of the three kinds that do
	gray, murky, mild    bool
}

// far notes how far something is out of its bound.
func (v *view) far(ratio float64) {
	v.gray = v.gray || ratio > 1.5
	v.murky = v.murky || (ratio > 0.5 && ratio <= 1.5)
	v.mild = true
}

// looks is how this console sees a cluster, as injected.
func (w *World) looks(c *cluster) (v view) {
	r := &w.rules
	for call := callVersion; call <= callSlotRange; call++ {
		class := c.failsWith(call)
		for _, f := range c.faults {
			switch {
			case !f.calls[call] || !f.seen(onlyConsole) || f.withheld:
			case f.class != "" && f.share >= 1:
				// As found above.
			case f.class == model.ClassDNS:
				// Now and then among others it changes nothing.
			case f.class != "":
				v.far(f.share / r.ErrorRate)
			case f.share >= 1 && f.takes >= w.s.Probe.Timeout:
				if class == "" {
					class = model.ClassTimeout
				}
			case f.takes+f.spread > w.s.Probe.Timeout*4/5:
				v.murky = true
			default:
				v.far(f.share * float64(f.takes) / float64(r.Latency))
			}
		}
		switch {
		case class.Outage():
			v.outage++
		case class == model.ClassDNS:
			v.dns++
		case class != "":
			v.refused++
		}
	}
	for _, f := range c.faults {
		alone := f.calls[callSubscribers] && !f.calls[callVersion] && !f.calls[callTip] && !f.calls[callSlotRange]
		v.murky = v.murky || (alone && f.seen(onlyConsole) && !f.withheld)
	}
	return v
}

// failsWith is the class with which a call of this console to a cluster always
// fails; "" where it does not. One that fails takes no longer than that.
func (c *cluster) failsWith(call call) model.ErrorClass {
	for _, f := range c.faults {
		if f.calls[call] && f.seen(onlyConsole) && !f.withheld && f.class != "" && f.share >= 1 {
			return f.class
		}
	}
	return ""
}

// causes are all that is wrong with a pipeline at its active cluster.
func (w *World) causes(k *client) (is [numCauses]bool) {
	c := k.cluster
	v := w.looks(c)
	class, withheld := c.data(k.cfg.Name, callData)
	offline := w.console.offline > 0
	is[causeOffline] = offline
	is[causeChain] = w.chain.pace < 0.9 || w.burst()
	is[causeDown] = v.outage == 3 && class.Outage()
	is[causeUnreachable] = v.outage == 3 && !class.Outage()
	is[causeDNS] = v.dns > 0
	is[causeRefused] = v.refused > 0 || (class != "" && !class.Outage() && class != model.ClassDNS)
	is[causeStall] = c.pace == 0 && w.chain.pace > 0
	is[causeBarely] = c.pace > 0 && c.pace <= barelyPace && w.chain.pace > 0
	is[causeCrawl] = (c.pace > barelyPace && c.pace < 1) || (c.pace >= 1 && w.chain.at(w.now)-c.at(w.now) > float64(c.cfg.Trails)+2)
	is[causeGray] = v.gray || (v.outage > 0 && v.outage < 3)
	is[causeMurky] = v.murky
	is[causeMild] = v.mild
	is[causeWithheld] = withheld || (class != "" && v.outage < 3 && v.refused == 0)
	is[causeSubscriber] = c.subscriber(k.cfg.Name) == model.SubscriberAbsent
	is[causeStale] = c.subscriber(k.cfg.Name) == model.SubscriberStale
	is[causeStorm] = k.has[looping] > 0
	is[causeGone] = !k.wanted || k.has[hung] > 0 || k.has[hostDead] > 0
	is[causeSilent] = k.has[stuck] > 0
	is[causeCut] = k.has[cut] > 0
	is[causeRun] = w.unsettled[k.cfg.Name]
	is[causeSlow] = k.has[slow] > 0
	for _, o := range w.clients {
		is[causeDouble] = is[causeDouble] || (o != k && o.cfg == k.cfg && o.wanted)
	}
	hidden := k.cfg.Client.NoMetrics || k.has[metricsGone]+k.has[metricsTimeout] > 0 || (offline && !w.console.scrapes)
	blind := k.cfg.Client.NoCursor || k.has[cursorGone]+k.has[cursorFrozen] > 0
	is[causeHidden] = hidden && blind
	is[causeVeiled] = hidden || blind
	return is
}

// burst reports whether the chain is in, or just behind, slots that nobody
// produced.
func (w *World) burst() bool {
	slot := uint64(w.chain.at(w.now))
	return slot >= w.chain.gapLow && slot < w.chain.gapTop+16
}

// trailing reports whether a cluster takes in too little, while another one
// that this console reaches keeps the pace.
func (w *World) trailing(c *cluster) bool {
	if c.pace > mildPace || w.chain.pace < 1 {
		return false
	}
	for _, o := range w.clusters {
		if o != c && !w.unfit(o) {
			return true
		}
	}
	return false
}

// showsTip reports whether a client's page can be seen from this console, and
// shows that its own tip moves on: its cluster serves it, whatever it does
// with that.
func (k *client) showsTip(console *console) bool {
	if k.cfg.Client.NoMetrics || k.has[metricsGone]+k.has[metricsTimeout] > 0 || (console.offline > 0 && !console.scrapes) {
		return false
	}
	if !k.up || k.paused() || k.tipHung || k.has[tipStuck] > 0 {
		return false
	}
	class, withheld := k.reach(callTip)
	return class == "" && !withheld && k.cluster.pace > murkyPace && k.cluster.chain.pace > 0
}
