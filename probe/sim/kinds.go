package sim

import (
	"fmt"
	"strings"

	"github.com/fumtui/fumtui/probe/sim/cluster"
)

// The faults of a cluster's clients. All others are of the cluster itself.
const (
	// faultIgnoreStop: stop and drain hooks claim success, and the client runs
	// on.
	faultIgnoreStop = "ignore-stop"
	// faultSlowDrain: a drain begins only after slowDrain.
	faultSlowDrain = "slow-drain"
)

// Kinds lists the kinds of faults.
func Kinds() []string {
	var kinds []string
	for _, f := range cluster.AllFaults() {
		kinds = append(kinds, string(f))
	}
	return append(kinds, faultIgnoreStop, faultSlowDrain)
}

// checkKind refuses what is no kind of fault.
func checkKind(kind string) error {
	if ofClients(kind) {
		return nil
	}
	if _, err := cluster.ParseFault(kind); err != nil {
		return unknownError(fmt.Sprintf("no fault is called %q: use one of %s", kind, strings.Join(Kinds(), ", ")))
	}
	return nil
}

// ofClients reports whether a fault is one of a cluster's clients.
func ofClients(kind string) bool { return kind == faultIgnoreStop || kind == faultSlowDrain }
