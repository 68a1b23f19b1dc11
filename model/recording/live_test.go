package recording_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/health"
	"github.com/fumtui/fumtui/model/monitor"
	"github.com/fumtui/fumtui/model/recording"
	"github.com/fumtui/fumtui/store"
)

// published is what a live monitor published of one thing.
type published struct {
	at time.Time
	to string
}

// follow notes every change that a monitor publishes, until it stops.
func follow(m *monitor.Monitor, into map[string][]published) {
	note := func(at time.Time, about, to string) {
		if list := into[about]; len(list) == 0 || list[len(list)-1].to != to {
			into[about] = append(list, published{at, to})
		}
	}
	for seen := uint64(1); ; { // generation 1 is before anything was seen
		s, err := m.Next(context.Background(), seen)
		if err != nil {
			return
		}
		seen = s.Generation
		for _, c := range s.Clusters {
			note(s.Time, "cluster "+c.Name, string(c.Verdict))
		}
		for i := range s.Pipelines {
			p := &s.Pipelines[i]
			note(s.Time, "pipeline "+p.Name, string(p.Verdict))
			note(s.Time, "advice "+p.Name, string(p.Advice.Action)+" "+p.Advice.Target)
		}
	}
}

// quick are rules under which the script need not take long.
func quick() health.Rules {
	r := health.DefaultRules()
	r.DownAfter, r.SilentAfter, r.Window, r.DegradedAfter = time.Minute, 30*time.Second, 30*time.Second, 30*time.Second
	r.Block = 5 * time.Minute
	return r
}

// script is what becomes of the world, and how long.
func script(ctx context.Context, w *world, db *store.Store) {
	w.live(time.Minute)
	w.down["ams"] = true // a blip
	w.live(20 * time.Second)
	w.down["ams"] = false
	w.live(90 * time.Second)
	w.clients["tradesams"].up = false // a client is down, the other streams
	w.live(time.Minute)
	w.clients["tradesams"].up = true
	w.live(time.Minute)
	w.down["ams"] = true // an outage
	w.live(100 * time.Second)
	w.move(ctx, db, "run-1", "trades", "nyc")
	w.move(ctx, db, "run-2", "orders", "nyc")
	w.live(90 * time.Second) // they catch up
	w.down["ams"] = false
	w.live(time.Minute)
	w.clients["tradesnyc"].speed = 0.5 // too slow
	w.live(3 * time.Minute)
	w.clients["tradesnyc"].speed = 4
	w.live(90 * time.Second)
	w.clients["ordersnyc"].speed = 0 // up, and silent
	w.live(2 * time.Minute)
	w.clients["ordersnyc"].speed = 4
	w.live(time.Minute)
	w.lost["tradesnyc"] = true
	w.live(20 * time.Second)
	w.lost["tradesnyc"] = false
	w.live(time.Minute)
	w.frozen["nyc"] = w.chain("nyc") // stalled, while ams moves on
	w.live(100 * time.Second)
	delete(w.frozen, "nyc")
	w.live(time.Minute)
}

