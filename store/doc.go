// Package store keeps fumtui's state in one SQLite file: what all consoles of a
// host must agree on (leases, the journal of runs, active clusters, cursors, the
// audit trail) and what is only watched (evidence and lag history).
//
// The first kind is written as single fenced transactions, each under SQLite's
// write lock from its first statement on; [Store] implements [failover.Ledger].
// The second kind goes through a connection of its own that gives up soon when
// the file is busy, so that history never holds up a run.
//
// The file, and its -wal and -shm companions, are readable by their owner only.
// It is in WAL mode with synchronous=FULL: a write that returned is on disk.
//
// Other processes write one table, cursor, by the public contract: see
// [CursorUpsert].
package store
