// Package report tells what a run was, fit for a post-mortem: who asked for it
// and why, what was seen, when each thing happened, what was measured and what
// is left to do. It is made from the journal and the audit trail alone, and
// reads no clock.
//
// A [Report] is one structure that is written as text for a terminal or as
// Markdown. What comes from outside (reasons, names, the output of hooks) may be
// hostile: control characters never get through, and nothing of it is Markdown.
package report
