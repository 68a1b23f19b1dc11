package hook

import (
	"strconv"
	"strings"

	"github.com/fumtui/fumtui/model"
)

// cursorKey begins a line with which a command tells its cursor.
const cursorKey = "cursor="

// CursorLine reads a line "cursor=SLOT".
func CursorLine(line string) (model.Slot, bool) {
	text, ok := strings.CutPrefix(strings.TrimSpace(line), cursorKey)
	if !ok {
		return 0, false
	}
	return Slot(text)
}

// Slot reads a slot as people and programs write it: digits alone, below 2^63,
// which is as far as a database counts.
func Slot(text string) (model.Slot, bool) {
	slot, err := strconv.ParseUint(text, 10, 63)
	return model.Slot(slot), err == nil
}
