package failover

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
)

// inspect checks what must hold at every point. The universe is locked.
func (j *journey) inspect() {
	u := j.u
	for _, text := range u.broken {
		j.breaks("%s", text)
	}
	u.broken = nil
	j.x.done.states[u.digest(0)] = true
	if u.clients["ams"].running && u.clients["nyc"].running {
		j.breaks("two clients run")
	}
	if u.epoch < j.epoch {
		j.breaks("the epoch went back")
	}
	j.epoch = u.epoch
	run := u.unended()
	if run == nil {
		return
	}
	j.forward[run.ID] = j.forward[run.ID] || startBegun(run)
	if run.Kind != model.Recreate {
		sub := subscriberID(u.clusters[run.From])
		if was, seen := j.subs[run.ID]; seen && was != sub {
			j.breaks("the source's subscriber was %q and is %q", was, sub)
		}
		j.subs[run.ID] = sub
	}
	if u.clients[run.To].running && run.Step(model.StepVerifyStop).State != model.StepDone && run.From != run.To {
		j.breaks("the client at %s runs before the stop of the other is proven", run.To)
	}
	if n := len(u.runs); n > j.x.scene.before+1 {
		for _, r := range u.runs[j.x.scene.before : n-1] {
			if !r.State.Ended() {
				j.breaks("two runs are under way")
			}
		}
	}
}

func subscriberID(c *fakeCluster) string {
	if c.sub == nil {
		return ""
	}
	return c.sub.id
}

// effect checks what must hold just before an effect. The universe is locked.
func (j *journey) effect(what string) {
	u := j.u
	run := u.unended()
	if run == nil {
		return
	}
	if run.Step(model.StepPreflight).State != model.StepDone {
		j.breaks("%s before the checks have passed", what)
	}
	if what != "start "+run.To || j.seeded[run.ID] || run.ResumeSlot == nil || reverting(run) {
		return
	}
	j.seeded[run.ID] = true
	if row := u.rows[run.To]; run.Step(model.StepCreate).State == model.StepDone && (row == nil || row.Slot != *run.ResumeSlot-1) {
		j.breaks("the client is started with its cursor at %+v, and its resume slot is %d", row, *run.ResumeSlot)
	}
	if run.Cursor != nil && run.GapSlots != nil && *run.GapSlots > 0 && !j.mayskip(run) {
		j.breaks("a gap of %d slots that nobody approved", *run.GapSlots)
	}
}

// mayskip reports whether a gap is approved, by its number or by the policy.
func (j *journey) mayskip(run *model.Run) bool {
	p := j.u.pipes
	return (run.ApprovedGap != nil && *run.ApprovedGap >= *run.GapSlots) ||
		(p.Guarantee == model.NoGuarantee && p.Bootstrap == model.BootstrapAllow)
}

// stateIsTold checks what a person is told of a run that nobody drives.
func (j *journey) stateIsTold(ctx context.Context, e *Engine, run model.Run) {
	j.u.mu.Lock()
	dead, late := j.u.dead[run.Holder.PID], j.u.late+j.u.hooked > 0
	j.u.mu.Unlock()
	state := e.State(ctx, run)
	if !dead || run.State != model.RunRunning || state.Ended() {
		return
	}
	if state == model.RunRunning || (late && state != model.RunUnknown && state != model.RunWaiting) {
		j.breaks("the driver is dead, something under way is %t, and the run is said to be %s", late, state)
	}
}

// told checks what a driver says of its run.
func (j *journey) told(p *process, run model.Run, err error) {
	u := j.u
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.dead[p.pid] {
		return
	}
	i := slices.IndexFunc(u.runs, func(r model.Run) bool { return r.ID == run.ID })
	if i < 0 {
		j.breaks("a run that is not in the ledger is said to be %s", run.State)
		return
	}
	stored := u.runs[i]
	switch {
	case run.State.Ended() && stored.State != run.State:
		j.breaks("the run is said to be %s and is %s", run.State, stored.State)
	case run.State.Ended():
	case err == nil && run.State != model.RunWaiting && run.State != model.RunInterrupted:
		j.breaks("the run is left %s without an error", run.State)
	case err != nil && run.State != model.RunUnknown && run.State != model.RunInterrupted:
		j.breaks("the journal was lost (%v) and the run is said to be %s", err, run.State)
	case err == nil && run.State == model.RunWaiting && run.Question == "":
		j.breaks("the run waits and asks nothing")
	}
}

