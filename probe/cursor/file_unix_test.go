//go:build unix

package cursor

import (
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"

	"github.com/fumtui/fumtui/model"
)

func TestPipesAreRefusedAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "slot")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	slot, err := File(path).Read(t.Context())
	slotIs(t, "not a regular file", slot, err)
	slot, err = File("/dev/zero").Read(t.Context())
	slotIs(t, "not a regular file", slot, err)
}

// A writer that renames is never read half-way, whatever the moment.
func TestRenamedFilesAreNeverTorn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "slot")
	const most = 500
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := range most {
			_ = os.WriteFile(path+".new", []byte(strconv.Itoa(i+1)+"\n"), 0o600)
			_ = os.Rename(path+".new", path)
		}
	})
	defer wg.Wait()
	for last := model.Slot(0); last < most; {
		slot, err := File(path).Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if slot != nil {
			if *slot < last {
				t.Fatalf("slot %d after %d", *slot, last)
			}
			last = *slot
		}
	}
}
