package scenario

import (
	"fmt"
	"slices"
	"time"

	"github.com/fumtui/fumtui/model"
)

// Keep is the scenario of an outcome as one for the corpus: with expectations
// that hold where the judge failed.
func (o *Outcome) Keep() *Scenario {
	s := *o.Scenario
	s.Expect = nil
	for _, f := range o.False {
		s.Expect = append(s.Expect, Expect{
			Pipeline: f.Subject, Advice: Names{string(model.ActionFailOver)},
			Never: &Span{From: max(f.At-5*time.Second, time.Second), To: f.At + 5*time.Second},
		})
	}
	for _, f := range slices.Concat(o.Missed, o.Late) {
		s.Expect = append(s.Expect, Expect{Pipeline: f.Subject, Advice: Names{string(model.ActionFailOver)}, Reached: &Reached{Latest: f.At}})
	}
	for _, f := range slices.Concat(o.False, o.Missed, o.Late, o.Wrong, o.Flips) {
		s.Shows += fmt.Sprintf("; %s", f.Error())
	}
	s.Shows = model.Clean(s.Shows, 400)
	return &s
}
