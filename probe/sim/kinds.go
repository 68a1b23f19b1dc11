package sim

import (
	"fmt"
	"slices"
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

// Kind describes a kind of fault.
type Kind struct {
	Name string
	// Does says in a line what it does.
	Does string
	// Once is set where it happens once and is then over: a heal does not mend
	// what it broke.
	Once bool
	// PerRPC is set where it can be limited to some of [RPCs].
	PerRPC bool
}

// AllKinds describes the kinds of faults: those of the cluster, then those of
// its clients.
func AllKinds() []Kind {
	var kinds []Kind
	for _, k := range cluster.Kinds() {
		kinds = append(kinds, Kind{Name: string(k.Fault), Does: k.Does, Once: k.Once, PerRPC: k.PerRPC})
	}
	return append(
		kinds,
		Kind{Name: faultIgnoreStop, Does: "stop and drain hooks claim success, and the client runs on"},
		Kind{Name: faultSlowDrain, Does: "a drain begins only after a minute"},
	)
}

// Kinds names the kinds of faults.
func Kinds() []string {
	var names []string
	for _, k := range AllKinds() {
		names = append(names, k.Name)
	}
	return names
}

// RPCs names the RPCs that some kinds of faults can be limited to.
func RPCs() []string { return cluster.RPCs() }

// checkKind refuses what is no kind of fault, or cannot be limited to these
// RPCs.
func checkKind(kind string, rpcs []string) error {
	switch {
	case !slices.Contains(Kinds(), kind):
		return unknownError(fmt.Sprintf("no fault is called %q: use one of %s", kind, strings.Join(Kinds(), ", ")))
	case ofClients(kind) && len(rpcs) > 0:
		return unknownError(fmt.Sprintf("fault %s is one of clients: it cannot be limited to RPCs", kind))
	case ofClients(kind):
		return nil
	}
	if err := cluster.CheckScope(cluster.Fault(kind), rpcs); err != nil {
		return unknownError(err.Error())
	}
	return nil
}

// ofClients reports whether a fault is one of a cluster's clients.
func ofClients(kind string) bool { return kind == faultIgnoreStop || kind == faultSlowDrain }
