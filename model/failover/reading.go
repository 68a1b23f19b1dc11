package failover

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fumtui/fumtui/model"
)

// reading is what is known of a pipeline's cursor at a cluster.
type reading struct {
	cursor *model.Cursor // nil: there is none
	own    bool          // its source is not the ledger
	said   bool          // its source said so now; what was kept of it before is no such word
	err    error         // why that source cannot be read now: the cursor is the last value recorded
}

// slot is the slot of the cursor; nil where there is none.
func (r reading) slot() *model.Slot {
	if r.cursor == nil {
		return nil
	}
	slot := r.cursor.Slot
	return &slot
}

// same reports whether two readings are of the same slot.
func (r reading) same(other reading) bool {
	a, b := r.slot(), other.slot()
	return (a == nil) == (b == nil) && (a == nil || *a == *b)
}

// age tells for how long the cursor has stood at its value.
func (r reading) age(now time.Time) string {
	return model.Span(now.Sub(r.cursor.UpdatedAt)) + " old"
}

// readCursor reads a cursor from its source, and keeps in the ledger what a
// source of its own said. Where that says nothing now the last value recorded
// stands: an older one repeats slots, and loses none. The error is of the ledger.
func (e *Engine) readCursor(ctx context.Context, pipeline, cluster string) (reading, error) {
	asked := e.now() // an answer is no younger than that
	r, slot := e.askSource(ctx, pipeline, cluster)
	if slot != nil {
		read := model.Cursor{Pipeline: pipeline, Cluster: cluster, Slot: *slot, UpdatedAt: asked}
		kept, err := call(ctx, e.settings.CallTimeout, func(ctx context.Context) (model.Cursor, error) {
			return e.ledger.RecordCursor(ctx, read)
		})
		switch {
		case err == nil:
			r.cursor, r.said = &kept, kept.Slot == *slot
			return r, nil
		case errors.Is(err, ErrStaleCursor):
			return r, nil // of an earlier stay, and there is no other
		}
		return r, fmt.Errorf("record the cursor of %s at %s: %w", pipeline, cluster, err)
	}
	var err error
	r.cursor, err = call(ctx, e.settings.CallTimeout, func(ctx context.Context) (*model.Cursor, error) {
		return e.ledger.Cursor(ctx, pipeline, cluster)
	})
	if err != nil {
		return r, fmt.Errorf("read the cursor of %s at %s: %w", pipeline, cluster, err)
	}
	r.said = !r.own && r.cursor != nil
	return r, nil
}

// askSource asks the cursor source of a pipeline at a cluster, if it is not the
// ledger.
func (e *Engine) askSource(ctx context.Context, pipeline, cluster string) (r reading, slot *model.Slot) {
	source, able := e.world.(CursorReader)
	if !able {
		return r, nil
	}
	ctx, cancel := context.WithTimeout(ctx, e.settings.CallTimeout)
	defer cancel()
	slot, r.own, r.err = source.ReadCursor(ctx, pipeline, cluster)
	if r.err != nil || !r.own {
		return r, nil
	}
	return r, slot
}
