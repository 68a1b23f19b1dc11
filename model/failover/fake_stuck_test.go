package failover

import (
	"context"
	"sync"
	"time"

	"github.com/fumtui/fumtui/model"
)

// stuck is a process that can be stopped, as by SIGSTOP: it lives, and does
// nothing until it goes on.
type stuck struct {
	*process
	mu   sync.Mutex
	gate chan struct{} // not nil: stopped; closed: goes on
}

func (s *stuck) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gate = make(chan struct{})
}

func (s *stuck) wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.gate)
	s.gate = nil
}

// pass waits while the process is stopped.
func (s *stuck) pass() {
	s.mu.Lock()
	gate := s.gate
	s.mu.Unlock()
	if gate != nil {
		<-gate
	}
}

func (s *stuck) Sleep(ctx context.Context, d time.Duration) error {
	err := s.process.Sleep(ctx, d)
	s.pass()
	return err
}

func (s *stuck) Renew(ctx context.Context, l Lease, ttl time.Duration) (Lease, error) {
	s.pass()
	return s.process.Renew(ctx, l, ttl)
}

func (s *stuck) Write(ctx context.Context, l Lease, b Batch) error {
	s.pass()
	return s.process.Write(ctx, l, b)
}

// waits keeps what a contender was told.
type waits struct{ told []Waiting }

func (w *waits) option() Option {
	return WithWaiting(func(now Waiting) { w.told = append(w.told, now) })
}

// contender makes an engine of a new process, and keeps what it is told.
func (u *universe) contender() (*Engine, *waits) {
	var w waits
	p := u.process()
	return New(p, p, testSettings(), []model.Pipeline{u.pipes}, w.option()), &w
}
