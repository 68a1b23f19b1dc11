package probe

import (
	"context"
	"crypto/tls"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// silence is what is said of a peer that does not answer in time. How far it had
// come depends on the speed of this machine too.
var silence = []string{"did not answer within", "said nothing within", "no connection to"}

// What faults lead to.
var (
	outage  = fault{verdict: model.ClusterDown, action: model.ActionFailOver}
	refusal = fault{verdict: model.ClusterRefusingUs, action: model.ActionFixConfiguration}
)

// TestFaultsOnTheWireReachTheRightAdvice runs all trials side by side: each
// mostly waits for the time of its rules.
func TestFaultsOnTheWireReachTheRightAdvice(t *testing.T) {
	w := newWorld(t)
	trials := w.trials(t)

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var standby, running sync.WaitGroup
	standby.Go(func() {
		Prober{Cluster: trialStandby, Client: w.standby, Interval: trialInterval, Timeout: 2 * trialCall, Publish: func(e model.Evidence) {
			for _, r := range trials {
				r.publish(e)
			}
		}}.Run(ctx)
	})
	for i, r := range trials {
		running.Go(func() {
			// Not all at once, for the sake of slow machines.
			if sleep(ctx, time.Duration(i)*trialInterval/4) {
				r.run(ctx)
			}
		})
	}
	running.Wait()
	cancel()
	standby.Wait()
	for _, r := range trials {
		t.Run(r.name, r.report)
	}
}

// world is what all trials share.
type world struct {
	active  string // the address of the active cluster
	standby *Client
	tip     func() model.Offset
	names   []*nameServer
	good    tls.Certificate
	expired tls.Certificate
	alien   tls.Certificate // of another host
	unknown tls.Certificate // of an authority that is not trusted
	ca      string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{}
	start := time.Now()
	ams, _ := simulate(t, trialActive, "", start)
	fra, _ := simulate(t, trialStandby, "", start)
	if t.Failed() {
		t.FailNow()
	}
	w.active, w.tip = ams.Addr(), ams.Tip
	w.standby = dialClient(t, Endpoint{URL: "http://" + fra.Addr(), Token: trialToken, Timeout: trialCall})
	subscribe(t, w.active)
	subscribe(t, fra.Addr())
	w.names = serveNames(t, "gone.fumtui.test", "silent.fumtui.test")

	hour := time.Now().Add(time.Hour)
	var pems [3]string
	w.good, pems[0] = certificate(t, hour, "127.0.0.1")
	w.expired, pems[1] = certificate(t, time.Now().Add(-time.Hour), "127.0.0.1")
	w.alien, pems[2] = certificate(t, hour, "portal.example")
	w.unknown, _ = certificate(t, hour, "127.0.0.1")
	var all []byte
	for _, name := range pems {
		pem, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, pem...)
	}
	w.ca = filepath.Join(t.TempDir(), "all.pem")
	if err := os.WriteFile(w.ca, all, 0o600); err != nil {
		t.Fatal(err)
	}
	return w
}

// subscribe creates the subscriber at a cluster.
func subscribe(t *testing.T, address string) {
	t.Helper()
	c := dialClient(t, Endpoint{URL: "http://" + address, Token: trialToken})
	if _, err := c.CreateLatest(t.Context(), "trades"); err != nil {
		t.Error(err)
	}
}

// trials prepares all of them.
func (w *world) trials(t *testing.T) []*trial {
	t.Helper()
	var trials []*trial
	for _, f := range slices.Concat(
		w.connectionFaults(), w.callFaults(), w.streamFaults(), processFaults(t),
		w.protocolFaults(t), w.certificateFaults(), w.nameFaults(), proxyFaults(t), backendFaults(t),
	) {
		if f.well == nil {
			f.well = func(n *front) { n.become(w.through()) }
		}
		if f.own != nil {
			trials = append(trials, newTrial(f, nil, w.dial(t, f, f.own.cluster.Addr()), f.own.tip))
			continue
		}
		n := newFront(t, w.through())
		f.well(n)
		trials = append(trials, newTrial(f, n, w.dial(t, f, n.address), w.tip))
	}
	return trials
}

// through passes everything on to the active cluster.
func (w *world) through() func(net.Conn) { return new(gate).serve(w.active) }

// dial makes the client of a trial.
func (w *world) dial(t *testing.T, f fault, address string) *Client {
	t.Helper()
	e := Endpoint{URL: "http://" + address, Token: trialToken, Timeout: f.call}
	if f.host != "" {
		_, port, _ := net.SplitHostPort(address)
		e.URL = "http://" + net.JoinHostPort(f.host, port)
	}
	if f.secure {
		e.URL, e.CAFile = "https://"+address, w.ca
	}
	if e.Timeout == 0 {
		e.Timeout = trialCall
	}
	return dialClient(t, e)
}

// trialToken is whose the subscriber is.
const trialToken = "tok-123"

// short is the time of calls that are to run out of it.
const short = 600 * time.Millisecond

// as makes a fault with the ending of another.
func (f fault) as(ending fault) fault {
	f.verdict, f.action = ending.verdict, ending.action
	return f
}

func just(class model.ErrorClass) []model.ErrorClass { return []model.ErrorClass{class} }

// treat turns to another treatment of connections.
func treat(serve func(net.Conn)) func(*front) { return func(n *front) { n.become(serve) } }
