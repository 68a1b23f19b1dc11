package health

import (
	"math"
	"time"

	"github.com/fumtui/fumtui/model"
)

// estimateText writes an estimate for a sentence, with its bounds where they
// differ from it.
func estimateText(e model.Estimate) string {
	likely := model.Span(e.Likely)
	text := "about " + likely
	low, high := model.Span(e.Low), model.Span(e.High)
	switch {
	case e.High == 0:
		text += " (" + low + " or more)"
	case low != likely || high != likely:
		text += " (" + low + " to " + high + ")"
	}
	return text + " to go"
}

// toGo is the time until a client that catches up reaches the tip: its lag over
// the difference between what it consumes and what the cluster produces. Low and
// High are what the quartiles of both paces make of it.
func (x pipelineCase) toGo() (e model.Estimate, ok bool) {
	if p := x.p; !p.togoAt.Equal(x.now) {
		p.togo, p.togoOK = x.estimate()
		p.togoAt = x.now
	}
	return x.p.togo, x.p.togoOK
}

// estimate works out [pipelineCase.toGo].
func (x pipelineCase) estimate() (e model.Estimate, ok bool) {
	lag, behind := x.behind()
	if !behind {
		return model.Estimate{}, false
	}
	slowest, usual, fastest, known := x.s.consumed.spread()
	fewest, made, most, measured := x.s.cluster.tips.spread()
	if !known || !measured || usual <= made {
		t, falls := x.shrinking()
		if !falls {
			return model.Estimate{}, false
		}
		return model.Estimate{Likely: after(lag, -t.slope), Low: after(lag, -t.slope) / 2}, true
	}
	e = model.Estimate{Likely: after(lag, usual-made), Low: after(lag, fastest-fewest), High: after(lag, slowest-most)}
	e.Low = min(e.Low, e.Likely)
	if e.High > 0 {
		e.High = max(e.High, e.Likely)
	}
	return e, true
}

// after is how long n things take at a pace a second; 0 where it never ends.
func after(n int64, pace float64) time.Duration {
	if pace <= 0 {
		return 0
	}
	seconds := float64(n) / pace
	if seconds > math.MaxInt32 {
		return 0
	}
	return max(time.Duration(seconds*float64(time.Second)), time.Nanosecond)
}
