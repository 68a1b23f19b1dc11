//go:build unix

package hook

import (
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// CanSupervise says whether hooks can outlive their driver on this system.
const CanSupervise = true

// lockFD is where a supervisor finds the lock that its driver took for it.
const lockFD = 3

// tryLock takes a lock on an open file, shared or for one alone; false: somebody
// else has it. It is given up when every copy of the file's descriptor is closed,
// whichever way their processes end.
func tryLock(f *os.File, shared bool) (bool, error) {
	how := unix.LOCK_EX
	if shared {
		how = unix.LOCK_SH
	}
	for {
		err := unix.Flock(int(f.Fd()), how|unix.LOCK_NB)
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, unix.EWOULDBLOCK):
			return false, nil
		case !errors.Is(err, unix.EINTR):
			return false, err
		}
	}
}

// inherited is the lock that a supervisor was started with. Its hook does not
// inherit it: what a hook leaves running must not hold it.
func inherited(path string) (*os.File, error) {
	unix.CloseOnExec(lockFD)
	f := os.NewFile(lockFD, path)
	if f == nil {
		return nil, errNoLock
	}
	mine, err := f.Stat()
	if err != nil {
		return nil, errNoLock
	}
	named, err := os.Stat(path)
	if err != nil || !os.SameFile(mine, named) {
		return nil, errNoLock
	}
	return f, nil
}

// detach gives a supervisor a session of its own, out of reach of the keys and
// the hang-up of its driver's terminal, and the lock.
func detach(cmd *exec.Cmd, lock *os.File) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.ExtraFiles = []*os.File{lock}
}

// outliveDriver keeps this process alive when nobody reads what it says any
// more. The signals are caught and not ignored, because hooks would inherit that.
func outliveDriver() (restore func()) {
	swallowed := make(chan os.Signal, 1)
	signal.Notify(swallowed, syscall.SIGHUP, syscall.SIGPIPE)
	return func() { signal.Stop(swallowed) }
}

// mayWrite fails where files cannot be made in a folder.
func mayWrite(dir string) error {
	if err := unix.Access(dir, unix.W_OK|unix.X_OK); err != nil {
		return &os.PathError{Op: "write to", Path: dir, Err: err}
	}
	return nil
}

// killGroup ends a command and all that it started in its session, at once.
func killGroup(pid int) { _ = syscall.Kill(-pid, syscall.SIGKILL) }
