package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/config"
)

// settingsText is the configuration in force as text, without secrets: what the
// clusters and pipelines are, then every setting as the doctor explains it.
func settingsText(cfg *config.Config, store string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "file %s\n", cfg.Path)
	if store != "" {
		fmt.Fprintf(&b, "database %s\n", store)
	}
	for _, w := range cfg.Warnings {
		fmt.Fprintf(&b, "  warning: %v\n", w)
	}
	fmt.Fprintln(&b, "\nclusters")
	for i := range cfg.Clusters {
		writeCluster(&b, &cfg.Clusters[i])
	}
	fmt.Fprintln(&b, "\npipelines")
	for i := range cfg.Pipelines {
		writePipeline(&b, &cfg.Pipelines[i])
	}
	printSettings(&b, cfg)
	return b.String()
}

func writeCluster(out io.Writer, c *config.Cluster) {
	fmt.Fprintf(out, "  %s  %s\n", c.Name, config.AddressShown(c.Endpoint))
	if c.Region != "" {
		fmt.Fprintf(out, "    region %s\n", c.Region)
	}
	if c.Token != "" {
		fmt.Fprintf(out, "    token %s\n", c.Token)
	} else {
		fmt.Fprintln(out, "    no token")
	}
	for _, key := range slices.Sorted(maps.Keys(c.Metadata)) {
		fmt.Fprintf(out, "    metadata %s %s\n", key, c.Metadata[key])
	}
	if c.CAFile != "" {
		fmt.Fprintf(out, "    CA file %s\n", c.CAFile)
	}
}

// writePipeline names the hooks by their programs alone: what follows may be
// secret.
func writePipeline(out io.Writer, p *config.Pipeline) {
	fmt.Fprintf(out, "  %s  subscriber %s, home %s\n", p.Name, p.Subscriber, p.Home)
	for _, cluster := range slices.Sorted(maps.Keys(p.Clients)) {
		client := p.Clients[cluster]
		metrics := "no metrics"
		if client.Metrics != "" {
			metrics = "metrics " + config.AddressShown(client.Metrics)
		}
		fmt.Fprintf(out, "    at %s: %s\n", cluster, metrics)
		for _, hook := range slices.Sorted(maps.Keys(client.Hooks)) {
			if argv := client.Hooks[hook]; len(argv) > 0 {
				fmt.Fprintf(out, "      %s hook %s, %s\n", hook, argv[0], model.Units(len(argv)-1, "argument"))
			}
		}
	}
}
