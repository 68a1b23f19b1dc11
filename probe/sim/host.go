package sim

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/probe/sim/chain"
	"github.com/fumtui/fumtui/probe/sim/cluster"
)

const (
	naturalRate  = 2.5 // slots per second of the chain at speed 1
	readyTimeout = 60 * time.Second
	readyPoll    = 25 * time.Millisecond
)

// Host is a simulator that serves.
type Host struct {
	opts     Options
	state    *state
	clusters map[string]*cluster.Cluster
	clients  map[clientKey]*clientProc

	faultMu sync.Mutex
	faulty  map[string]map[string]bool // cluster: faults of its clients

	cancel context.CancelFunc
	wg     sync.WaitGroup
	done   chan struct{}
	errMu  sync.Mutex
	err    error
}

type clientKey struct{ pipeline, cluster string }

// Start serves a folder, and returns when both clusters serve, all pipelines
// stream and the configuration is written. The simulator ends with ctx or with
// [Host.Close].
func Start(ctx context.Context, options Options) (*Host, error) {
	o, err := options.complete()
	if err != nil {
		return nil, err
	}
	h := &Host{
		opts: o, clusters: map[string]*cluster.Cluster{}, clients: map[clientKey]*clientProc{},
		faulty: map[string]map[string]bool{}, done: make(chan struct{}),
	}
	ctx, h.cancel = context.WithCancel(ctx)
	if err := h.start(ctx); err != nil {
		h.cancel()
		h.wg.Wait()
		return nil, fmt.Errorf("simulator: %w", err)
	}
	return h, nil
}

// start brings everything up. What runs afterwards is in the wait group and
// ends with ctx.
func (h *Host) start(ctx context.Context) error {
	p, err := reserve(ctx, len(h.opts.Clusters)*(1+h.opts.Pipelines))
	if err != nil {
		return err
	}
	if err := h.plan(p); err != nil {
		p.release()
		return err
	}
	release, err := claim(h.opts.Dir, h.state, h.opts.Notice)
	if err != nil {
		p.release()
		return err
	}
	h.wg.Go(func() {
		<-ctx.Done()
		h.stopClients()
		release()
	})
	if err := h.state.write(h.opts.Dir); err != nil {
		p.release()
		return err
	}
	h.serveControl(ctx, p)
	if err := h.serveClusters(ctx); err != nil {
		return err
	}
	if err := h.prepareStore(ctx); err != nil {
		return err
	}
	if err := h.stream(ctx); err != nil {
		return err
	}
	if err := h.writeFiles(); err != nil {
		return err
	}
	go func() {
		h.wg.Wait()
		close(h.done)
	}()
	return nil
}

// plan names everything: clusters, pipelines, ports, secrets.
func (h *Host) plan(p *ports) error {
	o := h.opts
	scheme := "http://"
	if o.TLS {
		scheme = "https://"
	}
	s := &state{
		PID: os.Getpid(), Control: p.guards[0].Addr().String(), Secret: rand.Text(), Token: "sim-" + rand.Text(),
		Seed: o.Seed, StartSlot: uint64(cluster.DefaultStartSlot), SlotsPerSecond: naturalRate * o.Speed,
		Speed: o.Speed, Shards: o.Shards, TLS: o.TLS, AnyVersion: o.ServiceVersion != cluster.DefaultVersion,
	}
	for _, name := range o.Clusters {
		port, err := p.take()
		if err != nil {
			return err
		}
		s.Clusters = append(s.Clusters, clusterState{Name: name, Endpoint: scheme + loopback(port)})
	}
	for i := range o.Pipelines {
		name := pipelineName(i)
		pipeline := pipelineState{Name: name, Subscriber: name + "-prod", Home: o.Clusters[0], Ports: map[string]int{}}
		for _, c := range o.Clusters {
			port, err := p.take()
			if err != nil {
				return err
			}
			pipeline.Ports[c] = port
			h.clients[clientKey{name, c}] = &clientProc{dir: o.Dir, pipeline: name, cluster: c, exe: o.Exe}
		}
		s.Pipelines = append(s.Pipelines, pipeline)
	}
	h.state = s
	return nil
}

// serveClusters brings the clusters up.
func (h *Host) serveClusters(ctx context.Context) error {
	now := time.Now()
	var conf *tls.Config
	if h.opts.TLS {
		var pem []byte
		var err error
		if conf, pem, err = makeTLS(now); err != nil {
			return fmt.Errorf("make the certificates: %w", err)
		}
		if err := writeFile(filepath.Join(h.opts.Dir, caFile), pem); err != nil {
			return err
		}
	}
	for _, cs := range h.state.Clusters {
		c, err := cluster.New(cluster.Options{
			Name: cs.Name, Chain: chain.New(h.opts.Seed), Clock: cluster.SystemClock{}, Start: now,
			StartSlot: model.Slot(h.state.StartSlot), Rate: h.state.SlotsPerSecond, Tokens: []string{h.state.Token},
			Shards: h.opts.Shards, Version: h.opts.ServiceVersion, TLS: conf, Address: hostPort(cs.Endpoint),
		})
		if err != nil {
			return fmt.Errorf("cluster %s: %w", cs.Name, err)
		}
		h.clusters[cs.Name] = c
		h.wg.Go(func() {
			if err := c.Serve(ctx); err != nil && ctx.Err() == nil {
				h.fail(fmt.Errorf("cluster %s: %w", cs.Name, err))
			}
		})
	}
	return nil
}

func (h *Host) prepareStore(ctx context.Context) error {
	if h.opts.Prepare == nil {
		return nil
	}
	if err := h.opts.Prepare(ctx, filepath.Join(h.opts.Dir, storeFile)); err != nil {
		return fmt.Errorf("make fumtui's database: %w", err)
	}
	return nil
}

// serveControl serves the control endpoint on the first of the reserved ports,
// and gives all of them back at the end.
func (h *Host) serveControl(ctx context.Context, p *ports) {
	server := &http.Server{Handler: h.controlHandler(), ReadHeaderTimeout: 5 * time.Second}
	h.wg.Go(func() {
		if err := server.Serve(p.guards[0]); !errors.Is(err, http.ErrServerClosed) {
			h.fail(fmt.Errorf("control endpoint: %w", err))
		}
	})
	h.wg.Go(func() {
		<-ctx.Done()
		_ = server.Close()
		p.release()
	})
}

// fail ends the simulator for a reason.
func (h *Host) fail(err error) {
	h.errMu.Lock()
	if h.err == nil {
		h.err = err
	}
	h.errMu.Unlock()
	h.cancel()
}

// stopClients ends all clients at once.
func (h *Host) stopClients() {
	var wg sync.WaitGroup
	for _, c := range h.clients {
		wg.Go(c.shut)
	}
	wg.Wait()
}

// Dir is the folder that is served.
func (h *Host) Dir() string { return h.opts.Dir }

// Config is the path of the configuration that was written.
func (h *Host) Config() string { return filepath.Join(h.opts.Dir, configFile) }

// Wait waits until the simulator and all its clients have ended. The error is
// nil where its context or Close ended it.
func (h *Host) Wait() error {
	<-h.done
	h.errMu.Lock()
	defer h.errMu.Unlock()
	return h.err
}

// Close ends the simulator and all its clients, and waits.
func (h *Host) Close() error {
	h.cancel()
	return h.Wait()
}
