package model

// Side is whose fault it is that somebody has to act, as far as the evidence
// goes: it decides who has to do something, and whether a failover can help.
type Side string

// The sides.
const (
	SideNobody        Side = "nobody"        // nothing is wrong
	SideUnclear       Side = "unclear"       // too early to say, as in a blip
	SideCluster       Side = "cluster"       // the active cluster: the one side from which a failover helps
	SideProvider      Side = "provider"      // the service, in a way that its support should see first
	SideSubscriber    Side = "subscriber"    // it is lost or stale at a cluster that does well
	SideClient        Side = "client"        // the customer's client, its host, network or deployment
	SideConfiguration Side = "configuration" // the customer's token, quota, version or certificate
	SideConsole       Side = "console"       // this console's own network
	SideChain         Side = "chain"         // the chain itself, on every cluster
)

// Whose is the side that an action accuses.
func (a Action) Whose() Side {
	switch a {
	case ActionNone, ActionFailBack:
		return SideNobody
	case ActionFailOver, ActionCannotFailOver:
		return SideCluster
	case ActionAskSupport:
		return SideProvider
	case ActionRecreateSubscriber:
		return SideSubscriber
	case ActionCheckYourSide:
		return SideClient
	case ActionFixConfiguration:
		return SideConfiguration
	case ActionCheckConsole:
		return SideConsole
	case ActionChainHalted:
		return SideChain
	case ActionWait, ActionDataLossSoon:
		return SideUnclear
	}
	return SideUnclear
}
