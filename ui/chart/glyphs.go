package chart

import "math/bits"

// Glyphs is the set of characters that is drawn with.
type Glyphs int

// The sets.
const (
	Braille Glyphs = iota // braille dots and line drawing: needs UTF-8 and a font that has them
	ASCII                 // characters that every terminal has
)

// pick is the character of this set.
func (g Glyphs) pick(full, ascii rune) rune {
	if g == ASCII {
		return ascii
	}
	return full
}

func (g Glyphs) side() rune       { return g.pick('│', '|') }
func (g Glyphs) sideTick() rune   { return g.pick('┤', '+') }
func (g Glyphs) corner() rune     { return g.pick('└', '+') }
func (g Glyphs) bottom() rune     { return g.pick('─', '-') }
func (g Glyphs) bottomTick() rune { return g.pick('┴', '+') }
func (g Glyphs) cursor() rune     { return g.pick('┼', '^') }

// rowsOf are the dots of the four rows of a cell.
var rowsOf = [4]uint8{0x01 | 0x08, 0x02 | 0x10, 0x04 | 0x20, 0x40 | 0x80}

// cell is the character of a cell with the given dots.
func (g Glyphs) cell(dots uint8) rune {
	if g != ASCII {
		return 0x2800 + rune(dots)
	}
	top, bottom := -1, 0
	for row, mask := range rowsOf {
		if dots&mask == 0 {
			continue
		}
		if top < 0 {
			top = row
		}
		bottom = row
	}
	switch {
	case bottom-top >= 2 || bits.OnesCount8(dots) > 4:
		return '|'
	case top == 0:
		return '\''
	case bottom == 3:
		return '.'
	}
	return '-'
}