// TestReplaySaysWhatTheLiveMonitorSaid runs a monitor over a scripted world,
// with its evidence in a real database as its writer thins it out, exports that
// and plays it back under the same rules: every verdict and every advice must
// change in the same order to the same, at the same moment but for a tick and a
// look at the journal.
func TestReplaySaysWhatTheLiveMonitorSaid(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fumtui.db")
	synctest.Test(t, func(t *testing.T) {
		ctx := t.Context()
		db, err := store.Open(ctx, path)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		rules := quick()
		clusters := []model.Cluster{{Name: "ams"}, {Name: "nyc"}}
		w := newWorld(t)
		began := time.Now()
		w.m = monitor.New(monitor.Config{Watch: health.New(rules, clusters, pipelines), Pipelines: pipelines, History: db, Ledger: db})

		running, stop := context.WithCancel(ctx)
		ended, followed := make(chan error, 1), make(chan struct{})
		live := map[string][]published{}
		go func() { ended <- w.m.Run(running) }()
		go func() { follow(w.m, live); close(followed) }()
		time.Sleep(300 * time.Millisecond) // between two ticks
		script(ctx, w, db)
		stop()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		<-followed

		h := recording.Header{
			Made: time.Now(), By: "test", Since: began, Clusters: clusters, Pipelines: pipelines,
			Rules: rules, Interval: 2 * time.Second, Timeout: 5 * time.Second,
		}
		file := export(t, db, h)
		t.Logf("%d minutes in %d lines, %d KiB", int(time.Since(began).Minutes()), bytes.Count(file, []byte("\n")), len(file)>>10)
		again := replayed(t, file, rules)
		for about, want := range live {
			compare(t, about, want, again[about])
		}
		for _, must := range []struct{ about, to string }{
			{"cluster ams", "blip"},
			{"cluster ams", "down"},
			{"cluster nyc", "stalled"},
			{"pipeline trades", "client_down"},
			{"pipeline trades", "cut_off"},
			{"pipeline trades", "moving"},
			{"pipeline trades", "catching_up"},
			{"pipeline trades", "falling_behind"},
			{"pipeline trades", "subscriber_lost"},
			{"pipeline orders", "silent"},
			{"advice trades", "fail_over nyc"},
			{"advice trades", "check_your_side "},
		} {
			if !strings.Contains(fmt.Sprint(live[must.about]), " "+must.to) {
				t.Errorf("the script never makes %s %s: %v", must.about, must.to, live[must.about])
			}
		}

		sooner := rules
		sooner.DownAfter = 36 * time.Second
		fires := func(r health.Rules) time.Time {
			for _, p := range replayed(t, file, r)["advice trades"] {
				if strings.HasPrefix(p.to, "fail_over") {
					return p.at
				}
			}
			return time.Time{}
		}
		before, after := fires(sooner), fires(rules)
		if d := after.Sub(before); before.IsZero() || d < 15*time.Second || d > 30*time.Second {
			t.Errorf("with a down_after of 36s it fires at %s, with 1m at %s", before, after)
		}
	})
}

// export is a recording of a database.
func export(t *testing.T, db *store.Store, h recording.Header) []byte {
	t.Helper()
	runs, err := db.Runs(t.Context(), "", false, 0)
	if err != nil {
		t.Fatal(err)
	}
	active := map[string]string{}
	for _, p := range h.Pipelines {
		if active[p.Name], err = db.Active(t.Context(), p.Name); err != nil {
			t.Fatal(err)
		}
	}
	var file bytes.Buffer
	told := recording.Standing(h.Pipelines, active, runs, h.Since)
	err = recording.Export(t.Context(), &file, h, told, func(ctx context.Context, do func(model.Evidence) error) error {
		return db.EachEvidence(ctx, h.Since, do)
	})
	if err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// replayed is what a recording says under these rules.
func replayed(t *testing.T, file []byte, rules health.Rules) map[string][]published {
	t.Helper()
	r, err := recording.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	p := recording.NewPlayer(r.Header(), rules, nil)
	if err := recording.Replay(t.Context(), r, p); err != nil {
		t.Fatal(err)
	}
	out := map[string][]published{}
	for _, c := range p.End().Changes {
		to := c.To
		if c.Of == recording.OfAdvice {
			to += " " + c.Target
		}
		about := c.Of + " " + c.Subject
		out[about] = append(out[about], published{c.At, to})
	}
	return out
}

// tick is how far apart the judgements of a monitor and of a replay may be: they
// judge once a second, and a monitor reads the journal that often.
const tick = 1100 * time.Millisecond

// settled leaves out what did not last for a tick: whether it is seen at all
// depends on when exactly the ticks fall.
func settled(list []published) []published {
	var out []published
	for i, p := range list {
		if i+1 < len(list) && list[i+1].at.Sub(p.at) < tick {
			continue
		}
		if n := len(out); n == 0 || out[n-1].to != p.to {
			out = append(out, p)
		}
	}
	return out
}

// compare holds what was replayed against what was published.
func compare(t *testing.T, about string, live, replayed []published) {
	t.Helper()
	live, replayed = settled(live), settled(replayed)
	for i := range min(len(live), len(replayed)) {
		if d := replayed[i].at.Sub(live[i].at); live[i].to != replayed[i].to || d > tick || d < -tick {
			t.Errorf("%s, change %d: live %s at %s, replayed %s at %s", about, i,
				live[i].to, live[i].at.Format(time.TimeOnly), replayed[i].to, replayed[i].at.Format("15:04:05.000"))
			break
		}
	}
	if len(live) != len(replayed) {
		t.Errorf("%s: %d changes live, %d replayed:\n%v\n%v", about, len(live), len(replayed), brief(live), brief(replayed))
	}
}

func brief(list []published) string {
	var b strings.Builder
	for _, p := range list {
		fmt.Fprintf(&b, "%s %s; ", p.at.Format(time.TimeOnly), p.to)
	}
	return b.String()
}
