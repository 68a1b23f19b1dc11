// Package failover is the engine that moves a pipeline from one cluster to
// another and back: it finds out a plan, and drives a run through its steps,
// each journaled as intent before its effect and as outcome after it, so that
// a run killed between any two instructions can be resumed.
//
// The engine talks to the world only through the interfaces in ports.go, time
// included, so that whole runs are tested in milliseconds.
package failover
