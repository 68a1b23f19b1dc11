package scenario

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
)

var (
	campaignN     = flag.Int("campaign.n", 0, "how many random scenarios; 0: a few")
	campaignSeed  = flag.Uint64("campaign.seed", 1, "the seed of the first")
	campaignWrite = flag.String("campaign.write", "", "write scenarios that fail into this folder")
	campaignShow  = flag.Int("campaign.show", 40, "how many problems to print")
)

// TestCampaign plays random scenarios whose truth is known. At length:
//
//	go test ./model/health/scenario -run Campaign -campaign.n=10000 -campaign.seed=1 -v
func TestCampaign(t *testing.T) {
	n := *campaignN
	if n == 0 {
		n = 400
		if raceEnabled || testing.Short() {
			n = 100
		}
	}
	r := Campaign(*campaignSeed, n, runtime.GOMAXPROCS(0), Watch)
	t.Logf("\n%s", r)
	if len(r.Failed) == 0 {
		return
	}
	t.Errorf("%d of %d scenarios went wrong:\n%s", len(r.Failed), n, r.Problems(*campaignShow))
	if *campaignWrite == "" {
		return
	}
	for _, o := range r.Failed {
		data, err := Format(o.Keep())
		if err == nil {
			err = os.WriteFile(filepath.Join(*campaignWrite, fmt.Sprintf("drawn-%d.yaml", o.Scenario.Seed-1)), data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestDrawnOne plays one random scenario and logs what changes, for -campaign.seed.
func TestDrawnOne(t *testing.T) {
	if !*traced {
		t.Skip("only with -changes")
	}
	s := Draw(*campaignSeed)
	out, err := Format(s)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("\n%s", out)
	Play(s, Watch, tracer(t))
	o := Hold(s, Watch)
	for _, f := range slices.Concat(o.False, o.Missed, o.Late, o.Wrong, o.Flips, o.Blips) {
		t.Log(f.Error())
	}
}
