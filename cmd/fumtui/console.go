package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/config"
	"github.com/fumtui/fumtui/model/failover"
	"github.com/fumtui/fumtui/model/health"
	"github.com/fumtui/fumtui/model/monitor"
	"github.com/fumtui/fumtui/probe"
	"github.com/fumtui/fumtui/probe/cursor"
	"github.com/fumtui/fumtui/probe/hook"
	"github.com/fumtui/fumtui/probe/host"
	"github.com/fumtui/fumtui/store"
)

const (
	// settleTime is how long a command that runs once probes before it judges.
	settleTime = 3 * time.Second
	// onceInterval is how often such a command probes.
	onceInterval = 500 * time.Millisecond
	// tickShortest bounds how often a picture is made, however fast the chain.
	tickShortest = 250 * time.Millisecond
)

// console is all that one process of fumtui looks and acts with. Without a
// usable database it still looks; it cannot act then.
type console struct {
	cfg      *config.Config
	store    *store.Store // nil: the database cannot be opened at all
	storeErr error        // why it cannot be opened for writing
	clusters map[string]*probe.Client
	canaries map[string]*probe.Canary
	watching bool // for long: the canaries that are on look too
	readOnly bool // it only looks: whatever would change something is refused
	keepsOff bool // it makes no database where there is none
	clients  map[seat]*probe.Control
	cursors  map[seat]cursor.Source // of pipelines whose cursor is not in the database
	hooks    *hook.Supervisor       // nil: hooks run in this process and end with it
	monitor  *monitor.Monitor
	engine   *failover.Engine // nil without a store
	holder   model.Holder
	origin   string        // where the ssh session of this process came from; "" without one
	interval time.Duration // between two probes of a kind

	before *console                // that this one took over from, until it is wired
	heir   atomic.Pointer[console] // that took over from this one; nil: none
	began  time.Time               // runs that ended since are of this process
	still  chan struct{}           // closed when its monitor has ended, and recorded all

	mu        sync.Mutex
	followers map[string]*follower // by run
	waitNow   map[string]wait      // by pipeline
	waits     func(line string)    // is told for whom the engine waits; nil: nobody is
}

// consoleOption changes a console before it looks.
type consoleOption func(*console)

// probingOnce makes a command that runs for some seconds only probe more often.
func probingOnce(c *console) { c.interval = min(c.interval, onceInterval) }

// watchingLong lets the canaries look too. A command that runs for some seconds
// would only make and remove their subscribers.
func watchingLong(c *console) { c.watching = true }

// onlyLooking refuses whatever would change something. The canaries rest: they
// make subscribers of their own.
func onlyLooking(c *console) { c.readOnly, c.keepsOff, c.watching = true, true, false }

// makingNone makes no database where there is none: one that was lost is not to
// be told as one in which nothing ever happened.
func makingNone(c *console) { c.keepsOff = true }

// errReadOnly is why such a console does nothing.
var errReadOnly = &exitError{code: exitRefused, err: errors.New("this console is read-only: start one without --read-only to act")}

// readOnlyByConfig is why nothing is done with a configuration that only looks,
// by no command: it is for those who shall look and not touch.
func readOnlyByConfig(cfg *config.Config) error {
	return &exitError{code: exitRefused, err: fmt.Errorf("%s is for looking only (console.read_only in line %d): use another configuration to act",
		cfg.Path, cfg.Lines["console.read_only"])}
}

// withConsole loads the configuration, opens a console that looks, and calls do.
func withConsole(cmd *cobra.Command, configFlag string, do func(context.Context, *console) error, options ...consoleOption) error {
	c, err := openConsole(cmd.Context(), configFlag, append(options, probingOnce)...)
	if err != nil {
		return err
	}
	defer c.close()
	return c.looking(cmd.Context(), func(ctx context.Context) error { return failed(do(ctx, c)) })
}

