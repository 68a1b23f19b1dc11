package plain

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/change"
)

const (
	// moment is the time in which changes are one: they are told together, the
	// gravest first, and what was as before at its end is not told.
	moment = time.Second
	// slowly is how often that is told which changes all the time.
	slowly = 15 * time.Second
	// flapping is how many changes of a thing within flapWindow are too many; it is
	// told every flapEvery then, with their number.
	flapping   = 4
	flapWindow = time.Minute
	flapEvery  = 30 * time.Second
	// mostAtOnce is how many lines may be told at once, and one more every oneMore: a
	// voice needs about that. What must wait stays, as it then is.
	mostAtOnce = 16
	oneMore    = time.Second
	// asOne is how many pipelines in which the same changed are told in one line.
	asOne = 3
)

// news decides what is told of what changes, and when.
type news struct {
	items  map[string]*item
	spare  float64 // lines that may be told now
	filled time.Time
}

// item is one thing that is told of.
type item struct {
	told    change.Fact // as it was told; without a State: never
	now     change.Fact
	since   time.Time   // since when it differs from what was told; zero: it does not
	toldAt  time.Time   // zero: never
	changes []time.Time // the newest, at most flapMemory
	flaps   int         // changes since it was told
	rank    int         // its place among what a snapshot says
}

const flapMemory = 32

func newNews() *news { return &news{items: map[string]*item{}, spare: mostAtOnce} }

// known takes facts as told: somebody has said how all stands.
func (n *news) known(facts []change.Fact) {
	for _, f := range facts {
		if it, ok := n.items[f.About]; ok {
			it.told, it.now, it.since, it.flaps = f, f, time.Time{}, 0
			continue
		}
		n.add(&item{told: f, now: f})
	}
}

func (n *news) add(it *item) *item {
	n.items[it.now.About] = it
	return it
}

// note takes what a snapshot says.
func (n *news) note(facts []change.Fact, at time.Time) {
	for rank, f := range facts {
		it, ok := n.items[f.About]
		switch {
		case !ok && (f.Echo || f.Text == "" || (f.Quiet && n.items[f.PartOf] == nil)):
			it = n.add(&item{told: f, now: f})
		case !ok:
			it = n.add(&item{now: f, since: at})
		default:
			it.note(f, at)
		}
		it.rank = rank
	}
	told := map[string]change.Fact{}
	for about, it := range n.items {
		if it.now.Passing {
			told[about] = it.now
		}
	}
	for _, f := range change.Over(told, facts) {
		if it := n.items[f.About]; it.told.State == "" { // it came and went
			delete(n.items, f.About)
		} else {
			f.Passing = false
			it.note(f, at)
		}
	}
}

// note takes how it stands now.
func (it *item) note(f change.Fact, at time.Time) {
	if f.State != it.now.State && !it.now.Slow {
		it.changes = append(it.changes, at)
		if len(it.changes) > flapMemory {
			it.changes = slices.Delete(it.changes, 0, 1)
		}
		it.flaps++
	}
	it.now = f
	switch {
	case f.Text == "" || f.Echo:
		it.told, it.since, it.flaps = f, time.Time{}, 0
	case f.State == it.told.State:
		it.since = time.Time{}
	case it.since.IsZero():
		it.since = at
	}
}

// waits reports whether it must not be told yet.
func (it *item) waits(at time.Time) bool {
	switch {
	case it.toldAt.IsZero():
		return false
	case it.now.Slow && it.told.Slow:
		return at.Sub(it.toldAt) < slowly
	}
	recent := 0
	for _, c := range it.changes {
		if at.Sub(c) < flapWindow {
			recent++
		}
	}
	return recent >= flapping && at.Sub(it.toldAt) < flapEvery
}

// due reports whether there is something to be told of it: it stands otherwise,
// or it did so again and again.
func (it *item) due(at time.Time) bool {
	return (!it.since.IsZero() || it.flaps >= flapping) && !it.waits(at)
}

// line is something to be told.
type line struct {
	text  string
	facts []change.Fact // that it tells
}

// take gives what is to be told now.
func (n *news) take(at time.Time) []line {
	n.fill(at)
	var ready []*item
	late := false
	for _, it := range n.items {
		if it.due(at) {
			ready = append(ready, it)
			late = late || it.since.IsZero() || at.Sub(it.since) >= moment
		}
	}
	if !late || n.spare < 1 {
		return nil
	}
	slices.SortFunc(ready, func(a, b *item) int {
		return cmp.Or(cmp.Compare(gravity(b.now.Alert), gravity(a.now.Alert)), cmp.Compare(a.rank, b.rank), cmp.Compare(a.now.About, b.now.About))
	})
	var out []line
	for _, group := range together(ready) {
		if n.spare < 1 {
			break
		}
		n.spare--
		out = append(out, tell(group, at))
	}
	return out
}

// fill gives back what may be told with time.
func (n *news) fill(at time.Time) {
	if !n.filled.IsZero() {
		n.spare = min(mostAtOnce, n.spare+max(0, at.Sub(n.filled)).Seconds()/oneMore.Seconds())
	}
	n.filled = at
}

// gravity orders alerts: not to know is less than what is known to be wrong.
func gravity(a model.Alert) int {
	return map[model.Alert]int{model.AlertUnknown: 1, model.AlertWarning: 2, model.AlertCritical: 3}[a]
}

// together puts those in one group in which the same changed, where they are many,
// and each of the others in its own.
func together(items []*item) [][]*item {
	key := func(it *item) string {
		if it.now.Many == "" || it.flaps > 1 {
			return ""
		}
		kind, _, _ := strings.Cut(it.now.About, " ")
		return kind + " " + it.now.Many
	}
	count := map[string]int{}
	for _, it := range items {
		count[key(it)]++
	}
	var out [][]*item
	at := map[string]int{}
	for _, it := range items {
		k := key(it)
		if k == "" || count[k] < asOne {
			out = append(out, []*item{it})
			continue
		}
		if i, ok := at[k]; ok {
			out[i] = append(out[i], it)
			continue
		}
		at[k] = len(out)
		out = append(out, []*item{it})
	}
	return out
}

// tell is the line of a group, which is told with it.
func tell(group []*item, at time.Time) line {
	first := group[0]
	l := line{text: first.now.Text}
	if len(group) > 1 {
		names := make([]string, len(group))
		for i, it := range group {
			names[i] = it.now.Of
		}
		l.text = model.Units(len(group), "pipeline") + ", " + first.now.Many + ": " + several(names)
	} else if first.flaps >= flapping && !first.now.Slow {
		l.text += ", after " + model.Count(first.flaps) + " changes in " + model.Span(at.Sub(first.changes[max(0, len(first.changes)-first.flaps)]))
	}
	for _, it := range group {
		l.facts = append(l.facts, it.now)
		it.told, it.since, it.toldAt, it.flaps = it.now, time.Time{}, at, 0
	}
	return l
}
