package failover

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// Most is how long each step of a run in a mode may take at most before it ends
// or goes back, as far as it is up to the settings: what waits for a person has no
// bound, nor has progress.
func (f *Foresight) Most(mode model.Mode) map[model.StepName]time.Duration { return f.most[mode] }

// bounds are the bounds of each mode.
func bounds(s Settings) map[model.Mode]map[model.StepName]time.Duration {
	all := map[model.Mode]map[model.StepName]time.Duration{}
	for mode, stop := range map[model.Mode]time.Duration{
		model.Planned: s.DrainTimeout, model.Reactive: s.HookTimeout, model.Hybrid: s.DrainTimeout + s.HookTimeout,
	} {
		calls := effectTries * s.CallTimeout
		all[mode] = map[model.StepName]time.Duration{
			model.StepLease:      s.Lease,
			model.StepPreflight:  max(s.HookTimeout, lookTries*s.CallTimeout),
			model.StepStop:       stop,
			model.StepVerifyStop: s.Settle + 5*s.Poll,
			model.StepCursor:     restless * s.Settle,
			model.StepPosition:   s.PositionWait,
			model.StepDelete:     calls,
			model.StepCreate:     calls,
			model.StepStart:      s.HookTimeout,
			model.StepConfirm:    s.ConfirmTimeout,
			model.StepActivate:   s.CallTimeout,
			model.StepRevert:     s.HookTimeout,
			model.StepRestart:    s.HookTimeout,
		}
	}
	return all
}
