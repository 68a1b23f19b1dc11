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
//	step fails, planned                  back: aborted   back: aborted       failed, target active
//	step fails, reactive                 back: aborted   failed              failed, target active
//	the source's client runs again       -               back: aborted       waiting (two clients)
//	lease lost, journal not writable     unknown or interrupted, as told to the caller only
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
