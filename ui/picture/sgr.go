package picture

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// cell is one place of the screen. A wide glyph is followed by a cell of 0.
type cell struct {
	glyph rune
	style style
}

// style is how a cell looks.
type style struct {
	fg, bg             colour
	bold, dim, reverse bool
}

// colours are the colours as drawn; bg is "" where nothing is to be filled.
func (s style) colours(on *Ground) (fg, bg string) {
	fg, bg = on.colour(s.fg), on.colour(s.bg)
	if fg == "" {
		fg = on.foreground
	}
	if s.reverse {
		if bg == "" {
			bg = on.background
		}
		fg, bg = bg, fg
	}
	if s.dim {
		fg = on.dim
	}
	return fg, bg
}

// parseLine splits a line into cells. SGR sequences change the style; other
// escape sequences are left out.
func parseLine(line string, s style) ([]cell, style) {
	var row []cell
	for len(line) > 0 {
		if strings.HasPrefix(line, "\x1b[") {
			end := strings.IndexFunc(line[2:], func(r rune) bool { return r >= '@' && r <= '~' })
			if end < 0 {
				break
			}
			if line[2+end] == 'm' {
				s = s.apply(line[2 : 2+end])
			}
			line = line[2+end+1:]
			continue
		}
		r, size := utf8.DecodeRuneInString(line)
		line = line[size:]
		if r == 0xfffe || r == 0xffff { // which no XML may hold
			r = utf8.RuneError
		}
		if r >= ' ' {
			row = append(row, cell{r, s})
			if ansi.StringWidth(string(r)) == 2 {
				row = append(row, cell{0, s})
			}
		}
	}
	return row, s
}

// apply reads the parameters of one SGR sequence.
func (s style) apply(params string) style {
	codes := strings.FieldsFunc(params, func(r rune) bool { return r == ';' || r == ':' })
	if len(codes) == 0 {
		return style{}
	}
	for i := 0; i < len(codes); i++ {
		n, _ := strconv.Atoi(codes[i])
		switch {
		case n == 0:
			s = style{}
		case n == 1:
			s.bold = true
		case n == 2:
			s.dim = true
		case n == 22:
			s.bold, s.dim = false, false
		case n == 7:
			s.reverse = true
		case n == 27:
			s.reverse = false
		case n == 38 || n == 48:
			c, used := extended(codes[i+1:])
			i += used
			if n == 38 {
				s.fg = c
			} else {
				s.bg = c
			}
		case n == 39:
			s.fg = 0
		case n == 49:
			s.bg = 0
		case n >= 30 && n <= 37:
			s.fg = indexed(n - 30)
		case n >= 40 && n <= 47:
			s.bg = indexed(n - 40)
		case n >= 90 && n <= 97:
			s.fg = indexed(n - 90 + 8)
		case n >= 100 && n <= 107:
			s.bg = indexed(n - 100 + 8)
		}
	}
	return s
}

// extended reads what follows 38 or 48: 5;INDEX or 2;R;G;B.
func extended(codes []string) (c colour, used int) {
	number := func(i int) int {
		if i >= len(codes) {
			return 0
		}
		n, _ := strconv.Atoi(codes[i])
		return n
	}
	switch number(0) {
	case 5:
		return indexed(number(1)), 2
	case 2:
		return direct(number(1), number(2), number(3)), 4
	}
	return 0, 1
}
