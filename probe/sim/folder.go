package sim

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/fumtui/fumtui/probe/sim/consumer"
)

// configMark begins every configuration that a simulator wrote.
const configMark = "# Written by fumtui sim"

// claim makes a folder ready for a new simulator: it takes the folder's lock,
// refuses what another simulator serves or what holds somebody's own files
// under our names, and removes what an earlier simulator left, of which it
// tells notice. The lock is held until release is called or the process ends.
func claim(dir string, names *state, notice func(string)) (release func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder: %w", err)
	}
	release, err = lockFolder(filepath.Join(dir, lockFile))
	if err != nil {
		return nil, fmt.Errorf("folder %s is served by another simulator: end that one, or name another folder: %w", dir, err)
	}
	removed, err := tidy(dir, names)
	if err != nil {
		release()
		return nil, err
	}
	if len(removed) > 0 {
		notice(startsAfresh(dir, removed))
	}
	return release, nil
}

// tidy removes what an earlier simulator left, and gives the names.
func tidy(dir string, names *state) (removed []string, err error) {
	old, err := readState(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("folder %s: %s is not a simulator's: name another folder: %w", dir, stateFile, err)
	}
	if old == nil {
		if err := refuseForeign(dir); err != nil {
			return nil, err
		}
	} else if alive(old) {
		return nil, fmt.Errorf("folder %s is served by another simulator, process %d: end that one, or name another folder", dir, old.PID)
	}
	paths := []string{configFile, caFile}
	paths = append(paths, databaseFiles(storeFile)...)
	for _, s := range []*state{old, names} {
		if s != nil {
			paths = append(paths, s.files()...)
		}
	}
	for _, path := range append(paths, stateFile) { // the state last: it marks the rest as ours
		switch err := os.Remove(filepath.Join(dir, path)); {
		case err == nil:
			removed = append(removed, path)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("remove what an earlier simulator left: %w", err)
		}
	}
	for _, sub := range []string{clientsDir, fumeDir} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			return nil, fmt.Errorf("make the folder: %w", err)
		}
	}
	return removed, nil
}

// startsAfresh tells what became of an earlier simulator's files.
func startsAfresh(dir string, removed []string) string {
	what := make([]string, 0, 3)
	rest := len(removed)
	for _, kept := range []struct{ file, holds string }{
		{storeFile, " with its runs, cursors and history"},
		{configFile, ""},
	} {
		if slices.Contains(removed, kept.file) {
			what = append(what, kept.file+kept.holds)
			rest--
		}
	}
	if rest > 0 {
		what = append(what, fmt.Sprintf("%d other files of the clusters and the clients' records", rest))
	}
	return fmt.Sprintf("starting afresh in %s: removed what an earlier simulator left there: %s", dir, strings.Join(what, ", "))
}

// files are those of the clusters and pipelines, relative to the folder.
func (s *state) files() []string {
	var paths []string
	for _, c := range s.Clusters {
		paths = append(paths, filepath.Join(fumeDir, c.Name+".yaml"))
	}
	for _, p := range s.Pipelines {
		record := filepath.Join(clientsDir, p.Name+".db")
		paths = append(paths, databaseFiles(record)...)
		paths = append(paths, consumer.PresenceFile(record))
		for _, c := range s.Clusters {
			paths = append(paths, filepath.Join(clientsDir, p.Name+"-"+c.Name+".log"))
		}
	}
	return paths
}

func databaseFiles(path string) []string {
	return []string{path, path + "-wal", path + "-shm", path + "-journal"}
}

// refuseForeign refuses a folder that no simulator served and that holds files
// which ours would replace.
func refuseForeign(dir string) error {
	config, err := os.ReadFile(filepath.Join(dir, configFile))
	if err == nil && bytes.HasPrefix(config, []byte(configMark)) {
		return nil
	}
	for _, name := range []string{configFile, storeFile, caFile} {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			return fmt.Errorf("folder %s holds a %s that no simulator wrote: name another folder", dir, name)
		}
	}
	return nil
}
