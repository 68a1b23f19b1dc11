package failover

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// universe is a small world in memory: two clusters that carry one chain, a
// pipeline's clients, and the ledger. It moves by the clock of the synctest
// bubble alone. Everything that outlives a process lives here; what a process
// sees goes through a [process].
type universe struct {
	t     *testing.T
	mu    sync.Mutex
	zero  time.Time
	pipes model.Pipeline

	clusters map[string]*fakeCluster
	clients  map[string]*fakeClient
	log      []string // effects, in order
	broken   []string // invariants that were broken

	// The ledger.
	runs   []model.Run
	lease  *Lease
	epoch  int64
	active string
	home   string      // chosen by a person
	source *fakeSource // nil: the rows are the cursors
	rows   map[string]*model.Cursor
	audit  []AuditEntry
	full   error // not writable

	events    int                                    // effects and journal writes so far
	faults    []fault                                // what happens at which of them
	chooser   func(p *process, lost error) faultKind // instead of faults
	late      int                                    // calls of dead processes that are still to be had
	hooked    int                                    // and hooks of them
	landing   bool                                   // an effect of a dead process is had now
	asleep    map[int]time.Time                      // until when a process is suspended
	onSleep   func()                                 // right after a process was suspended
	onLog     func(effect string)                    // right after an effect was noted
	noRenew   error
	unfenced  bool      // a mutant: the epoch of a write is not looked at
	noRead    int       // so many reads of a cursor fail
	canary    bool      // data may be proved
	blind     time.Time // nothing is known of health before
	pids, ids int
	outage    fakeOutage // as health tells it
	view      model.PipelineState
	dead      map[int]bool
}

// fault is injected at an event, counted from 1.
type fault struct {
	at   int
	kind faultKind
}

type faultKind int

const (
	noFault     faultKind = iota
	crashBefore           // the process dies, the effect is not had
	crashAfter            // the effect is had, then the process dies
	lostBefore            // the effect is not had, and the answer is an error
	lostAfter             // the effect is had, and the answer is an error
	refused               // the effect is not had, and the answer says so
	crashLate             // the process dies, and the effect is had a while later
	sleepBefore           // the process is suspended for long, then the effect is had
	sleepAfter            // the effect is had, then the process is suspended for long
)

type fakeCluster struct {
	name        string
	down        error
	min, top    model.Slot // top: newest slot at zero time
	frozen      bool
	rate        *float64 // slots a second, as the console measured it
	sub         *fakeSub
	made        int
	onCreate    func() // before a create takes effect
	afterCreate func()
	noCreate    error
	noData      error
	proved      []model.Slot // where proofs began
	own         int          // subscribers of proofs that are there now
}

type fakeSub struct {
	id    string
	next  model.Slot
	stale bool
}

type fakeClient struct {
	cluster    string
	running    bool
	since      time.Time
	from       model.Slot // first slot of this start
	consumed   model.Slot // 0: nothing yet
	hooks      []Hook
	ignoreStop bool
	drainTakes time.Duration
	drainSays  *model.Slot
	silent     bool          // its hooks say no cursor
	stopTakes  time.Duration // a stop is late, and nothing is consumed meanwhile
	says       string        // output of its stop and drain
	mute       bool          // consumes nothing
	portHangs  bool
	pageStill  bool // its metrics never change
	portStays  bool // answers though the client is stopped
	statusLies ClientStatus
	startFails bool
	skipsFirst model.Slot
	stopsAfter model.Slot // consumes so many slots and then hangs; 0: never
	drainingTo time.Time
	sessions   [][2]model.Slot
}

const (
	chainRate  = 2.5   // slots a second
	clientRate = 400.0 // slots a second, at most
)

var allHooks = []Hook{HookStart, HookStop, HookDrain, HookStatus}

// newUniverse has pipeline trades streaming at ams, its home, for a minute.
func newUniverse(t *testing.T) *universe {
	u := &universe{
		t: t, zero: time.Now(), active: "", rows: map[string]*model.Cursor{}, dead: map[int]bool{}, asleep: map[int]time.Time{},
		pipes: model.Pipeline{
			Name: "trades", Subscriber: "trades-prod", Home: "ams", Guarantee: model.AtLeastOnce,
			Bootstrap: model.BootstrapAwait, Idempotent: true, Clusters: []string{"ams", "nyc"},
		},
		clusters: map[string]*fakeCluster{
			"ams": {name: "ams", min: 1000, top: 20000, sub: &fakeSub{id: "ams-0", next: 20000}},
			"nyc": {name: "nyc", min: 1000, top: 20000},
		},
		clients: map[string]*fakeClient{
			"ams": {cluster: "ams", hooks: allHooks},
			"nyc": {cluster: "nyc", hooks: allHooks},
		},
	}
	u.startClient(u.clients["ams"])
	time.Sleep(time.Minute)
	return u
}

