package scenario

import (
	"fmt"
	"time"

	"github.com/fumtui/fumtui/model"
)

// mostChanges is how often an advice may change within a stretch of one truth.
const mostChanges = 3

// stretch follows a stretch of one truth. It is judged at each tick, from the
// time on that a rule needs to see that it has begun.
func (o *Outcome) stretch(truth *Truth, t *Tick, p *Pipeline, j *judging, a *model.Advice) {
	label := truth.Label(t.World, p)
	if label != j.label {
		o.close(p.Name, t.At, j)
		j.label, j.from, j.blamed, j.changes, j.blipped = label, t.At, false, 0, false
		j.advice = a.Action
	}
	settled := label == LabelNothing || t.At > j.from+o.slack
	if settled && a.Action != j.advice {
		j.changes++
	}
	j.advice, j.text = a.Action, a.Text
	if label == "" {
		return
	}
	if settled && !label.Right(a.Action) && !j.blamed {
		j.blamed = true
		o.Wrong = append(o.Wrong, Failure{t.At, p.Name, fmt.Sprintf("%s, yet advice %s: %s", label, a.Action, a.Text)})
	}
	o.blip(truth, t, p, j)
}

// blip counts advice to wait where nothing is wrong: each time it comes, unless
// three calls in a row really were lost shortly before.
func (o *Outcome) blip(truth *Truth, t *Tick, p *Pipeline, j *judging) {
	wait := j.label == LabelNothing && j.advice == model.ActionWait
	if wait && !j.blipped {
		b := t.World.book.clusters[t.World.byName[t.World.active[p.Name]]]
		if b.lostAt == 0 || t.At-b.lostAt > truth.calm {
			o.Blips = append(o.Blips, Failure{t.At, p.Name, "false blip: " + j.text})
		}
	}
	j.blipped = wait
}

// close ends a stretch.
func (o *Outcome) close(name string, at time.Duration, j *judging) {
	if j.label == "" || at-j.from < 5*time.Second {
		return
	}
	if o.Matrix[j.label] == nil {
		o.Matrix[j.label] = map[model.Action]int{}
	}
	o.Matrix[j.label][j.advice]++
	if j.changes > mostChanges && j.label != LabelNothing {
		o.Flips = append(o.Flips, Failure{at, name, fmt.Sprintf("%s, and the advice changed %d times in %s", j.label, j.changes, at-j.from)})
	}
}
