package failover

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/fumtui/fumtui/model"
)

func (u *universe) unended() *model.Run {
	for i := range u.runs {
		if !u.runs[i].State.Ended() {
			return &u.runs[i]
		}
	}
	return nil
}

// hasUnended is for whoever does not hold the universe still.
func (u *universe) hasUnended(id string) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	run := u.unended()
	return run != nil && run.ID == id
}

// Ledger.

func (p *process) Begin(_ context.Context, run model.Run, ttl time.Duration) (l Lease, err error) {
	err = p.event(func() error {
		u := p.u
		if busy := u.unended(); busy != nil {
			return &BusyError{Run: busy.Clone()}
		}
		if u.active != "" && u.active != run.From {
			return &MovedError{Pipeline: run.Pipeline, Expected: run.From, Active: u.active}
		}
		u.epoch++
		run.Epoch = u.epoch
		u.runs = append(u.runs, run.Clone())
		l = Lease{Pipeline: run.Pipeline, RunID: run.ID, Holder: run.Holder, Epoch: u.epoch, ExpiresAt: time.Now().Add(ttl)}
		u.lease = &l
		return nil
	}, errDisk)
	return l, err
}

func (p *process) TakeOver(_ context.Context, id string, seen Lease, h model.Holder, ttl time.Duration) (l Lease, err error) {
	err = p.event(func() error {
		u := p.u
		run := u.unended()
		if run == nil || run.ID != id || (u.lease == nil) != (seen.Epoch == 0) ||
			(u.lease != nil && (u.lease.Epoch != seen.Epoch || u.lease.Renewals != seen.Renewals)) {
			return ErrFenced
		}
		u.epoch++
		l = Lease{Pipeline: run.Pipeline, RunID: id, Holder: h, Epoch: u.epoch, ExpiresAt: time.Now().Add(ttl)}
		u.lease = &l
		now := time.Now()
		run.State, run.Epoch, run.Holder, run.TakenUpAt = model.RunRunning, l.Epoch, h, &now
		return nil
	}, errDisk)
	return l, err
}

func (p *process) Renew(_ context.Context, lease Lease, ttl time.Duration) (l Lease, err error) {
	err = p.sight(func() error {
		if p.u.noRenew != nil {
			return p.u.noRenew
		}
		if p.u.lease == nil || p.u.lease.Epoch != lease.Epoch || !time.Now().Before(p.u.lease.ExpiresAt) {
			return ErrFenced
		}
		l = *p.u.lease
		l.Renewals++
		l.ExpiresAt = time.Now().Add(ttl)
		p.u.lease = &l
		return nil
	})
	return l, err
}

func (p *process) Write(_ context.Context, lease Lease, b Batch) error {
	write := func() error {
		u := p.u
		if u.full != nil {
			return u.full
		}
		if (u.lease == nil || u.lease.Epoch != lease.Epoch) && !u.unfenced {
			return ErrFenced
		}
		run := u.unended()
		if run == nil {
			return ErrFenced
		}
		*run = b.Run.Clone()
		run.SourceAnswered = false // a store may not keep it
		run.Epoch, run.Holder = lease.Epoch, lease.Holder
		if b.SetCursor != nil && u.source != nil {
			u.source.stale[b.SetCursor.Cluster] = b.SetCursor.Stale
			u.source.unknown[b.SetCursor.Cluster] = b.SetCursor.StaleUnknown
		}
		switch s := b.SetCursor; {
		case s == nil:
		case s.Remove:
			delete(u.rows, s.Cluster)
		default:
			u.rows[s.Cluster] = &model.Cursor{Pipeline: run.Pipeline, Cluster: s.Cluster, Slot: s.Slot, UpdatedAt: time.Now()}
		}
		if b.Activate {
			u.active = run.To
		}
		u.audit = append(u.audit, b.Audit...)
		if b.Release {
			u.lease = nil
		}
		return nil
	}
	if p.u.isProgress(&b.Run) {
		return p.sight(write) // not a boundary
	}
	return p.event(write, errDisk)
}

// isProgress reports whether a write of the journal changes no state in it.
func (u *universe) isProgress(run *model.Run) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	cur := u.unended()
	return cur != nil && sameStates(*cur, *run)
}

// sameStates reports whether two journals are at the same point.
func sameStates(a, b model.Run) bool {
	return a.State == b.State && a.Epoch == b.Epoch && slices.EqualFunc(a.Steps, b.Steps, func(x, y model.Step) bool {
		return x.State == y.State && x.Name == y.Name
	})
}

func (p *process) LeaseOf(context.Context, string) (l *Lease, err error) {
	err = p.sight(func() error {
		if p.u.lease != nil {
			held := *p.u.lease
			l = &held
		}
		return nil
	})
	return l, err
}

func (p *process) Run(_ context.Context, id string) (r model.Run, err error) {
	err = p.sight(func() error {
		for _, run := range p.u.runs {
			if run.ID == id {
				r = run.Clone()
				return nil
			}
		}
		return ErrNotFound
	})
	return r, err
}

func (p *process) Runs(_ context.Context, _ string, unended bool, limit int) (list []model.Run, err error) {
	err = p.sight(func() error {
		for _, r := range slices.Backward(p.u.runs) {
			if !unended || !r.State.Ended() {
				list = append(list, r.Clone())
			}
		}
		return nil
	})
	if limit > 0 && len(list) > limit {
		list = list[:limit]
	}
	return list, err
}

func (p *process) Cursor(_ context.Context, _, cluster string) (c *model.Cursor, err error) {
	err = p.sight(func() error {
		if p.u.noRead > 0 {
			p.u.noRead--
			return errors.New("disk i/o error")
		}
		if row := p.u.rows[cluster]; row != nil {
			copied := *row
			c = &copied
		}
		return nil
	})
	return c, err
}

func (p *process) Active(context.Context, string) (a string, err error) {
	err = p.sight(func() error { a = p.u.active; return nil })
	return a, err
}

func (p *process) Writable(context.Context) error {
	return p.sight(func() error { return p.u.full })
}

func (p *process) RecordCursor(_ context.Context, read model.Cursor) (c model.Cursor, err error) {
	err = p.sight(func() error { c, err = p.u.record(read); return err })
	return c, err
}

func (p *process) Home(context.Context, string, string) (home string, err error) {
	err = p.sight(func() error { home = p.u.home; return nil })
	return home, err
}

func (p *process) SetHome(_ context.Context, _, _, home string, entry AuditEntry) error {
	return p.event(func() error {
		u := p.u
		if busy := u.unended(); busy != nil {
			return &BusyError{Run: busy.Clone()}
		}
		if active := cmp.Or(u.active, u.pipes.Home); active != home {
			return &MovedError{Pipeline: u.pipes.Name, Expected: home, Active: active}
		}
		u.home, u.audit = home, append(u.audit, entry)
		return nil
	}, errDisk)
}
