//go:build unix

package hook

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// isolate puts the command into a session of its own: it and its children can
// then be signalled together, a key or a hang-up at the console's terminal does
// not reach them, and nothing of them (an ssh that wants a password, say) can
// write over the screen or wait for a key.
func isolate(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
}

// terminate asks the command and its children to end.
func terminate(cmd *exec.Cmd) error {
	err := syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
	if errors.Is(err, syscall.ESRCH) {
		return os.ErrProcessDone
	}
	return err
}

// sweep waits until the deadline for what is left of the command's process
// group to end, and then kills it. The command itself has been waited for.
func sweep(cmd *exec.Cmd, deadline time.Time) {
	const look = 10 * time.Millisecond
	group := -cmd.Process.Pid
	for time.Now().Before(deadline) {
		if errors.Is(syscall.Kill(group, 0), syscall.ESRCH) {
			return
		}
		time.Sleep(look)
	}
	_ = syscall.Kill(group, syscall.SIGKILL)
}
