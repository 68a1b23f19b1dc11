package picture

import "fmt"

// Ground is what a terminal paints on, and with which colours of its own.
type Ground struct {
	background, foreground, dim string
	basic                       [16]string
}

// Dark is the ground of a dark terminal.
func Dark() *Ground {
	return &Ground{
		background: "#11151c", foreground: "#c9d1d9", dim: "#6e7681",
		basic: [16]string{
			"#30363d", "#f85149", "#3fb950", "#d29922", "#58a6ff", "#bc8cff", "#39c5cf", "#b1bac4",
			"#6e7681", "#ff7b72", "#56d364", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd", "#f0f6fc",
		},
	}
}

// Light is the ground of a light terminal.
func Light() *Ground {
	return &Ground{
		background: "#ffffff", foreground: "#1f2328", dim: "#6e7781",
		basic: [16]string{
			"#24292f", "#cf222e", "#116329", "#7d4e00", "#0969da", "#8250df", "#1b7c83", "#6e7781",
			"#57606a", "#a40e26", "#1a7f37", "#633c01", "#218bff", "#a475f9", "#3192aa", "#8c959f",
		},
	}
}

// colour is one that a cell asks for: 0 is the terminal's own; then come those of
// the palette of 256, from 1 on, and those that say how much red, green and blue.
type colour int

const firstDirect colour = 1 << 24

// indexed is the colour of an index of the palette of 256.
func indexed(i int) colour {
	if i < 0 || i > 255 {
		return 0
	}
	return colour(i + 1)
}

// direct is a colour by its parts, each from 0 to 255.
func direct(red, green, blue int) colour {
	for _, part := range []int{red, green, blue} {
		if part < 0 || part > 255 {
			return 0
		}
	}
	return firstDirect + colour(red<<16|green<<8|blue)
}

// colour is a colour as it is drawn; "" is the terminal's own.
func (g *Ground) colour(c colour) string {
	i := int(c) - 1
	switch {
	case c >= firstDirect:
		return fmt.Sprintf("#%06x", int(c-firstDirect))
	case i < 0:
		return ""
	case i < len(g.basic):
		return g.basic[i]
	case i >= 232:
		grey := 8 + (i-232)*10
		return fmt.Sprintf("#%02x%02x%02x", grey, grey, grey)
	}
	level := func(n int) int {
		if n == 0 {
			return 0
		}
		return 55 + n*40
	}
	i -= 16
	return fmt.Sprintf("#%02x%02x%02x", level(i/36), level(i/6%6), level(i%6))
}
