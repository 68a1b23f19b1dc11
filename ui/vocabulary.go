package ui

import (
	"slices"
	"strings"
)

// Word is a command that can be typed.
type Word struct{ Name, About string }

// Vocabulary are the commands by name: what the palette has, and what is typed
// where there is no screen. With faults those of the demo are among them.
func Vocabulary(faults bool) []Word {
	commands := (&root{keys: newKeymap(faults)}).commands()
	out := make([]Word, len(commands))
	for i, c := range commands {
		out[i] = Word{c.name, c.about}
	}
	return out
}

// FindCommand finds the name that was typed, or the only one that begins so;
// where there is none, why says so.
func FindCommand(typed string, names []string) (name, why string) {
	var found []string
	for _, n := range names {
		if n == typed {
			return n, ""
		}
		if strings.HasPrefix(n, typed) {
			found = append(found, n)
		}
	}
	slices.Sort(found)
	switch len(found) {
	case 0:
		return "", "there is no command " + clean(typed)
	case 1:
		return found[0], ""
	}
	return "", clean(typed) + " may be " + found[0] + " or " + found[1] + ": type more of it"
}
