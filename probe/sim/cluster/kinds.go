package cluster

import (
	"fmt"
	"slices"
	"strings"

	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

// Fault names a way in which a cluster is broken. Several can hold at once.
type Fault string

// The faults. [Kinds] says what each of them does.
const (
	FaultDown            Fault = "down"
	FaultBlackhole       Fault = "blackhole"
	FaultSlow            Fault = "slow"
	FaultErrors          Fault = "errors"
	FaultUnavailable     Fault = "unavailable"
	FaultHang            Fault = "hang"
	FaultSilence         Fault = "silence"
	FaultFreeze          Fault = "freeze"
	FaultWithhold        Fault = "withhold"
	FaultRejectToken     Fault = "reject-token"
	FaultCutConnections  Fault = "cut-connections"
	FaultRestartControl  Fault = "restart-control"
	FaultEndControl      Fault = "end-control"
	FaultMissBlock       Fault = "miss-block"
	FaultFailDownload    Fault = "fail-download"
	FaultFailBlock       Fault = "fail-block"
	FaultDeadSlots       Fault = "dead-slots"
	FaultLoseSubscriber  Fault = "lose-subscriber"
	FaultStaleSubscriber Fault = "stale-subscriber"
)

// Kind describes a fault.
type Kind struct {
	Fault Fault
	// Does says in a line what it does.
	Does string
	// Once is set where it happens once and is then over. What it broke is not
	// mended by healing.
	Once bool
	// PerRPC is set where it can be limited to some RPCs.
	PerRPC bool

	hits  int      // of what happens once: how many downloads are still to be hit
	block [16]byte // the only one whose downloads are hit; zero: any
}

// Kinds describes every fault that a cluster knows.
func Kinds() []Kind {
	return []Kind{
		{Fault: FaultDown, Does: "all connections are cut and new ones refused"},
		{Fault: FaultBlackhole, Does: "connections are accepted, and nothing is ever answered"},
		{Fault: FaultSlow, PerRPC: true, Does: "every answer comes 0.7 to 1.4 s late"},
		{Fault: FaultErrors, PerRPC: true, Does: "half of the calls fail, UNAVAILABLE or INTERNAL"},
		{Fault: FaultUnavailable, PerRPC: true, Does: "calls fail UNAVAILABLE, and running ones end so"},
		{Fault: FaultHang, PerRPC: true, Does: "new calls are accepted and not answered"},
		{Fault: FaultSilence, PerRPC: true, Does: "calls get headers alone, running streams fall silent"},
		{Fault: FaultFreeze, Does: "nothing new is published: tip and newest slot stand still"},
		{Fault: FaultWithhold, Does: "all calls answer, but polls and downloads bring nothing"},
		{Fault: FaultFailBlock, Does: "one block cannot be downloaded, it always is UNAVAILABLE"},
		{Fault: FaultRejectToken, Does: "every call, and every running one, is UNAUTHENTICATED"},
		{Fault: FaultCutConnections, Once: true, Does: "all connections are cut, new ones are accepted"},
		{Fault: FaultRestartControl, Once: true, Does: "control streams end UNAVAILABLE, as in a restart"},
		{Fault: FaultEndControl, Once: true, Does: "control streams end without an error"},
		{Fault: FaultMissBlock, Once: true, hits: 1, Does: "the next download is answered NOT_FOUND"},
		{Fault: FaultFailDownload, Once: true, hits: 1, Does: "the next download fails UNAVAILABLE"},
		{Fault: FaultDeadSlots, Once: true, Does: "16 slots that had no block are announced as dead"},
		{Fault: FaultLoseSubscriber, Once: true, Does: "all subscribers are deleted, sessions end NOT_FOUND"},
		{Fault: FaultStaleSubscriber, Once: true, Does: "all subscribers become stale, and their sessions end"},
	}
}

// AllFaults lists every fault that a cluster knows.
func AllFaults() []Fault {
	var all []Fault
	for _, k := range Kinds() {
		all = append(all, k.Fault)
	}
	return all
}

// kindOf describes a fault, and refuses what is none.
func kindOf(f Fault) (Kind, error) {
	kinds := Kinds()
	if i := slices.IndexFunc(kinds, func(k Kind) bool { return k.Fault == f }); i >= 0 {
		return kinds[i], nil
	}
	return Kind{}, fmt.Errorf("a cluster has no fault %q: use one of %v", f, AllFaults())
}

// CheckScope refuses a fault that does not exist, RPCs that do not exist, and
// to limit a fault to RPCs that cannot be limited so.
func CheckScope(f Fault, rpcs []string) error {
	_, err := scoped(f, rpcs)
	return err
}

// scoped describes a fault that may be limited to these RPCs.
func scoped(f Fault, rpcs []string) (Kind, error) {
	kind, err := kindOf(f)
	if err != nil {
		return Kind{}, err
	}
	if len(rpcs) > 0 && !kind.PerRPC {
		return Kind{}, fmt.Errorf("fault %s cannot be limited to RPCs: %s can be", f, strings.Join(perRPC(), ", "))
	}
	all := RPCs()
	for _, rpc := range rpcs {
		if !slices.Contains(all, rpc) {
			return Kind{}, fmt.Errorf("no RPC is called %q: use %s", rpc, strings.Join(all, ", "))
		}
	}
	return kind, nil
}

// perRPC names the faults that can be limited to RPCs.
func perRPC() []string {
	var names []string
	for _, k := range Kinds() {
		if k.PerRPC {
			names = append(names, string(k.Fault))
		}
	}
	return names
}

// RPCs names all RPCs of the service.
func RPCs() []string {
	var names []string
	for _, m := range pb.Fumarole_ServiceDesc.Methods {
		names = append(names, m.MethodName)
	}
	for _, s := range pb.Fumarole_ServiceDesc.Streams {
		names = append(names, s.StreamName)
	}
	return names
}
