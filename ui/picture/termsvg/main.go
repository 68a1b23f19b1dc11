// Command termsvg turns a captured terminal screen, such as that of
// `tmux capture-pane -e -p`, into an SVG picture:
//
//	tmux capture-pane -e -p -t fumtui | go run ./ui/picture/termsvg > docs/overview.svg
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/fumtui/fumtui/ui/picture"
)

func main() {
	if err := convert(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "termsvg:", err)
		os.Exit(1)
	}
}

// convert reads a screen and writes its picture.
func convert(in io.Reader, out io.Writer) error {
	lines, err := readLines(in)
	if err != nil {
		return err
	}
	return picture.SVG(out, lines, picture.Dark())
}

func readLines(in io.Reader) ([]string, error) {
	scanner := bufio.NewScanner(in)
	scanner.Buffer(nil, 1<<20)
	var lines []string
	for scanner.Scan() {
		lines = append(lines, scanner.Text())
	}
	for len(lines) > 0 && strings.TrimSpace(lines[len(lines)-1]) == "" {
		lines = lines[:len(lines)-1]
	}
	return lines, scanner.Err()
}
