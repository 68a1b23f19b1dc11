//go:build unix

package consumer

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// presence shows the clients of a pipeline to each other: each holds a lock on
// the byte of a file that has the number of its session. The system takes the
// lock away when the process ends, however that comes about.
type presence struct{ file *os.File }

func openPresence(path string) (*presence, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return &presence{file: f}, nil
}

// show shows session n, and gives the lowest number of a session of another
// process that lives; 0 without one.
func (p *presence) show(n int64) (other int64, err error) {
	mine := unix.Flock_t{Type: unix.F_WRLCK, Whence: io.SeekStart, Start: n, Len: 1}
	if err := unix.FcntlFlock(p.file.Fd(), unix.F_SETLK, &mine); err != nil {
		return 0, fmt.Errorf("show session %d in %s: %w", n, p.file.Name(), err)
	}
	all := unix.Flock_t{Type: unix.F_WRLCK, Whence: io.SeekStart, Start: 0, Len: 0} // to the end, wherever that is
	if err := unix.FcntlFlock(p.file.Fd(), unix.F_GETLK, &all); err != nil {
		return 0, fmt.Errorf("look for other sessions in %s: %w", p.file.Name(), err)
	}
	if all.Type == unix.F_UNLCK {
		return 0, nil
	}
	return all.Start, nil
}

func (p *presence) close() error { return p.file.Close() }
