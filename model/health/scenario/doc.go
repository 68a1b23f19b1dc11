// Package scenario proves the detection of package health. A scenario is a file
// that says what clusters, clients, the network and this console do at which
// time, and which verdicts and advice are right at points of it, with the
// earliest and the latest allowed moment. A [World] plays it on a simulated
// clock: it makes exactly the evidence that the real probes would, look by
// look, with their jitter, timeouts and faster pace after failures. [Run]
// folds that evidence in a watch, assesses every tick and checks.
//
// The rules are taken from outside, as they are. What is expected comes from
// the file, or, in a campaign of random scenarios ([Draw]), from the faults that
// were injected ([Truth]): neither asks package health what it thinks.
//
// # Delay
//
// The floor of a rule is the first moment at which the evidence meets it, as
// the world itself keeps the books:
//
//   - down: down_after after the first failed call of the unbroken series was
//     sent, or the last answer came, if that was later;
//   - stalled: the first look at the slot range that still sees the same newest
//     slot down_after after it was first seen, and another cluster ahead (the
//     second one after a break in looking: a cluster that comes back shows its
//     old slot before it goes on);
//   - fail_over: the floor of its cluster, or the moment when its client was not
//     seen to make progress for the shorter of 60 s (silent_after) and a third
//     of down_after, if that is later. A client that commits in batches is known
//     to pause: for it that is three times what it takes to see its next commit.
//     At a stalled cluster it does not count where nothing is left to consume.
//
// A verdict may come after its floor by one fast interval of the probes
// (health.Pause of the interval after one failure, its jitter included) plus one
// tick, because a verdict can only be seen when somebody assesses.
//
// # Truth
//
// Where one thing explains what a pipeline suffers, its advice is held against
// that at each tick, from the time on that the rule needs: another side at any
// tick is wrong, and so is an advice that changes more than a few times while
// the truth stays. Of stretches that several things explain, only fail_over is
// judged: whether it was allowed, and whether it was missed. A cluster that this
// console alone cannot reach is not down where the page of a client there shows
// its own tip move; one that takes in next to nothing is out, whatever trickles
// through to clients that are at its tip. What cannot be seen is not held against
// anybody: that a stall ended behind calls that all fail, that an outage which this
// console sees on is over before the next batch of a client shows it, how a
// cluster fails that began to while the console was offline, whose side it is
// between two batches of the only witness. Advice to wait where nothing is wrong
// and no three calls in a row were lost is counted as a false blip.
//
// The format of the files is described in testdata/scenarios/README.md, beside
// them.
package scenario
