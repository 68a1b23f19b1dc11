package health

import (
	"strconv"

	"github.com/fumtui/fumtui/model"
)

// What a [Threshold] is of: thresholds of clusters hold for all pipelines
// alike, those of pipelines may differ from one to the other.
const (
	OfClusters  = "clusters"
	OfPipelines = "pipelines"
)

// Threshold is one threshold of [Rules] and what it does, for a person.
type Threshold struct {
	Key     string // as the configuration has it; of a derived one its name
	Value   string // as the configuration would have it: 3m, 0.2, 32
	Means   string // what it does, in a sentence without its full stop
	Of      string // OfClusters or OfPipelines
	Derived string // how it follows from others; "": it can be set
}

// Thresholds are all thresholds: first those that can be set, then those that
// follow from them.
func (r Rules) Thresholds() []Threshold {
	r = r.withDefaults()
	return append(r.settable(), r.derived()...)
}

// settable are the thresholds that the configuration may set.
func (r *Rules) settable() []Threshold {
	return []Threshold{
		{
			Key: "down_after", Value: model.Length(r.DownAfter), Of: OfClusters,
			Means: "a cluster whose every call failed for this long is down; one whose newest slot stood this long while another moved on is stalled; before that it is a blip",
		},
		{
			Key: "degraded_after", Value: model.Length(r.DegradedAfter), Of: OfClusters,
			Means: "a cluster that is slow, or fails in part, for this long is degraded",
		},
		{
			Key: "window", Value: model.Length(r.Window), Of: OfClusters,
			Means: "mean round trips, shares of errors and paces are taken over this",
		},
		{
			Key: "latency", Value: model.Length(r.Latency), Of: OfClusters,
			Means: "a mean round trip above this is slow",
		},
		{
			Key: "error_rate", Value: decimal(r.ErrorRate), Of: OfClusters,
			Means: "a share of failed calls above this is failing in part; 1 is never",
		},
		{
			Key: "first_samples", Value: strconv.Itoa(r.FirstSamples), Of: OfClusters,
			Means: "looks that must be complete before a first verdict",
		},
		{
			Key: "stall_slots", Value: strconv.FormatUint(r.StallSlots, 10), Of: OfClusters,
			Means: "slots that another cluster must be ahead before one that stands is stalled; clusters that stop within this many slots halted with the chain",
		},
		{
			Key: "slots_per_second", Value: decimal(r.SlotsPerSecond), Of: OfClusters,
			Means: "pace of the chain, against which a stall and the time left in a retention window are measured",
		},
		{
			Key: "silent_after", Value: model.Length(r.SilentAfter), Of: OfPipelines,
			Means: "a client that commits nothing for this long, while its cluster is healthy and the tip moves, is silent",
		},
		{
			Key: "lag_noise", Value: strconv.FormatInt(r.LagNoise, 10), Of: OfPipelines,
			Means: "offsets within which the lag of a healthy client saw-tooths; only growth by more is falling behind",
		},
		{
			Key: "stability", Value: model.Length(r.Stability), Of: OfPipelines,
			Means: "home must have been healthy for this long before a failback",
		},
		{
			Key: "block", Value: model.Length(r.Block), Of: OfPipelines,
			Means: "after a failover, the next advice to fail over is held back for this long unless the cluster is down",
		},
		{
			Key: "urgent_before", Value: model.Length(r.UrgentBefore), Of: OfPipelines,
			Means: "a cursor that stands and has less than this left in the retention window is urgent",
		},
	}
}

// derived are the thresholds that follow from the settable ones.
func (r *Rules) derived() []Threshold {
	return []Threshold{
		{
			Key: "evidence age", Value: model.Length(r.MaxAge), Of: OfClusters,
			Derived: "4 × probe.interval + 2 × probe.timeout, at least 5s",
			Means:   "older evidence does not count, and a longer pause in our own looking breaks a series",
		},
		{
			Key: "recovery", Value: model.Length(r.recovery()), Of: OfClusters,
			Derived: "down_after / 6",
			Means:   "a cluster that was down or stalled must do well for this long to be healthy; all must be out of reach for this long before this console is offline",
		},
		{
			Key: "quiet time", Value: model.Length(r.MaxAge / 2), Of: OfClusters,
			Derived: "evidence age / 2",
			Means:   "a blip is over once there was no sign of trouble for this long",
		},
		{
			Key: "standing", Value: model.Length(r.standGrace()), Of: OfClusters,
			Derived: "stall_slots / slots_per_second, at least evidence age / 2",
			Means:   "a newest slot that stood this long is a sign of a stall",
		},
		{
			Key: "flicker", Value: model.Length(r.flicker()), Of: OfClusters,
			Derived: "window / 6, at least evidence age / 2",
			Means:   "all calls of a cluster that fails in part may happen to fail in a row for this long",
		},
		{
			Key: "call settles", Value: model.Length(r.callPatience()), Of: OfClusters,
			Derived: "degraded_after / 2",
			Means:   "a call that failed while others answered must have answered for this long before that is over",
		},
		{
			Key: "side by side", Value: model.Length(r.overlap()), Of: OfClusters,
			Derived: "50 slots / slots_per_second, at least evidence age / 2",
			Means:   "clients of two clusters that both moved for this long are double-active",
		},
		{
			Key: "progress age", Value: model.Length(r.progressAge()), Of: OfPipelines,
			Derived: "the lesser of silent_after and down_after / 3",
			Means:   "progress of a client no older than this contradicts an outage of its cluster; one that commits in batches has twice its usual pause",
		},
	}
}

// decimal writes a number as short as it can be.
func decimal(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
