package store

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// DefaultPath is where the database is unless the configuration says
// otherwise: fumtui/fumtui.db in the XDG state folder, on Windows in the local
// application data. It fails where the user has no home.
func DefaultPath() (string, error) {
	// The XDG rules ignore a relative path.
	if state := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(state) {
		return filepath.Join(state, "fumtui", "fumtui.db"), nil
	}
	if runtime.GOOS == "windows" {
		local, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("find the folder for the database: %w: set store in the configuration", err)
		}
		return filepath.Join(local, "fumtui", "fumtui.db"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("find the folder for the database: %w: set store in the configuration", err)
	}
	return filepath.Join(home, ".local", "state", "fumtui", "fumtui.db"), nil
}

// uri is the name under which SQLite opens path, with query appended.
func uri(path, query string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // a drive letter
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: query}
	return u.String()
}

// prepareFile makes sure that there is a plain file at path that only its owner
// can read, before SQLite writes to it, and that its folder exists.
func prepareFile(path string) error {
	err := checkFile(path)
	if errors.Is(err, os.ErrNotExist) {
		err = createFile(path)
	}
	if err != nil {
		return err
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		keepPrivate(path + suffix)
	}
	return nil
}

// smallest is the size, in bytes, of the smallest page of SQLite. It takes a
// shorter file for an empty database, and would write over it.
const smallest = 512

// checkFile refuses what SQLite would hang on, write over or explain badly.
func checkFile(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return err
	case err != nil:
		return &Error{Kind: KindInaccessible, Path: path, Doing: openDatabase, Saw: reason(err), Err: err}
	case info.IsDir():
		return &Error{Kind: KindDirectory, Path: path, Doing: openDatabase}
	case !info.Mode().IsRegular():
		return &Error{Kind: KindNotDatabase, Path: path, Doing: openDatabase, Saw: "it is not a plain file"}
	case info.Size() > 0 && info.Size() < smallest:
		return &Error{Kind: KindNotDatabase, Path: path, Doing: openDatabase}
	}
	return nil
}

// createFile makes an empty file of mode 0600 at path, and its folder. It never
// closes a descriptor of path where another connection of this process might
// have it open already: closing any of them drops POSIX locks on all of them.
// So the file is made under another name and linked.
func createFile(path string) error {
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return cannotCreate(path, err)
	}
	temp, err := os.CreateTemp(folder, ".fumtui-*") // mode 0600
	if err != nil {
		return cannotCreate(path, err)
	}
	name := temp.Name()
	defer func() { _ = os.Remove(name) }()
	if err := temp.Close(); err != nil {
		return cannotCreate(path, err)
	}
	err = os.Link(name, path)
	if err == nil || errors.Is(err, os.ErrExist) {
		return nil
	}
	// A file system without links: another console that starts at this very
	// moment is the lesser evil.
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return cannotCreate(path, err)
	}
	return file.Close()
}

func cannotCreate(path string, err error) error {
	kind := KindInaccessible
	if errors.Is(err, os.ErrPermission) {
		kind = KindReadOnly
	}
	return &Error{Kind: kind, Path: path, Doing: "create the database", Saw: reason(err), Err: err}
}

// keepPrivate takes a file away from group and others. It cannot where the file
// is someone else's; whether that matters shows when it is opened.
func keepPrivate(path string) {
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		_ = os.Chmod(path, info.Mode().Perm()&^0o077)
	}
}

// reason is the system's own words, without the path that is said already.
func reason(err error) string {
	var pathErr *os.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Op + " " + pathErr.Path + ": " + pathErr.Err.Error()
	}
	return err.Error()
}
