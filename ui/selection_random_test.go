package ui

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// sameFeed has nothing new, and says so at once.
type sameFeed struct{}

func (sameFeed) Next(context.Context, uint64) (model.Snapshot, error) { return model.Snapshot{}, nil }

// world is what happens around a console while somebody presses keys.
type world struct {
	r    *rand.Rand
	d    *driver
	past *fakeHistorian
	n    uint64
	new  int
}

// turn is a moment later: pipelines come, go and change places, runs begin and
// end, and things happen.
func (w *world) turn() model.Snapshot {
	w.n++
	s := fakeSnapshot(w.n, 0, 0)
	for _, i := range w.r.Perm(12)[:w.r.IntN(13)] {
		p := fakePipeline(fmt.Sprintf("pipe-%02d", i), i, 0)
		p.LagOffsets = ptr(w.r.Int64N(1000))
		p.Active = []string{"ams", "nyc"}[w.r.IntN(2)]
		p.Seats = append(p.Seats, p.Seats[0])[1:]
		p.Seats[0].Cluster, p.Seats[1].Cluster = "nyc", "ams"
		p.Advice.Action = []model.Action{model.ActionNone, model.ActionWait, model.ActionFailOver, model.ActionAskSupport}[w.r.IntN(4)]
		if w.r.IntN(4) == 0 {
			p.Run = runAt(p.Name, []model.RunState{model.RunWaiting, model.RunInterrupted, model.RunRunning}[w.r.IntN(3)], model.StepCursor, 1, 1)
			p.Run.StartedAt = noon.Add(-time.Duration(w.r.IntN(100)) * time.Second)
			if p.Run.State == model.RunWaiting {
				p.Run.Question = "which?"
			}
		}
		s.Pipelines = append(s.Pipelines, p)
	}
	if w.r.IntN(2) == 0 {
		w.new++
		ended := *fakeRun(true)
		ended.ID, ended.Pipeline = fmt.Sprintf("past-%03d", w.new), fmt.Sprintf("pipe-%02d", w.r.IntN(12))
		w.past.runs = append([]model.Run{ended}, w.past.runs...)
		w.past.stored = append(w.past.stored, model.Event{ID: fmt.Sprintf("event-%03d", w.new), At: noon.Add(-time.Duration(w.r.IntN(50)) * time.Second), Kind: model.EventVerdict, Cluster: "ams", Before: "healthy", Word: "blip"})
	}
	return s
}

// at is what is selected on the page: what it is, and what is there to be
// selected.
func (d *driver) at() (id string, all []string) {
	m := d.m
	switch m.page {
	case pageRuns:
		for _, r := range m.unended() {
			all = append(all, r.ID)
		}
		return m.runs.at, all
	case pageHistory:
		for _, r := range m.history.shown() {
			all = append(all, r.ID)
		}
		return m.history.at, all
	case pageEvents:
		for _, e := range m.events.list() {
			all = append(all, e.ID)
		}
		return m.events.at, all
	default:
		for i := range m.snap.Pipelines {
			all = append(all, m.snap.Pipelines[i].Name)
		}
		return m.selected, all
	}
}

var (
	shownRow   = regexp.MustCompile(`(?m)^›[ *]?(pipe-\d+)`)
	shownTitle = regexp.MustCompile(`cutover of (pipe-\d+)|recreate of (pipe-\d+)|failback of (pipe-\d+)|Choices for (pipe-\d+)|(pipe-\d+) · subscriber|home for (pipe-\d+)`)
)

// subject is the pipeline that the screen shows what is done to; "" for none.
func (d *driver) subject() string {
	re := shownTitle
	if d.m.page == pageOverview {
		re = shownRow
	}
	for _, name := range re.FindStringSubmatch(d.screen()) {
		if strings.HasPrefix(name, "pipe-") && !strings.Contains(name, " ") {
			return name
		}
	}
	return ""
}

// deeds are what was asked of the engine, with the pipeline of each.
func (d *driver) deeds() []string {
	var out []string
	for _, p := range d.operator.planned {
		out = append(out, "plan "+p.Pipeline)
	}
	for _, p := range d.operator.executed {
		out = append(out, "execute "+p.Request.Pipeline)
	}
	return append(out, d.operator.done...)
}

// TestSelectionFollowsIdentity: whatever comes, goes and changes places, what is
// selected stays what it was, and what is done is done to what the screen showed.
func TestSelectionFollowsIdentity(t *testing.T) {
	keys := []string{
		"j", "k", "down", "up", "end", "g", "o", "t", "n", "v", "enter", "esc", "c", "b", "H", "u", "U", "e", "tab", "enter", "j", "j",
		"=nyc", "=ams", "=7", "/", "space", "pgdown", "esc", "c", "c", "u", "esc", "c", "ctrl+o",
	}
	acted := 0
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(31, seed)) //nolint:gosec // a test
		d := emptyDriver(t, 120, 40)
		w := &world{r: r, d: d, past: withPast(d)}
		d.m.opts.Feed = sameFeed{}
		d.arrive(w.turn())
		for range 160 {
			if r.IntN(3) == 0 {
				was, _ := d.at()
				on, before := d.m.page, len(d.deeds())
				d.arrive(w.turn())
				now, all := d.at()
				if d.m.page == on && was != now && slices.Contains(all, was) && !slices.Contains([]page{pagePlan, pageRun}, on) {
					t.Fatalf("seed %d, %s: %q was selected, and is there; now it is %q", seed, on, was, now)
				}
				if len(d.deeds()) != before {
					t.Fatalf("seed %d: what came did something: %q", seed, d.deeds()[before:])
				}
				continue
			}
			k := keys[r.IntN(len(keys))]
			if c := d.m.asked(); c != nil && r.IntN(2) == 0 {
				d.keys("ctrl+u", "="+clean(c.want))
				k = "enter"
			}
			shown, before := d.subject(), d.deeds()
			d.keys(k)
			d.screen()
			for _, deed := range added(before, d.deeds()) {
				acted++
				if shown == "" || !strings.Contains(deed, shown) {
					t.Fatalf("seed %d: %s did %q, where the screen showed %q", seed, k, deed, shown)
				}
			}
		}
	}
	if acted < 50 {
		t.Errorf("only %d things were done", acted)
	}
}

// added are the deeds that are new.
func added(before, after []string) []string {
	var out []string
	for _, deed := range after {
		if at := slices.Index(before, deed); at >= 0 {
			before = slices.Delete(slices.Clone(before), at, at+1)
		} else {
			out = append(out, deed)
		}
	}
	return out
}
