package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// TimeLeft is how long until the first slot that a stopped pipeline still
// needs, the one after its cursor, leaves the retention window, whose lower end
// moves on with the chain. seen is how long ago the window was read. It is 0
// once data is lost, and ok is false while there is nothing to lose: a cursor
// at or above the newest slot, or no pace.
func TimeLeft(cursor model.Slot, window model.SlotRange, seen time.Duration, slotsPerSecond float64) (left time.Duration, ok bool) {
	if slotsPerSecond <= 0 || cursor >= window.Max {
		return 0, false
	}
	slots := float64(model.SlotsBetween(window.Min, cursor+1))
	return max(time.Duration(slots/slotsPerSecond*float64(time.Second))-max(seen, 0), 0), true
}
