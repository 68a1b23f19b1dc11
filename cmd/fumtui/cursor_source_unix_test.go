//go:build unix

package main_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the clients of the simulator write there
)

// publishes writes the cursor of a pipeline at both clusters to files, as a
// client of a customer's would, until the test ends.
func (s *simulator) publishes(pipeline string) (files map[string]string) {
	s.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(s.dir, "fumtui.db")+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		s.t.Fatal(err)
	}
	files = map[string]string{}
	for _, cluster := range []string{"ams", "nyc"} {
		files[cluster] = filepath.Join(s.dir, pipeline+"-"+cluster+".slot")
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	s.t.Cleanup(func() { cancel(); <-done; _ = db.Close() })
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			for cluster, path := range files {
				var slot uint64
				if db.QueryRowContext(ctx, `SELECT slot FROM cursor WHERE pipeline = ? AND cluster = ?`, pipeline, cluster).Scan(&slot) != nil {
					continue
				}
				if os.WriteFile(path+".new", fmt.Appendln(nil, slot), 0o600) == nil {
					_ = os.Rename(path+".new", path)
				}
			}
			select {
			case <-ctx.Done():
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	return files
}

// withSources writes a configuration like that of a simulator, but with a
// database of its own and these cursor sources, one for each pipeline in order.
func (s *simulator) withSources(sources ...string) *simulator {
	s.t.Helper()
	text, err := os.ReadFile(s.config)
	if err != nil {
		s.t.Fatal(err)
	}
	config := regexp.MustCompile(`(?m)^store: .*$`).ReplaceAllString(string(text), "store: own.db")
	for _, source := range sources {
		config = strings.Replace(config, "cursor: {source: store}", "cursor: "+source, 1)
	}
	own := *s
	own.config = filepath.Join(s.dir, "own.yaml")
	if err := os.WriteFile(own.config, []byte(config), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return &own
}

// TestCursorSources cuts pipelines over whose cursors are in a metric, a file and
// what a command prints, and finds no slot missing.
func TestCursorSources(t *testing.T) {
	t.Parallel()
	sim := startSim(t, "--speed", "20", "--pipelines", "3")
	names := []string{"trades", "accounts", "entries"}
	file, command := sim.publishes(names[1]), sim.publishes(names[2])
	own := sim.withSources(
		"{source: metrics, metric: app_consumed_slot}",
		fmt.Sprintf("{source: file, path: {ams: %q, nyc: %q}}", file["ams"], file["nyc"]),
		fmt.Sprintf(`{source: exec, command: [sh, -c, 'f=%s/$FUMTUI_PIPELINE-$FUMTUI_CLUSTER.slot; if [ -e "$f" ]; then echo cursor=$(cat "$f"); fi']}`,
			filepath.Dir(command["ams"])),
	)
	for deadline := time.Now().Add(patience); ; time.Sleep(lookEvery) {
		_, of := os.Stat(file["ams"])
		_, by := os.Stat(command["ams"])
		if of == nil && by == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("no cursor came: %v, %v", of, by)
		}
	}
	doctor := fumtui(t, own.with("doctor")...)
	for _, want := range []string{"from the metric app_consumed_slot", "from the file", "from the command sh", "own.db.hooks", "cursor from exec"} {
		if !strings.Contains(strings.Join(strings.Fields(doctor.stdout), " "), want) {
			t.Errorf("the doctor does not say %q:\n%s", want, doctor.stdout)
		}
	}
	for i, name := range names {
		r := fumtui(t, own.with("cutover", name, "--to", "nyc", "--confirm", "nyc", "--mode", "planned")...)
		if i == 0 && r.code == 4 {
			// Once drained its page is gone, and the last value seen on it may be
			// older than what the drain said: a person decides.
			r = own.answer(r)
		}
		if r.code != 0 {
			t.Fatalf("%s: exit code %d\n%s%s", name, r.code, r.stdout, r.stderr)
		}
		if got := must(t, 0, own.with("cursor", "get", name, "ams")...).stdout; len(got) < 2 {
			t.Errorf("the cursor of %s was not recorded: %q", name, got)
		}
	}
	sim.audit()
	for i, p := range own.status().Pipelines {
		if p.Active != "nyc" || p.Cursors["nyc"].Slot == 0 {
			t.Errorf("pipeline %d: %+v", i, p)
		}
	}
	// A cursor that is set by hand stands beside a source that stands still.
	set := must(t, 0, own.with("cursor", "set", names[1], "ams", "5", "--force")...)
	if !strings.Contains(set.stderr, "(file): slot 5 stands until that says something else") {
		t.Errorf("what a set cursor is worth: %s", set.stderr)
	}
	own.status()
	if got := must(t, 0, own.with("cursor", "get", names[1], "ams")...).stdout; got != "5\n" {
		t.Errorf("the set cursor is %q", got)
	}
}

// answer answers a run's question with what its stopped client said.
func (s *simulator) answer(asked result) result {
	s.t.Helper()
	said := regexp.MustCompile(`it consumed up to slot (\d+)`).FindStringSubmatch(asked.stdout + asked.stderr)
	var runs []struct{ ID, State string }
	decode(s.t, must(s.t, 0, s.with("history", "--json")...).stdout, &runs)
	if said == nil || len(runs) != 1 || runs[0].State != "waiting" {
		s.t.Fatalf("%+v\n%s%s", runs, asked.stdout, asked.stderr)
	}
	return fumtui(s.t, s.with("resume", runs[0].ID, "--confirm", "nyc", "--answer", said[1])...)
}
