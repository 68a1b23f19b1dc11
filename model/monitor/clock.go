package monitor

import "time"

// systemNow is the clock of a monitor that was given none.
func systemNow() time.Time {
	return time.Now() //nolint:forbidigo // the default of Config.Now, which tests and replays replace
}

// newTicker paces the loops of this package. What they judge by is Config.Now.
func newTicker(every time.Duration) *time.Ticker {
	return time.NewTicker(every) //nolint:forbidigo // pace only, no rule depends on it; tests run in a bubble of synctest
}
