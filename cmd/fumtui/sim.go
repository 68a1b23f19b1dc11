package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/probe/sim"
	"github.com/fumtui/fumtui/store"
)

// newSimCmd is `fumtui sim`: the simulator, and what talks to one.
func newSimCmd() *cobra.Command {
	var o sim.Options
	cmd := &cobra.Command{
		Use:   "sim --dir DIR",
		Short: "Serve simulated clusters and pipelines in the foreground",
		Long: "Serve simulated clusters and pipelines in the foreground, until it is stopped.\n" +
			"When everything streams, DIR/fumtui.yaml is a complete configuration for the\n" +
			"other commands, DIR/fume/CLUSTER.yaml is one for the fume command, and a line\n" +
			"that begins with \"ready\" is printed.\n\n" +
			"DIR may hold other files. What an earlier simulator left there, with its runs\n" +
			"and its history, is removed: every simulator starts afresh.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := refuseNothing(cmd, "clusters", "pipelines", "speed", "seed", "shards"); err != nil {
				return err
			}
			return serveSim(cmd.Context(), o, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags := cmd.Flags()
	simDirFlag(cmd, &o.Dir)
	flags.StringSliceVar(&o.Clusters, "clusters", []string{"ams", "nyc"}, "names of the clusters; the first is the home of all pipelines")
	flags.IntVar(&o.Pipelines, "pipelines", 2, "number of pipelines")
	flags.Float64Var(&o.Speed, "speed", 1, "how many times faster than the real chain")
	flags.Uint64Var(&o.Seed, "seed", 1, "what the chain grows from")
	flags.BoolVar(&o.TLS, "tls", false, "serve TLS, with an authority of its own in DIR/ca.pem")
	flags.IntVar(&o.Shards, "shards", 1, "data shards of a block, 1 or 4")
	flags.StringVar(&o.ServiceVersion, "service-version", "", "version that the clusters say they have; the clients take any")
	cmd.AddCommand(newSimFaultCmd(), newSimHealCmd(), newSimAuditCmd(), newSimHookCmd(), newSimClientCmd())
	return cmd
}

// simDirFlag adds the flag that names a simulator's folder.
func simDirFlag(cmd *cobra.Command, dir *string) {
	cmd.Flags().StringVar(dir, "dir", "", "folder of the simulator")
	if err := cmd.MarkFlagRequired("dir"); err != nil {
		panic(err) // the flag is defined above
	}
}

// refuseNothing refuses flags that were given the value that stands for one
// that was not given: it would silently become the default.
func refuseNothing(cmd *cobra.Command, names ...string) error {
	for _, name := range names {
		f := cmd.Flags().Lookup(name)
		if v := f.Value.String(); f.Changed && (v == "0" || v == "[]") {
			return usage(fmt.Errorf("--%s %s is nothing to simulate: leave it out for the default", name, v))
		}
	}
	return nil
}

// serveSim serves until it is told to end.
func serveSim(ctx context.Context, o sim.Options, out, errOut io.Writer) error {
	if err := o.Validate(); err != nil {
		return usage(err)
	}
	o.Notice = func(text string) { fmt.Fprintln(errOut, "fumtui: "+text) }
	o.Prepare = prepareStore
	host, err := sim.Start(ctx, o)
	if err != nil {
		return unlessLeft(ctx, failed(err))
	}
	fmt.Fprintf(out, "ready dir=%s config=%s\n", host.Dir(), host.Config())
	return failed(host.Wait())
}

// unlessLeft drops the error of what ended only because it was told to, or because
// nobody reads on.
func unlessLeft(ctx context.Context, err error) error {
	select {
	case <-ctx.Done():
		return nil
	default:
	}
	if errors.Is(err, syscall.EPIPE) {
		return nil
	}
	return err
}

// prepareStore makes an empty database.
func prepareStore(ctx context.Context, path string) error {
	s, err := store.Open(ctx, path)
	if err != nil {
		return err
	}
	return s.Close()
}

// lostForGood is what a heal does not mend.
const lostForGood = "What happens once cannot be healed: heal does not bring a lost or stale\n" +
	"subscriber back. Create it again, as for a real cluster."

// faultList is the kinds of faults, a line each.
func faultList() string {
	var b strings.Builder
	for _, k := range sim.AllKinds() {
		var marks []string
		if k.Once {
			marks = append(marks, "once")
		}
		if k.PerRPC {
			marks = append(marks, "--rpc")
		}
		text := k.Does
		if len(marks) > 0 {
			text += " (" + strings.Join(marks, ", ") + ")"
		}
		fmt.Fprintf(&b, "  %-17s %s\n", k.Name, text)
	}
	return b.String()
}

// changed gives the error of a fault or heal its exit code.
func changed(err error) error {
	if errors.Is(err, sim.ErrUnknown) {
		return usage(err)
	}
	return failed(err)
}

func newSimFaultCmd() *cobra.Command {
	var dir string
	var rpcs []string
	cmd := &cobra.Command{
		Use:   "fault --dir DIR CLUSTER|all KIND",
		Short: "Break a cluster of the simulator",
		Long: "Break a cluster of the simulator, or all at the same instant, until it is\n" +
			"healed. Several faults can hold together. Kinds:\n\n" + faultList() + "\n" +
			"Those marked --rpc can be limited to some RPCs. Those marked once happen once.\n" +
			lostForGood,
		Example: "  fumtui sim fault --dir /tmp/drill ams down\n" +
			"  fumtui sim fault --dir /tmp/drill ams hang --rpc GetChainTip,GetSlotRange",
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return changed(sim.Fault(cmd.Context(), dir, args[0], args[1], rpcs...))
		},
	}
	simDirFlag(cmd, &dir)
	cmd.Flags().StringSliceVar(&rpcs, "rpc", nil, "limit it to these RPCs: "+strings.Join(sim.RPCs(), ", "))
	return cmd
}

