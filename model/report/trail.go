package report

import (
	"fmt"
	"strings"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// maxEntries bounds how much of an audit trail is shown: of a run that asks and
// is resumed for ever, its beginning and its end.
const maxEntries = 200

// entries are those of the audit trail that keep is for, and how many of them
// were left out in the middle.
func entries(f *Facts, keep func(*failover.AuditEntry) bool) (kept []failover.AuditEntry, out int) {
	for i := range f.Audit {
		if keep(&f.Audit[i]) {
			kept = append(kept, f.Audit[i])
		}
	}
	if out = len(kept) - maxEntries; out <= 0 {
		return kept, 0
	}
	return append(kept[:maxEntries/2:maxEntries/2], kept[len(kept)-maxEntries/2:]...), out
}

const hookAction = "hook " // the entries of hooks begin with it

func ofHook(e *failover.AuditEntry) bool { return strings.HasPrefix(e.Action, hookAction) }

// trail is the audit trail without what hooks said.
func trail(f *Facts) *Table {
	t := &Table{Columns: []string{"time (UTC)", "who", "what", "detail"}}
	kept, out := entries(f, func(e *failover.AuditEntry) bool { return !ofHook(e) })
	for i, e := range kept {
		if out > 0 && i == maxEntries/2 {
			t.Rows = append(t.Rows, []string{"…", "", "", "left out here: " + model.Count(out)})
		}
		t.Rows = append(t.Rows, []string{clock(e.At), e.Actor, e.Action, detail(f, e.Detail)})
	}
	return t
}

// hooks are the ends of what hooks said.
func hooks(f *Facts) []Block {
	var blocks []Block
	kept, _ := entries(f, ofHook)
	for _, e := range kept {
		head, said, _ := strings.Cut(detail(f, e.Detail), "\n")
		blocks = append(blocks, Block{
			Title: fmt.Sprintf("%s, %s, %s", clock(e.At), e.Action, strings.TrimSuffix(head, ":")),
			Text:  said,
		})
	}
	return blocks
}

// detail is the detail of an entry without the name of the run, which all have.
func detail(f *Facts, text string) string {
	return strings.TrimPrefix(text, fmt.Sprintf("run %s of pipeline %s: ", f.Run.ID, f.Run.Pipeline))
}
