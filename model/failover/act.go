package failover

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/fumtui/fumtui/model"
)

// effectTries is how often an effect that met a passing failure is tried.
const effectTries = 3

// effect has one effect on the outside. It is under a deadline of its own and
// ends when the lease is lost, but not when the caller leaves: an effect that
// began is seen through to its outcome. Between the last look at the lease and
// the moment at which the other side acts there remains a window, for no cluster
// checks an epoch: see send.
func effect[T any](d *Drive, timeout time.Duration, do func(context.Context) (T, error)) (T, error) {
	var none T
	if err := d.keeper.check(); err != nil {
		return none, err
	}
	v, err := call(d.base, timeout, do)
	if cause := context.Cause(d.base); cause != nil {
		return none, cause
	}
	return v, err
}

// send has one effect on a cluster. Its deadline ends before the lease does, so
// that nothing of it arrives while another driver is at work.
func send[T any](d *Drive, do func(context.Context) (T, error)) (T, error) {
	return effect(d, min(d.engine.settings.CallTimeout, d.keeper.left()), do)
}

// pause waits, unless the drive is to leave.
func (d *Drive) pause(t time.Duration) error {
	if err := d.engine.world.Sleep(d.wait, t); err != nil {
		if cause := context.Cause(d.wait); cause != nil {
			return cause
		}
		return err
	}
	return nil
}

// client gives a client of the pipeline and what its hooks are told.
func (d *Drive) client(cluster string) (Client, HookEnv, error) {
	c, err := d.engine.world.Client(d.run.Pipeline, cluster)
	if err != nil {
		return nil, HookEnv{}, fmt.Errorf("the client of %s at %s: %w", d.run.Pipeline, cluster, err)
	}
	return c, HookEnv{
		RunID: d.run.ID, Epoch: d.run.Epoch, Pipeline: d.run.Pipeline, Cluster: cluster,
		From: d.run.From, To: d.run.To, ResumeSlot: d.run.ResumeSlot, Mode: d.run.Mode,
	}, nil
}

// hook runs a hook as an effect. A hook that ran and did not exit 0 is an
// error too.
func (d *Drive) hook(c Client, h Hook, env HookEnv, timeout time.Duration) (HookResult, error) {
	res, err := effect(d, timeout, func(ctx context.Context) (HookResult, error) { return c.Run(ctx, h, env) })
	d.hear(h, env.Cluster, res, err)
	if err != nil {
		return res, fmt.Errorf("hook %s of the client at %s: %w", h, env.Cluster, err)
	}
	if res.ExitCode != 0 {
		return res, fmt.Errorf("hook %s of the client at %s ended with exit code %d: %s",
			h, env.Cluster, res.ExitCode, lastLine(res.Output))
	}
	return res, nil
}

// maxHeard bounds, in bytes, what is kept of the output of one hook.
const maxHeard = 4 << 10

// hear keeps how a hook ended and the end of its output for the audit trail.
func (d *Drive) hear(h Hook, cluster string, res HookResult, err error) {
	how := fmt.Sprintf("exit code %d", res.ExitCode)
	if err != nil {
		how = model.Clean(err.Error(), model.MaxMessage)
	}
	text := fmt.Sprintf("client at %s: %s", cluster, how)
	if said := tail(strings.TrimSpace(res.Output), maxHeard); said != "" {
		text += ":\n" + said
	}
	d.notes = append(d.notes, d.audit("hook "+string(h), text)...)
}

// tail is the end of a text, of at most so many bytes of whole characters.
func tail(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	text = text[len(text)-limit:]
	for len(text) > 0 && !utf8.RuneStart(text[0]) {
		text = text[1:]
	}
	return text
}

// lastLine is what a hook said last.
func lastLine(output string) string {
	lines := strings.Split(strings.TrimSpace(output), "\n")
	return model.Clean(lines[len(lines)-1], 200)
}

// manual reports whether a person controls the client.
func manual(c Client) bool { return len(c.Hooks()) == 0 }

// has reports whether the client has a hook.
func has(c Client, h Hook) bool { return slices.Contains(c.Hooks(), h) }

// target is the target cluster.
func (d *Drive) target() (Cluster, error) {
	c, err := d.engine.world.Cluster(d.run.To)
	if err != nil {
		return nil, fmt.Errorf("cluster %s: %w", d.run.To, err)
	}
	return c, nil
}

// subscriber looks at the target's subscriber; nil where there is none.
func (d *Drive) subscriber(c Cluster) (*model.Subscriber, error) {
	sub, err := look(d.wait, d.engine, func(ctx context.Context) (model.Subscriber, error) {
		return c.Subscriber(ctx, d.run.Subscriber)
	})
	switch {
	case err == nil:
		return &sub, nil
	case isNotFound(err):
		return nil, nil
	}
	return nil, fmt.Errorf("look at the subscriber %s at %s: %w", d.run.Subscriber, d.run.To, err)
}

// subscriberSurely looks at the target's subscriber again where that may pass:
// one lost answer is no reason to end a run whose source is stopped.
func (d *Drive) subscriberSurely(c Cluster) (*model.Subscriber, error) {
	for try := 1; ; try++ {
		sub, err := d.subscriber(c)
		if err == nil || try == effectTries || !passing(err) {
			return sub, err
		}
		if err := d.pause(d.engine.settings.Poll); err != nil {
			return nil, err
		}
	}
}

// cursorAt reads the cursor of the pipeline at a cluster.
func (d *Drive) cursorAt(cluster string) (reading, error) {
	return d.engine.readCursor(d.wait, d.run.Pipeline, cluster)
}

// cursorSurely reads a cursor as an effect is had: again where that fails, for
// one lost answer of the ledger is no reason to end a run.
func (d *Drive) cursorSurely(cluster string) (reading, error) {
	for try := 1; ; try++ {
		r, err := d.cursorAt(cluster)
		if err == nil || try == effectTries {
			return r, err
		}
		if err := d.pause(d.engine.settings.Poll); err != nil {
			return reading{}, err
		}
	}
}

// person is who answered a question, for the journal.
func (d *Drive) person() string {
	h := d.engine.world.Holder()
	return h.User + "@" + h.Host
}

// timedOut reports whether an effect ended at its deadline, so that it is not
// known whether it was had.
func timedOut(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || model.ClassOf(err) == model.ClassTimeout
}
