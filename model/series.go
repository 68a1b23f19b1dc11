package model

import "time"

// Measure says what the values of a series are, and in which unit.
type Measure string

// The measures. Those of lag are of a pipeline at a cluster, the others of a
// cluster as a whole.
const (
	MeasureLag      Measure = "lag"       // lag from tip, in offsets
	MeasureLagSlots Measure = "lag_slots" // newest slot minus cursor, in slots
	MeasureBehind   Measure = "behind"    // slots that its newest slot trails that of the foremost cluster
	MeasureRTT      Measure = "rtt"       // round trip of the newest answer, in microseconds
	MeasureErrors   Measure = "errors"    // share of calls that failed over the window, in millionths
)

// Series names one line of values over time.
type Series struct {
	Measure  Measure
	Pipeline string // "" of a cluster as a whole
	Cluster  string
}

// Sample is one value of a series, in the unit of its measure.
type Sample struct {
	Series
	At    time.Time
	Value int64
}

// Bucket is what a series was in a stretch of time that begins at At: its
// lowest, highest and last value. A stretch without a value has no bucket.
type Bucket struct {
	At              time.Time
	Low, High, Last int64
}

// BucketQuery asks for some series from From up to, but without, To, in buckets
// of Every, each of which begins at a multiple of Every since 1970.
type BucketQuery struct {
	Series   []Series
	From, To time.Time
	Every    time.Duration // at least a millisecond
}

// Buckets answers a [BucketQuery].
type Buckets struct {
	Every  time.Duration // longer than asked where the history is kept more coarsely
	Series [][]Bucket    // in the order of the query, each in the order of time
}

// MarkKind says what a mark is of.
type MarkKind string

// The kinds of marks.
const (
	MarkVerdict  MarkKind = "verdict"   // a verdict changed
	MarkRunBegan MarkKind = "run-began" // a run began
	MarkRunEnded MarkKind = "run-ended" // a run ended
)

// Mark is a moment that explains what a chart shows: a verdict changed, or a run
// began or ended.
type Mark struct {
	At       time.Time
	Kind     MarkKind
	Pipeline string // "" of a cluster as a whole
	Cluster  string // of a verdict, the cluster it is on; of a run, its target; "" of a pipeline's verdict
	RunKind  RunKind
	Word     string // the new verdict, or the state of the run
	Before   string // the verdict before; "" where that is not known
}
