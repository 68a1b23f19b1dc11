package ui

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// asciiTwins are the characters of the console that are not ASCII, each with what
// stands for it in one column where a terminal has no more. Signs of states stay
// apart from each other and from the selector.
var asciiTwins = map[rune]byte{
	'✓': '+', '▲': '!', '✗': 'X', '»': '=', '·': '-', '›': '>', '–': '-', '…': '~',
	'→': '>', '←': '<', '↑': '^', '↓': 'v', '─': '-', '│': '|', '┤': '+', '└': '+', '┴': '+', '┼': '+',
	'█': '#', '▏': '_', '■': '#', '●': 'o', '○': 'o', '◆': '*', '×': 'x',
	'▁': '_', '▂': '.', '▃': '-', '▄': '~', '▅': '=', '▆': '+', '▇': '*',
}

// ASCII gives text with the characters of the console that are not ASCII replaced
// by one of the same width. What else is not ASCII, such as letters of names,
// stays as it is, or with all is replaced by question marks.
func ASCII(text string, all bool) string {
	if plainASCII(text) {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	for _, r := range text {
		twin, ok := asciiTwins[r]
		switch {
		case r < utf8.RuneSelf:
			b.WriteByte(byte(r))
		case ok:
			b.WriteByte(twin)
		case all:
			for range ansi.StringWidth(string(r)) {
				b.WriteByte('?')
			}
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func plainASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// asciiLines makes lines of the frame ASCII, where that is wanted.
func (o Options) asciiLines(lines []string) []string {
	if o.ASCII {
		for i := range lines {
			lines[i] = ASCII(lines[i], o.foreign)
		}
	}
	return lines
}

// arrowNames are the arrow keys as words: a v for an arrow down would be taken
// for the key of that name.
var arrowNames = strings.NewReplacer("↑", "up", "↓", "down", "←", "left", "→", "right")

// asciiLabels names the arrow keys by words.
func asciiLabels(keys []binding) []binding {
	for i := range keys {
		h := keys[i].Help()
		keys[i].SetHelp(arrowNames.Replace(h.Key), h.Desc)
	}
	return keys
}
