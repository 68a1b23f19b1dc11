// Package chain is the simulated chain: which slots have a block, which of the
// blocks stay, and what is in them.
//
// Everything is a pure function of a seed and a slot. Nothing is remembered, so
// every cluster, every client and an audit long after the fact, in another
// process, see the same chain.
//
// About 5 % of the slots are skipped and never more than [MaxSkips] in a row;
// about 0.5 % are dead and about 0.5 % hold a block of a fork that was
// abandoned. All other blocks are canonical: these, and only these, become
// final.
package chain
