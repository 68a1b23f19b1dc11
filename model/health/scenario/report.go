package scenario

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/fumtui/fumtui/model"
)

// Report sums up a campaign.
type Report struct {
	Seed    uint64
	Runs    int
	Hours   float64
	Matrix  map[Label]map[model.Action]int
	Outages int
	Delays  []Delay
	False   int
	Missed  int
	Late    int
	Wrong   int
	Flips   int
	Blips   map[Label]int // advice to wait where nothing is wrong, and no probe was lost
	Failed  []*Outcome    // by seed
	Faults  map[string]int
}

// Campaign plays n random scenarios, of the seeds from seed on, before judges
// on several goroutines.
func Campaign(seed uint64, n, workers int, judge NewJudge) *Report {
	r := &Report{Seed: seed, Matrix: map[Label]map[model.Action]int{}, Faults: map[string]int{}, Blips: map[Label]int{}}
	var mu sync.Mutex
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				o := Hold(Draw(seed+uint64(i)), judge)
				mu.Lock()
				r.add(o)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	slices.SortFunc(r.Failed, func(a, b *Outcome) int { return int(int64(a.Scenario.Seed) - int64(b.Scenario.Seed)) })
	return r
}

// add takes an outcome in.
func (r *Report) add(o *Outcome) {
	r.Runs++
	r.Hours += o.Hours
	r.Outages += o.Outages
	r.Delays = append(r.Delays, o.Delays...)
	r.False += len(o.False)
	r.Missed += len(o.Missed)
	r.Late += len(o.Late)
	r.Wrong += len(o.Wrong)
	r.Flips += len(o.Flips)
	if len(o.Blips) > 0 {
		r.Blips[LabelNothing] += len(o.Blips)
	}
	for label, row := range o.Matrix {
		if r.Matrix[label] == nil {
			r.Matrix[label] = map[model.Action]int{}
		}
		for action, n := range row {
			r.Matrix[label][action] += n
		}
	}
	for i := range o.Scenario.Events {
		r.Faults[o.Scenario.Events[i].kind()]++
	}
	if o.Bad() {
		r.Failed = append(r.Failed, o)
	}
}

// kind names what an event is.
func (e *Event) kind() string {
	switch {
	case e.Fail != nil && e.Times > 1:
		return "flapping"
	case e.Fail != nil:
		return "fail " + string(e.Fail.Class)
	case e.Slow != nil:
		return "slow"
	case e.Ingest != nil:
		return "stall or crawl"
	case e.Withhold != nil:
		return "no data"
	case e.Window != nil:
		return "window"
	case e.Subscriber != nil:
		return "subscriber " + string(e.Subscriber.Is)
	case e.Chain != nil && e.Chain.Skip > 0:
		return "skipped slots"
	case e.Chain != nil:
		return "chain"
	case e.Console != nil:
		return "console " + e.Console.Is
	case e.Client != nil:
		return "client " + e.Client.Is
	}
	return "run"
}

// columns are the actions of the report, short enough to fit side by side.
var columns = []struct {
	action model.Action
	head   string
}{
	{model.ActionNone, "none"},
	{model.ActionWait, "wait"},
	{model.ActionFailOver, "FAIL OVER"},
	{model.ActionCannotFailOver, "cannot"},
	{model.ActionCheckConsole, "console"},
	{model.ActionFixConfiguration, "config"},
	{model.ActionChainHalted, "chain"},
	{model.ActionRecreateSubscriber, "recreate"},
	{model.ActionCheckYourSide, "your side"},
	{model.ActionAskSupport, "support"},
	{model.ActionFailBack, "fail back"},
	{model.ActionDataLossSoon, "data loss"},
}

// String is the report as it is published.
func (r *Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Random scenarios: %s, seeds %d to %d, %s simulated hours\n\n",
		model.Count(int64(r.Runs)), r.Seed, r.Seed+uint64(max(r.Runs-1, 0)), model.Count(int64(r.Hours)))
	b.WriteString("What was true (rows) against the advice at the end of it (columns),\nfor each stretch of time that one thing explains:\n\n")
	fmt.Fprintf(&b, "%-28s", "")
	for _, c := range columns {
		fmt.Fprintf(&b, "%10s", c.head)
	}
	fmt.Fprintf(&b, "%12s\n", "false blip")
	for _, label := range Labels() {
		fmt.Fprintf(&b, "%-28s", label)
		for _, c := range columns {
			fmt.Fprintf(&b, "%10s", cellOf(r.Matrix[label][c.action]))
		}
		fmt.Fprintf(&b, "%12s\n", cellOf(r.Blips[label]))
	}
	b.WriteString("\nThe advice is judged at each tick of a stretch, from the time on that its rule\nneeds; a false blip is advice to wait where nothing is wrong and no three calls\nin a row were lost.\n")
	fmt.Fprintf(&b, "\nFalse \"fail over\":  %d\nMissed outages:     %d of %s\nLate:               %d\nOther wrong advice: %d\nFlipping advice:    %d\n",
		r.False, r.Missed, model.Count(int64(r.Outages)), r.Late, r.Wrong, r.Flips)
	b.WriteString(r.delays())
	b.WriteString(r.faults())
	return b.String()
}

// cellOf is a count in the matrix.
func cellOf(n int) string {
	if n == 0 {
		return "."
	}
	return model.Count(int64(n))
}

// faults lists what was injected, and how often.
func (r *Report) faults() string {
	list := make([]string, 0, len(r.Faults))
	for _, kind := range slices.Sorted(maps.Keys(r.Faults)) {
		list = append(list, fmt.Sprintf("%s %s", kind, model.Count(int64(r.Faults[kind]))))
	}
	var b strings.Builder
	b.WriteString("\nInjected: ")
	width := 0
	for i, text := range list {
		if i < len(list)-1 {
			text += ", "
		}
		if width += len(text); width > 110 {
			b.WriteString("\n  ")
			width = len(text)
		}
		b.WriteString(text)
	}
	b.WriteString("\n")
	return b.String()
}

// delays is the distribution of the delays.
func (r *Report) delays() string {
	if len(r.Delays) == 0 {
		return ""
	}
	var beyond, since, ratio []float64
	for _, d := range r.Delays {
		beyond, ratio = append(beyond, d.Beyond.Seconds()), append(ratio, d.Ratio)
		if d.Since != never {
			since = append(since, d.Since.Seconds())
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n%-44s%10s%10s%10s\n", "Delay of \"fail over\"", "median", "99 %", "longest")
	for _, row := range []struct {
		name, format string
		of           []float64
	}{
		{"seconds beyond the rule's floor", "%10.2f", beyond},
		{"seconds from the fault on, less down_after", "%10.2f", since},
		{"ratio to the earliest possible moment", "%10.3f", ratio},
	} {
		slices.Sort(row.of)
		fmt.Fprintf(&b, "%-44s", row.name)
		for _, share := range []float64{0.5, 0.99, 1} {
			if len(row.of) > 0 {
				fmt.Fprintf(&b, row.format, row.of[int(share*float64(len(row.of)-1))])
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// Problems lists what went wrong, a line each, with the seed that shows it.
func (r *Report) Problems(most int) string {
	var b strings.Builder
	n := 0
	for _, o := range r.Failed {
		for _, f := range slices.Concat(o.False, o.Missed, o.Late, o.Wrong, o.Flips) {
			if n++; n > most {
				fmt.Fprintf(&b, "... of %d scenarios\n", len(r.Failed))
				return b.String()
			}
			fmt.Fprintf(&b, "seed %d: %s\n", o.Scenario.Seed-1, f.Error())
		}
	}
	return b.String()
}
