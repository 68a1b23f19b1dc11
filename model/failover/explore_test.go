package failover

import (
	"cmp"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fumtui/fumtui/model"
)

// The explorer runs the engine through the small world of [universe], again and
// again, each time with other things happening at the points where something can
// happen: each effect and each write of the journal may be had or not, answered
// or not, refused, or had late, its driver may die or be suspended before or
// after it, and a person may then go on at once or later, or abort. A path is
// what was picked at which points; where nothing was picked all goes well. All
// paths of one pick are walked, and those of more picks as far as the bound
// allows, chosen by chance from a fixed seed. After each path the invariants of
// the package are checked, and some at every point of it.
var (
	exploreFaults = flag.Int("explore.faults", 3, "picks on one path of the explorer, at most")
	exploreFor    = flag.Duration("explore.for", 0, "explore each scene for so long, in place of a fixed number of paths")
	exploreSeed   = flag.Uint64("explore.seed", 1, "which paths the explorer takes")
)

// How many paths are walked in each scene, by their picks: all of one pick, and
// of more only so many. The race detector makes a path eight times slower; under
// it all paths of one pick are walked in the scenes that matter most only.
const (
	explorePairs  = 300
	exploreDeeper = 80

	exploreSinglesRace = 25
	explorePairsRace   = 12
	exploreDeeperRace  = 4

	exploreAtLeast = 8       // points that a path has, on average
	exploreKept    = 1 << 18 // paths that wait to be walked, at most
)

// pick is what happens at a point of a path.
type pick struct {
	at   int    // which point it was when it was chosen, counted from 0
	what string // names the point, whatever happens beside it
	kind faultKind
}

// point is where something could have been picked.
type point struct {
	what    string // with a number, where there are several of the kind
	options []faultKind
}

// path is a way through a scenario.
type path []pick

// explored counts what was walked.
type explored struct {
	paths, points, pruned int
	states                map[uint64]bool // journals and worlds, apart from time
	byPicks               map[int]int
}

// explorer walks the paths of one scenario.
type explorer struct {
	scene  *scene
	ends   model.RunState // how the run ends when all goes well, found out by the first path
	mutate func(*journey) // nil: the engine and its world as they are
	done   explored
	met    map[uint64]int // states in which a driver died, and how many picks were left then
	found  []violation
	enough int // violations after which it stops
}

// violation is a broken invariant, and how to get there.
type violation struct {
	path path
	text string
}

func newExplorer(s *scene) *explorer {
	return &explorer{
		scene: s, met: map[uint64]int{}, enough: 3,
		done: explored{states: map[uint64]bool{}, byPicks: map[int]int{}},
	}
}

// walk takes one path and gives the points that it met.
func (x *explorer) walk(t *testing.T, p path) (met []point, pruned bool) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		j := newJourney(t, x, p)
		j.live()
		met, pruned = j.trail, j.pruned
		for _, text := range j.broken {
			x.found = append(x.found, violation{p, text + "\n" + j.tell()})
		}
	})
	x.done.paths++
	x.done.points += len(met)
	x.done.byPicks[len(p)]++
	if pruned {
		x.done.pruned++
	}
	return met, pruned
}

// longer are the paths with one pick more, behind those of p.
func longer(p path, met []point) []path {
	from := 0
	if len(p) > 0 {
		from = p[len(p)-1].at + 1
	}
	var more []path
	for at := from; at < len(met); at++ {
		for _, kind := range met[at].options {
			more = append(more, append(slices.Clone(p), pick{at, met[at].what, kind}))
		}
	}
	return more
}

// explore walks the paths of up to so many picks. bound tells how many of each
// number; below 0 are all.
func (x *explorer) explore(t *testing.T, picks int, bound func(picks int) int, until func() bool) {
	t.Helper()
	level := []path{nil}
	random := rand.New(rand.NewPCG(*exploreSeed, 0))
	for n := 0; n <= picks && len(level) > 0; n++ {
		random.Shuffle(len(level), func(i, j int) { level[i], level[j] = level[j], level[i] })
		if limit := bound(n); limit >= 0 && len(level) > limit {
			level = level[:limit]
		}
		var next []path
		for _, p := range level {
			if until() || len(x.found) >= x.enough {
				return
			}
			met, pruned := x.walk(t, p)
			if !pruned && n < picks && len(next) < exploreKept {
				next = append(next, longer(p, met)...)
			}
		}
		level = next
	}
}

// TestExplore explores every scene.
func TestExplore(t *testing.T) {
	list := scenes()
	done := make([]explored, len(list))
	began := time.Now()
	t.Run("scene", func(t *testing.T) {
		for i := range list {
			t.Run(list[i].name, func(t *testing.T) {
				t.Parallel()
				done[i] = exploreScene(t, &list[i])
			})
		}
	})
	var all explored
	states := 0
	for i, d := range done {
		t.Logf("%-36s %6d paths %v, %7d points, %5d states, %d cut short", list[i].name, d.paths, d.byPicks, d.points, len(d.states), d.pruned)
		all.paths += d.paths
		all.points += d.points
		states += len(d.states)
	}
	t.Logf("explored %d paths, %d points, %d states of %d scenes in %s", all.paths, all.points, states, len(list),
		time.Since(began).Round(time.Millisecond))
}

// exploreScene explores one scene as far as the flags say.
func exploreScene(t *testing.T, s *scene) explored {
	t.Helper()
	x := newExplorer(s)
	began := time.Now()
	x.explore(t, *exploreFaults, s.bound, func() bool { return *exploreFor > 0 && time.Since(began) > *exploreFor })
	slices.SortFunc(x.found, violation.compare)
	for _, v := range x.found {
		t.Errorf("%v: %s", v.path, v.text)
	}
	if !s.refuses && x.done.points/max(x.done.paths, 1) < exploreAtLeast {
		t.Errorf("only %d points on %d paths", x.done.points, x.done.paths)
	}
	return x.done
}

// bound is how many paths of so many picks are walked in a scene; below 0: all.
func (s *scene) bound(picks int) int {
	limits := []int{-1, -1, explorePairs, exploreDeeper}
	if raceDetector {
		limits = []int{-1, exploreSinglesRace, explorePairsRace, exploreDeeperRace}
	}
	if *exploreFor > 0 || (picks == 1 && s.core) {
		return -1
	}
	return limits[min(picks, len(limits)-1)]
}

// String tells a path.
func (p path) String() string {
	text := "["
	for i, c := range p {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("%s at %d (%s)", c.kind, c.at, c.what)
	}
	return text + "]"
}

// String names a fault.
func (k faultKind) String() string {
	names := []string{
		"none", "crash before", "crash after", "lost before", "lost after", "refused", "crash, had late",
		"sleep before", "sleep after", "go on later", "abort", "look lost", "look refused",
	}
	return names[min(int(k), len(names)-1)]
}

// compare orders violations by the length of their paths.
func (v violation) compare(other violation) int { return cmp.Compare(len(v.path), len(other.path)) }
