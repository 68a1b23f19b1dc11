package sim_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fumtui/fumtui/probe/sim"
)

// TestReadmeListsTheFaults keeps the table of faults in the README in step with
// the kinds.
func TestReadmeListsTheFaults(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	for _, k := range sim.AllKinds() {
		text := k.Does
		switch {
		case k.Once:
			text += " (once)"
		case k.PerRPC:
			text += " (--rpc)"
		}
		table.WriteString("| `" + k.Name + "` | " + text + " |\n")
	}
	if !strings.Contains(string(readme), table.String()) {
		t.Errorf("the README lacks this table of faults:\n%s", table.String())
	}
}

func TestKindsAreSaidInALine(t *testing.T) {
	for _, k := range sim.AllKinds() {
		if n := len(k.Does); n == 0 || n > 60 || strings.ContainsAny(k.Does, "\n|") || k.Once && k.PerRPC {
			t.Errorf("kind %+v", k)
		}
	}
}

// faultsOf reads in the state file which faults a cluster has.
func faultsOf(t *testing.T, dir, cluster string) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "sim.json"))
	if err != nil {
		t.Fatal(err)
	}
	var state struct {
		Clusters []struct {
			Name   string   `json:"name"`
			Faults []string `json:"faults"`
		} `json:"clusters"`
	}
	if err := json.Unmarshal(data, &state); err != nil {
		t.Fatal(err)
	}
	for _, c := range state.Clusters {
		if c.Name == cluster {
			return c.Faults
		}
	}
	t.Fatalf("no cluster %s in %s", cluster, data)
	return nil
}

func TestFaultsOfSomeRPCs(t *testing.T) {
	r := start(t, nil)
	ctx := context.Background()
	for _, f := range [][]string{
		{"ams", "hang", "GetChainTip", "GetSlotRange"},
		{"ams", "hang", "GetSlotRange"}, // again
		{"ams", "slow"},
		{"ams", "slow", "Version"}, // it holds for all already
		{"ams", "ignore-stop"},
		{"ams", "dead-slots"}, // happens once: it does not hold
		{"nyc", "errors", "SubscribeData"},
	} {
		if err := sim.Fault(ctx, r.dir, f[0], f[1], f[2:]...); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := faultsOf(t, r.dir, "ams"), []string{"hang (GetChainTip, GetSlotRange)", "slow", "ignore-stop"}; !slices.Equal(got, want) {
		t.Errorf("ams has %q, want %q", got, want)
	}
	if got, want := faultsOf(t, r.dir, "nyc"), []string{"errors (SubscribeData)"}; !slices.Equal(got, want) {
		t.Errorf("nyc has %q, want %q", got, want)
	}
	for what, f := range map[string][]string{
		"use Version, GetSlotRange, GetChainTip": {"slow", "Tip"},
		"slow, errors, unavailable, hang":        {"down", "Version"},
		"one of clients":                         {"slow-drain", "Version"},
	} {
		if err := sim.Fault(ctx, r.dir, "ams", f[0], f[1:]...); !errors.Is(err, sim.ErrUnknown) || !strings.Contains(err.Error(), what) {
			t.Errorf("fault %v: %v, want an error that says %q", f, err, what)
		}
	}
	if err := sim.Heal(ctx, r.dir, "all"); err != nil {
		t.Fatal(err)
	}
	if left := append(faultsOf(t, r.dir, "ams"), faultsOf(t, r.dir, "nyc")...); len(left) > 0 {
		t.Errorf("healed, and left are %q", left)
	}
}
