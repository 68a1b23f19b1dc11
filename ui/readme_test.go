package ui

import (
	"os"
	"strings"
	"testing"
)

// TestReadmeListsTheKeys keeps the table of keys in the README in step with the
// keymap.
func TestReadmeListsTheKeys(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	for _, b := range newKeymap(true) {
		if b.help != "" {
			table.WriteString("| `" + strings.ReplaceAll(b.Help().Key, " ", "` `") + "` | " + b.help + " |\n")
		}
	}
	if !strings.Contains(string(readme), table.String()) {
		t.Errorf("the README lacks this table of keys:\n%s", table.String())
	}
}
