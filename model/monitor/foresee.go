package monitor

import (
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// foresee fills in what moving each pipeline would be like, and how long runs
// like its own take.
func (m *Monitor) foresee(now time.Time, clusters []model.ClusterState, pipelines []model.PipelineState) {
	known := m.ledger.known()
	if m.cfg.Foresight == nil {
		return
	}
	seats := 0
	for i := range pipelines {
		seats += len(pipelines[i].Seats)
	}
	list := make([]model.Readiness, 0, seats)
	scene := failover.Scene{Now: now, Clusters: clusters, Past: known.past}
	for i := range pipelines {
		p := &pipelines[i]
		scene.MovedAt = known.moved[p.Name]
		first := len(list)
		list = m.cfg.Foresight.Tell(list, p, &scene)
		p.Readiness = list[first:len(list):len(list)]
		if run := p.Run; run != nil && !run.State.Ended() {
			p.RunUsual, p.RunMost = known.past.UsualOf(run), m.cfg.Foresight.Most(run.Mode)
		}
	}
}
