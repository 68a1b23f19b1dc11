package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestInitBeforeItAsks: what would be refused at the end is refused at the beginning,
// and nothing is left behind.
func TestInitBeforeItAsks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	a, same := write("a.yaml", "endpoint: http://127.0.0.1:1\nx-token: t\n"), write("same.yaml", "endpoint: http://127.0.0.1:1\n")
	b, empty := write("b.yaml", "endpoint: http://127.0.0.1:2\n"), write("empty.yaml", "")
	init := func(code int, args ...string) string {
		t.Helper()
		r := must(t, code, append([]string{"init", "--yes", "--check=false"}, args...)...)
		return r.stdout + r.stderr
	}
	out := filepath.Join(dir, "deep", "er", "fumtui.yaml")
	for want, got := range map[string]string{
		"lead to the same endpoint":            init(2, "--fume", "ams="+a, "--fume", "nyc="+same, "-o", out),
		"there is a cluster ams already":       init(2, "--fume", "ams="+a, "--fume", "ams="+b, "-o", out),
		"is empty: is this the right file?":    init(2, "--fume", "ams="+empty, "-o", out),
		"name another file with --output":      init(1, "--fume", "ams="+a, "-o", filepath.Join(a, "x", "fumtui.yaml")),
		"b.yaml holds no token, so nyc is":     init(0, "--fume", "ams="+a, "--fume", "nyc="+b, "-o", out),
		"overwrite it with --force, or name a": init(2, "--fume", "ams="+a, "-o", out),
	} {
		if !strings.Contains(strings.Join(strings.Fields(got), " "), want) {
			t.Errorf("it says %s, not %q", got, want)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 5 {
		t.Errorf("there are %v", left)
	}
}
