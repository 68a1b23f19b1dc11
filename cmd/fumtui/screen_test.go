package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/config"
	"github.com/fumtui/fumtui/model/failover"
)

func TestReadOnlyOperatorRefuses(t *testing.T) {
	c := newConsole(&config.Config{})
	watchingLong(c)
	onlyLooking(c)
	o := newOperator(t.Context(), c)
	_, planErr := o.Plan(t.Context(), model.Request{})
	_, executeErr := o.Execute(t.Context(), model.Plan{})
	_, emptyErr := o.PlanEvacuation(t.Context(), failover.Evacuation{})
	for what, err := range map[string]error{
		"plan": planErr, "execute": executeErr, "plan an evacuation": emptyErr,
		"evacuate": o.Evacuate(t.Context(), failover.EvacuationPlan{}, failover.EvacuationObserver{}, func() {}),
		"resume":   o.Resume(t.Context(), model.Run{}, ""), "abort": o.Abort(t.Context(), model.Run{}),
		"home": o.SetHome(t.Context(), "p", "ams"),
	} {
		if !errors.Is(err, errReadOnly) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if len(c.looks()) != 0 || c.watching {
		t.Error("it does more than to look")
	}
}

func TestSettingsTextHidesSecrets(t *testing.T) {
	cfg := &config.Config{
		Path: "/x/fumtui.yaml",
		Clusters: []config.Cluster{{
			Cluster: model.Cluster{Name: "ams", Region: "eu", Endpoint: "https://user:hidden1@ams.example:443/?key=hidden2"},
			Token:   "hidden3", Metadata: map[string]model.Secret{"x-key": "hidden4"}, CAFile: "/x/ca.pem",
		}, {Cluster: model.Cluster{Name: "nyc", Endpoint: "http://bad host%"}}},
		Pipelines: []config.Pipeline{{
			Pipeline: model.Pipeline{Name: "trades", Subscriber: "trades-prod", Home: "ams"},
			Clients: map[string]config.Client{"ams": {
				Metrics: "http://host/metrics?token=hidden5", Hooks: map[failover.Hook][]string{failover.HookStart: {"ssh", "--password", "hidden6"}},
			}, "nyc": {}},
		}},
	}
	got := settingsText(cfg, "/x/fumtui.db")
	if strings.Contains(got, "hidden") {
		t.Errorf("a secret is told:\n%s", got)
	}
	for _, want := range []string{
		"file /x/fumtui.yaml", "database /x/fumtui.db", "region eu", "token ***", "no token", "metadata x-key ***", "CA file /x/ca.pem",
		"trades  subscriber trades-prod, home ams", "start hook ssh, 2 arguments", "at nyc: no metrics", "\nprobe\n", "interval",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the text lacks %q:\n%s", want, got)
		}
	}
}

func TestKeepScreen(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "screens")
	at := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	first, err := keepScreen(t.Context(), dir, at, "text\n", []byte("<svg/>"))
	second, again := keepScreen(t.Context(), dir, at, "other\n", []byte("<svg/>"))
	if err != nil || again != nil || filepath.Base(first[0]) != "screen-20260102-120000.txt" || filepath.Base(second[1]) != "screen-20260102-120000-2.svg" {
		t.Fatalf("%v %v, %v %v", first, err, second, again)
	}
	for path, want := range map[string]string{first[0]: "text\n", second[0]: "other\n", first[1]: "<svg/>"} {
		got, err := os.ReadFile(path)
		info, statErr := os.Stat(path)
		if err != nil || statErr != nil || string(got) != want {
			t.Fatalf("%s: %q, %v, %v", path, got, err, statErr)
		}
		if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o", path, info.Mode().Perm())
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := keepScreen(ended, dir, at, "", nil); err == nil {
		t.Error("it did not end with its context")
	}
}

// deafTerminal is a terminal that takes nothing until it is let go.
type deafTerminal chan struct{}

func (s deafTerminal) Write(p []byte) (int, error) {
	<-s
	return len(p), nil
}

// Leaving the screen on a terminal that stalls does not stop the runs of an
// evacuation that are still to begin.
func TestLeavingAStalledTerminal(t *testing.T) {
	out := make(deafTerminal)
	o := newOperator(t.Context(), &console{followers: map[string]*follower{}})
	defer o.acting("the evacuation of ams goes on")()
	o.wg.Add(1)
	finished := make(chan error)
	go func() { o.finish(out); finished <- o.takeEndings().tell(out) }()
	owned := make(chan struct{})
	go func() {
		defer close(owned)
		o.own(t.Context(), "the next run")
	}()
	select {
	case <-owned:
	case <-time.After(time.Minute):
		t.Error("it waits for the terminal")
	}
	o.wg.Done()
	close(out)
	if err := <-finished; err != nil {
		t.Error(err)
	}
}

