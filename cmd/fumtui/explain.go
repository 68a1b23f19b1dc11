package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/ui"
)

func newExplainCmd() *cobra.Command {
	var f lookFlags
	cmd := &cobra.Command{
		Use:   "explain [PIPELINE]",
		Short: "Say how a verdict and an advice came about, and what would change them",
		Long: `explain prints the verdict and the advice on a pipeline, every piece of evidence
with its age and the vantage point that saw it, every rule as it stands (which
fired, which hold too, which nearly fired), what would change it, and the same
for its clusters. Without a pipeline it explains all clusters and pipelines.

Evidence that a running console stored counts too.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.withConsole(cmd, func(ctx context.Context, c *console) error {
				wanted, err := c.pipelinesNamed(args)
				if err != nil {
					return err
				}
				all, err := c.explain(ctx, wanted, len(args) == 0, f.window)
				if err != nil {
					return err
				}
				if f.asJSON {
					return printJSON(cmd.OutOrStdout(), newExplainJSON(all), true)
				}
				return printExplanations(cmd.OutOrStdout(), all, len(args) == 0)
			})
		},
	}
	f.add(cmd)
	return cmd
}

// explanations are those of one moment.
type explanations struct {
	time      time.Time
	clusters  []model.Explanation
	pipelines []model.Explanation
	notices   []string
}

// pipelinesNamed gives the pipelines of the configuration that were named; all
// of them where none was.
func (c *console) pipelinesNamed(names []string) ([]string, error) {
	var all []string
	for _, p := range c.cfg.Pipelines {
		all = append(all, p.Name)
	}
	if len(names) == 0 {
		return all, nil
	}
	for _, name := range names {
		if _, ok := c.cfg.Pipeline(name); !ok {
			return nil, usage(noPipeline(name, all))
		}
	}
	return names, nil
}

// noPipeline says that there is none of that name, and which there are.
func noPipeline(name string, known []string) error {
	if len(known) == 0 {
		return fmt.Errorf("there is no pipeline %q: the configuration has none", name)
	}
	return fmt.Errorf("there is no pipeline %q in the configuration: it has %s", name, listed(known))
}

// listed joins names for a person, at most ten of them.
func listed(names []string) string {
	const most = 10
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}

// explain looks for the given time and explains the pipelines and their
// clusters, or all clusters.
func (c *console) explain(ctx context.Context, pipelines []string, everything bool, window time.Duration) (explanations, error) {
	snap, err := c.picture(ctx, window)
	if err != nil {
		return explanations{}, err
	}
	all := explanations{time: snap.Time, notices: snap.Notices}
	for _, name := range pipelines {
		x, err := c.monitor.Explain(ctx, name)
		if err != nil {
			return all, err
		}
		all.time = x.Time
		all.pipelines = append(all.pipelines, x)
	}
	if !everything {
		all.clusters = all.pipelines[0].Clusters
		return all, nil
	}
	for _, cluster := range c.cfg.Clusters {
		x, err := c.monitor.ExplainCluster(ctx, cluster.Name)
		if err != nil {
			return all, err
		}
		all.clusters = append(all.clusters, x)
	}
	return all, nil
}

// printExplanations prints them for people: of one pipeline with its clusters,
// or of everything, each cluster once.
func printExplanations(out io.Writer, all explanations, everything bool) error {
	var text string
	if everything {
		text = ui.ExplainAllText(all.clusters, all.pipelines, textWidth())
	} else {
		text = ui.ExplainText(all.pipelines[0], textWidth())
	}
	for _, n := range all.notices {
		text += "notice: " + n + "\n"
	}
	_, err := io.WriteString(out, text)
	return err
}
