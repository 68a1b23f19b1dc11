package sim

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"time"

	"github.com/fumtui/fumtui/probe/sim/consumer"
)

// stream creates the pipelines' subscribers at their home, starts their
// clients there and waits until all of them stream.
func (h *Host) stream(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	if err := h.createSubscribers(ctx); err != nil {
		return err
	}
	results := make(chan error, len(h.state.Pipelines))
	for _, p := range h.state.Pipelines {
		h.wg.Go(func() { results <- h.streamOne(ctx, p) })
	}
	var errs []error
	for range h.state.Pipelines {
		errs = append(errs, <-results)
	}
	return errors.Join(errs...)
}

func (h *Host) createSubscribers(ctx context.Context) error {
	for _, p := range h.state.Pipelines {
		home, ok := h.state.cluster(p.Home)
		if !ok {
			return fmt.Errorf("pipeline %s: no cluster %s", p.Name, p.Home)
		}
		cfg := consumer.Config{
			Subscriber: p.Subscriber, Endpoint: home.Endpoint, Token: h.state.Token, CAFile: h.state.caFile(h.opts.Dir),
		}
		if err := consumer.CreateLatest(ctx, cfg); err != nil {
			return fmt.Errorf("create subscriber %s at %s: %w", p.Subscriber, p.Home, err)
		}
	}
	return nil
}

// streamOne starts a pipeline's client and waits until its cursor is in both
// databases and slots were consumed.
func (h *Host) streamOne(ctx context.Context, p pipelineState) error {
	client := h.clients[clientKey{p.Name, p.Home}]
	if err := client.start(ctx, ""); err != nil {
		return err
	}
	tick := time.NewTicker(readyPoll)
	defer tick.Stop()
	for {
		ok, err := consumer.Streaming(ctx, recordPath(h.opts.Dir, p.Name), filepath.Join(h.opts.Dir, storeFile), p.Name, p.Home)
		if ok {
			return nil
		}
		if client.alive() == nil {
			return fmt.Errorf("the client of %s at %s ended: %s", p.Name, p.Home, client.lastWords())
		}
		select {
		case <-ctx.Done():
			text := "its client said nothing"
			if said := client.lastWords(); said != "" {
				text = "its client said last: " + said
			}
			return fmt.Errorf("pipeline %s does not stream at %s; %s: %w", p.Name, p.Home, text, errors.Join(ctx.Err(), err))
		case <-tick.C:
		}
	}
}

// hostPort is the address in an endpoint of ours.
func hostPort(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return ""
	}
	return u.Host
}
