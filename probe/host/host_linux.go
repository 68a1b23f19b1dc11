package host

import (
	"errors"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// bootID changes with every boot, and differs between containers whose process
// ids mean different processes.
func bootID() string {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	namespace, err := os.Readlink("/proc/self/ns/pid")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(id)) + " " + namespace
}

// startOf is when a process started, in clock ticks since the boot; "" when
// there is no such process. ok is false where the system does not say.
func startOf(pid int) (started string, ok bool) {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if errors.Is(err, fs.ErrNotExist) {
		// /proc may hide the processes of others; a signal does not.
		return "", errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
	}
	if err != nil {
		return "", false
	}
	// The name of the program stands in parentheses and may hold anything.
	_, after, found := strings.Cut(string(stat[strings.LastIndexByte(string(stat), ')')+1:]), " ")
	fields := strings.Fields(after)
	const start, state = 19, 0 // fields 22 and 3 of proc(5), counted from the third
	if !found || len(fields) <= start {
		return "", false
	}
	if fields[state] == "Z" || fields[state] == "X" {
		return "", true // dead, and not yet reaped
	}
	return fields[start], true
}
