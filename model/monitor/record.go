package monitor

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// recordEvery is the least time between two samples of what is read off a
// snapshot.
const recordEvery = 2 * time.Second

// recorder reads off snapshots what the history keeps of them: the measures
// beside lag, and what changed.
type recorder struct {
	out     *writer // nil: nothing is recorded
	taken   map[model.Series]time.Time
	changes model.Changes
}

func newRecorder(out *writer) *recorder {
	return &recorder{out: out, taken: map[model.Series]time.Time{}}
}

// take records a snapshot of now.
func (r *recorder) take(now time.Time, clusters []model.ClusterState, pipelines []model.PipelineState) {
	if r.out == nil {
		return
	}
	for _, e := range r.changes.Take(now, clusters, pipelines) {
		r.out.event(e)
	}
	for i := range clusters {
		c := &clusters[i]
		if c.RTT != nil { // of the newest answer: none comes while nothing answers
			r.sample(model.MeasureRTT, "", c.Name, c.AnsweredAt, c.RTT.Microseconds())
		}
		if c.Behind != nil && *c.Behind < 1<<62 {
			r.sample(model.MeasureBehind, "", c.Name, now, int64(*c.Behind)) //nolint:gosec // checked
		}
		if c.ErrorRate != nil && *c.ErrorRate >= 0 && *c.ErrorRate <= 1 {
			r.sample(model.MeasureErrors, "", c.Name, now, int64(*c.ErrorRate*1e6+0.5))
		}
	}
	for i := range pipelines {
		p := &pipelines[i]
		if p.LagSlots != nil && p.Active != "" {
			r.sample(model.MeasureLagSlots, p.Name, p.Active, now, *p.LagSlots)
		}
	}
}

// sample records a value, unless the one before it is as new or too near.
func (r *recorder) sample(measure model.Measure, pipeline, cluster string, at time.Time, value int64) {
	series := model.Series{Measure: measure, Pipeline: pipeline, Cluster: cluster}
	last, known := r.taken[series]
	if since := at.Sub(last); known && since < recordEvery && since > -time.Minute { // or the clock was set back
		return
	}
	r.taken[series] = at
	r.out.sample(model.Sample{Series: series, At: at, Value: value})
}

// lagOf is a measured lag as the history keeps it.
func lagOf(s model.LagSample) model.Sample {
	return model.Sample{Series: model.Series{Measure: model.MeasureLag, Pipeline: s.Pipeline, Cluster: s.Cluster}, At: s.At, Value: s.Lag}
}
