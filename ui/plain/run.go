package plain

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/crash"
	"github.com/fumtui/fumtui/ui"
)

const (
	// tickEvery is how often time is let pass.
	tickEvery = 200 * time.Millisecond
	// leaveWithin bounds the wait for what is under way when the console is left.
	leaveWithin = time.Second
	// askAgain is how long after a failure a picture is asked for again.
	askAgain = time.Second
	// mostKept is how many of the newest lines the report of a panic has.
	mostKept = 60
)

// Run shows the console in lines until it is quit, its input ends, its terminal is
// hung up, nobody takes what it prints, or ctx is done. Interrupts are the caller's:
// it alone can tell one that is for the console from one that is for a run. Of the
// options those of a screen do not count. It returns an error only when the console
// itself failed. Runs that were begun are not ended.
func Run(ctx context.Context, opts ui.Options) (err error) {
	opts = opts.Complete()
	if opts.Feed == nil || opts.Operator == nil {
		return errors.New("the console needs a feed and an operator")
	}
	ctx, cancel := context.WithCancel(ctx)
	e := &edge{
		ctx: ctx, opts: opts, outlet: ui.OpenOutlet(opts.Output),
		session: newSession(opts, opts.Now()), mail: newMailbox(), pictures: make(chan model.Snapshot, 1),
		discard: discarding(opts),
	}
	e.session.post = e.mail.post
	defer e.outlet.Close()
	defer e.wait()
	defer cancel()
	defer func() {
		if r := recover(); r != nil {
			err = crash.Recovered(r)
		}
	}()
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)
	e.goes(e.look)
	if err := e.loop(hangups, readLines(ctx, opts)); err != nil || !e.session.over {
		return err
	}
	e.printRest(hangups)
	return nil
}

// printRest waits for whoever reads what was printed through a pipe, who may take
// the time. A terminal shows what it has room for.
func (e *edge) printRest(hangups <-chan os.Signal) {
	if e.outlet.Terminal() {
		return
	}
	for !e.outlet.Flush(tickEvery) {
		select {
		case <-e.ctx.Done():
			return
		case <-hangups:
			return
		case <-e.outlet.Broken():
			return
		default:
		}
	}
}

// edge is what is around a session: the terminal, the ports and the time.
type edge struct {
	ctx      context.Context
	opts     ui.Options
	outlet   *ui.Outlet
	session  *session
	mail     *mailbox
	pictures chan model.Snapshot // the newest that was not seen yet
	discard  func()              // drops what was typed and not read yet
	wg       sync.WaitGroup
	crash    error
	newest   []string // lines that were printed, for the report of a panic
}

// loop hands the session what happens, until it is over.
func (e *edge) loop(hangups <-chan os.Signal, typed <-chan typedLine) error {
	ticker := time.NewTicker(tickEvery)
	defer ticker.Stop()
	s := e.session
	for {
		e.flush()
		if s.over || e.crash != nil {
			return e.crash
		}
		select {
		case <-e.ctx.Done():
			return nil
		case <-hangups:
			return nil
		case <-e.outlet.Broken():
			return nil
		case snap := <-e.pictures:
			s.arrived(snap, e.opts.Now())
		case l, ok := <-typed:
			if !ok {
				typed = nil
				s.ended()
				break
			}
			s.typed(l.text, l.at)
		case <-e.opts.Reloads:
			s.now = e.opts.Now()
			s.reload(nil)
		case <-e.mail.any:
			s.now = e.opts.Now()
			for _, then := range e.mail.take() {
				then(s)
			}
		case <-e.outlet.CaughtUp():
			if e.outlet.TakeLost() {
				s.lost()
			}
		case <-ticker.C:
			s.ticked(e.opts.Now(), !e.outlet.Behind())
		}
	}
}

// flush prints what there is to be printed, and begins what there is to be done.
func (e *edge) flush() {
	lines, todo := e.session.take()
	if len(lines) > 0 {
		var b strings.Builder
		for _, l := range lines {
			b.WriteString(printable(l, e.opts.ASCII) + "\n")
		}
		_, _ = e.outlet.Write([]byte(b.String())) // where it fails the console is left
		e.keep(lines)
	}
	for _, w := range todo {
		e.goes(func() {
			if then := w(e.ctx); e.ctx.Err() == nil {
				e.mail.post(then)
			}
		})
	}
	if e.outlet.Settled() && e.session.unprinted() {
		e.discard() // a line that was begun before the question must not end as its answer
		e.session.printed(e.opts.Now())
	}
}

// keep keeps the newest lines for whoever tells of a panic.
func (e *edge) keep(lines []string) {
	e.newest = append(e.newest, lines...)
	e.newest = e.newest[max(0, len(e.newest)-mostKept):]
	e.opts.Rescue.Drew(strings.Join(e.newest, "\n"))
}

// goes runs something beside the loop. A panic of it ends the console in order.
func (e *edge) goes(do func()) {
	e.wg.Go(func() {
		defer func() {
			if r := recover(); r != nil {
				err := crash.Recovered(r)
				e.mail.post(func(*session) { e.crash = err })
			}
		}()
		do()
	})
}

// look hands in the newest picture. One that was not taken yet is replaced.
func (e *edge) look() {
	failed := ""
	for seen := uint64(0); e.ctx.Err() == nil; {
		snap, err := e.opts.Feed.Next(e.ctx, seen)
		if err != nil && e.ctx.Err() == nil {
			if text := err.Error(); text != failed {
				failed = text
				e.mail.post(func(s *session) { s.feedFailed(err) })
			}
			timer := time.NewTimer(askAgain)
			select {
			case <-timer.C:
			case <-e.ctx.Done():
			}
			timer.Stop()
			continue
		}
		if err != nil {
			return
		}
		seen, failed = snap.Generation, ""
		select {
		case <-e.pictures:
		default:
		}
		e.pictures <- snap
	}
}

// wait waits for what is under way, within bounds.
func (e *edge) wait() {
	done := make(chan struct{})
	go func() {
		e.wg.Wait()
		close(done)
	}()
	timer := time.NewTimer(leaveWithin)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
	}
}

// mailbox keeps what is to be done to the session, without making anybody wait.
type mailbox struct {
	mu    sync.Mutex
	posts []func(*session)
	any   chan struct{}
}

func newMailbox() *mailbox { return &mailbox{any: make(chan struct{}, 1)} }

func (m *mailbox) post(then func(*session)) {
	if then == nil {
		return
	}
	m.mu.Lock()
	m.posts = append(m.posts, then)
	m.mu.Unlock()
	select {
	case m.any <- struct{}{}:
	default:
	}
}

func (m *mailbox) take() []func(*session) {
	m.mu.Lock()
	defer m.mu.Unlock()
	posts := m.posts
	m.posts = nil
	return posts
}
