package ui

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// spot is what is under a place of the screen: a row of a list, by what it is of,
// or a key of the footer.
type spot struct {
	row string
	key *binding // nil: a row
}

// spots are where a click does something. Whoever paints such a place marks it with
// a sequence that has no width, and what is read back from the finished frame is
// where it came to stand. It is fine on nil: nothing is marked then.
type spots struct {
	page  page
	made  []spot
	lines map[int][]placed // by the line of the screen
}

// placed is where a mark stands: it holds from its column up to the next one.
type placed struct {
	column int
	spot   *spot // nil: the end of the one before
}

const (
	markBegins = "\x1b[>"
	markEnds   = "z"
	noSpot     = markBegins + "0" + markEnds
)

// of marks what follows on the line as a row of a list.
func (p *spots) of(row string) string { return p.mark(spot{row: row}) }

// key marks a text as a key of the footer.
func (p *spots) key(b *binding, text string) string {
	if p == nil {
		return text
	}
	return p.mark(spot{key: b}) + text + noSpot
}

func (p *spots) mark(s spot) string {
	if p == nil {
		return ""
	}
	p.made = append(p.made, s)
	return fmt.Sprint(markBegins, len(p.made), markEnds)
}

// taken takes the marks out of a frame, and notes where they stood.
func (p *spots) taken(lines []string) []string {
	if p == nil {
		return lines
	}
	p.lines = map[int][]placed{}
	for y, l := range lines {
		var b strings.Builder
		for {
			before, rest, ok := strings.Cut(l, markBegins)
			b.WriteString(before)
			if !ok {
				break
			}
			number, after, _ := strings.Cut(rest, markEnds)
			at := placed{column: ansi.StringWidth(b.String())}
			if n, err := strconv.Atoi(number); err == nil && n > 0 && n <= len(p.made) {
				at.spot = &p.made[n-1]
			}
			p.lines[y] = append(p.lines[y], at)
			l = after
		}
		lines[y] = b.String()
	}
	return lines
}

// at is what is under a place of the screen; nil for nothing.
func (p *spots) at(x, y int) *spot {
	if p == nil {
		return nil
	}
	var under *spot
	for _, s := range p.lines[y] {
		if s.column <= x {
			under = s.spot
		}
	}
	return under
}
