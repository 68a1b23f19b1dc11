package failover

import (
	"context"
	"fmt"
	"slices"

	"github.com/fumtui/fumtui/model"
)

// Home is the home cluster of a pipeline that is in force: the one that a person
// chose by failing forward, or else the configured one.
func (e *Engine) Home(ctx context.Context, pipeline string) (string, error) {
	p, err := e.pipeline(pipeline)
	if err != nil {
		return "", err
	}
	return e.homeOf(ctx, p)
}

// homeOf is the home in force of a configured pipeline.
func (e *Engine) homeOf(ctx context.Context, p model.Pipeline) (string, error) {
	home, err := e.ledger.Home(ctx, p.Name, p.Home)
	switch {
	case err != nil:
		return "", fmt.Errorf("read the home of pipeline %s: %w", p.Name, err)
	case home == "" || !slices.Contains(p.Clusters, home): // it may be gone from the configuration
		return p.Home, nil
	}
	return home, nil
}

// SetHome makes the active cluster of a pipeline its home: from then on it is
// where a failback goes. who is the person that asked for it. It does nothing
// where that is so already. It fails with [UsageError], with [BusyError] while a
// run has not ended, and with [MovedError] where the pipeline is elsewhere.
func (e *Engine) SetHome(ctx context.Context, pipeline, cluster, who string) error {
	p, err := e.pipeline(pipeline)
	if err != nil {
		return err
	}
	if !slices.Contains(p.Clusters, cluster) {
		return &UsageError{Text: fmt.Sprintf("pipeline %s has no client at %q: name one of %v", p.Name, cluster, p.Clusters)}
	}
	home, err := e.homeOf(ctx, p)
	if err != nil {
		return err
	}
	if home == cluster {
		return nil
	}
	audit := AuditEntry{
		At: e.now(), Actor: who, Action: "home",
		Detail: fmt.Sprintf("the home of pipeline %s was %s and is %s", p.Name, home, cluster),
	}
	if err := e.ledger.SetHome(ctx, p.Name, p.Home, cluster, audit); err != nil {
		return fmt.Errorf("make %s the home of pipeline %s: %w", cluster, p.Name, err)
	}
	return nil
}
