package model

import (
	"strings"
	"time"
)

// Vantage is from where something was seen. One vantage point can lie, or be
// cut off, while the other sees the truth: they are named apart.
type Vantage string

// The vantage points.
const (
	// VantageConsole is this console: its own calls to a cluster.
	VantageConsole Vantage = "console"
	// VantageClient is a pipeline's client: its metrics, and the cursor that it
	// writes.
	VantageClient Vantage = "client"
)

// String is the vantage point as a person reads it.
func (v Vantage) String() string {
	switch v {
	case VantageConsole:
		return "this console"
	case VantageClient:
		return "the client"
	}
	return string(v)
}

// Fact is one thing that was seen: of what, from where, when, and what it says.
// It is what a verdict or an advice rests on.
type Fact struct {
	ID       string       // E1 to E7, by the kind of evidence; "" for what sums up several
	Kind     EvidenceKind // "" for what sums up several
	Vantage  Vantage
	Cluster  string
	Pipeline string    // "" for a cluster as a whole
	At       time.Time // of the newest evidence behind it; zero: there is none yet
	Old      bool      // too old to count
	Says     string    // one line, without the age
}

// Line is the fact as one line for a person, its age as of now.
func (f Fact) Line(now time.Time) string {
	var b strings.Builder
	if f.Pipeline != "" {
		b.WriteString(f.Pipeline + " at ")
	}
	b.WriteString(f.Cluster)
	if f.Vantage != "" {
		b.WriteString(", seen by " + f.Vantage.String())
	}
	switch age := now.Sub(f.At); {
	case f.At.IsZero():
		b.WriteString(", not yet")
	case f.Old:
		b.WriteString(", too old: " + Span(age) + " ago")
	default:
		b.WriteString(" " + Span(age) + " ago")
	}
	b.WriteString(": " + f.Says)
	return b.String()
}
