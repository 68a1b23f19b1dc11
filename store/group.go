package store

import (
	"context"
	"database/sql"
	"slices"
	"sync"
)

// maxShares bounds how many transactions share one commit.
const maxShares = 64

// group lets transactions that wait for the writer share one commit: what is
// slow about each is the disk, and many runs are journaled side by side. Each is
// still done wholly or not at all, and is on disk when its caller hears of it.
//
// There is no goroutine behind it. Whoever comes to an idle group leads: it
// commits what waits, its own work first, and hands the lead on.
type group struct {
	mu      sync.Mutex
	led     bool
	waiting []*share
}

// share is one transaction that waits.
type share struct {
	ctx   context.Context
	doing string
	do    work

	lead chan struct{} // closed: it is its turn to lead
	done chan struct{} // closed: err says how it ended
	err  error
}

// enter queues a share, and reports whether its caller has to lead.
func (g *group) enter(s *share) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting = append(g.waiting, s)
	if g.led {
		return false
	}
	g.led = true
	return true
}

// take gives the next shares to commit.
func (g *group) take() []*share {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.waiting), maxShares)
	batch := slices.Clone(g.waiting[:n])
	g.waiting = slices.Delete(g.waiting, 0, n)
	return batch
}

// handOn lets the next one lead.
func (g *group) handOn() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.led = len(g.waiting) > 0; g.led {
		close(g.waiting[0].lead)
	}
}

// leave takes back a share that waits, and reports whether it still did. The
// lead, where it had that, goes on.
func (g *group) leave(s *share) bool {
	g.mu.Lock()
	i := slices.Index(g.waiting, s)
	if i >= 0 {
		g.waiting = slices.Delete(g.waiting, i, i+1)
	}
	g.mu.Unlock()
	select {
	case <-s.lead:
		g.handOn()
	default:
	}
	return i >= 0
}

// write runs one transaction on agreed state. Where others wait too they share
// its commit.
func (s *Store) write(ctx context.Context, doing string, do work) error {
	if s.writer == nil {
		return s.transact(ctx, nil, 0, doing, do)
	}
	mine := &share{ctx: ctx, doing: doing, do: do, lead: make(chan struct{}), done: make(chan struct{})}
	if !s.group.enter(mine) {
		select {
		case <-mine.done:
			return mine.err
		case <-mine.lead:
		case <-ctx.Done():
			if s.group.leave(mine) {
				return s.fail(ctx, doing, ctx.Err())
			}
			<-mine.done // it is being committed: that is soon known
			return mine.err
		}
	}
	s.commit(s.group.take())
	s.group.handOn()
	<-mine.done
	return mine.err
}

// commit runs shares, in one transaction where they are several.
func (s *Store) commit(batch []*share) {
	if len(batch) > 1 && s.commitTogether(batch) {
		return
	}
	for _, one := range batch {
		one.err = s.transact(one.ctx, s.writer, s.busyWait, one.doing, one.do)
		close(one.done)
	}
}

// commitTogether runs shares in one transaction, each behind a savepoint, so that
// one which fails takes back its own work alone. It reports false where all of it
// was taken back, so that each has to be tried for itself: only that tells whose
// trouble it is.
func (s *Store) commitTogether(batch []*share) bool {
	end := func(err error) bool {
		for _, one := range batch {
			if one.err == nil {
				one.err = err
			}
			one.err = s.fail(one.ctx, one.doing, one.err)
			close(one.done)
		}
		return true
	}
	if err := s.inPlace(batch[0].doing); err != nil {
		return end(err)
	}
	// The transaction is nobody's: a statement that is interrupted, because the
	// caller of one share left, would take back the work of all.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(batch[0].ctx), 2*s.busyWait)
	defer cancel()
	var tx *sql.Tx
	err := retry(ctx, s.busyWait, func() (err error) {
		tx, err = s.writer.BeginTx(ctx, nil)
		return err
	})
	if err != nil {
		return end(err)
	}
	for _, one := range batch {
		if one.err = one.ctx.Err(); one.err != nil {
			continue
		}
		if one.err, err = behindSavepoint(ctx, tx, one.do); err != nil {
			_ = tx.Rollback()
			return false
		}
	}
	return end(tx.Commit())
}

// behindSavepoint does some work, and takes it back where that fails. trouble is
// not nil where the transaction as a whole may be lost.
func behindSavepoint(ctx context.Context, tx *sql.Tx, do work) (failed, trouble error) {
	if _, err := tx.ExecContext(ctx, "SAVEPOINT share"); err != nil {
		return nil, err
	}
	if failed = do(ctx, tx); failed != nil {
		if ofDatabase(failed) {
			return nil, failed
		}
		if _, err := tx.ExecContext(ctx, "ROLLBACK TO share"); err != nil {
			return nil, err
		}
	}
	_, trouble = tx.ExecContext(ctx, "RELEASE share")
	return failed, trouble
}
