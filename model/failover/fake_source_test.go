package failover

import (
	"context"
	"time"

	"github.com/fumtui/fumtui/model"
)

// fakeSource is a cursor source that is not the ledger.
type fakeSource struct {
	said  map[string]model.Slot // by cluster; not there: no slot yet
	fails map[string]error      // cannot be read
	pages bool                  // it is on the client's own page, which goes with it
	stale map[string]*model.Slot

	unknown map[string]bool // what it says first is stale
}

// ownSource gives the pipeline such a source, at which the clients write.
func (u *universe) ownSource() *fakeSource {
	u.fold()
	u.source = &fakeSource{
		said: map[string]model.Slot{}, fails: map[string]error{}, stale: map[string]*model.Slot{}, unknown: map[string]bool{},
	}
	for cluster, row := range u.rows {
		u.source.said[cluster] = row.Slot
		row.Source = "file"
	}
	return u.source
}

// ReadCursor implements [CursorReader].
func (p *process) ReadCursor(_ context.Context, _, cluster string) (slot *model.Slot, own bool, err error) {
	err = p.sight(func() error {
		s := p.u.source
		if s == nil {
			return nil
		}
		own = true
		if s.pages && !p.u.clients[cluster].running {
			return failed(model.ClassUnreachable)
		}
		if said, ok := s.said[cluster]; ok {
			slot = &said
		}
		return s.fails[cluster]
	})
	if err != nil {
		slot = nil
	}
	return slot, own, err
}

// record keeps what a source said, as the store does.
func (u *universe) record(read model.Cursor) (model.Cursor, error) {
	old := u.rows[read.Cluster]
	if u.source.unknown[read.Cluster] {
		u.source.unknown[read.Cluster], u.source.stale[read.Cluster] = false, &read.Slot
	}
	stale := u.source.stale[read.Cluster]
	switch {
	case old != nil && read.UpdatedAt.Before(old.UpdatedAt):
		return *old, nil
	case stale != nil && *stale == read.Slot && old == nil:
		return model.Cursor{}, ErrStaleCursor
	case stale != nil && *stale == read.Slot:
		return *old, nil
	case stale == nil && old != nil && old.Slot == read.Slot:
		return *old, nil
	}
	u.source.stale[read.Cluster] = nil
	read.UpdatedAt = time.Now()
	u.rows[read.Cluster] = &read
	return read, nil
}

// failed is a failure of a class.
func failed(class model.ErrorClass) error { return model.NewFailure(class, string(class), nil) }

// fakeOutage is what health tells of a cluster that is down.
type fakeOutage struct {
	since  time.Time
	reason string
}