// newest is the newest slot of a cluster now.
func (u *universe) newest(c *fakeCluster) model.Slot {
	if c.frozen {
		return c.top
	}
	return c.top + model.Slot(time.Since(u.zero).Seconds()*chainRate)
}

// startClient puts a client to work on its cluster's subscriber.
func (u *universe) startClient(c *fakeClient) {
	if c.running {
		return
	}
	for _, other := range u.clients {
		if other.running {
			u.broken = append(u.broken, fmt.Sprintf("the client at %s was started while that at %s ran", c.cluster, other.cluster))
		}
	}
	sub := u.clusters[c.cluster].sub
	if sub == nil {
		return
	}
	c.running, c.since, c.from, c.consumed = true, time.Now(), sub.next+c.skipsFirst, 0
}

// fold moves all clients to now, with their rows and subscribers.
func (u *universe) fold() {
	for _, c := range u.clients {
		cl := u.clusters[c.cluster]
		if !c.running {
			continue
		}
		if !c.drainingTo.IsZero() && !time.Now().Before(c.drainingTo) {
			u.halt(c)
			continue
		}
		u.consume(c, cl)
	}
}

func (u *universe) consume(c *fakeClient, cl *fakeCluster) {
	if c.mute || cl.down != nil || cl.sub == nil {
		return
	}
	to := min(c.from+model.Slot(time.Since(c.since).Seconds()*clientRate), u.newest(cl))
	if c.stopsAfter > 0 {
		to = min(to, c.from+c.stopsAfter-1)
	}
	if to < c.from || to <= c.consumed {
		return
	}
	first := c.consumed == 0
	c.consumed = to
	cl.sub.next = to + 1
	if u.source != nil {
		u.source.said[c.cluster] = to
		return
	}
	row := u.rows[c.cluster]
	if row == nil {
		row = &model.Cursor{Pipeline: "trades", Cluster: c.cluster, Source: "store"}
		u.rows[c.cluster] = row
	}
	if first {
		from := c.from
		row.FirstSlot = &from
	}
	if to > row.Slot {
		row.Slot, row.UpdatedAt = to, time.Now()
	}
}

// halt stops a client.
func (u *universe) halt(c *fakeClient) {
	if !c.running {
		return
	}
	u.consume(c, u.clusters[c.cluster])
	if c.consumed > 0 {
		c.sessions = append(c.sessions, [2]model.Slot{c.from, c.consumed})
	}
	c.running, c.drainingTo = false, time.Time{}
}

// lost counts the slots, from the first consumed, that no session consumed.
func (u *universe) lost() uint64 {
	u.fold()
	var all [][2]model.Slot
	for _, c := range u.clients {
		all = append(all, c.sessions...)
		if c.running && c.consumed > 0 {
			all = append(all, [2]model.Slot{c.from, c.consumed})
		}
	}
	slices.SortFunc(all, func(a, b [2]model.Slot) int { return int(int64(a[0]) - int64(b[0])) })
	var missing uint64
	end := all[0][1]
	for _, s := range all[1:] {
		missing += model.SlotsBetween(end+1, s[0])
		end = max(end, s[1])
	}
	return missing
}

// running names the clusters whose client runs.
func (u *universe) running() []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.fold()
	var names []string
	for _, n := range []string{"ams", "nyc"} {
		if u.clients[n].running {
			names = append(names, n)
		}
	}
	return names
}

// expectIntent notes an effect whose intent is not durable.
func (u *universe) expectIntent(effect string, steps ...model.StepName) {
	u.log = append(u.log, effect)
	if u.onLog != nil {
		defer u.onLog(effect)
	}
	if u.landing {
		return
	}
	for i := range u.runs {
		if u.runs[i].State.Ended() {
			continue
		}
		for _, s := range steps {
			if st := u.runs[i].Step(s); st != nil && st.State == model.StepRunning {
				return
			}
		}
	}
	u.broken = append(u.broken, fmt.Sprintf("%s without the intent of %v in the journal", effect, steps))
}

// started reports whether the intent of start is in the journal of a run under
// way.
func (u *universe) started() bool {
	for i := range u.runs {
		if !u.runs[i].State.Ended() && startBegun(&u.runs[i]) {
			return true
		}
	}
	return false
}
