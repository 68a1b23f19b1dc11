package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/fumtui/fumtui/model"
)

// mayWrite refuses a path where something is that nobody told to overwrite.
func mayWrite(path string, force bool) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return canWrite(filepath.Dir(path))
	case err != nil:
		return failed(fmt.Errorf("%w: name another file with --output", err))
	case info.IsDir():
		return usage(fmt.Errorf("%s is a folder: name a file with --output", path))
	case !force:
		return usage(fmt.Errorf("%s is there already: overwrite it with --force, or name another file with --output", path))
	}
	return canWrite(filepath.Dir(path))
}

// canWrite tries whether a file can be made in a folder, or the folder itself, before
// a person answers questions for nothing.
func canWrite(dir string) error {
	for {
		info, err := os.Stat(dir)
		if err == nil && !info.IsDir() {
			return failed(fmt.Errorf("%s is no folder: name another file with --output", dir))
		}
		if err == nil {
			break
		}
		above := filepath.Dir(dir)
		if !errors.Is(err, fs.ErrNotExist) || above == dir {
			return failed(fmt.Errorf("%w: name another file with --output", err))
		}
		dir = above
	}
	f, err := os.CreateTemp(dir, ".fumtui-*")
	if err != nil {
		return failed(fmt.Errorf("nothing can be written in %s (%w): name another file with --output", dir, errors.Unwrap(err)))
	}
	return failed(errors.Join(f.Close(), os.Remove(f.Name())))
}

// writeConfig writes a whole file or none, readable by its owner alone.
func writeConfig(path string, data []byte, force bool) (err error) {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target // a link to the file stays one
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".fumtui-*.yaml") // 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // gone already where all went well
	_, err = f.Write(data)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if !force {
		if err := os.Link(f.Name(), path); err == nil || errors.Is(err, fs.ErrExist) {
			return err
		}
		// This file system has no links. What came there since is not overwritten.
		if err := mayWrite(path, false); err != nil {
			return err
		}
	}
	return os.Rename(f.Name(), path)
}

// maxLine bounds, in bytes, what is read as one answer.
const maxLine = 4096

// lines reads answers.
type lines struct{ in *bufio.Reader }

func newLines(in io.Reader) *lines { return &lines{bufio.NewReaderSize(in, maxLine)} }

// next is the next line. A person who leaves is not waited for: the read ends
// with the process.
func (l *lines) next(ctx context.Context) (string, error) {
	type result struct {
		text string
		err  error
	}
	read := make(chan result, 1)
	go func() {
		text, err := l.in.ReadSlice('\n')
		read <- result{string(text), err}
	}()
	select {
	case <-ctx.Done():
		return "", &exitError{code: exitFailed, err: errors.New("interrupted: nothing was written")}
	case r := <-read:
		switch {
		case errors.Is(r.err, bufio.ErrBufferFull):
			return "", &exitError{code: exitFailed, err: fmt.Errorf("an answer of more than %d bytes: nothing was written", maxLine)}
		case r.err != nil && r.text == "":
			return "", errNoAnswer
		}
		return model.Clean(r.text, maxLine), nil
	}
}
