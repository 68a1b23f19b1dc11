//go:build unix

package main_test

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/probe/sim"
)

var soakFor = flag.Duration("soak.for", 40*time.Second, "for how long the soak goes on before all is healed and settled")

// soakSpeed is that of the soak's chain. At this one the clusters keep a slot for
// six minutes, so that a slow machine has no pipeline fall behind what they keep.
const soakSpeed = 20

// TestSoak sets an operator to work on every pipeline, and a manager who empties
// whole clusters, while the clusters fail in every way that the simulator knows.
// They move pipelines, leave in the middle, are killed, fight each other, abort,
// and answer what they are asked, but never agree to lose a slot. When all is
// healed every pipeline can be moved, no slot is missing, and no two clients of
// a pipeline ever ran at once.
func TestSoak(t *testing.T) {
	t.Parallel()
	span := *soakFor
	if testing.Short() {
		span = min(span, 10*time.Second)
	}
	simulated := startSim(t, "--speed", fmt.Sprint(soakSpeed), "--pipelines", "3", "--seed", "21")
	s := &soak{t: t, sim: simulated, until: time.Now().Add(span), began: time.Now(), done: map[string]int{}, codes: map[string]int{}}
	var all sync.WaitGroup
	var operators []*operator
	for i, pipeline := range []string{"trades", "accounts", "entries"} {
		o := &operator{soak: s, journal: openJournal(t, simulated), pipeline: pipeline, random: s.chance(uint64(i))}
		operators = append(operators, o)
		all.Go(o.work)
	}
	all.Go(s.weather)
	all.Go(s.manager)
	all.Wait()
	simulated.heal("all")
	for _, o := range operators {
		all.Go(o.settle)
	}
	all.Wait()
	t.Log(s.report(operators[0].journal))
	simulated.audit()
	if t.Failed() {
		t.Log(strings.Join(s.log, "\n"))
	}
}

// soak is what all who take part share.
type soak struct {
	t            testing.TB
	sim          *simulator
	began, until time.Time

	mu    sync.Mutex
	done  map[string]int // operations by kind
	codes map[string]int // of the commands that act, by what became of them
	log   []string
}

// chance is a source of choices that are the same in every soak of a seed.
func (s *soak) chance(stream uint64) *rand.Rand {
	return rand.New(rand.NewPCG(*trialSeed, 100+stream)) //nolint:gosec // it is to be repeatable
}

// over reports whether the time is up.
func (s *soak) over() bool { return s.t.Failed() || time.Now().After(s.until) }

// note counts an operation, and logs it for a soak that fails.
func (s *soak) note(kind, format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done[kind]++
	s.log = append(s.log, fmt.Sprintf("%8s %-9s %s", time.Since(s.began).Round(time.Millisecond), kind, fmt.Sprintf(format, args...)))
}

// weather breaks and heals the clusters.
func (s *soak) weather() {
	random := s.chance(99)
	for !s.over() {
		at, kind := pick(random, clusters), pick(random, sim.Kinds())
		s.note("fault", "%s %s", at, kind)
		s.sim.fault(at, kind)
		time.Sleep(within(random, 3*time.Second)) // it lasts
		s.note("heal", "%s", at)
		s.sim.heal(at)
		time.Sleep(within(random, 2*time.Second)) // and so does the calm
	}
}

// manager now and then empties a whole cluster, and looks whether harm was done.
func (s *soak) manager() {
	random := s.chance(98)
	for !s.over() {
		from := pick(random, clusters)
		to := clusters[1-slices.Index(clusters, from)]
		s.act(random, "evacuate", "evacuate", from, "--to", to, "--confirm", to)
		s.note("audit", "")
		s.sim.audit()
		time.Sleep(within(random, 5*time.Second))
	}
}

// clusters are those of the simulator.
var clusters = []string{"ams", "nyc"}

func pick[T any](random *rand.Rand, from []T) T { return from[random.IntN(len(from))] }

// attention is for about how long a person waits for a command.
const attention = 8 * time.Second

// act has a person use a command that acts, who may be killed meanwhile, or have
// a rival who does the same, and who leaves what takes too long.
func (s *soak) act(random *rand.Rand, kind string, args ...string) {
	s.t.Helper()
	rivals := []*process{launch(s.t, s.sim.with(args...)...)}
	leave := attention/4 + within(random, attention)
	switch chance := random.IntN(6); {
	case time.Now().After(s.until):
		leave = patience // all is to be settled now
	case chance == 0:
		kind += ", two at once"
		rivals = append(rivals, launch(s.t, s.sim.with(args...)...))
	case chance < 3:
		kind += ", killed"
		time.Sleep(within(random, 3*time.Second))
		rivals[0].kill()
	}
	for _, p := range rivals {
		leaves := time.AfterFunc(leave, func() { p.signal(syscall.SIGTERM) })
		code := p.wait()
		leaves.Stop()
		lines := strings.Split(strings.TrimSpace(p.out.String()), "\n")
		s.note(kind, "%s: %d: %s", strings.Join(args, " "), code, lines[len(lines)-1])
		s.mu.Lock()
		s.codes[outcomes[code]]++
		s.mu.Unlock()
		if outcomes[code] == "" || strings.Contains(p.out.String(), "goroutine ") {
			s.t.Errorf("fumtui %s: exit code %d\n%s", p.name, code, p.out.String())
		}
	}
}

