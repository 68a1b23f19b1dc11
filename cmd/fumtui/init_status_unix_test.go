//go:build unix

package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/fumtui/fumtui/model/failover"
)

// TestUnitStatus runs the status hook that init writes against a systemctl that
// answers as the real one does: a client on its way down is not stopped.
func TestUnitStatus(t *testing.T) {
	t.Parallel()
	bin := t.TempDir()
	for name, text := range map[string]string{
		"systemctl": "#!/bin/sh\n[ \"$1 $2\" = 'is-active trades' ] || exit 9\nprintf '%s\\n' \"$STATE\"\nexit \"$CODE\"\n",
		"ssh":       "#!/bin/sh\nshift\nexec sh -c \"$*\"\n", // as sshd does
	} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte(text), 0o755); err != nil { //nolint:gosec // a program
			t.Fatal(err)
		}
	}
	for form, name := range map[string]string{"systemd:trades": "here", "ssh:eu-1:trades": "elsewhere"} {
		hooks, err := hooksOf(form)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			state, code string
			want        int
		}{
			{"active", "0", 0},
			{"reloading", "3", 0},
			{"activating", "3", 0},
			{"deactivating", "3", 0},
			{"maintenance", "3", 0},
			{"unknown", "3", 1},
			{"inactive", "3", 3},
			{"failed", "3", 3},
			{"inactive", "4", 1},
			{"unknown", "4", 1},
			{"", "1", 1},
			{"", "3", 1},
		} {
			argv := hooks[failover.HookStatus]
			cmd := exec.CommandContext(t.Context(), filepath.Join(bin, "ssh"), argv[1:]...) //nolint:gosec // the hook
			if argv[0] != "ssh" {
				cmd = exec.CommandContext(t.Context(), argv[0], argv[1:]...) //nolint:gosec // the hook
			}
			cmd.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "STATE="+c.state, "CODE="+c.code)
			err := cmd.Run()
			var failed *exec.ExitError
			if err != nil && !errors.As(err, &failed) {
				t.Fatal(err)
			}
			if got := cmd.ProcessState.ExitCode(); got != c.want {
				t.Errorf("%s, %q with exit code %s: the hook exits %d, want %d", name, c.state, c.code, got, c.want)
			}
		}
	}
}
