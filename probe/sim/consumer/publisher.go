package consumer

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"
)

// The public cursor contract of fumtui's database. The statement never moves a
// cursor back.
const (
	cursorSchema = `CREATE TABLE IF NOT EXISTS cursor (pipeline TEXT NOT NULL, cluster TEXT NOT NULL, slot INTEGER NOT NULL,
  updated_at TEXT NOT NULL, first_slot INTEGER, PRIMARY KEY (pipeline, cluster))`
	cursorUpsert = `INSERT INTO cursor (pipeline, cluster, slot, updated_at, first_slot)
VALUES (?1, ?2, ?3, strftime('%Y-%m-%dT%H:%M:%fZ','now'), ?4)
ON CONFLICT (pipeline, cluster) DO UPDATE SET slot = excluded.slot, updated_at = excluded.updated_at,
  first_slot = coalesce(excluded.first_slot, cursor.first_slot) WHERE excluded.slot > cursor.slot`
)

const (
	publishGap   = 50 * time.Millisecond  // between two writes, so that catching up does not flood the database
	publishRetry = 250 * time.Millisecond // after a failed one
)

// cursorAt is what is published.
type cursorAt struct {
	slot  uint64
	first *uint64
}

// Publisher writes a client's cursor to fumtui's database. Only the newest
// cursor counts; a database that is locked holds nobody else up.
type Publisher struct {
	db                *sql.DB
	pipeline, cluster string
	log               func(string)

	mu        sync.Mutex
	want      *cursorAt
	published uint64
	changed   chan struct{} // closed and replaced when published or want changes
}

// OpenPublisher opens fumtui's database.
func OpenPublisher(ctx context.Context, path, pipeline, cluster string, log func(string)) (*Publisher, error) {
	db, err := openDB(ctx, path)
	if err != nil {
		return nil, err
	}
	if _, err := db.ExecContext(ctx, cursorSchema); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("prepare the cursors of %s: %w", path, err)
	}
	return &Publisher{db: db, pipeline: pipeline, cluster: cluster, log: log, changed: make(chan struct{})}, nil
}

// Close closes the database.
func (p *Publisher) Close() error { return p.db.Close() }

// row reads this client's cursor, nil when there is none.
func (p *Publisher) row(ctx context.Context) (*uint64, error) {
	var slot uint64
	err := p.db.QueryRowContext(ctx, `SELECT slot FROM cursor WHERE pipeline = ? AND cluster = ?`,
		p.pipeline, p.cluster).Scan(&slot)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the cursor of %s at %s: %w", p.pipeline, p.cluster, err)
	}
	return &slot, nil
}

// set gives the cursor that is to be published.
func (p *Publisher) set(slot uint64, first *uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.want = &cursorAt{slot, first}
	p.wake()
}

// wake tells waiters that something changed. The caller holds mu.
func (p *Publisher) wake() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// state is the cursor still to be published, nil without one, the newest that
// was, and a channel that is closed when either changes.
func (p *Publisher) state() (want *cursorAt, published uint64, changed <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.want, p.published, p.changed
}

// run publishes until ctx ends.
func (p *Publisher) run(ctx context.Context) {
	for ctx.Err() == nil {
		want, _, changed := p.state()
		pause := publishGap
		if want == nil {
			select {
			case <-ctx.Done():
			case <-changed:
			}
			continue
		}
		if err := p.publish(ctx, *want); err != nil {
			pause = publishRetry
			if ctx.Err() == nil {
				p.log(err.Error())
			}
		} else {
			p.done(want)
		}
		sleep(ctx, pause)
	}
}

func (p *Publisher) publish(ctx context.Context, c cursorAt) error {
	_, err := p.db.ExecContext(ctx, cursorUpsert, p.pipeline, p.cluster, c.slot, c.first)
	if err != nil {
		return fmt.Errorf("publish cursor %d of %s at %s: %w", c.slot, p.pipeline, p.cluster, err)
	}
	return nil
}

func (p *Publisher) done(c *cursorAt) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.published = c.slot
	if p.want == c {
		p.want = nil
	}
	p.wake()
}

// flush waits until everything is published.
func (p *Publisher) flush(ctx context.Context) error {
	for {
		want, _, changed := p.state()
		if want == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("cursor %d of %s at %s was not published: %w", want.slot, p.pipeline, p.cluster, ctx.Err())
		case <-changed:
		}
	}
}

// sleep waits for d or the end of ctx.
func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
