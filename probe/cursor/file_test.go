package cursor

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fumtui/fumtui/model"
)

func TestFile(t *testing.T) {
	for text, want := range map[string]string{
		"391204417\n":                      "391204417",
		"391204417\r\nrest\n":              "391204417",
		"  7 \n":                           "7",
		"cursor=7\n":                       "7",
		"0\n":                              "0",
		"9223372036854775807\n":            "9223372036854775807",
		"9223372036854775808\n":            "a whole number",
		"7\n" + strings.Repeat("x", 1<<20): "7",
		"":                                 "is empty",
		"3912":                             "no end",
		"\n7\n":                            "a whole number",
		"-7\n":                             "a whole number",
		"7.0\n":                            "a whole number",
		"0x7\n":                            "a whole number",
		"7 8\n":                            "a whole number",
		"\x1b[31m\n":                       `is "[31m"`,
		"\x007\n":                          "a whole number",
		strings.Repeat("0", 1<<20):         "longer than 256 bytes",
		strings.Repeat("0", 300) + "7\n":   "longer than 256 bytes",
	} {
		path := filepath.Join(t.TempDir(), "slot")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		slot, err := File(path).Read(t.Context())
		slotIs(t, want, slot, err)
		if err != nil && !strings.Contains(err.Error(), path) {
			t.Errorf("the file is not named: %v", err)
		}
	}
}

func TestFileThatIsNotThere(t *testing.T) {
	dir := t.TempDir()
	slot, err := File(filepath.Join(dir, "slot")).Read(t.Context())
	slotIs(t, "nil", slot, err)
	slot, err = File(filepath.Join(dir, "no", "slot")).Read(t.Context())
	slotIs(t, "folder cannot be found", slot, err)
	slot, err = File(dir).Read(t.Context())
	slotIs(t, "not a regular file", slot, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := File(dir).Read(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func FuzzFile(f *testing.F) {
	f.Add([]byte("391204417\n"))
	f.Add([]byte("cursor=1\r\n"))
	f.Add([]byte("9999999999999999999\n"))
	f.Fuzz(func(t *testing.T, start []byte) {
		slot, err := parseFile(start)
		if (slot == nil) == (err == nil) {
			t.Fatalf("%v, %v", slot, err)
		}
		if slot != nil && *slot >= 1<<63 {
			t.Fatal(*slot)
		}
		if err != nil && model.Clean(err.Error(), 1<<20) != err.Error() {
			t.Fatalf("not fit for a terminal: %q", err)
		}
	})
}
