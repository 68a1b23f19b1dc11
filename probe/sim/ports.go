package sim

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
)

// Ports come in blocks below the range that systems hand out for outgoing
// connections, so that a port that is closed for a while can be taken again.
// The first port of a block is held as long as the simulator lives: another
// simulator that finds it taken leaves the whole block alone.
const (
	firstPort = 20_000
	lastPort  = 28_000 // not included; above are those of clusters without a simulator
	blockSize = 32
	tries     = 200
)

// ports are the ports of one simulator.
type ports struct {
	guards []net.Listener
	free   []int
}

// reserve finds blocks with at least n ports that are free now.
func reserve(ctx context.Context, n int) (*ports, error) {
	p := &ports{}
	for range tries {
		base := firstPort + blockSize*rand.IntN((lastPort-firstPort)/blockSize)
		guard, err := (&net.ListenConfig{}).Listen(ctx, "tcp", loopback(base))
		if err != nil {
			continue
		}
		p.guards = append(p.guards, guard)
		for port := base + 1; port < base+blockSize; port++ {
			if canBind(ctx, port) {
				p.free = append(p.free, port)
			}
		}
		if len(p.free) >= n {
			return p, nil
		}
	}
	p.release()
	return nil, fmt.Errorf("found no %d free ports between %d and %d on this machine", n, firstPort, lastPort)
}

// take gives the next port.
func (p *ports) take() (int, error) {
	if len(p.free) == 0 {
		return 0, errors.New("no port is left")
	}
	port := p.free[0]
	p.free = p.free[1:]
	return port, nil
}

// release gives all blocks back.
func (p *ports) release() {
	for _, g := range p.guards {
		_ = g.Close()
	}
}

func canBind(ctx context.Context, port int) bool {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", loopback(port))
	if err != nil {
		return false
	}
	return l.Close() == nil
}

func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