func newSimHealCmd() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "heal --dir DIR CLUSTER|all",
		Short: "End all faults of a cluster of the simulator",
		Long: "End all faults of a cluster of the simulator, or of all. They listen where they\n" +
			"listened before.\n\n" + lostForGood,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return changed(sim.Heal(cmd.Context(), dir, args[0]))
		},
	}
	simDirFlag(cmd, &dir)
	return cmd
}

func newSimAuditCmd() *cobra.Command {
	var dir string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "audit --dir DIR",
		Short: "Hold what the clients consumed against the chain",
		Long: "Hold what the clients consumed against the chain, while the simulator runs or\n" +
			"after it ended, and find clients of a pipeline that ran at the same time. Exits 1\n" +
			"if there are any, if a slot is missing, or a pipeline cannot be audited.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			audit, unread := sim.ReadAudit(cmd.Context(), dir)
			if len(audit.Pipelines) == 0 {
				return failed(unread)
			}
			var err error
			if asJSON {
				err = printJSON(cmd.OutOrStdout(), audit, true)
			} else {
				err = printAudit(cmd.OutOrStdout(), audit)
			}
			if n := audit.Missing(); n > 0 {
				err = errors.Join(err, fmt.Errorf("%d slots are missing", n))
			}
			if n := audit.AtOnce(); n > 0 {
				err = errors.Join(err, fmt.Errorf("%d times a client began while another of its pipeline ran", n))
			}
			return failed(errors.Join(err, unread))
		},
	}
	simDirFlag(cmd, &dir)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// printAudit writes an audit as a table.
func printAudit(out io.Writer, audit sim.Audit) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "PIPELINE\tFIRST SLOT\tCURSOR\tOWED\tMISSING\tREPEATED\tAT ONCE")
	for _, p := range audit.Pipelines {
		if p.Error != nil {
			fmt.Fprintf(w, "%s\t-\t-\t-\t-\t-\t-\n", p.Name)
			continue
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%d\t%d\t%d\n",
			p.Name, slotText(p.FirstSlot), slotText(p.Cursor), p.Owed, p.Missing, p.Repeated, len(p.AtOnce))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	var errs []error
	for _, p := range audit.Pipelines {
		if len(p.MissingSlots) > 0 {
			_, err := fmt.Fprintf(out, "%s misses %s\n", p.Name, slotList(p.MissingSlots, p.Missing))
			errs = append(errs, err)
		}
		for _, pair := range p.AtOnce[:min(len(p.AtOnce), maxListed)] {
			_, err := fmt.Fprintf(out, "%s: the client at %s began at %s while that at %s ran\n", p.Name, pair.Cluster, pair.At, pair.Other)
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// maxListed is how many slots a list for people names.
const maxListed = 10

// slotList names the first of so many slots.
func slotList(slots []uint64, all uint64) string {
	var b strings.Builder
	slots = slots[:min(len(slots), maxListed)]
	for i, slot := range slots {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprint(&b, slot)
	}
	if more := all - uint64(len(slots)); more > 0 {
		fmt.Fprintf(&b, " and %d more", more)
	}
	return b.String()
}

func slotText(slot *uint64) string {
	if slot == nil {
		return "-"
	}
	return fmt.Sprint(*slot)
}
