package probe

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

const (
	// removeTimeout bounds the removal of subscribers of fumtui's own at the end.
	removeTimeout = 3 * time.Second
	// removePause is the time from one try to remove one to the next.
	removePause = 200 * time.Millisecond
	// lateCreate is for how long a create whose answer was lost may still be had.
	lateCreate = time.Minute
	// sweepTimeout bounds the search for left-overs, which delays the first look.
	sweepTimeout = 2 * time.Second
	// maxSwept bounds how many left-overs one sweep removes.
	maxSwept = 32
	// leftAlone is for how long after it was made a stale subscriber of another
	// process is let be.
	leftAlone = 24 * time.Hour
)

// errForeign says that a subscriber has our name and is not ours.
var errForeign = errors.New("there is a subscriber of that name that this process did not create: remove it, or restart fumtui, which takes another name")

// own is a subscriber of fumtui's own, created and removed by it.
type own struct {
	client  *Client
	cluster string
	name    string

	id string // "": there is none, as far as is known
	// lost is when the answer of a create was: it may have been had, or may yet
	// be; zero: none was.
	lost time.Time
}

// errLate says that a subscriber is not there, and may yet come.
var errLate = errors.New("it is not there, but the cluster was asked for it a moment ago")

// create makes the subscriber.
func (o *own) create(ctx context.Context, call func(context.Context, string) (string, error)) error {
	id, err := call(ctx, o.name)
	switch {
	case err == nil:
	case errors.Is(err, failover.ErrAlreadyExists) && !o.lost.IsZero():
		var sub model.Subscriber
		if sub, err = o.client.Subscriber(ctx, o.name); err != nil {
			return failedAt(stageCreate, o.cluster, err)
		}
		id = sub.ID
	case errors.Is(err, failover.ErrAlreadyExists):
		failure := model.NewFailure(model.ClassIncompatible, fmt.Sprintf("%s: %v", o.name, errForeign), errors.Join(errForeign, err))
		return failedAt(stageCreate, o.cluster, failure)
	default:
		if model.ClassOf(err).Outage() || errors.Is(err, context.Canceled) {
			o.lost = time.Now()
		}
		return failedAt(stageCreate, o.cluster, err)
	}
	o.id, o.lost = id, time.Time{}
	return nil
}

// remove deletes the subscriber, if it is still ours.
func (o *own) remove(ctx context.Context) error {
	if o.id == "" && o.lost.IsZero() {
		return nil
	}
	sub, err := o.client.Subscriber(ctx, o.name)
	switch {
	case model.ClassOf(err) == model.ClassNotFound && o.id == "" && time.Since(o.lost) < lateCreate:
		return fmt.Errorf("remove %s: %w", o.name, errLate)
	case model.ClassOf(err) == model.ClassNotFound:
		o.id, o.lost = "", time.Time{}
		return nil
	case err != nil:
		return fmt.Errorf("look at %s before it is removed: %w", o.name, err)
	case o.id != "" && sub.ID != o.id:
		// Somebody else's by now: it is let be.
		o.id, o.lost = "", time.Time{}
		return nil
	}
	if _, err := o.client.Delete(ctx, o.name); err != nil {
		return fmt.Errorf("remove %s: %w", o.name, err)
	}
	o.id, o.lost = "", time.Time{}
	return nil
}

// parting gives a short time of its own to what has to be done at the end, also
// where ctx has ended.
func parting(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), removeTimeout)
}

// removeSurely removes the subscriber, and tries twice.
func (o *own) removeSurely(ctx context.Context) error {
	err := o.remove(ctx)
	if err == nil || !sleep(ctx, removePause) {
		return err
	}
	return o.remove(ctx)
}

// sweeper removes what consoles that were killed left behind.
type sweeper struct {
	client *Client
	spare  []string // names that are never removed
	dead   func(name string) bool
	now    func() time.Time
}

// sweep removes left-overs: subscribers whose names have exactly the shape of
// our own, and whose process is certainly dead, or which have been stale for
// long: a canary that lives is renewed before that. A failure only means that
// they stay until the next start of a console.
func (s sweeper) sweep(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, sweepTimeout)
	defer cancel()
	all, err := s.client.Subscribers(ctx)
	if err != nil {
		return
	}
	left := maxSwept
	for _, sub := range all {
		if left == 0 || ctx.Err() != nil {
			return
		}
		if !s.isLeftOver(sub) {
			continue
		}
		left--
		_, _ = s.client.Delete(ctx, sub.Name)
	}
}

// isLeftOver reports whether a subscriber may be removed.
func (s sweeper) isLeftOver(sub model.Subscriber) bool {
	name, ours := parseOwnName(sub.Name)
	if !ours || slices.Contains(s.spare, sub.Name) {
		return false
	}
	return s.dead(sub.Name) || sub.Stale && s.now().Sub(name.made) > leftAlone
}

// deadOwner tells of a name of our own whether its process is certainly dead,
// as far as this process can know.
func deadOwner(self model.Holder, alive func(model.Holder) (alive, known bool)) func(name string) bool {
	return func(name string) bool {
		parts, ok := parseOwnName(name)
		if !ok || alive == nil || parts.started == "" || parts.machine != machineOf(self) {
			return false
		}
		lives, known := alive(model.Holder{Host: self.Host, BootID: self.BootID, PID: parts.pid, StartedAt: parts.started})
		return known && !lives
	}
}
