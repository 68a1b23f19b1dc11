package ui

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/fumtui/fumtui/model"
)

// What a table has for room comes only where there is room.
func TestStatusTextFitsItsWidth(t *testing.T) {
	snap := outage(1, 3)
	for i := range snap.Pipelines {
		p := &snap.Pipelines[i]
		p.ConsumedPerSecond = ptr(123.4)
		p.Retention = &model.Retention{Cluster: "nyc", Left: 108 * time.Minute}
	}
	for _, w := range []int{80, 90, 100, 120, 200} {
		for line := range strings.Lines(StatusText(snap, w, "")) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > w {
				t.Errorf("%d columns of %d: %s", n, w, line)
			}
		}
	}
}
