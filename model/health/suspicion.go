package health

import (
	"math"
	"time"
)

const (
	// suspicionSamples is how many pauses a suspicion needs before it speaks.
	suspicionSamples = 8
	// suspicionWeight is the weight of the newest pause: the last hundred or so
	// are what is usual.
	suspicionWeight = 0.02
	// suspicionSpread is the least spread of the logarithms of pauses that is
	// believed: pauses as regular as a clock would make a few milliseconds
	// unusual.
	suspicionSpread = 0.25
	// MaxSuspicion bounds a suspicion: beyond it the estimate means nothing.
	MaxSuspicion = 16.0
	// UnusualSilence is the least suspicion that is worth a hint: of the pauses
	// before it, one in a hundred was as long.
	UnusualSilence = 2.0
)

// Suspicion learns the pauses between signs of life and says how unusual a
// silence is, on the scale of the phi accrual failure detector (Hayashibara,
// Défago, Yared, Katayama, SRDS 2004): a suspicion of 1 is a silence that is
// longer than all but 1 in 10 of the pauses, of 2 than all but 1 in 100, and so
// on. Unlike that paper, which takes pauses to be normal, and Cassandra, which
// takes them to be exponential, it takes their logarithms to be normal: pauses
// are positive and skewed to the right, and one long pause among many short ones
// must not make every later silence look usual. It keeps a weighted mean and
// variance, so it takes the same few bytes for ever, and a sample costs the same
// however many came before.
//
// It is a hint only. What decides are rules of time that a person can reason
// about. The zero value is ready to use.
type Suspicion struct {
	n        int
	mean     float64 // of the natural logarithms of pauses in seconds
	variance float64
}

// Learn takes in the pause between two signs of life. One of 0 or less is none.
func (s *Suspicion) Learn(pause time.Duration) {
	if pause <= 0 {
		return
	}
	x := math.Log(pause.Seconds())
	s.n = min(s.n+1, 1<<30)
	weight := max(suspicionWeight, 1/float64(s.n))
	delta := x - s.mean
	s.mean += weight * delta
	s.variance = (1 - weight) * (s.variance + weight*delta*delta)
}

// Phi is how unusual a silence of this length is, from 0 to [MaxSuspicion]; ok
// is false while too few pauses are known.
func (s *Suspicion) Phi(silence time.Duration) (phi float64, ok bool) {
	if s.n < suspicionSamples {
		return 0, false
	}
	if silence <= 0 {
		return 0, true
	}
	z := (math.Log(silence.Seconds()) - s.mean) / max(math.Sqrt(s.variance), suspicionSpread)
	longer := math.Erfc(z/math.Sqrt2) / 2
	if longer <= math.Pow(10, -MaxSuspicion) {
		return MaxSuspicion, true
	}
	return max(-math.Log10(longer), 0), true
}

// usual is the typical pause, 0 while too few are known.
func (s *Suspicion) usual() time.Duration {
	if s.n < suspicionSamples {
		return 0
	}
	return time.Duration(min(math.Exp(s.mean), 1e6) * float64(time.Second))
}
