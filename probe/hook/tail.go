package hook

import (
	"bytes"
	"strings"
	"sync"

	"github.com/fumtui/fumtui/model"
)

// MaxOutput bounds, in bytes, what is kept of a command's output: its end,
// where the reason of a failure stands.
const MaxOutput = 64 << 10

// maxLine bounds a line that is read for a cursor, in bytes.
const maxLine = 1 << 10

// tail keeps the end of what is written to it, and the last cursor in it. It
// never fails, so a command never notices that its output is being cut.
type tail struct {
	// After the grace the copying goroutine may still be at work for a moment.
	mu      sync.Mutex
	kept    []byte
	partial []byte
	long    bool // the line under way is longer than maxLine
	cursor  *model.Slot
}

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, p...)
	// Cutting only now and then keeps the copying small.
	if len(t.kept) > 2*MaxOutput {
		t.kept = append(t.kept[:0], t.kept[len(t.kept)-MaxOutput:]...)
	}
	t.split(p)
	return len(p), nil
}

// split reads the lines that end in p.
func (t *tail) split(p []byte) {
	for len(p) > 0 {
		end := bytes.IndexByte(p, '\n')
		part := p
		if end >= 0 {
			part = p[:end]
		}
		if t.long = t.long || len(t.partial)+len(part) > maxLine; !t.long {
			t.partial = append(t.partial, part...)
		}
		if end < 0 {
			return
		}
		t.endLine()
		p = p[end+1:]
	}
}

// endLine ends the line under way.
func (t *tail) endLine() {
	if !t.long {
		if slot, ok := CursorLine(string(t.partial)); ok {
			t.cursor = &slot
		}
	}
	t.partial, t.long = t.partial[:0], false
}

// lastCursor ends the output and gives the last cursor in it. A last line
// without a line end counts.
func (t *tail) lastCursor() *model.Slot {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.partial) > 0 {
		t.endLine()
	}
	return t.cursor
}

// text is what was kept, fit to be shown: line by line, each without control
// characters.
func (t *tail) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var b strings.Builder
	for line := range strings.Lines(string(last(t.kept))) {
		b.WriteString(model.Clean(line, MaxOutput))
		b.WriteByte('\n')
	}
	// Bytes that are no UTF-8 grow when they are replaced.
	return strings.TrimSpace(strings.ToValidUTF8(string(last([]byte(b.String()))), ""))
}

// last gives the end of text that is kept.
func last(text []byte) []byte { return text[max(0, len(text)-MaxOutput):] }
