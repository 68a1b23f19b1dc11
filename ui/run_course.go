package ui

import (
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/change"
)

// course is how long a run and its steps usually take, and may take at most.
type course struct {
	usual *model.Usual
	most  map[model.StepName]time.Duration
}

// courseOf is the course of a run that goes on; empty of any other.
func (s scene) courseOf(r *model.Run) course {
	for i := range s.snap.Pipelines {
		if p := &s.snap.Pipelines[i]; p.Run != nil && p.Run.ID == r.ID && p.Name == r.Pipeline {
			return course{p.RunUsual, p.RunMost}
		}
	}
	return course{}
}

// usually is how long a step took in earlier runs.
func (c course) usually(step model.StepName) (time.Duration, bool) {
	if c.usual == nil {
		return 0, false
	}
	d, ok := c.usual.Steps[step]
	return d, ok
}

// expected is how long a step that has not begun takes; "" where that is not
// known.
func (c course) expected(step model.StepName) string {
	if d, ok := c.usually(step); ok {
		return "usually " + precise(d)
	}
	if d, ok := c.most[step]; ok {
		return atMost(step, d)
	}
	return ""
}

// atMost is the bound of a step. That of confirm begins anew with all progress.
func atMost(step model.StepName, d time.Duration) string {
	text := "at most " + model.Length(d)
	if step == model.StepConfirm {
		text += " without progress"
	}
	return text
}

// stands is how a step under way goes against what was expected: overrun is
// marked in words.
func (c course) stands(step model.StepName, took time.Duration) (text string, over bool) {
	var parts []string
	usual, known := c.usually(step)
	if over = known && change.Overdue(took, usual); over {
		parts = append(parts, "LONGER THAN USUAL ("+precise(usual)+")")
	} else if known {
		parts = append(parts, "usually "+precise(usual))
	}
	most, bounded := c.most[step]
	switch {
	case !bounded:
	case step == model.StepConfirm:
		parts = append(parts, atMost(step, most))
	case took > most:
		over = true
		parts = append(parts, "OVER ITS TIME of "+model.Length(most))
	default:
		parts = append(parts, "at most "+model.Length(most)+", "+span(most-took)+" left")
	}
	return strings.Join(parts, "; "), over
}

// totalText is how long the whole run usually takes; "" where nothing tells.
func (c course) totalText(took time.Duration) string {
	switch {
	case c.usual == nil:
		return ""
	case change.Overdue(took, c.usual.Total):
		return "LONGER THAN USUAL (" + precise(c.usual.Total) + " in all)"
	}
	return "usually " + precise(c.usual.Total) + " in all"
}

// waitsFor is what a step under way waits for, in words.
func waitsFor(r *model.Run, step model.StepName) string {
	from, to := clean(r.From), clean(r.To)
	switch step {
	case model.StepLease:
		return "taking the lease, so that nobody else drives it"
	case model.StepPreflight:
		return "looking at both clusters, the clients and the cursor; nothing is touched"
	case model.StepStop:
		if r.Mode == model.Reactive {
			return "waiting for the client at " + from + " to be stopped"
		}
		return "waiting for the client at " + from + " to finish what it has"
	case model.StepVerifyStop:
		return "waiting for proof that the client at " + from + " is stopped"
	case model.StepCursor:
		return "waiting for the cursor of " + from + " to stand still"
	case model.StepPosition:
		return "waiting for " + to + " to say which slots it has"
	case model.StepDelete:
		return "waiting for " + to + " to remove an old subscriber"
	case model.StepCreate:
		return "waiting for " + to + " to make the subscriber"
	case model.StepStart:
		return "waiting for the client at " + to + " to be started"
	case model.StepConfirm:
		return "waiting for the client at " + to + " to reach the live tip and stay there"
	case model.StepActivate:
		return "writing down that " + to + " is the active cluster"
	case model.StepRevert:
		return "going back: waiting to know how the client at " + from + " is"
	case model.StepRestart:
		return "going back: waiting for the client at " + from + " to be started again"
	}
	return "…"
}