// openConsole wires a console on the configuration that the flag names. It
// fails only where that is wrong or names something that cannot be, such as a
// CA file that does not exist.
func openConsole(ctx context.Context, configFlag string, options ...consoleOption) (*console, error) {
	cfg, err := loadConfig(ctx, configFlag)
	if err != nil {
		return nil, err
	}
	return openConsoleOn(ctx, cfg, options...)
}

// openConsoleOn is openConsole on a configuration that was read.
func openConsoleOn(ctx context.Context, cfg *config.Config, options ...consoleOption) (*console, error) {
	c := newConsole(cfg)
	for _, option := range options {
		option(c)
	}
	if cfg.Console.ReadOnly {
		onlyLooking(c)
	}
	for _, prepare := range []func() error{c.dial, c.prepareCursors, c.prepareCanaries} {
		if err := prepare(); err != nil {
			c.close()
			return nil, usage(err)
		}
	}
	c.openStore(ctx)
	c.wire()
	c.keepSwitches()
	c.before = nil // it is not to be kept
	return c, nil
}

// newConsole is a console that is connected to nothing.
func newConsole(cfg *config.Config) *console {
	return &console{
		cfg:       cfg,
		clusters:  map[string]*probe.Client{},
		canaries:  map[string]*probe.Canary{},
		clients:   map[seat]*probe.Control{},
		cursors:   map[seat]cursor.Source{},
		holder:    host.Self(),
		origin:    sshOrigin(),
		interval:  cfg.Probe.Interval,
		followers: map[string]*follower{},
		waitNow:   map[string]wait{},
		began:     time.Now(),
		still:     make(chan struct{}),
	}
}

// dial prepares the connections; nothing is sent yet.
func (c *console) dial() error {
	for _, cluster := range c.cfg.Clusters {
		client, err := probe.Dial(probe.Endpoint{
			URL: cluster.Endpoint, Token: cluster.Token, Metadata: cluster.Metadata,
			CAFile: cluster.CAFile, Timeout: c.cfg.Probe.Timeout,
		})
		if err != nil {
			return fmt.Errorf("%s: cluster %s: %w", c.cfg.Path, cluster.Name, err)
		}
		c.clusters[cluster.Name] = client
	}
	for _, p := range c.cfg.Pipelines {
		for name, client := range p.Clients {
			control := &probe.Control{Commands: client.Hooks}
			if client.Metrics != "" {
				scraper, err := probe.NewScraper(client.Metrics, c.cfg.Probe.Timeout)
				if err != nil {
					return fmt.Errorf("%s: client of pipeline %s at %s: %w", c.cfg.Path, p.Name, name, err)
				}
				control.Scraper = scraper
			}
			c.clients[seat{p.Name, name}] = control
		}
	}
	return nil
}

// prepareCanaries makes a canary for every cluster, on or off.
func (c *console) prepareCanaries() error {
	var configured []string
	for _, p := range c.cfg.Pipelines {
		configured = append(configured, p.Subscriber)
	}
	for _, cluster := range c.cfg.Clusters {
		canary, err := probe.NewCanary(probe.CanaryConfig{
			Cluster: cluster.Name, Client: c.clusters[cluster.Name],
			Publish: func(e model.Evidence) { c.monitor.Observe(e) },
			Owner:   c.holder, Alive: host.Alive, Configured: configured,
			On: cluster.Canary, Interval: c.cfg.Probe.CanaryInterval, Random: rand.Float64,
		})
		if err != nil {
			return fmt.Errorf("%s: %w", c.cfg.Path, err)
		}
		c.canaries[cluster.Name] = canary
	}
	return nil
}

// openStore opens the database, for reading only where that is all it allows.
func (c *console) openStore(ctx context.Context) {
	path := c.cfg.Store
	if path == "" {
		if path, c.storeErr = store.DefaultPath(); c.storeErr != nil {
			return
		}
	}
	c.superviseHooks(path)
	if c.storeErr = c.missing(path); c.storeErr != nil {
		return
	}
	actor, keep := store.WithActor(c.actor()), store.WithRetention(c.cfg.Probe.Keep, 0)
	c.store, c.storeErr = store.Open(ctx, path, actor, keep)
	if store.KindOf(c.storeErr) == store.KindReadOnly {
		if readOnly, err := store.OpenReadOnly(ctx, path, actor); err == nil {
			c.store = readOnly
		}
	}
}

