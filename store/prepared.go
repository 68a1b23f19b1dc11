package store

import (
	"context"
	"database/sql"
	"sync"
)

// prepared asks a pool of connections with statements that are kept: what a
// console asks every second is parsed once for each connection. It is for few
// queries whose text never changes.
type prepared struct {
	*sql.DB
	mu   sync.Mutex
	kept map[string]*sql.Stmt // closed with the pool
}

func newPrepared(db *sql.DB) *prepared { return &prepared{DB: db, kept: map[string]*sql.Stmt{}} }

// QueryContext implements querier.
func (p *prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := p.statement(ctx, query) //nolint:sqlclosecheck // it is kept
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

// QueryRowContext implements querier.
func (p *prepared) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	stmt, err := p.statement(ctx, query) //nolint:sqlclosecheck // it is kept
	if err != nil {
		return p.DB.QueryRowContext(ctx, query, args...) // which fails alike, in a row
	}
	return stmt.QueryRowContext(ctx, args...)
}

func (p *prepared) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	p.mu.Lock()
	stmt := p.kept[query]
	p.mu.Unlock()
	if stmt != nil {
		return stmt, nil
	}
	stmt, err := p.PrepareContext(ctx, query) // not with the lock held: a busy database keeps it waiting
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if other := p.kept[query]; other != nil {
		_ = stmt.Close() //nolint:sqlclosecheck // only this one is not kept
		return other, nil
	}
	p.kept[query] = stmt
	return stmt, nil
}
