package scenario

import (
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/health"
)

// idle is a judge that never says anything.
type idle struct{}

func (idle) Observe(model.Evidence)            {}
func (idle) SetActive(string, string)          {}
func (idle) SetRun(string, *model.Run)         {}
func (idle) SetLastFailover(string, time.Time) {}
func (idle) SetRules(string, health.Rules)     {}
func (idle) Assess(time.Time) ([]model.ClusterState, []model.PipelineState) {
	return nil, nil
}
