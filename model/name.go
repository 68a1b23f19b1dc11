package model

import "regexp"

// nameRule keeps names such that they can be typed, passed to hooks and shown
// anywhere.
var nameRule = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// ValidName reports whether a cluster or a pipeline can have this name: one to
// 64 ASCII letters, digits, dots, dashes and underscores, of which the first is
// a letter or a digit.
func ValidName(name string) bool { return nameRule.MatchString(name) }
