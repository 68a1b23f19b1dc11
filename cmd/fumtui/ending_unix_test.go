//go:build unix

package main

import (
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// endingEnv has the test binary be a process that is about to exit.
const endingEnv = "FUMTUI_TEST_ENDING"

// ownCode is how it exits: no command does.
const ownCode = 42

// TestEndingProcess is that process. A signal to oneself has come when kill returns.
func TestEndingProcess(t *testing.T) {
	if os.Getenv(endingEnv) == "" {
		t.Skip("only as a helper")
	}
	onSignals(&interrupts{}, func() {}, func() {})()
	for range 3 {
		for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
			if err := syscall.Kill(os.Getpid(), s); err != nil {
				t.Fatal(err)
			}
		}
	}
	os.Exit(ownCode)
}

// TestSignalBeforeExit: signals that come after the last words of a process leave
// it its exit code.
func TestSignalBeforeExit(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(os.Args[0], "-test.run=^TestEndingProcess$")
	cmd.Env = append(os.Environ(), endingEnv+"=1")
	out, _ := cmd.CombinedOutput()
	if code := cmd.ProcessState.ExitCode(); code != ownCode {
		t.Errorf("%v, exit code %d\n%s", cmd.ProcessState, code, out)
	}
}
