package probe

import (
	"errors"

	"golang.org/x/sys/windows"
)

// isRefused reports whether the peer's host answered that nobody listens.
func isRefused(err error) bool { return errors.Is(err, windows.WSAECONNREFUSED) }

// isUnroutable reports whether there is no way to the peer.
func isUnroutable(err error) bool {
	return errors.Is(err, windows.WSAEHOSTUNREACH) || errors.Is(err, windows.WSAENETUNREACH)
}

// isReset reports whether the peer broke the connection.
func isReset(err error) bool {
	return errors.Is(err, windows.WSAECONNRESET) || errors.Is(err, windows.WSAECONNABORTED)
}
