package failover

import (
	"strings"
	"testing"

	"github.com/fumtui/fumtui/model"
)

// The trail says which process left a run, which took it up, and from whom.
func TestTrailSaysWhoDrove(t *testing.T) {
	flock(t, 1, func(t *testing.T, f *fleet) {
		run := leaveAtOnce(t, f.engine(), "p0")
		d, err := f.engine().Resume(t.Context(), run.ID, "")
		if err != nil {
			t.Fatal(err)
		}
		if run, err = d.Run(t.Context()); err != nil || run.State != model.RunDone {
			t.Fatalf("%v, %s", err, story(run))
		}
		said := map[string]string{}
		for _, a := range f.of("p0").audit {
			said[a.Action] = a.Detail
		}
		for action, want := range map[string]string{
			"begin":  "cutover from ams to nyc",
			"leave":  "(process 1) drives it no longer",
			"resume": "(process 2) drives it on, after ops@bastion (process 1)",
		} {
			if !strings.Contains(said[action], want) || strings.HasSuffix(said[action], ":") {
				t.Errorf("%s: %q, want %q", action, said[action], want)
			}
		}
	})
}
