package store

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// asNobody runs f with a file system identity that has no rights of root's, so
// that modes count. It uses up its thread.
func asNobody(t *testing.T, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlock: the thread ends with the goroutine
		if os.Geteuid() == 0 {
			if err := unix.Setfsuid(nobody); err != nil {
				t.Errorf("give up root's rights: %v", err)
				return
			}
		}
		f()
	}()
	<-done
}

const nobody = 65534

// giveAway makes nobody the owner of everything in a folder.
func giveAway(t *testing.T, folder string) {
	t.Helper()
	if os.Geteuid() != 0 {
		return
	}
	for at := folder; at != os.TempDir() && at != "/"; at = filepath.Dir(at) {
		must(t, os.Chown(at, nobody, -1))
	}
	names, err := os.ReadDir(folder)
	must(t, err)
	for _, name := range names {
		must(t, os.Chown(filepath.Join(folder, name.Name()), nobody, -1))
	}
}

func TestReadOnlyFilesAndFolders(t *testing.T) {
	tests := []struct {
		name         string
		file, folder os.FileMode
		wantOpen     Kind
		canRead      bool
	}{
		{"a file that cannot be written", 0o400, 0o700, KindReadOnly, true},
		{"a folder that cannot be written", 0o600, 0o500, KindReadOnly, true},
		{"neither can be written", 0o400, 0o500, KindReadOnly, true},
		{"a file that cannot be read", 0o000, 0o700, KindInaccessible, false},
		{"all is well", 0o600, 0o700, "", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := newPath(t)
			s := open(t, path)
			must(t, s.SetCursor(t.Context(), "trades", "ams", 7, false, nil))
			must(t, s.Close())
			folder := filepath.Dir(path)
			giveAway(t, folder)
			must(t, os.Chmod(path, test.file))
			must(t, os.Chmod(folder, test.folder))
			t.Cleanup(func() { _ = os.Chmod(folder, 0o700) }) //nolint:gosec // so that it can be removed
			asNobody(t, func() { openAndRead(t, path, test.wantOpen, test.canRead) })
		})
	}
}

func openAndRead(t *testing.T, path string, wantOpen Kind, canRead bool) {
	s, err := Open(t.Context(), path)
	if KindOf(err) != wantOpen || (err == nil) != (wantOpen == "") {
		t.Errorf("open: %v, want kind %q", err, wantOpen)
	}
	if s != nil {
		_ = s.Close()
	}
	r, err := OpenReadOnly(t.Context(), path)
	if (err == nil) != canRead {
		t.Errorf("open for reading: %v, want it to work: %v", err, canRead)
	}
	if r == nil {
		return
	}
	defer func() { _ = r.Close() }()
	if c, err := r.Cursor(t.Context(), "trades", "ams"); err != nil || c == nil || c.Slot != 7 {
		t.Errorf("cursor %v, %v", c, err)
	}
}

func TestANewFileInAReadOnlyFolder(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "closed")
	must(t, os.Mkdir(folder, 0o700))
	giveAway(t, folder)
	must(t, os.Chmod(folder, 0o500)) //nolint:gosec // read-only on purpose
	asNobody(t, func() {
		if s, err := Open(t.Context(), filepath.Join(folder, "fumtui.db")); s != nil || KindOf(err) != KindReadOnly {
			t.Errorf("open: %v, want it read-only", err)
		}
	})
}
