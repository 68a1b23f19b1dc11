// Package health turns evidence into verdicts and verdicts into advice. It
// answers one question: is it a blip, is it us, is it our client, is it our
// configuration, is it the chain, or is it the cluster?
//
// It is a fold. A [Watch] takes one piece of evidence after the other with
// Observe and says with Assess what all of it means at a moment. It reads no
// clock, starts no goroutine and does no I/O, so the same evidence always gives
// the same verdicts, live, in a test and when a recording is replayed. Its
// memory is bounded by the number of clusters and pipelines.
//
// A wrong advice to fail over costs a replay and a risk, a missed one costs
// data. The rules lean accordingly: evidence that is old is none, an outage
// needs an unbroken series of failures that count, a cluster is stalled only
// against another one that moves on, and what this console alone cannot reach
// is this console's trouble first.
package health
