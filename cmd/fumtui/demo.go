package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/probe/sim"
	"github.com/fumtui/fumtui/ui"
)

// demoSpeed makes an outage be called in about 20 s: 3 minutes divided by it.
const demoSpeed = 10

func newDemoCmd() *cobra.Command {
	options := demoOptions()
	var how shown
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "The console on two simulated clusters that you can break",
		Long: `demo serves two simulated clusters on this machine, with real gRPC, real SQLite
and real metrics over HTTP, and opens the console on them. Press ! to break or
heal a cluster, c to cut over, b to fail back; with --plain type fault, cutover
and failback. At the end it audits every slot against the simulated chain.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return demo(cmd, options, how)
		},
	}
	cmd.Flags().Float64Var(&options.Speed, "speed", demoSpeed, "how many times faster than real the chain is")
	how.add(cmd, "look only: clusters can be broken and healed, but nothing can be moved")
	cmd.Flags().StringVar(&options.Dir, "dir", "", "keep the demo's files here (default: a temporary folder that is removed)")
	return cmd
}

// demoOptions are those of a demo that was told nothing else.
func demoOptions() sim.Options {
	return sim.Options{Speed: demoSpeed, Pipelines: 3, Prepare: prepareStore}
}

func demo(cmd *cobra.Command, options sim.Options, how shown) (err error) {
	if err := how.canShow(); err != nil {
		return err
	}
	if options.Dir == "" {
		dir, err := os.MkdirTemp("", "fumtui-demo-")
		if err != nil {
			return failed(err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
		options.Dir = dir
	}
	if err := options.Validate(); err != nil {
		return usage(err)
	}
	ctx, cancel := context.WithCancel(cmd.Context())
	defer cancel()
	out := cmd.ErrOrStderr()
	options.Notice = func(text string) { fmt.Fprintln(out, text) }
	fmt.Fprintln(out, "starting two simulated clusters …")
	hungUp, calm := leaveOnHangup(ctx) // once the screen is there it takes care of that itself
	release := context.AfterFunc(hungUp, cancel)
	host, err := sim.Start(ctx, options)
	release()
	calm()
	if err != nil {
		return failed(err)
	}
	defer func() { err = errors.Join(err, failed(host.Close())) }()

	mode := how.lookingOrActing()
	c, err := openConsole(ctx, host.Config(), mode)
	if err != nil {
		return err
	}
	err = c.screen(ctx, out, simFaults{options.Dir}, how, mode)
	// The terminal is a person's again: tell what became of every slot, also
	// where a signal ended the console.
	return errors.Join(err, tellAudit(context.WithoutCancel(ctx), out, options.Dir))
}

// tellAudit prints the audit in a line per pipeline.
func tellAudit(ctx context.Context, out io.Writer, dir string) error {
	audit, err := sim.ReadAudit(ctx, dir)
	for _, p := range audit.Pipelines {
		if p.Error == nil {
			fmt.Fprintf(out, "%s: %d slots consumed, %d missing, %d delivered more than once\n", p.Name, p.Owed-p.Missing, p.Missing, p.Repeated)
		}
		if n := len(p.AtOnce); n > 0 {
			fmt.Fprintf(out, "%s: %d times a client began while another one ran\n", p.Name, n)
		}
	}
	if err == nil && (audit.Missing() > 0 || audit.AtOnce() > 0) {
		return &exitError{code: exitFailed}
	}
	return failed(err)
}

// simFaults breaks and heals the clusters of the demo for the screen.
type simFaults struct{ dir string }

// Kinds implements ui.Faults.
func (f simFaults) Kinds() []ui.FaultKind {
	var kinds []ui.FaultKind
	for _, k := range sim.AllKinds() {
		kinds = append(kinds, ui.FaultKind{Name: k.Name, About: k.Does})
	}
	return kinds
}

// Fault implements ui.Faults.
func (f simFaults) Fault(ctx context.Context, cluster, kind string) error {
	return sim.Fault(ctx, f.dir, cluster, kind)
}

// Heal implements ui.Faults.
func (f simFaults) Heal(ctx context.Context, cluster string) error {
	return sim.Heal(ctx, f.dir, cluster)
}
