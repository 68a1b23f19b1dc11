// Package host says who this process is, such that no other process that ever
// ran is taken for it, and whether the process that another holder names still
// lives. A lease of a driver that is dead on this host can be taken over at
// once.
package host

import (
	"os"
	"os/user"

	"github.com/fumtui/fumtui/model"
)

// Self is the holder that this process is.
func Self() model.Holder { return Process(os.Getpid()) }

// Process is the holder that a process of this user on this host would be.
func Process(pid int) model.Holder {
	name, err := os.Hostname()
	if err != nil {
		name = "unknown"
	}
	started, _ := startOf(pid)
	return model.Holder{Host: name, BootID: bootID(), PID: pid, StartedAt: started, User: userName()}
}

// Alive reports whether a holder still lives. known is false where that cannot
// be told from here: on another host, before the last boot of a host of this
// name, or on a system that does not say when a process started.
func Alive(holder model.Holder) (alive, known bool) {
	self := Self()
	if holder.Host != self.Host || holder.BootID == "" || holder.BootID != self.BootID {
		return false, false
	}
	started, ok := startOf(holder.PID)
	if !ok {
		return false, false
	}
	return started != "" && started == holder.StartedAt, true
}

func userName() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	if name := os.Getenv("USER"); name != "" {
		return name
	}
	return "unknown"
}
