// Package monitor is the loop that turns evidence into snapshots. Probes hand
// it evidence from any goroutine; it folds that through the rules of package
// health, asks the ledger which runs are under way, and publishes an immutable
// [model.Snapshot] at every tick for screens and commands to read.
//
// Nothing outside can hold the loop up: evidence is queued without waiting, and
// the ledger and the history are talked to on goroutines of their own. What
// goes wrong there becomes a notice in the snapshot.
package monitor
