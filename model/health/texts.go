package health

import (
	"strconv"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
)

// textRoom is how much room texts take at once.
const textRoom = 64 << 10

// texts writes the many short texts of a tick side by side, so that each of them
// is no piece of memory of its own. The zero value is ready to use.
type texts struct {
	room strings.Builder
	from int
}

// begin starts a text.
func (t *texts) begin() {
	if t.room.Cap()-t.room.Len() < 1<<10 {
		t.room = strings.Builder{}
		t.room.Grow(textRoom)
	}
	t.from = t.room.Len()
}

// text is what was written since it was begun.
func (t *texts) text() string { return t.room.String()[t.from:] }

// add writes on.
func (t *texts) add(parts ...string) {
	for _, part := range parts {
		t.room.WriteString(part)
	}
}

// number writes a number as a person may copy it.
func (t *texts) number(n uint64) {
	var room [20]byte
	t.room.Write(strconv.AppendUint(room[:0], n, 10))
}

// span writes a duration.
func (t *texts) span(d time.Duration) { t.room.WriteString(model.Span(d)) }
