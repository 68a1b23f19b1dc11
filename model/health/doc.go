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
// The verdicts on a cluster, those on a pipeline and the advice are three tables
// of rules, in which the first that holds decides. Deciding and explaining run the
// very same rules, so [Watch.Explain] can say of each how near it is, what was
// measured, what that is held against, and what would change it.
//
// Two vantage points are kept apart: what this console sees of a cluster, its
// canary included, and what clients see, by their metrics and cursors. Where they
// disagree the advice says who saw what. How unusual a silence is, [Suspicion]
// estimates; that is a hint, and decides nothing.
//
// A wrong advice to fail over costs a replay and a risk, a missed one costs
// data. The rules lean accordingly: evidence that is old is none, an outage
// needs an unbroken series of failures that count, a cluster is stalled only
// against another one that moves on, and what this console alone cannot reach
// is this console's trouble first.
package health
