// Package sim is the simulator: Fumarole clusters that serve one chain over
// real gRPC on loopback, and pipelines whose clients are real consumers in
// processes of their own, started and stopped by hooks.
//
// [Start] serves a folder until its context ends. What it serves is written
// there as a complete configuration for the real commands. [Fault], [Heal] and
// [RunHook] talk to the simulator that serves a folder, from any process;
// [ReadAudit] also works after it ended, because the chain is a pure function
// of its seed.
package sim
