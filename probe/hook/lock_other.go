//go:build !unix

package hook

import (
	"errors"
	"os"
	"os/exec"
)

// CanSupervise says whether hooks can outlive their driver on this system.
const CanSupervise = false

// errNoSupervisor is why a supervisor does nothing here.
var errNoSupervisor = errors.New("hooks cannot be supervised on this system")

func tryLock(*os.File, bool) (bool, error) { return false, errNoSupervisor }

func inherited(string) (*os.File, error) { return nil, errNoSupervisor }

func detach(*exec.Cmd, *os.File) {}

func outliveDriver() (restore func()) { return func() {} }

func mayWrite(string) error { return errNoSupervisor }

func killGroup(int) {}
