package model

import (
	"strings"
	"testing"
)

func TestValidName(t *testing.T) {
	for name, want := range map[string]bool{
		"a": true, "7": true, "ams": true, "Trades-2.eu_west": true, strings.Repeat("x", 64): true,
		"": false, strings.Repeat("x", 65): false,
		"-to": false, ".hidden": false, "_x": false, "..": false, // taken for a flag, or for a place
		"a b": false, " a": false, "a\n": false, "a/b": false, "a:b": false, "$a": false, "a\x1b[2J": false, "zürich": false, "a\xff": false,
	} {
		if got := ValidName(name); got != want {
			t.Errorf("ValidName(%q) = %t", name, got)
		}
	}
}
