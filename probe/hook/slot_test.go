package hook

import (
	"testing"

	"github.com/fumtui/fumtui/model"
)

func TestCursorLine(t *testing.T) {
	at := func(slot model.Slot) *model.Slot { return &slot }
	for line, want := range map[string]*model.Slot{
		"cursor=391204417":           at(391204417),
		" cursor=2 ":                 at(2),
		"cursor=0":                   at(0),
		"cursor=9223372036854775807": at(1<<63 - 1),
		"cursor=9223372036854775808": nil,
		"cursor=-1":                  nil,
		"cursor=+1":                  nil,
		"cursor=":                    nil,
		"cursor=1x":                  nil,
		"cursor=1.5":                 nil,
		"my cursor=5":                nil,
		"cursor=0x10":                nil,
		"cursor=1_0":                 nil,
		"":                           nil,
	} {
		got, ok := CursorLine(line)
		if ok != (want != nil) || (ok && got != *want) {
			t.Errorf("CursorLine(%q) = %d, %v", line, got, ok)
		}
	}
}
