//go:build unix

package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/ui"
	"github.com/fumtui/fumtui/ui/terminaltest"
)

// crashEnv has the test binary be a console that panics.
const crashEnv = "FUMTUI_TEST_CRASH"

// planted are the secrets that no report may hold.
var planted = []string{"planted-token-1", "planted-header-2", "planted-query-3", `planted"quoted\4`}

const crashing = `store: x.db
probe: {interval: 200ms}
clusters:
  ams: {endpoint: "http://127.0.0.1:1", token: {value: planted-token-1}, metadata: {x-key: planted-header-2}}
  nyc: {endpoint: "http://127.0.0.1:2", token: {value: 'planted"quoted\4'}}
pipelines:
  trades: {home: ams, cursor: {source: exec, command: [sh]}, clients: {ams: {hooks: manual, metrics: "http://127.0.0.1:3/m?key=planted-query-3"}, nyc: {hooks: manual}}}
`

// blast panics with all secrets.
func blast() { panic("boom with " + strings.Join(planted, " ")) }

// panickyFaults panic in Update and in a command.
type panickyFaults struct{ where string }

func (f panickyFaults) Kinds() []ui.FaultKind {
	if f.where == "update" {
		blast()
	}
	return []ui.FaultKind{{Name: "down"}}
}
func (f panickyFaults) Fault(context.Context, string, string) error { blast(); return nil }
func (f panickyFaults) Heal(context.Context, string) error          { return nil }

// panickyCursor panics in a loop that looks, once a file is there.
type panickyCursor struct{ file string }

func (p panickyCursor) Read(context.Context) (*model.Slot, error) {
	if _, err := os.Stat(p.file); err == nil {
		blast()
	}
	return nil, nil
}
func (p panickyCursor) String() string { return "a cursor" }

// TestCrashingConsole is that console.
func TestCrashingConsole(t *testing.T) {
	where, path := os.Getenv(crashEnv), os.Getenv(configEnv)
	if where == "" {
		t.Skip("only as a helper")
	}
	last := &farewell{}
	ctx := last.into(context.Background())
	c, err := openConsole(ctx, path, watchingLong)
	if err != nil {
		t.Fatal(err)
	}
	c.cursors[seat{"trades", "ams"}] = panickyCursor{path + ".now"}
	if where == "run" {
		goOnBy(ctx, "fumtui resume r1 --confirm nyc")
	}
	err = c.screen(ctx, os.Stderr, panickyFaults{where}, shown{plain: os.Getenv("TERM") == "dumb", face: face{mouse: word{given: "true"}}})
	os.Exit(exitOf(err))
}

// TestCrashInLines panics in the core of the console in lines, beside it, and in
// what looks: that ends in the same way.
func TestCrashInLines(t *testing.T) {
	for where, line := range map[string]string{"update": "fault\r", "command": "fault ams down\r", "loop": ""} {
		t.Run(where, func(t *testing.T) {
			home := t.TempDir()
			path := filepath.Join(home, "fumtui.yaml")
			if err := os.WriteFile(path, []byte(crashing), 0o600); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(os.Args[0], "-test.run=^TestCrashingConsole$")
			cmd.Env = terminaltest.Environment("NO_COLOR=1", crashEnv+"="+where, configEnv+"="+path, "HOME="+home, "XDG_STATE_HOME="+home, "TERM=dumb")
			x := terminaltest.Start(t, cmd, 100, 30)
			x.Await("Watching 2 clusters")
			if line != "" {
				x.Press(line)
			} else if err := os.WriteFile(path+".now", nil, 0o600); err != nil {
				t.Fatal(err)
			}
			x.Await("fumtui: fumtui panicked: boom", "fumtui runs")
			x.Ends(exitFailed)
			reports, _ := filepath.Glob(filepath.Join(home, "fumtui", "crashes", "crash-*.txt"))
			if len(reports) != 1 {
				t.Fatalf("%v\n%s", reports, x.Output())
			}
			text, err := os.ReadFile(reports[0])
			if err != nil || !strings.Contains(string(text), "fumtui.blast(") || !strings.Contains(string(text), "Watching 2 clusters") {
				t.Errorf("%v: the report lacks something:\n%s", err, text)
			}
			for _, secret := range planted {
				if strings.Contains(string(text)+x.Output(), secret) {
					t.Errorf("a secret is told: %s", secret)
				}
			}
		})
	}
}

// TestCrash panics in each place where something may: the terminal is in order, and
// a report without secrets is named.
func TestCrash(t *testing.T) {
	for where, want := range map[string]int{"update": exitFailed, "command": exitFailed, "loop": exitFailed, "run": exitUnknown} {
		t.Run(where, func(t *testing.T) {
			home := t.TempDir()
			path := filepath.Join(home, "fumtui.yaml")
			if err := os.WriteFile(path, []byte(crashing), 0o600); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(os.Args[0], "-test.run=^TestCrashingConsole$")
			cmd.Env = terminaltest.Environment("NO_COLOR=1", crashEnv+"="+where, configEnv+"="+path, "HOME="+home, "XDG_STATE_HOME="+home)
			x := terminaltest.Start(t, cmd, 100, 30)
			x.Await("PIPELINE", "trades")
			switch where {
			case "update", "command":
				x.Press("!")
				x.Await("break or heal a cluster")
				x.Press("\r")
				if where == "command" {
					x.Await("break: down")
					x.Press("j\r")
				}
			default:
				if err := os.WriteFile(path+".now", nil, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			x.Await("fumtui: fumtui panicked: boom", "fumtui runs")
			x.Ends(want)
			if where == "run" && !strings.Contains(x.Output(), "fumtui resume r1 --confirm nyc") {
				t.Errorf("it does not say how to go on:\n%s", x.Screen())
			}
			reports, err := filepath.Glob(filepath.Join(home, "fumtui", "crashes", "crash-*.txt"))
			if err != nil || len(reports) != 1 {
				t.Fatalf("%v, %v", reports, err)
			}
			text, err := os.ReadFile(reports[0])
			info, statErr := os.Stat(reports[0])
			if err != nil || statErr != nil || info.Mode().Perm() != 0o600 {
				t.Fatalf("%v, %v, %v", err, statErr, info)
			}
			for _, part := range []string{"panic: boom", "fumtui.blast(", "== the last screen", "nyc", "== the last events", "== the configuration in force", "token ***", "goroutine 1 "} {
				if !strings.Contains(string(text), part) {
					t.Errorf("the report lacks %q:\n%s", part, text)
				}
			}
			for _, secret := range planted {
				if strings.Contains(string(text)+x.Output(), secret) {
					t.Errorf("a secret is told: %s", secret)
				}
			}
		})
	}
}
