//go:build unix

package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fumeFolder gives a home the files of the fume command for a simulator.
func fumeFolder(t *testing.T, home string, sim *simulator) {
	t.Helper()
	if err := os.CopyFS(filepath.Join(home, ".fumarole"), os.DirFS(filepath.Join(sim.dir, "fume"))); err != nil {
		t.Fatal(err)
	}
}

// tokenOf is the token of a simulator.
func tokenOf(t *testing.T, sim *simulator) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(sim.dir, "fume", "ams.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	_, token, ok := strings.Cut(string(text), "x-token: \"")
	if !ok {
		t.Fatalf("no token in %s", text)
	}
	return token[:strings.IndexByte(token, '"')]
}

// TestInitWithoutAsking writes a configuration by flags, on which the doctor runs.
func TestInitWithoutAsking(t *testing.T) {
	sim := startSim(t, "--speed", "20", "--pipelines", "2")
	home := nowhere(t)
	none := fumtui(t, "init", "--yes")
	if none.code != 2 || !strings.Contains(none.stderr, "--fume") {
		t.Errorf("exit code %d:\n%s", none.code, none.stderr)
	}
	fumeFolder(t, home, sim)
	for flag, args := range map[string][]string{
		"--fume":                      {},
		"--pipeline NAME":             {"--fume", "ams=~/.fumarole/ams.yaml"},
		"--home trades=":              {"--fume", "ams=~/.fumarole/ams.yaml", "--fume", "nyc=~/.fumarole/nyc.yaml", "--pipeline", "trades=trades-prod"},
		"--hooks trades.ams=":         {"--fume", "ams=~/.fumarole/ams.yaml", "--pipeline", "trades=trades-prod"},
		"--metrics trades.ams=":       {"--fume", "ams=~/.fumarole/ams.yaml", "--pipeline", "trades=trades-prod", "--hooks", "manual"},
		"there is no trades.fra":      {"--fume", "ams=~/.fumarole/ams.yaml", "--pipeline", "trades", "--hooks", "trades.fra=manual"},
		"lead to the same endpoint":   {"--fume", "ams=~/.fumarole/ams.yaml", "--fume", "nyc=~/.fumarole/ams.yaml"},
		"does not exist":              {"--fume", "ams=/no/such.yaml"},
		"is not a cluster":            {"--fume", "ams=~/.fumarole/ams.yaml", "--pipeline", "trades", "--home", "fra"},
		"--hooks trades.ams: \"no\"":  {"--fume", "ams=~/.fumarole/ams.yaml", "--pipeline", "trades", "--hooks", "no"},
		"no address of a metrics pag": {"--fume", "ams=~/.fumarole/ams.yaml", "--pipeline", "trades", "--hooks", "manual", "--metrics", "trades.ams=x"},
	} {
		if got := fumtui(t, append([]string{"init", "--check=false"}, args...)...); got.code != 2 || !strings.Contains(got.stderr, flag) {
			t.Errorf("%v: exit code %d, want %q:\n%s", args, got.code, flag, got.stderr)
		}
	}
	got := must(t, 0, "init", "--yes", "--pipeline", "trades=trades-prod", "--hooks", "trades.ams=ssh:eu:trades").stdout
	path := filepath.Join(home, ".config", "fumtui", "fumtui.yaml")
	for _, want := range []string{"ams: answers, 2 persistent subscribers", "wrote " + path, "ok       cluster nyc", "fumtui doctor"} {
		if !strings.Contains(got, want) {
			t.Errorf("it does not say %q:\n%s", want, got)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil || strings.Contains(string(text), tokenOf(t, sim)) || !strings.Contains(string(text), "fume_config: ~/.fumarole/ams.yaml") {
		t.Errorf("%v:\n%s", err, text)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if doctor := fumtui(t, "doctor"); doctor.code != 1 || !strings.Contains(doctor.stdout, "subscriber trades-prod at ams: present") {
		t.Errorf("exit code %d:\n%s%s", doctor.code, doctor.stdout, doctor.stderr)
	}
	if again := fumtui(t, "init", "--yes"); again.code != 2 || !strings.Contains(again.stderr, "--force") {
		t.Errorf("exit code %d:\n%s", again.code, again.stderr)
	}
	must(t, 0, "init", "--yes", "--force", "--check=false")
}

// TestInitByQuestions goes from the first screen to a console on what the answers
// give.
func TestInitByQuestions(t *testing.T) {
	sim := startSim(t, "--speed", "20", "--pipelines", "2")
	home := nowhere(t)
	fumeFolder(t, home, sim)
	x := openTerminal(t, 100, 40)
	x.Await("i write a configuration")
	x.Press("i")
	x.Await("[~/.fumarole/ams.yaml ~/.fumarole/nyc.yaml] >")
	x.Press("/no/such.yaml" + enter)
	x.Await("does not exist")
	answers := []struct{ asked, answer string }{
		{"nyc.yaml] >", ""},
		{"[ams] >", "am s"},
		{"cannot be the name", ""},
		{"[nyc] >", "ams"},
		{"there is a cluster ams already", "nyc"},
		{"[all] >", "nobody"},
		{"no cluster has a subscriber nobody", "trades=trades-prod"},
		{"Where is trades at home", "mars"},
		{"is not a cluster", ""},
		{"stopped and started at ams?", "by magic"},
		{"is not understood", "manual"},
		{"its metrics at ams?", "x"},
		{"is no address", ""},
		{"stopped and started at nyc?", ""},
		{"its metrics at nyc?", ""},
		{"Open the console now?", ""},
	}
	for _, a := range answers {
		x.Await(a.asked)
		x.Press(a.answer + enter)
	}
	x.Await("✓ healthy", "trades")
	x.Press("q")
	x.Ends(0)
	if text, err := os.ReadFile(filepath.Join(home, ".config", "fumtui", "fumtui.yaml")); err != nil || !strings.Contains(string(text), "home: ams") {
		t.Errorf("%v:\n%s", err, text)
	}
}

// TestInitIsLeft leaves it in the middle: nothing is written.
func TestInitIsLeft(t *testing.T) {
	home := nowhere(t)
	for how, code := range map[string]int{"\x03": 1, "\x04": 1} {
		x := openTerminal(t, 80, 24, "init", "--check=false")
		x.Await("lead to none that can be read.\n>")
		x.Press(how)
		x.Await("nothing was written")
		x.Ends(code)
	}
	if _, err := os.Stat(filepath.Join(home, ".config")); err == nil {
		t.Error("something was written")
	}
}
