package failover

import "time"

// Settings are the times and bounds of runs.
type Settings struct {
	DrainTimeout   time.Duration // a planned or hybrid run's drain; default 10 s
	HookTimeout    time.Duration // any other hook; default 30 s
	CallTimeout    time.Duration // one call to a cluster; default 5 s
	Settle         time.Duration // standing still, or staying at the tip, counts after this; default 15 s
	Poll           time.Duration // between looks while waiting; default 1 s
	PositionWait   time.Duration // for the target to reach the resume slot; default 60 s
	ConfirmTimeout time.Duration // for the target's client to show first progress; default 5 min
	Stability      time.Duration // home healthy for this long before a failback; default 30 min
	Block          time.Duration // a pipeline that was moved less than this ago is warned of; default 10 min
	LiveSlots      uint64        // a cursor this near to the newest slot is at the live tip; default 64
	Lease          time.Duration // default 15 s
}

// DefaultSettings are the defaults of [Settings].
func DefaultSettings() Settings {
	return Settings{
		DrainTimeout:   10 * time.Second,
		HookTimeout:    30 * time.Second,
		CallTimeout:    5 * time.Second,
		Settle:         15 * time.Second,
		Poll:           time.Second,
		PositionWait:   time.Minute,
		ConfirmTimeout: 5 * time.Minute,
		Stability:      30 * time.Minute,
		Block:          10 * time.Minute,
		LiveSlots:      64,
		Lease:          15 * time.Second,
	}
}
