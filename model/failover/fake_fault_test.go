package failover

import (
	"context"
	"errors"
	"time"

	"github.com/fumtui/fumtui/model"
)

// What an event without an answer fails with, by what it is.
var (
	errDisk = errors.New("disk i/o error")            // a write of the ledger
	errHook = errors.New("the hook could not be run") // a hook; else a call to a cluster
	errExit = errors.New("the hook failed")
)

const (
	lateBy   = 4 * time.Second  // an effect that is had late: within its deadline
	sleepFor = 55 * time.Second // a bit longer than a lease and the longest effect
)

// refusal is the answer of an event that is refused.
func refusal(lost error) error {
	if errors.Is(lost, errHook) {
		return errExit
	}
	return failed(model.ClassAuth)
}

// afterwards has an effect take place when its process is dead already.
func (u *universe) afterwards(do func() error, lost error) {
	count, none := &u.late, 0
	switch {
	case u.unended() == nil: // a proof of data for a plan
		count = &none
	case errors.Is(lost, errHook):
		count = &u.hooked
	}
	*count++
	time.AfterFunc(lateBy, func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		*count--
		u.fold()
		u.landing = true // its intent was there when it was sent
		_ = do()
		u.landing = false
	})
}

// suspend stops the process for a while, as by SIGSTOP. The universe is locked.
func (p *process) suspend() {
	p.u.asleep[p.pid] = time.Now().Add(sleepFor)
	if p.u.onSleep != nil {
		p.u.onSleep()
	}
	p.u.mu.Unlock()
	p.pass()
	p.u.mu.Lock()
	p.u.fold()
}

// pass waits while the process is suspended.
func (p *process) pass() {
	p.u.mu.Lock()
	until := p.u.asleep[p.pid]
	p.u.mu.Unlock()
	if left := time.Until(until); left > 0 {
		time.Sleep(left)
	}
}

// AwaitHooks implements [HookWaiter]: a hook outlives its driver.
func (p *process) AwaitHooks(ctx context.Context, _ string) error {
	for {
		busy := false
		if err := p.sight(func() error { busy = p.u.hooked > 0; return nil }); err != nil || !busy {
			return err
		}
		if err := p.Sleep(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
}

// HooksReady implements [HookWaiter].
func (p *process) HooksReady(context.Context, string) error { return nil }
