package cursor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/probe/hook"
)

// maxFirstLine bounds, in bytes, the first line of a file with a cursor.
const maxFirstLine = 256

// file reads the first line of a file.
type file struct{ path string }

// File is the first line of a file, a slot or cursor=SLOT. The line needs its
// end: without one it may be half of what is being written. Whoever replaces the
// file by renaming another one to it is never read half-way. A file that does not
// exist, in a folder that does, is a client that has not written it yet.
func File(path string) Source { return &file{path} }

// String implements [Source].
func (f *file) String() string { return "the file " + model.Clean(f.path, model.MaxMessage) }

// Read implements [Source].
func (f *file) Read(ctx context.Context) (*model.Slot, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	slot, err := f.read()
	if err != nil {
		return nil, fmt.Errorf("read the cursor from %s: %w", f, err)
	}
	return slot, nil
}

func (f *file) read() (*model.Slot, error) {
	in, err := open(f.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Stat(filepath.Dir(f.path)); err != nil {
			return nil, errors.New("its folder cannot be found: correct the path, or mount what holds it")
		}
		return nil, nil
	case errors.Is(err, fs.ErrPermission):
		return nil, errors.New("it may not be read by this user: give this user the right to read it")
	case err != nil:
		return nil, unwrapped(err)
	}
	defer func() { _ = in.Close() }()
	info, err := in.Stat()
	if err != nil {
		return nil, unwrapped(err)
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is not a regular file: name the file that the client writes")
	}
	start, err := io.ReadAll(io.LimitReader(in, maxFirstLine+1))
	if err != nil {
		return nil, unwrapped(err)
	}
	return parseFile(start)
}

// parseFile reads the beginning of a file.
func parseFile(start []byte) (*model.Slot, error) {
	line, _, ended := bytes.Cut(start, []byte("\n"))
	text := strings.TrimSpace(string(line))
	switch {
	case len(start) == 0:
		return nil, errors.New("it is empty, as if it were being written: replace it by renaming another one to it")
	case !ended && len(start) > maxFirstLine:
		return nil, fmt.Errorf("its first line is longer than %d bytes: it must be a slot and nothing else", maxFirstLine)
	case !ended:
		return nil, errors.New("its first line has no end, as if it were being written: end it with a line feed")
	}
	slot, ok := number(text)
	if !ok {
		return nil, fmt.Errorf("its first line is %s: it must be the last fully consumed slot, a whole number", quoted(text))
	}
	return &slot, nil
}

// number reads SLOT or cursor=SLOT.
func number(text string) (model.Slot, bool) {
	if slot, ok := hook.CursorLine(text); ok {
		return slot, true
	}
	return hook.Slot(text)
}

// unwrapped is an error of a file without its path, which is named already.
func unwrapped(err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}
