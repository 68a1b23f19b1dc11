package sim

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Times of the written configuration at speed 1. The speed divides them.
const (
	probeInterval = 2 * time.Second
	minProbe      = 50 * time.Millisecond
	downAfter     = 3 * time.Minute
	degradedAfter = time.Minute
	window        = time.Minute
	silentAfter   = time.Minute
	block         = 10 * time.Minute
	stability     = 5 * time.Minute
	urgentBefore  = 30 * time.Minute
	settle        = 15 * time.Second
	canaryEvery   = 5 * time.Second
	minCanary     = time.Second // what the configuration allows
)

// writeFiles writes what the real commands read: the configuration, and a file
// per cluster for the fume command.
func (h *Host) writeFiles() error {
	for _, c := range h.state.Clusters {
		path := filepath.Join(h.opts.Dir, fumeDir, c.Name+".yaml")
		if err := writeFile(path, []byte(fumeText(c, h.state, h.opts.Dir))); err != nil {
			return err
		}
	}
	return writeFile(filepath.Join(h.opts.Dir, configFile), []byte(h.configText()))
}

// fumeText is the fume command's own configuration of a cluster.
func fumeText(c clusterState, s *state, dir string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# For the fume command: fume --config %s list\n", quote(filepath.Join(dir, fumeDir, c.Name+".yaml")))
	if s.TLS {
		fmt.Fprintf(&b, "# Trust the simulator's authority first: export SSL_CERT_FILE=%s\n", quote(s.caFile(dir)))
	}
	fmt.Fprintf(&b, "endpoint: %s\nx-token: %s\n", quote(c.Endpoint), quote(s.Token))
	return b.String()
}

// configText is the whole configuration.
func (h *Host) configText() string {
	var b strings.Builder
	s, x := h.state, h.opts.Speed
	fmt.Fprintf(&b, "%s, for the simulator that serves this folder.\n", configMark)
	fmt.Fprintf(&b, "# Its chain runs at %s times the real speed, and so do the times below.\n", number(x))
	fmt.Fprintf(&b, "store: %s\n\nclusters:\n", storeFile)
	for _, c := range s.Clusters {
		region := regions[c.Name]
		if region == "" {
			region = c.Name
		}
		fmt.Fprintf(&b, "  %s:\n    region: %s\n    endpoint: %s\n    token: {value: %s}\n",
			quote(c.Name), quote(region), quote(c.Endpoint), quote(s.Token))
		if s.TLS {
			fmt.Fprintf(&b, "    ca_file: %s # the simulator's own authority\n", quote(s.caFile(h.opts.Dir)))
		}
	}
	fmt.Fprintf(&b, "\nprobe:\n  interval: %s\n  timeout: 1500ms # above what the fault \"slow\" costs\n", max(minProbe, faster(probeInterval, x)))
	fmt.Fprintf(&b, "  canary: true # a subscriber of fumtui's own looks whether data comes\n  canary_interval: %s\n\n", max(minCanary, faster(canaryEvery, x)))
	b.WriteString("detection:\n  preset: default\n")
	for _, t := range []struct {
		name, why string
		d         time.Duration
	}{
		{"down_after", "a cluster that fails this long is down", downAfter},
		{"degraded_after", "slow or failing this long is degraded", degradedAfter},
		{"window", "what means and shares are taken over", window},
		{"silent_after", "nothing committed this long is silent", silentAfter},
		{"stability", "home must be healthy this long before a failback", stability},
		{"block", "a failover holds the next one back this long", block},
		{"urgent_before", "a cursor this near to the window's end is urgent", urgentBefore},
	} {
		fmt.Fprintf(&b, "  %s: %s # %s\n", t.name, faster(t.d, x), t.why)
	}
	fmt.Fprintf(&b, "  latency: 500ms # the simulated clusters answer within milliseconds\n  error_rate: 0.2\n  slots_per_second: %s\n\n", number(s.SlotsPerSecond))
	b.WriteString("failover:\n  drain_timeout: 10s\n  hook_timeout: 30s\n")
	fmt.Fprintf(&b, "  settle: %s # standing still, or staying at the tip, counts after this\n", faster(settle, x))
	b.WriteString("  position_wait: 60s\n  confirm_timeout: 5m\n  live_slots: 64\n  lease: 15s\n\npipelines:\n")
	for _, p := range s.Pipelines {
		h.pipelineText(&b, p)
	}
	return b.String()
}

func (h *Host) pipelineText(b *strings.Builder, p pipelineState) {
	fmt.Fprintf(b, "  %s:\n    subscriber: %s\n    home: %s\n", quote(p.Name), quote(p.Subscriber), quote(p.Home))
	b.WriteString("    guarantee: at_least_once\n    bootstrap: await_approval\n    idempotent: true\n    overlap: 0\n")
	b.WriteString("    cursor: {source: store}\n    clients:\n")
	for _, c := range h.state.Clusters {
		fmt.Fprintf(b, "      %s:\n        metrics: %s\n        hooks:\n",
			quote(c.Name), quote("http://"+loopback(p.Ports[c.Name])+"/metrics"))
		for _, act := range []string{actStart, actStop, actDrain, actStatus} {
			args := append(slices.Clone(h.opts.Exe), "sim", "hook", act, "--dir", h.opts.Dir, p.Name, c.Name)
			for i, arg := range args {
				args[i] = quote(arg)
			}
			fmt.Fprintf(b, "          %s: [%s]\n", act, strings.Join(args, ", "))
		}
	}
}

// quote writes a string as YAML has it, bare where that is plain.
func quote(text string) string {
	if namePattern.MatchString(text) && text[0] > '9' && text != "null" && text != "true" && text != "false" {
		switch text {
		case "y", "n", "yes", "no", "on", "off":
		default:
			return text
		}
	}
	var b strings.Builder
	e := json.NewEncoder(&b) // a JSON string is a YAML string
	e.SetEscapeHTML(false)
	if err := e.Encode(text); err != nil {
		return strconv.Quote(text)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// number writes a number as short as it can be.
func number(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
