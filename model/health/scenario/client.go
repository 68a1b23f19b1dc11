package scenario

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// trouble is what can be wrong with a client, or be done to it.
type trouble int

const (
	stopped        trouble = iota // its process was ended on purpose
	crashed                       // its process dies once; its supervisor starts it again
	restarted                     // somebody restarts it
	looping                       // it dies a while after every start
	hung                          // its process stands still: its port takes connections and sends nothing
	hostDead                      // its host is gone: nothing there answers
	slow                          // it consumes slower than the chain runs
	stuck                         // it runs and consumes nothing
	cut                           // its host reaches no cluster
	metricsGone                   // its port refuses, and it goes on
	metricsTimeout                // its port does not answer, and it goes on
	cursorGone                    // the cursor cannot be read
	cursorFrozen                  // the cursor is not written
	tipStuck                      // its own tip refresh fails
	running                       // a client runs where none should, beside the active one
	numTroubles
)

// troubles are the troubles of a client by their names in a file.
var troubles = map[string]trouble{
	"stopped": stopped, "crashed": crashed, "restarted": restarted, "looping": looping, "hung": hung,
	"host_dead": hostDead, "slow": slow, "stuck": stuck, "cut": cut, "metrics_gone": metricsGone,
	"metrics_timeout": metricsTimeout, "cursor_gone": cursorGone, "cursor_frozen": cursorFrozen,
	"tip_stuck": tipStuck, "running": running,
}

// client is a pipeline's client at one cluster: what it does, and what its
// metrics and its cursor show of that.
type client struct {
	cfg     *Pipeline
	cluster *cluster
	scale   float64 // of its own times, with the chain's speed
	now     time.Duration

	wanted  bool          // somebody wants its process to run
	up      bool          // it runs
	startAt time.Duration // when its supervisor tries next; 0: never
	started time.Duration
	joined  bool // it has a session
	joinAt  time.Duration
	before  bool // it had a session before

	pos  float64 // slots received
	kept float64 // slots committed, as the cluster knows it
	debt float64 // slots that come a second time

	cursor     uint64 // 0: none
	cursorAt   time.Duration
	cursorFrom uint64 // first slot that this start consumed

	tip, committed               model.Offset
	lag                          int64
	maxSlot                      uint64
	commits, polls, got          float64
	nextCommit, nextTip, nextRow time.Duration
	tipHung                      bool

	has    [numTroubles]int
	pace   float64       // of slow
	life   time.Duration // of looping
	gc     *gcNoise
	pauseE time.Duration // the end of a pause
}

// gcNoise makes a client pause now and then.
type gcNoise struct {
	next time.Duration
	draw func() (every, pause time.Duration)
}

// own is one of the client's own times on this chain.
func (k *client) own(d time.Duration) time.Duration { return time.Duration(float64(d) / k.scale) }

// begin puts a client in place that has run for long, or starts now.
func (k *client) begin(at float64, fresh bool) {
	k.wanted = true
	k.pos, k.kept = at, at
	k.cursor, k.cursorFrom = uint64(at), uint64(at)
	k.before = true
	if fresh {
		k.start(0)
		return
	}
	k.up, k.joined = true, true
	k.started = -time.Hour
	k.commit(0)
	k.tip = k.cluster.offset(float64(k.cluster.newest(0)))
	k.maxSlot = k.cluster.newest(0)
	k.setLag()
	k.nextCommit, k.nextTip, k.nextRow = k.cfg.Client.Commit/2, k.own(2*time.Second), k.cfg.Client.Cursor/2
}

// advance lets the client work until a moment.
func (k *client) advance(to time.Duration) {
	for k.now < to {
		next := k.nextStep(to)
		k.consume(next)
		k.now = next
		k.act()
	}
}

// nextStep is when the client does something next.
func (k *client) nextStep(to time.Duration) time.Duration {
	next := to
	sooner := func(t time.Duration) {
		if t > k.now && t < next {
			next = t
		}
	}
	if k.paused() {
		sooner(k.pauseE)
		return next
	}
	if k.gc != nil {
		sooner(k.gc.next)
	}
	switch {
	case !k.up:
		if k.startAt > 0 {
			sooner(max(k.startAt, k.now+1))
		}
		return next
	case !k.joined:
		sooner(max(k.joinAt, k.now+1))
	default:
		sooner(max(k.nextCommit, k.now+1))
	}
	sooner(max(k.nextTip, k.now+1))
	sooner(max(k.nextRow, k.now+1))
	if k.has[looping] > 0 {
		sooner(max(k.started+k.life, k.now+1))
	}
	return next
}

// act does what is due.
func (k *client) act() {
	if k.gc != nil && k.now >= k.gc.next {
		every, pause := k.gc.draw()
		k.gc.next, k.pauseE = k.now+every, k.now+pause
	}
	switch {
	case k.paused():
		return
	case !k.up:
		if k.startAt > 0 && k.now >= k.startAt {
			k.start(k.now)
		}
		return
	case k.has[looping] > 0 && k.now >= k.started+k.life:
		k.crash()
		return
	}
	if k.joined {
		k.checkSession()
	}
	if !k.up {
		return
	}
	if !k.joined && k.now >= k.joinAt {
		k.join()
	}
	if k.joined && k.now >= k.nextCommit {
		k.nextCommit = k.now + k.cfg.Client.Commit
		k.commit(k.now)
	}
	if k.now >= k.nextTip {
		k.nextTip = k.now + k.own(5*time.Second)
		k.refreshTip()
	}
	if k.now >= k.nextRow {
		k.nextRow = k.now + k.cfg.Client.Cursor
		k.writeCursor()
	}
}

// paused reports whether the process stands still.
func (k *client) paused() bool {
	return k.has[hung] > 0 || k.has[hostDead] > 0 || k.now < k.pauseE
}

// reach is how calls of the client to its cluster go.
func (k *client) reach(what call) (class model.ErrorClass, withheld bool) {
	if k.has[cut] > 0 || k.has[hostDead] > 0 {
		return model.ClassTimeout, false
	}
	return k.cluster.data(k.cfg.Name, what)
}

// consume lets data flow from now to a moment.
func (k *client) consume(to time.Duration) {
	if !k.up || !k.joined || k.paused() || k.has[stuck] > 0 {
		return
	}
	if class, withheld := k.reach(callData); class != "" || withheld {
		return
	}
	dt := (to - k.now).Seconds()
	work := k.cluster.chain.speed * k.cfg.Client.Capacity * dt
	if k.has[slow] > 0 {
		work = k.cluster.chain.speed * k.pace * dt
	}
	k.polls += 3 * dt
	if k.debt > 0 {
		paid := min(k.debt, work)
		k.debt -= paid
		work -= paid
		k.got += paid * 500
	}
	top := k.cluster.at(to) - 1
	pos := max(min(k.pos+work, top), k.pos)
	k.got += (pos - k.pos) * 500
	k.pos = pos
	k.maxSlot = max(k.maxSlot, k.cluster.chain.newest(pos+1))
}
