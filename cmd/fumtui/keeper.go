package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/fumtui/fumtui/store"
)

// mostScreens bounds how many screens of one second are kept.
const mostScreens = 100

// keeper keeps screens in a folder beside the database.
type keeper struct{}

// KeepScreen implements ui.Keeper.
func (keeper) KeepScreen(ctx context.Context, at time.Time, text string, svg []byte) ([]string, error) {
	database, err := store.DefaultPath()
	if err != nil {
		return nil, err
	}
	return keepScreen(ctx, filepath.Join(filepath.Dir(database), "screens"), at, text, svg)
}

// keepScreen writes both files, readable by their owner alone, under a name that
// none has yet.
func keepScreen(ctx context.Context, dir string, at time.Time, text string, svg []byte) ([]string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder for screens: %w", err)
	}
	base := filepath.Join(dir, "screen-"+at.UTC().Format("20060102-150405"))
	for i := range mostScreens {
		name := base
		if i > 0 {
			name = fmt.Sprintf("%s-%d", base, i+1)
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		err := writeNew(name+".txt", []byte(text))
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err == nil {
			err = writeNew(name+".svg", svg)
		}
		if err != nil {
			return nil, fmt.Errorf("save the screen: %w", err)
		}
		return []string{name + ".txt", name + ".svg"}, nil
	}
	return nil, fmt.Errorf("save the screen: %s and %d more are there already", base, mostScreens-1)
}

// writeNew writes a file that must not be there yet.
func writeNew(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}