// outcomes are what a command may come to in a soak, by exit code.
var outcomes = map[int]string{
	-1: "killed", 0: "done", 1: "failed", 3: "refused", 4: "question", 5: "driven by another", 6: "aborted", 7: "interrupted",
}

// operator works on one pipeline.
type operator struct {
	*soak
	journal  *journal
	pipeline string
	random   *rand.Rand
}

// work works until the time is up.
func (o *operator) work() {
	for !o.over() {
		run := o.journal.newest(o.pipeline)
		switch {
		case run.ID == "" || run.State.Ended():
			o.move()
		case run.CanAbort() && o.random.IntN(5) == 0:
			o.act(o.random, "abort", "abort", run.ID)
		default:
			o.takeUp(&run)
		}
	}
}

// move moves the pipeline to where it is not, or makes its subscriber again.
func (o *operator) move() {
	to := o.elsewhere()
	switch o.random.IntN(10) {
	case 0:
		at := clusters[1-slices.Index(clusters, to)]
		o.act(o.random, "recreate", "recreate", o.pipeline, "--confirm", at)
	case 1, 2, 3:
		if to == "ams" {
			o.act(o.random, "failback", "failback", o.pipeline, "--confirm", to, "--force")
			return
		}
		fallthrough
	default:
		args := []string{"cutover", o.pipeline, "--to", to, "--confirm", to}
		if to == "ams" {
			args = append(args, "--force")
		}
		if mode := pick(o.random, []model.Mode{"", "", model.Planned, model.Reactive, model.Hybrid}); mode != "" {
			args = append(args, "--mode", string(mode))
		}
		o.act(o.random, "cutover", args...)
	}
}

// elsewhere is the cluster that the pipeline is not on.
func (o *operator) elsewhere() string {
	o.t.Helper()
	active, err := o.journal.store.Active(o.t.Context(), o.pipeline)
	if err != nil {
		o.t.Fatal(err)
	}
	if active == "nyc" {
		return "ams"
	}
	return "nyc"
}

// takeUp goes on with a run that somebody left, as a careful person does.
func (o *operator) takeUp(run *model.Run) {
	o.t.Helper()
	resume := []string{"resume", run.ID, "--confirm", run.Toward()}
	ask := func(question string) bool { return strings.HasPrefix(run.Question, question) }
	with := func(answer string) []string { return slices.Concat(resume, []string{"--answer", answer}) }
	switch {
	case run.State != model.RunWaiting:
		o.act(o.random, "resume", resume...)
	case ask("a gap of") || ask("no cursor"):
		o.act(o.random, "abort", "abort", run.ID)
	case ask("it is not certain"):
		o.sim.hook("start", o.pipeline, run.From)
		o.act(o.random, "answer", with("yes")...)
	case run.CurrentStep() == model.StepCursor:
		o.act(o.random, "answer", with(fmt.Sprint(o.lower(run)))...)
	default: // no proof that the source is stopped, or a proof against it
		o.sim.hook("stop", o.pipeline, run.From)
		o.act(o.random, "answer", with("yes")...)
	}
}

// lower is the lower of the two slots that a run asks to choose from.
func (o *operator) lower(run *model.Run) model.Slot {
	o.t.Helper()
	cursor, err := o.journal.store.Cursor(o.t.Context(), o.pipeline, run.From)
	if err != nil || cursor == nil || run.ReportedCursor == nil {
		o.t.Fatalf("no two slots to choose from: %v, %v\n%s", cursor, err, o.journal.tell(o.pipeline))
	}
	return min(cursor.Slot, *run.ReportedCursor)
}

// settle brings whatever is under way to its end, and then shows that the
// pipeline can be moved as if nothing had been.
func (o *operator) settle() {
	for deadline := time.Now().Add(2 * patience); !o.t.Failed(); {
		run := o.journal.newest(o.pipeline)
		switch to := o.elsewhere(); {
		case strings.HasPrefix(run.Question, "a gap of"):
			o.t.Errorf("pipeline %s fell behind what the clusters keep\n%s", o.pipeline, o.journal.tell(o.pipeline))
		case run.ID != "" && !run.State.Ended():
			o.takeUp(&run)
		case fumtui(o.t, o.sim.with("cutover", o.pipeline, "--to", to, "--confirm", to, "--force")...).code == 0:
			o.note("settle", "%s", o.pipeline)
			o.journal.endedWell(o.pipeline, to)
			return
		}
		if time.Now().After(deadline) {
			o.t.Errorf("pipeline %s could not be settled in %s\n%s", o.pipeline, 2*patience, o.journal.tell(o.pipeline))
		}
	}
}

// report tells what was done and what the runs came to.
func (s *soak) report(j *journal) string {
	s.t.Helper()
	runs, err := j.store.Runs(s.t.Context(), "", false, 0)
	if err != nil {
		s.t.Fatal(err)
	}
	states, took := map[string]int{}, time.Since(s.began)
	for _, run := range runs {
		states[string(run.State)]++
	}
	return fmt.Sprintf("%d operations in %s, which are %s of the chain, seed %d\n  did:   %s\n  ended: %s\n  %d runs: %s",
		len(s.log), took.Round(time.Second), (soakSpeed * took).Round(time.Minute), *trialSeed,
		counts(s.done), counts(s.codes), len(runs), counts(states))
}

// counts lists counts by name.
func counts(by map[string]int) string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(by)) {
		all = append(all, fmt.Sprintf("%s %d", name, by[name]))
	}
	return strings.Join(all, ", ")
}