// judge checks what must hold at the end.
func (j *journey) judge() {
	time.Sleep(time.Minute)
	running := j.u.running()
	j.u.mu.Lock()
	defer j.u.mu.Unlock()
	u := j.u
	if len(u.runs) <= j.x.scene.before {
		if !j.x.scene.refuses {
			j.breaks("no run ever began")
		}
		j.untouched()
		return
	}
	run := &u.runs[len(u.runs)-1]
	j.sameEnd(run)
	for _, s := range run.Steps {
		if s.State == model.StepRunning {
			j.breaks("the run is %s and its step %s runs", run.State, s.Name)
		}
	}
	if u.lease != nil {
		j.breaks("the lease of an ended run was not released")
	}
	j.rightPlace(run, running)
	var agreed uint64
	for i := range u.runs {
		if r := &u.runs[i]; r.GapSlots != nil && j.mayskip(r) {
			agreed += *r.GapSlots
		}
	}
	u.mu.Unlock()
	lost := u.lost()
	u.mu.Lock()
	if lost > agreed && !j.x.scene.skips {
		j.breaks("%d slots are lost, and %d were agreed to", lost, agreed)
	}
	if !slices.ContainsFunc(u.audit, func(a AuditEntry) bool {
		return a.Action == string(run.State) && strings.Contains(a.Detail, run.ID)
	}) {
		j.breaks("the end of the run, %s, is not in the audit trail", run.State)
	}
}

// untouched checks that a run that was refused had no effect.
func (j *journey) untouched() {
	if len(j.u.log) > 0 {
		j.breaks("nothing began, and there were effects: %v", j.u.log)
	}
}

// sameEnd checks how the run ended: where its drivers only died or slept, as it
// ends when all goes well; else so, or in a state that says why.
func (j *journey) sameEnd(run *model.Run) {
	if j.x.ends == "" {
		j.x.ends = run.State
	}
	if run.State == j.x.ends {
		return
	}
	benign := true
	for _, c := range j.picks {
		switch c.kind {
		case crashBefore, crashAfter, crashLate, sleepBefore, sleepAfter, goOnLater:
		default:
			benign = false
		}
	}
	why := run.Note
	for _, s := range run.Steps {
		why += s.Error
	}
	switch {
	case benign && !j.x.scene.varies:
		j.breaks("it ended %s, and ends %s where nobody dies", run.State, j.x.ends)
	case why == "" && run.State != model.RunDone:
		j.breaks("it ended %s and does not say why", run.State)
	}
}

// rightPlace checks where the clients, the active cluster and the subscribers
// are at the end.
func (j *journey) rightPlace(run *model.Run, running []string) {
	u := j.u
	active := u.active
	if active == "" {
		active = u.pipes.Home
	}
	switch run.State {
	case model.RunDone:
		if active != run.To || !slices.Equal(running, []string{run.To}) {
			j.breaks("done, active on %s, and %v run", active, running)
		}
		if subscriberID(u.clusters[run.To]) != run.SubscriberID {
			j.breaks("done, and the subscriber is %q and not %q", subscriberID(u.clusters[run.To]), run.SubscriberID)
		}
	case model.RunAborted:
		works := j.x.scene.works
		if n := len(u.runs); n > j.x.scene.before+1 && u.runs[n-2].State == model.RunDone {
			works = []string{active} // another console had done it
		}
		if active != run.From || !slices.Equal(running, works) {
			j.breaks("aborted, active on %s, and %v run in place of %v", active, running, works)
		}
	case model.RunFailed:
		if run.Note == "" {
			j.breaks("failed, without a note")
		}
		want := run.From
		if j.forward[run.ID] {
			want = run.To
		}
		if active != want {
			j.breaks("failed, active on %s and not on %s", active, want)
		}
	}
}

// digest is a number for the world and its journal, apart from time: two that
// have the same one go on alike.
func (u *universe) digest(more uint64) uint64 {
	h := fnv.New64a()
	put := func(v ...any) { _, _ = fmt.Fprintln(h, v...) }
	put(more, u.active, u.late, u.hooked, u.lease == nil, len(u.runs))
	var newest model.Slot
	for _, name := range []string{"ams", "nyc"} {
		c, cl := u.clusters[name], u.clients[name]
		top := u.newest(c)
		newest = max(newest, top)
		put(c.down, subscriberID(c), cl.running, cl.drainingTo.IsZero(), cl.mute)
		if c.sub != nil {
			put(c.sub.stale)
		}
		if row := u.rows[name]; row != nil && cl.running {
			put(int64(top-row.Slot) / 64)
		} else {
			put(row == nil)
		}
	}
	if run := u.unended(); run != nil {
		put(u.dead[run.Holder.PID], run.State, run.Mode, run.SubscriberID, run.SourceAnswered, run.Question == "")
		for _, slot := range []*model.Slot{run.Cursor, run.ResumeSlot, run.ReportedCursor} {
			if put(slot == nil); slot != nil && run.Cursor != nil {
				put(int64(*slot - *run.Cursor))
			}
		}
		for _, s := range run.Steps {
			put(s.Name, s.State)
		}
		gap, _ := json.Marshal([]any{run.ApprovedGap, run.GapSlots, run.FromSlot, run.Latest})
		put(string(gap), run.Step(model.StepDelete).Detail == "")
		if row := u.rows[run.To]; row != nil && run.ResumeSlot != nil && !u.clients[run.To].running {
			put(int64(row.Slot - *run.ResumeSlot))
		}
	}
	return h.Sum64()
}