// What was confirmed goes on where the screen is left, which says so, and its failure
// is how the process ends. What the screen told is not told again.
func TestActsOutliveTheScreen(t *testing.T) {
	moved := errors.New("the plan moved on")
	for name, c := range map[string]struct {
		err  error
		seen bool // it ends while the screen is there
		code int
	}{
		"fails": {moved, false, exitRefused}, "goes well": {nil, false, exitDone}, "fails on the screen": {moved, true, exitDone},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := newOperator(t.Context(), &console{followers: map[string]*follower{}})
				screen, leave := context.WithCancel(t.Context())
				defer leave()
				begun, goesOn := make(chan struct{}), make(chan struct{})
				answer := make(chan error, 1)
				go func() {
					answer <- o.act(screen, deed{
						what: "the cutover of trades is being begun", about: "trades",
						do:      func() error { close(begun); <-goesOn; return c.err },
						outcome: func(err error) error { return &exitError{code: exitRefused, err: err} },
					})
				}()
				<-begun
				if c.seen {
					close(goesOn)
				} else {
					leave()
				}
				if err := <-answer; !c.seen && !errors.Is(err, context.Canceled) || c.seen && !errors.Is(err, c.err) {
					t.Errorf("the screen was told %v", err)
				}
				leave()
				var out strings.Builder
				ended := make(chan error, 1)
				go func() { o.finish(&out); ended <- o.takeEndings().tell(&out) }()
				synctest.Wait()
				if !c.seen {
					close(goesOn)
				}
				err := <-ended
				if exitOf(err) != c.code || c.code != exitDone && !errors.Is(err, moved) {
					t.Errorf("it ends with %v", err)
				}
				if said := strings.Contains(out.String(), "the cutover of trades is being begun; interrupt to leave that\n"); said == c.seen {
					t.Errorf("it said %q", out.String())
				}
			})
		})
	}
}

// How all ended that no screen told is told: the gravest by the exit code, the rest
// in lines.
func TestHowTheRestEnded(t *testing.T) {
	left := &exitError{code: exitUnknown, err: errors.New("run 2 was left: go on with: fumtui resume 2")}
	all := endings{
		"1": {nil, "trades: done"}, "2": {left, "accounts: left"}, "3": {&exitError{code: exitQuestion}, "ledger: asks: how many?"},
		"4": {&exitError{code: exitAborted}, "alerts: aborted"}, "5": {outcome: &exitError{code: exitRefused, err: errors.New("held")}},
		"the screen": {outcome: errors.New("no terminal")},
	}
	var out strings.Builder
	if err := all.tell(&out); !errors.Is(err, left) {
		t.Error(err)
	}
	if want := "trades: done\nledger: asks: how many?\nalerts: aborted\nheld\nno terminal\n"; out.String() != want {
		t.Errorf("%q", out.String())
	}
	delete(all, "2")
	delete(all, "the screen")
	out.Reset()
	if err := all.tell(&out); exitOf(err) != exitQuestion || !strings.Contains(out.String(), "ledger: asks") {
		t.Errorf("a question is not told: %v; %q", err, out.String())
	}
}

// The commands that go on with an evacuation move no more than was meant.
func TestGoingOnWithAnEvacuation(t *testing.T) {
	o := newOperator(t.Context(), &console{cfg: &config.Config{Path: "x.yaml"}})
	results := []failover.EvacuationResult{{Pipeline: "done", Begun: true, Run: model.Run{State: model.RunDone}}}
	if err := o.notEvacuated(&failover.EvacuationPlan{}, results); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"trades", "accounts", "ledger", "alerts"} {
		results = append(results, failover.EvacuationResult{Pipeline: name, Err: &failover.NotBegunError{}})
	}
	all := failover.EvacuationPlan{Evacuation: failover.Evacuation{From: "ams", To: "nyc"}}
	some := all
	some.Only = []string{"done", "trades", "accounts", "ledger", "alerts"}
	some.Mode = model.Planned
	for plan, want := range map[*failover.EvacuationPlan]string{
		&all:  "go on with: fumtui evacuate ams --to nyc --confirm nyc",
		&some: "go on with: fumtui cutover trades --to nyc --confirm nyc --mode planned",
	} {
		err := o.notEvacuated(plan, results)
		if exitOf(err) != exitUnknown || !strings.Contains(err.Error(), "4 runs were not begun; the first, trades: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%v", err)
		}
		if plan == &some && (strings.Contains(err.Error(), "fumtui evacuate") || !strings.HasSuffix(err.Error(), "; and likewise for alerts")) {
			t.Errorf("it moves more than was meant: %v", err)
		}
	}
}
