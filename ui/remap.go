package ui

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
	"github.com/charmbracelet/x/ansi"
)

// A person may give a command other keys than it has. They take the place of its
// letters; arrows, tab, enter, esc, page keys and ctrl+c stay what they are, so
// that no configuration locks anybody out, and what is typed in a confirmation is
// text always.

// KeyFault is why a key cannot be given to a command.
type KeyFault struct{ Command, Key, Text string }

// KeyCommands are the names of the commands that can be given keys.
func KeyCommands() []string {
	var names []string
	for _, b := range newKeymap(true) {
		if b.id() != "" {
			names = append(names, b.id())
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// CheckKeys says which of the keys, by command, cannot be given to it, and why,
// in the order of the commands. Names of commands that do not exist are passed
// over.
func CheckKeys(keys map[string][]string) []KeyFault {
	var faults []KeyFault
	for command, names := range keys {
		for _, k := range names {
			if why := unfitKey(k); why != "" {
				faults = append(faults, KeyFault{command, k, why})
			}
		}
	}
	if len(faults) == 0 {
		faults = clashes(remapped(newKeymap(true), keys), keys)
	}
	slices.SortFunc(faults, func(a, b KeyFault) int {
		return cmp.Or(strings.Compare(a.Command, b.Command), strings.Compare(a.Key, b.Key))
	})
	return slices.Compact(faults)
}

// namedKeys are the keys without a character that can be given.
var namedKeys = []string{
	"space", "insert", "delete", "backspace", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12",
}

// ctrlTaken are letters of which a terminal makes something else with ctrl.
const ctrlTaken = "chijmqsz[m"

// unfitKey says why no command can have a key.
func unfitKey(name string) string {
	switch {
	case isLetter(name) && ansi.StringWidth(name) == 1, slices.Contains(namedKeys, name):
		return ""
	case strings.HasPrefix(name, "ctrl+"):
		letter := name[len("ctrl+"):]
		if len(letter) != 1 || letter[0] < 'a' || letter[0] > 'z' {
			return name + " is no key that terminals send: with ctrl it must be one of a to z"
		}
		if strings.Contains(ctrlTaken, letter) {
			return name + " means something else to terminals, or leaves: choose another key"
		}
		return ""
	case strings.HasPrefix(name, "alt+"):
		return name + " cannot be told from esc and a letter on a slow line: choose a key without alt"
	case isFixedKey(name):
		return name + " stays what it is: choose a letter, ctrl and a letter, or f1 to f12"
	}
	return fmt.Sprintf("%q is no key: write one such as x, ctrl+d, f5 or space", name)
}

// isFixedKey reports whether a key has no character and means the same always.
func isFixedKey(name string) bool {
	switch name {
	case "enter", "esc", "tab", "shift+tab", "up", "down", "left", "right", "home", "end", "pgup", "pgdown", "shift+left", "shift+right":
		return true
	}
	return false
}

// isLetter reports whether a key is a character that is typed.
func isLetter(name string) bool { return utf8.RuneCountInString(name) == 1 || name == "space" }

// id is the name by which a command is given keys.
func (b *binding) id() string { return cmp.Or(b.name, b.keyName) }

// remapped is the keymap with other keys for some commands.
func remapped(keys []binding, changes map[string][]string) []binding {
	for i := range keys {
		if given := changes[keys[i].id()]; len(given) > 0 {
			keys[i].rekey(given)
		}
	}
	return keys
}

// rekey gives a command other keys in the place of its letters.
func (b *binding) rekey(given []string) {
	help := b.Help()
	b.SetKeys(replaceLetters(b.Keys(), given, isLetter)...)
	labels := replaceLetters(strings.Fields(help.Key), given, func(label string) bool { return isLetter(label) && !isArrow(label) })
	b.Binding = key.NewBinding(key.WithKeys(b.Keys()...), key.WithHelp(strings.Join(labels, " "), help.Desc))
}

// isArrow reports whether a label is that of an arrow key.
func isArrow(label string) bool { return strings.ContainsAny(label, "↑↓←→") }

// replaceLetters puts the given keys where the first letter is, and takes all
// letters away.
func replaceLetters(keys, given []string, letter func(string) bool) []string {
	at := slices.IndexFunc(keys, letter)
	kept := slices.DeleteFunc(slices.Clone(keys), letter)
	if at < 0 {
		at = len(kept)
	}
	return slices.Insert(kept, at, given...)
}

// typedOn are the pages where a confirmation is typed.
var typedOn = []page{pageTarget, pagePlan, pageRun, pageHome, pageEvacuation}

// editing are the keys that edit what is typed.
var editing = []string{"backspace", "delete", "ctrl+h", "ctrl+u", "ctrl+w"}

// clashes are the given keys that something else has on the same page.
func clashes(all []binding, given map[string][]string) []KeyFault {
	var faults []KeyFault
	for i := range all {
		b := &all[i]
		for _, k := range given[b.id()] {
			if text := b.clash(all, k); text != "" {
				faults = append(faults, KeyFault{b.id(), k, text})
			}
		}
	}
	return faults
}

// clash says what has a key on a page of the binding.
func (b *binding) clash(all []binding, k string) string {
	for _, p := range b.pages {
		if slices.Contains(typedOn, p) && slices.Contains(editing, k) {
			return k + " edits what is typed on " + p.String() + ": choose another key"
		}
		for i := range all {
			other := &all[i]
			if other.act == b.act || !other.on(p) || !slices.Contains(other.Keys(), k) {
				continue
			}
			name := cmp.Or(other.id(), other.Help().Desc, "another command")
			return k + " is the key of " + name + " on " + p.String() + ": choose another, or give " + name + " another too"
		}
	}
	return ""
}

// keyOf is the first key of what does something, as people read it; "" where
// nothing does.
func keyOf(keys []binding, a action) string {
	for i := range keys {
		if keys[i].act == a {
			return strings.Fields(keys[i].Help().Key)[0]
		}
	}
	return ""
}

// keyFor is the first key of what does something.
func (m *root) keyFor(a action) string { return keyOf(m.keys, a) }
