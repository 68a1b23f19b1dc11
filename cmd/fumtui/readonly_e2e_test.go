package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestReadOnlyConfiguration: no command acts with it, and each says why.
func TestReadOnlyConfiguration(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "fumtui.yaml")
	text := `console: {read_only: true, keys: {freeze: p, page-down: [ctrl+d, f8]}}
clusters: {ams: {endpoint: "http://127.0.0.1:1"}, nyc: {endpoint: "http://127.0.0.1:2"}}
store: fumtui.db
pipelines: {trades: {home: ams, clients: {ams: {hooks: manual}, nyc: {hooks: manual}}}}
`
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(strings.Replace(text, "read_only: true", "read_only: false", 1))
	must(t, 0, "cursor", "set", "trades", "ams", "5", "--config", path) // makes the database
	write(text)
	for _, args := range []string{
		"cutover trades --to nyc --confirm nyc", "failback trades --confirm ams", "recreate trades --confirm ams",
		"evacuate ams --to nyc --confirm nyc", "home trades ams", "resume r --confirm nyc", "abort r", "cursor set trades ams 7",
	} {
		r := must(t, 3, append(strings.Fields(args), "--config", path)...)
		if !strings.Contains(r.stderr, "fumtui.yaml is for looking only (console.read_only in line 1)") {
			t.Errorf("%s: %s", args, r.stderr)
		}
	}
	must(t, 0, "cursor", "get", "trades", "ams", "--config", path)
	write(strings.Replace(text, "freeze: p", "freeze: c", 1))
	r := must(t, 2, "status", "--config", path)
	if want := "fumtui.yaml:1:43: c is the key of cutover on "; !strings.Contains(r.stderr, want) {
		t.Errorf("it says %s, want %s", r.stderr, want)
	}
}
