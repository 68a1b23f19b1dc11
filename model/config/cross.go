package config

import (
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/health"
)

// trailing is by how many slots what clusters call newest may differ although
// all is well.
const trailing = 32

// crossCheck looks at settings that only make sense together.
func (l *loader) crossCheck(cfg *Config) {
	l.checkLooks(cfg.Probe, &cfg.Detection)
	l.checkReach(cfg)
	l.checkHolds("detection", &cfg.Detection)
	for i := range cfg.Pipelines {
		p := &cfg.Pipelines[i]
		if p.Detection == cfg.Detection {
			continue
		}
		l.checkSilence(pipelinePath(p.Name), cfg.Probe, &p.Detection)
		l.checkHolds(pipelinePath(p.Name), &p.Detection)
	}
}

// checkLooks refuses thresholds that fewer looks would reach than can be
// answered for.
func (l *loader) checkLooks(p Probe, d *health.Rules) {
	if floor := 3*p.Interval + p.Timeout; d.DownAfter < floor {
		l.problem(l.place("detection.down_after", "probe.timeout", "probe.interval", "detection.preset"),
			"down_after (%s) is below 3 × probe.interval + probe.timeout (%s), so a few lost looks would be an outage: raise down_after, or lower the interval or the timeout",
			model.Length(d.DownAfter), model.Length(floor))
	}
	if floor := 5 * p.Interval; d.Window < floor {
		l.problem(l.place("detection.window", "probe.interval", "detection.preset"),
			"window (%s) is below 5 × probe.interval (%s), so a mean would rest on too few looks: raise window or lower the interval",
			model.Length(d.Window), model.Length(floor))
	}
	l.checkSilence("detection", p, d)
}

func (l *loader) checkSilence(path string, p Probe, d *health.Rules) {
	if floor := 3 * p.Interval; d.SilentAfter < floor {
		l.problem(l.place(path+".silent_after", path+".preset", "detection.silent_after", "probe.interval", "detection.preset"),
			"silent_after (%s) is below 3 × probe.interval (%s), so one lost look would be silence: raise silent_after or lower the interval",
			model.Length(d.SilentAfter), model.Length(floor))
	}
}

// checkReach warns of thresholds that others keep from being reached in time.
func (l *loader) checkReach(cfg *Config) {
	p, d := cfg.Probe, &cfg.Detection
	if d.DegradedAfter > d.DownAfter {
		l.warn(l.place("detection.degraded_after", "detection.down_after"),
			"degraded_after (%s) is above down_after (%s): a cluster is called down sooner than degraded",
			model.Length(d.DegradedAfter), model.Length(d.DownAfter))
	}
	if d.Latency > p.Timeout {
		l.warn(l.place("detection.latency", "probe.timeout", "detection.preset"),
			"latency (%s) is above probe.timeout (%s), which cuts off every call before: slowness will never be called degraded",
			model.Length(d.Latency), model.Length(p.Timeout))
	}
	if d.StallSlots < trailing {
		l.warn(l.place("detection.stall_slots"),
			"stall_slots (%d) is below %d, by which newest slots differ where all is well: a cluster may be called stalled that is not",
			d.StallSlots, trailing)
	}
	if ahead := time.Duration(float64(d.StallSlots) / d.SlotsPerSecond * float64(time.Second)); ahead > d.DownAfter {
		l.warn(l.place("detection.stall_slots", "detection.slots_per_second", "detection.down_after"),
			"the chain takes %s for stall_slots (%d), more than down_after (%s): a stall will be called that late",
			model.Length(ahead.Round(time.Second)), d.StallSlots, model.Length(d.DownAfter))
	}
	l.checkKeep(cfg)
	l.checkCanary(cfg)
}

// checkKeep warns where a console that starts would know less than one that
// runs.
func (l *loader) checkKeep(cfg *Config) {
	look := cfg.Lookback()
	if cfg.Probe.Keep >= look {
		return
	}
	spots := []string{"probe.keep", "detection.stability"}
	for i := range cfg.Pipelines {
		if p := &cfg.Pipelines[i]; p.Detection.Lookback() == look {
			spots = append(spots, pipelinePath(p.Name)+".stability")
		}
	}
	l.warn(l.place(append(spots, "detection.preset")...),
		"probe.keep (%s) is below the %s that the rules look back on: a console that starts will not know for how long home was healthy",
		model.Length(cfg.Probe.Keep), model.Length(look))
}

func (l *loader) checkCanary(cfg *Config) {
	for _, c := range cfg.Clusters {
		if c.Canary && cfg.Probe.CanaryInterval > cfg.Detection.DownAfter {
			l.warn(l.place("probe.canary_interval", "detection.down_after"),
				"canary_interval (%s) is above down_after (%s): a cluster that answers but sends no data is noticed late",
				model.Length(cfg.Probe.CanaryInterval), model.Length(cfg.Detection.DownAfter))
			return
		}
	}
}

// checkHolds warns of times that end before the next verdict can fall. Those at
// path are looked at; what is inherited was looked at where it stands.
func (l *loader) checkHolds(path string, d *health.Rules) {
	for _, t := range []struct {
		key, ends string
		d         time.Duration
	}{
		{"block", "it ends before another outage can be called, and holds nothing back", d.Block},
		{"stability", "home may be called healthy again sooner than it would be called down", d.Stability},
	} {
		own := path == "detection" || l.place(path+"."+t.key, path+".preset") != nil
		if own && t.d < d.DownAfter {
			l.warn(l.place(path+"."+t.key, path+".preset", "detection.down_after"), "%s (%s) is below down_after (%s): %s",
				t.key, model.Length(t.d), model.Length(d.DownAfter), t.ends)
		}
	}
}
