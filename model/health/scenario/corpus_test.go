package scenario

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// abridged is how much is played of a long scenario in a short run.
const abridged = time.Hour

// corpusSeeds is with how many seeds each scenario is played.
var corpusSeeds = flag.Uint64("corpus.seeds", 1, "play each scenario with so many seeds, its own first")

const corpusDir = "../testdata/scenarios"

// corpus reads every scenario file.
func corpus(t testing.TB) []*Scenario {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(corpusDir, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios in %s: %v", corpusDir, err)
	}
	list := make([]*Scenario, 0, len(files))
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s, err := Parse(filepath.Base(file), data)
		if err != nil {
			t.Fatalf("%v", err)
		}
		if s.Name+".yaml" != filepath.Base(file) {
			t.Errorf("%s calls itself %s", filepath.Base(file), s.Name)
		}
		list = append(list, s)
	}
	return list
}

// TestCorpus plays every scenario. One alone: -run Corpus/NAME.
func TestCorpus(t *testing.T) {
	for turn := range *corpusSeeds {
		for _, s := range corpus(t) {
			name := s.Name
			if s.Seed += turn; turn > 0 {
				name = fmt.Sprintf("%s/seed=%d", name, s.Seed)
			}
			play(t, name, s)
		}
	}
}

// play plays one scenario, against what its file expects and against the truth.
func play(t *testing.T, name string, s *Scenario) {
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		if s.Long && (testing.Short() || raceEnabled) {
			s.Length = min(s.Length, abridged)
		}
		hold := NewHolding(s)
		for _, f := range Run(s, Watch, tracer(t), hold.Tick) {
			t.Errorf("%s\n(shows: %s)", f.Error(), s.Shows)
		}
		o := hold.End()
		for _, f := range slices.Concat(o.False, o.Missed, o.Late, o.Wrong, o.Flips) {
			t.Errorf("against the truth: %s\n(shows: %s)", f.Error(), s.Shows)
		}
	})
}
