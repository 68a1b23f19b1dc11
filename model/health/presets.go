package health

import "time"

// The names of the presets, from the last to call an outage to the first.
const (
	PresetCautious   = "cautious"
	PresetDefault    = "default"
	PresetAggressive = "aggressive"
)

// Presets are the names that [Preset] knows.
func Presets() []string { return []string{PresetCautious, PresetDefault, PresetAggressive} }

// Preset are the rules of a preset; ok is false for a name that is none. What
// depends on the chain, the probes or the client and not on taste (the pace,
// the greatest age of evidence, how far newest slots trail, how a healthy lag
// saw-tooths) is the same in all of them, unless a comment says why not.
func Preset(name string) (r Rules, ok bool) {
	switch name {
	case PresetCautious:
		return cautious(), true
	case PresetDefault:
		return DefaultRules(), true
	case PresetAggressive:
		return aggressive(), true
	}
	return Rules{}, false
}

// cautious calls fewer outages, and later: for who pays for every replay,
// because a slot that comes twice does harm or must be cleaned up by hand, and
// for links to the clusters that are known to be rough.
func cautious() Rules {
	r := DefaultRules()
	// A rolling upgrade or a failover inside of a cluster may take some minutes
	// and heals by itself.
	r.DownAfter = 5 * time.Minute
	// What is slow for a minute or two is as a rule load, not a fault. The
	// window grows with it, so that one bad burst weighs less.
	r.DegradedAfter = 2 * time.Minute
	r.Window = 2 * time.Minute
	r.Latency = 2 * time.Second
	r.ErrorRate = 0.4
	// Clients that write in batches pause for more than a minute.
	r.SilentAfter = 2 * time.Minute
	// A home that broke once may break again: an hour shows more than half of
	// one does.
	r.Stability = time.Hour
	r.Block = 30 * time.Minute
	// A console that has just been started waits for more than one good round.
	r.FirstSamples = 5
	// Twice what newest slots are known to trail, and twice the usual saw-tooth.
	r.StallSlots = 64
	r.LagNoise = 384
	// The later an outage is called, the earlier must the warning come that
	// data is about to be lost: this is the one threshold that fires sooner.
	r.UrgentBefore = time.Hour
	return r
}

// aggressive calls an outage as early as can be answered for: for teams that
// drill failovers and whose sinks take a slot twice without harm.
func aggressive() Rules {
	r := DefaultRules()
	// Not under a minute: a rolling restart, a new leader or a route that
	// changes is over by then, and a minute still holds some hundred fast looks.
	r.DownAfter = time.Minute
	r.DegradedAfter = 30 * time.Second
	// 15 looks of a kind at the default interval: with fewer a single lost
	// one would weigh too much.
	r.Window = 30 * time.Second
	// Above what a call across an ocean takes, tail included.
	r.Latency = 500 * time.Millisecond
	// 2 % of lost probes, which is a normal day, stay far below it.
	r.ErrorRate = 0.1
	// Three times the slowest usual commit interval of 10 s.
	r.SilentAfter = 30 * time.Second
	// Who drills comes home sooner. The block stays well above the time that
	// calling the next outage takes, or a flapping pair would be chased.
	r.Stability = 10 * time.Minute
	r.Block = 5 * time.Minute
	// FirstSamples, StallSlots and LagNoise stay: below them is no decision
	// made sooner, only one made on noise. UrgentBefore stays too: data is lost
	// at the same moment whoever watches.
	return r
}
