// Package model holds the words of fumtui: slots and offsets, clusters and
// pipelines, the evidence that probes gather, the verdicts and advice drawn
// from it, the plans and runs of the failover engine, and the immutable
// [Snapshot] that every screen and command shows.
//
// It imports no other package of fumtui, does no I/O and starts no goroutine.
// Its sub-packages are the pure core: config (the configuration file), health
// (evidence to verdict to advice), failover (the engine) and monitor (the fold
// of evidence into snapshots).
package model
