package main

import (
	"net/netip"
	"os"
	"strings"
)

// sshOrigin is where the ssh session came from in which this process was
// started; "" without one.
func sshOrigin() string { return originIn(os.LookupEnv) }

// originIn finds the origin in an environment. Whoever starts fumtui may have
// set it to anything: only an address is taken, without its zone.
func originIn(lookup func(string) (string, bool)) string {
	for _, name := range []string{"SSH_CONNECTION", "SSH_CLIENT"} {
		value, _ := lookup(name)
		first, _, _ := strings.Cut(strings.TrimSpace(value), " ")
		if addr, err := netip.ParseAddr(first); err == nil {
			return addr.WithZone("").Unmap().String()
		}
	}
	return ""
}
