// Package cursor reads the last fully consumed slot of a pipeline's client from
// where the client keeps it, where that is not fumtui's own database: a metric of
// its own, a file, or what a command prints.
//
// A source that answers and has no slot yet gives nil. What it says is bounded,
// and anything that is not surely a slot is an error: a wrong cursor loses slots.
package cursor

import (
	"context"
	"fmt"

	"github.com/fumtui/fumtui/model"
)

// Source is where a cursor is read. It may be used from any goroutine.
type Source interface {
	// Read asks for the cursor once; nil: there is none yet. Its errors say what
	// was found where, and what mends it.
	Read(ctx context.Context) (*model.Slot, error)
	// String names the source for people.
	String() string
}

// maxShown bounds, in bytes, what is quoted of an odd answer.
const maxShown = 80

// quoted shows a part of what a source said.
func quoted(text string) string { return fmt.Sprintf("%q", model.Clean(text, maxShown)) }
