package scenario

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// start starts the process. One that cannot join at once ends or tries again.
func (k *client) start(t time.Duration) {
	k.startAt = 0
	class, _ := k.reach(callData)
	if k.cfg.Client.ExitsOnError && (class != "" || !k.subscribed()) {
		k.startAt = t + k.cfg.Client.RestartAfter
		if class == model.ClassTimeout {
			k.startAt += 5 * time.Second // the limit for a connection
		}
		return
	}
	k.up, k.started = true, t
	k.joined, k.joinAt = false, t+k.own(time.Second)
	k.tip, k.committed, k.lag, k.maxSlot = 0, 0, 0, 0
	k.commits, k.polls, k.got = 0, 0, 0
	k.tipHung = false
	k.nextTip, k.nextRow = t+k.own(5*time.Second), t+k.cfg.Client.Cursor
}

// subscribed reports whether the cluster knows the subscriber, and serves it.
func (k *client) subscribed() bool {
	return k.cluster.subscriber(k.cfg.Name) == model.SubscriberPresent
}

// join opens a session. It resumes after the last commit that the cluster
// knows of, and the slots just below come a second time.
func (k *client) join() {
	class, _ := k.reach(callData)
	if class != "" || !k.subscribed() {
		k.joinAt = k.now + k.own(2*time.Second)
		return
	}
	k.joined = true
	k.pos = k.kept
	k.cursorFrom = uint64(k.pos) + 1
	if k.before {
		k.debt = model.RepeatedSlots
		k.cursorFrom -= model.RepeatedSlots
	}
	k.before = true
	if !k.cfg.Client.LateCommit {
		k.commit(k.now)
	}
	k.nextCommit = k.now + k.cfg.Client.Commit
}

// checkSession ends a session whose calls fail. One whose calls get no answer
// waits.
func (k *client) checkSession() {
	class, _ := k.reach(callData)
	if (class == "" || class == model.ClassTimeout) && k.subscribed() {
		return
	}
	k.joined, k.joinAt = false, k.now+k.own(2*time.Second)
	if k.cfg.Client.ExitsOnError {
		k.crash()
	}
}

// commit sends a commit. The gauge moves when it is sent; the cluster keeps it
// when it arrives.
func (k *client) commit(t time.Duration) {
	if k.cfg.Client.NoCommit {
		return
	}
	offset := k.cluster.offset(k.pos)
	if offset > k.committed {
		k.committed = offset
		k.commits++
	}
	if class, _ := k.reach(callData); class == "" || t == 0 {
		k.kept = max(k.kept, k.pos)
	}
	k.setLag()
}

// refreshTip is what the client itself learns of the tip.
func (k *client) refreshTip() {
	class, _ := k.reach(callTip)
	if class == model.ClassTimeout && k.cfg.Client.TipHangs {
		k.tipHung = true
	}
	if class != "" || k.has[tipStuck] > 0 || k.tipHung {
		return
	}
	k.tip = k.cluster.offset(float64(k.cluster.newest(k.now)))
	k.setLag()
}

// setLag is the gauge as the client computes it: it saturates at 0.
func (k *client) setLag() { k.lag = max(int64(k.tip-k.committed), 0) }

// writeCursor writes down the last slot that was fully consumed.
func (k *client) writeCursor() {
	if k.has[cursorFrozen] > 0 || !k.joined {
		return
	}
	slot := k.cluster.chain.newest(k.pos)
	switch {
	case k.debt > 0 && k.cfg.Client.CursorDips:
		slot = uint64(k.pos - k.debt)
	case slot <= k.cursor:
		return
	}
	if slot != k.cursor {
		k.cursor, k.cursorAt = slot, k.now
	}
}

// crash ends the process; its supervisor starts it again.
func (k *client) crash() {
	k.up, k.joined = false, false
	if k.wanted {
		k.startAt = k.now + k.cfg.Client.RestartAfter
	}
}

// end ends the process on purpose, with a last commit where that is possible.
func (k *client) end() {
	if k.joined && !k.paused() {
		k.commit(k.now)
		k.writeCursor()
	}
	k.wanted, k.up, k.joined, k.startAt = false, false, false, 0
}
