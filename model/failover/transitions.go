package failover

import "github.com/fumtui/fumtui/model"

// How a run moves, from what is in its journal. A step is journaled as running
// (its intent) before its effect and as done (its outcome) after it; a resume
// begins at the first step that is not done.
//
//	when at a step                       stop pending    stop begun,         start begun
//	                                     (untouched)     start pending       (only forward)
//	-----------------------------------  --------------  ------------------  ------------------
//	outcome written                      next step       next step           next step, then done
//	needs a person's answer              waiting         waiting             waiting
//	caller leaves (context done)         interrupted     interrupted         interrupted
//	abort asked for (nobody drives it)   back: aborted   back: aborted       refused: too late
//	step fails, planned or hybrid        back: aborted   back: aborted       failed, target active
//	step fails, reactive                 back: aborted   failed              failed, target active
//	drain does not succeed, planned      -               back: aborted       -
//	drain does not succeed, hybrid       -               stop by force       -
//	no proof of the stop, planned        -               back: aborted       -
//	no proof of the stop, any other      -               waiting             -
//	no proof of it any more, resumed     -               waiting             waiting
//	the source's client runs again       -               back: aborted       waiting (two clients)
//	the start hook fails                 -               -                   waiting, or failed by a person's word
//	lease lost, journal not writable     unknown or interrupted, as told to the caller only
//
// A recreate, whose source is its target, goes by the same table, but for the
// time from which its subscriber may be deleted: from the first victim that is
// named in the journal, or from the end of delete where there was none, up to the
// intent of start. The client cannot be put back to work as it was then: without
// its subscriber it would fail, or begin anywhere. So there
//
//	abort asked for                      refused: too late
//	step fails, whatever the mode        failed, the client is stopped and the cursor stands:
//	                                     another recreate, or a cutover, goes on from it
//	the client runs again                waiting: nothing is deleted or created under it,
//	                                     as far as it can be seen
//
// The source's client is watched from the proof of its stop on. A driver that
// resumes a run watched nothing: just before it starts the target's client, or
// makes a subscriber again that may be in use, it has the stop proven once more,
// or a person say so; and before it deletes at the target it sees that no client
// works there. What proves a stop at its first look counts once time enough went
// by to see the client move. A question of two clients, or of one that was seen to
// run again, is passed by a person's word alone; that word is good for the drive
// in which it was given, and only while nothing that is seen speaks against it.
//
// The decision to stop by force is journaled in the detail of stop, before the
// hook, and is not taken back. A run whose driver is gone first waits for the
// hooks and calls that this one may have left under way.
//
// Back means: the decision is journaled as the intent of the step revert, and
// from then on only revert and restart are taken, to aborted, or to failed
// where the source's client cannot be put to work again; where it is not certain
// what that client is at, the run waits for a person's word. Both directions can
// be interrupted and resumed at any point. The journal's own record of a dead
// driver is a run that is running under a lease that nobody renews.

// step is one step of a run.
type step struct {
	name model.StepName
	// before must hold just before the intent is written. It only looks.
	before func(*Drive) error
	// do has the effect and tells the outcome. It must be harmless when its
	// effect was had before, wholly or in part, by a driver that died.
	do func(*Drive) (outcome, error)
}

// forward are the steps of a run, in order; lease is done by Begin.
func forward() []step {
	return []step{
		{name: model.StepPreflight, do: (*Drive).preflight},
		{name: model.StepStop, do: (*Drive).stop},
		{name: model.StepVerifyStop, do: (*Drive).verifyStop},
		{name: model.StepCursor, do: (*Drive).readCursor},
		{name: model.StepPosition, do: (*Drive).position},
		{name: model.StepDelete, do: (*Drive).deleteOld},
		{name: model.StepCreate, do: (*Drive).create},
		{name: model.StepStart, before: (*Drive).beforeStart, do: (*Drive).start},
		{name: model.StepConfirm, do: (*Drive).confirm},
		{name: model.StepActivate, do: (*Drive).activate},
	}
}

// backward are the steps of a run that has decided to go back.
func backward() []step {
	return []step{
		{name: model.StepRevert, do: (*Drive).revert},
		{name: model.StepRestart, do: (*Drive).restart},
	}
}
