// Package cluster is one simulated Fumarole cluster: a gRPC server that
// publishes a [chain.Chain] as an event log of its own, keeps subscribers, and
// can be broken in the ways that real clusters break.
//
// A [Cluster] owns all its goroutines: they end with the context of
// [Cluster.Serve], which returns when the last one has.
//
// The log is the chain as this cluster saw it. Every block is announced as
// processed, about 2 slots later as confirmed and about 32 slots later as
// finalized. When exactly differs between clusters, and so do the offsets: they
// begin at another number on every cluster and mean nothing elsewhere.
package cluster
