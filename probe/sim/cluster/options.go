package cluster

import (
	"crypto/tls"
	"errors"
	"fmt"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/probe/sim/chain"
)

// Defaults of [Options].
const (
	DefaultVersion    = "0.41.0"
	DefaultRate       = 2.5
	DefaultSlowBy     = 700 * time.Millisecond
	DefaultErrorShare = 0.5
	// DefaultRetention is two hours of chain at its natural rate, in slots.
	DefaultRetention = 18_000
)

// Clock is the time that a cluster lives in.
type Clock interface {
	Now() time.Time
	// After delivers a value once d has passed.
	After(d time.Duration) <-chan time.Time
}

// Options describe a cluster. Name, Clock and Start are needed; all else has
// a default.
type Options struct {
	// Name of the cluster. Together with the chain's seed it decides how the
	// cluster's log differs from that of other clusters.
	Name  string
	Chain chain.Chain
	Clock Clock
	// Start is when the newest slot was StartSlot. Clusters that serve the same
	// chain share both.
	Start     time.Time
	StartSlot model.Slot
	// Rate is the speed of the chain in slots per second (2.5).
	Rate float64
	// Retention is how many slots the cluster can serve (18,000).
	Retention int
	// Tokens that are accepted as x-token. None: no token is asked for.
	Tokens []string
	// Shards is the number of data shards of a block, 1 to 64 (1).
	Shards int
	// Version that the service says it has (0.41.0).
	Version string
	// TLS, where set, makes the cluster speak TLS. It needs a certificate.
	TLS *tls.Config
	// Address to listen on. With port 0, the default, a free loopback port is
	// taken.
	Address string
	// SlowBy is the shortest delay of [FaultSlow], and half of the longest
	// (700 ms).
	SlowBy time.Duration
	// ErrorShare is the share of calls, 0 to 1, that fail under [FaultErrors]
	// (0.5).
	ErrorShare float64
}

// complete fills in the defaults and refuses what cannot work.
func (o Options) complete() (Options, error) {
	if o.Name == "" {
		return o, errors.New("a simulated cluster needs a name")
	}
	if o.Clock == nil || o.Start.IsZero() {
		return o, fmt.Errorf("simulated cluster %s: needs a clock and the start of its chain", o.Name)
	}
	setDefault(&o.Rate, DefaultRate)
	setDefault(&o.Retention, DefaultRetention)
	setDefault(&o.Shards, 1)
	setDefault(&o.Version, DefaultVersion)
	setDefault(&o.Address, "127.0.0.1:0")
	setDefault(&o.SlowBy, DefaultSlowBy)
	setDefault(&o.ErrorShare, DefaultErrorShare)
	setDefault(&o.StartSlot, DefaultStartSlot)
	switch {
	case o.Rate < 0:
		return o, fmt.Errorf("simulated cluster %s: slots per second must be above 0, not %v", o.Name, o.Rate)
	case o.Shards < 1 || o.Shards > maxShards:
		return o, fmt.Errorf("simulated cluster %s: shards must be 1 to %d, not %d", o.Name, maxShards, o.Shards)
	case o.ErrorShare < 0 || o.ErrorShare > 1:
		return o, fmt.Errorf("simulated cluster %s: share of errors must be 0 to 1, not %v", o.Name, o.ErrorShare)
	case o.Retention < 2*finalizedAfter:
		return o, fmt.Errorf("simulated cluster %s: retention must be at least %d slots, not %d", o.Name, 2*finalizedAfter, o.Retention)
	case uint64(o.StartSlot) < uint64(o.Retention)+2*finalizedAfter:
		return o, fmt.Errorf("simulated cluster %s: start slot %d leaves no room for %d slots of history", o.Name, o.StartSlot, o.Retention)
	}
	return o, nil
}

// DefaultStartSlot is where a simulated chain stands when nothing else is said.
const DefaultStartSlot model.Slot = 350_000_000

// maxShards bounds the data shards of a block.
const maxShards = 64

// setDefault gives a field that was left out its value.
func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