// wire makes the monitor and the engine.
func (c *console) wire() {
	var clusters []model.Cluster
	for _, cluster := range c.cfg.Clusters {
		clusters = append(clusters, cluster.Cluster)
	}
	var pipelines []model.Pipeline
	for _, p := range c.cfg.Pipelines {
		pipelines = append(pipelines, p.Pipeline)
	}
	watch := health.New(c.cfg.Detection, clusters, pipelines)
	engine := []failover.Option{failover.WithObserver(c.observed), failover.WithWaiting(c.waiting)}
	for _, p := range c.cfg.Pipelines {
		watch.SetRules(p.Name, p.Detection)
		engine = append(engine, failover.WithHolds(p.Name, p.Detection.Stability, p.Detection.Block))
	}
	settings := monitor.Config{
		Watch:     watch,
		Pipelines: pipelines,
		Interval:  min(max(c.interval, tickShortest), time.Second),
		Load:      c.cfg.Lookback(),
	}
	settings.Alive, settings.Began = host.Alive, c.began
	if c.before != nil {
		before := c.before.monitor.Snapshot()
		settings.Before = &before
	}
	settings.Foresight = failover.NewForesight(c.cfg.Failover, pipelines, engine...)
	if c.store != nil {
		settings.Ledger = c.store
		settings.History = c.keptOf(c.store)
	}
	c.monitor = monitor.New(settings)
	if c.store != nil {
		w := &world{
			clusters: c.canaries, clients: c.clients, cursors: c.cursors, hooks: c.hooks,
			health: c.health, pipeline: c.pipeline, holder: c.holder,
		}
		c.engine = failover.New(w, c.store, c.cfg.Failover, pipelines, engine...)
	}
}

// health is what is known of a cluster now.
func (c *console) health(cluster string) model.ClusterState {
	now := c.newest()
	if !sameEndpoint(c.cfg, now.cfg, cluster) {
		return model.ClusterState{} // what is known is of another one
	}
	snap := now.monitor.Snapshot()
	state, _ := snap.Cluster(cluster)
	return state
}

// pipeline is what is known of a pipeline now.
func (c *console) pipeline(name string) model.PipelineState {
	snap := c.newest().monitor.Snapshot()
	state, _ := snap.Pipeline(name)
	return state
}

// actor is user@host.
func (c *console) actor() string { return c.holder.User + "@" + c.holder.Host }

// canAct says why nothing can be changed, where that is so.
func (c *console) canAct() error {
	if err := c.onlyLooks(); err != nil {
		return err
	}
	if c.storeErr != nil {
		return &exitError{code: exitRefused, err: fmt.Errorf("nothing can be done without the database: %w", c.storeErr)}
	}
	return nil
}

// onlyLooks says why nothing can be changed where this console only looks.
func (c *console) onlyLooks() error {
	switch {
	case c.cfg.Console.ReadOnly:
		return readOnlyByConfig(c.cfg)
	case c.readOnly:
		return errReadOnly
	}
	return nil
}

// observed is told of every write of a journal, and must not block.
func (c *console) observed(run model.Run) {
	c.newest().monitor.Kick()
	c.mu.Lock()
	defer c.mu.Unlock()
	if f := c.followers[run.ID]; f != nil {
		f.show(run)
	}
}

// close gives up the connections and the database.
func (c *console) close() {
	var errs []error
	for _, client := range c.clusters {
		errs = append(errs, client.Close())
	}
	if c.store != nil {
		errs = append(errs, c.store.Close())
	}
	_ = errors.Join(errs...) // nothing is lost by it: every write was durable
}
