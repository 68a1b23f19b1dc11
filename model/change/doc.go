// Package change says in lines what a snapshot tells, such that a change is what
// differs between two of them.
//
// A [Fact] is one thing that a snapshot says: what it is about, how that stands,
// and a line for a person. Whoever prints changes remembers how each fact stood
// when it was told, and tells it again once it stands otherwise. A fact that a
// later snapshot does not have is not known then: it stands as it stood.
package change
