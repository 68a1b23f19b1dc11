package hook

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
)

// Spec is what a supervisor is to do. It goes to it over its standard input, and
// never as an argument, which everybody on the host could read.
type Spec struct {
	Pipeline string `json:"pipeline"`
	Cluster  string `json:"cluster"`
	Hook     string `json:"hook"` // its name
	Run      string `json:"run"`
	Epoch    int64  `json:"epoch"`

	Args []string `json:"args"`
	// Env is what the hook is told beside the environment of its supervisor; see
	// [Environment].
	Env     map[string]string `json:"env"`
	Timeout time.Duration     `json:"timeout"`
	Grace   time.Duration     `json:"grace"` // 0: [DefaultGrace]

	// The files of the supervisor's own, set by [Supervisor.Run].
	Lock     string `json:"lock"`
	Outcomes string `json:"outcomes"`
}

// Outcome is how a supervised hook ended, as it is kept and as the driver hears
// of it.
type Outcome struct {
	Pipeline string `json:"pipeline"`
	Cluster  string `json:"cluster"`
	Hook     string `json:"hook"`
	Run      string `json:"run"`
	Epoch    int64  `json:"epoch"`

	BeganAt  time.Time   `json:"began_at"`
	EndedAt  time.Time   `json:"ended_at"`
	ExitCode int         `json:"exit_code"` // -1: it did not exit by itself, or did not begin
	Cursor   *model.Slot `json:"cursor"`    // from its last line cursor=SLOT
	Output   string      `json:"output"`    // its end, bounded and clean
	// Error says why the hook could not be run to its end; "" where it was,
	// whatever its exit code. Kind is what sort of error that is.
	Error string `json:"error,omitempty"`
	Kind  string `json:"kind,omitempty"`
}

// outcome begins an outcome.
func (s *Spec) outcome(began time.Time) Outcome {
	return Outcome{
		Pipeline: s.Pipeline, Cluster: s.Cluster, Hook: s.Hook, Run: s.Run, Epoch: s.Epoch,
		BeganAt: began.UTC(), ExitCode: -1,
	}
}

// Environment adds what a hook is told to an environment. What that has of the
// same names is left out: it would be of another run. An empty value only takes
// away.
func Environment(own []string, told map[string]string) []string {
	out := make([]string, 0, len(own)+len(told))
	for _, pair := range own {
		name, _, _ := strings.Cut(pair, "=")
		if _, ours := told[name]; !ours {
			out = append(out, pair)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(told)) {
		if told[name] != "" {
			out = append(out, name+"="+told[name])
		}
	}
	return out
}
