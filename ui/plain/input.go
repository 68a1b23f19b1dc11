package plain

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/fumtui/fumtui/ui"
)

// mostTyped bounds a line that is typed, in bytes: what is longer is cut.
const mostTyped = 4 << 10

// readLines reads the lines that a person types. The channel is closed when there
// are no more; it is nil where nobody can type any. The goroutine cannot be woken
// while it waits for a terminal: then it ends with the process.
func readLines(ctx context.Context, opts ui.Options) <-chan typedLine {
	in := opts.Input
	if in == nil {
		if !listens(os.Stdin) {
			return nil
		}
		in = os.Stdin
	}
	lines := make(chan typedLine)
	go func() {
		defer close(lines)
		r := bufio.NewReaderSize(in, mostTyped)
		for {
			text, err := readLine(r)
			if text != "" || err == nil {
				select {
				case lines <- typedLine{text, opts.Now()}:
				case <-ctx.Done():
					return
				}
			}
			if err != nil {
				return
			}
		}
	}()
	return lines
}

// discarding gives what drops all that was typed on the terminal and was not read
// yet: whole lines, and one that is only begun. Elsewhere than on a terminal it
// does nothing.
func discarding(opts ui.Options) func() {
	f := os.Stdin
	if opts.Input != nil {
		f, _ = opts.Input.(*os.File)
	}
	if f == nil || !term.IsTerminal(int(f.Fd())) { //nolint:gosec // a descriptor
		return func() {}
	}
	return func() {
		if inForeground(f) { // in the background this would stop the process
			_ = discardInput(f) // lines that ended too early do not count, whatever this does
		}
	}
}

// readLine reads a line, and cuts one that is too long.
func readLine(r *bufio.Reader) (string, error) {
	line, err := r.ReadSlice('\n')
	text := string(line)
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = r.ReadSlice('\n')
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	return strings.TrimRight(text, "\r\n"), err
}

// listens reports whether anybody can type commands into a file: a person at a
// terminal, or a program through a pipe. A device such as the null one is none.
func listens(f *os.File) bool {
	if term.IsTerminal(int(f.Fd())) { //nolint:gosec // a descriptor
		return inForeground(f)
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice == 0
}
