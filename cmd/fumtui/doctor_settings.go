package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/config"
	"github.com/fumtui/fumtui/model/health"
)

// columns is how wide the doctor writes, which fits any terminal.
const columns = 80

// setting is one setting in force, for a person.
type setting struct {
	key, value string
	from       string // the line that sets it, or what it comes from
	means      string
}

// printSettings explains every setting in force: what it does, and whether the
// file, the preset or a formula gives it.
func printSettings(out io.Writer, cfg *config.Config) {
	fmt.Fprintln(out)
	printWrapped(out, "", "  ", fmt.Sprintf("in force (preset %s, %s; \"line\" is one of %s):",
		cfg.Preset, origin(cfg, "detection.preset", "not set"), cfg.Path))
	printGroup(out, "probe", probeSettings(cfg))
	printClusters(out, cfg)
	can, follow := thresholds(cfg)
	printGroup(out, "detection, the same for all pipelines", can[health.OfClusters])
	printGroup(out, "detection, of each pipeline (under its own detection, too)", can[health.OfPipelines])
	printGroup(out, "what follows from these", follow)
	printGroup(out, "failover", failoverSettings(cfg))
	printGroup(out, "console", consoleSettings(cfg))
	printPipelines(out, cfg)
}

// origin is where a setting comes from.
func origin(cfg *config.Config, path, otherwise string) string {
	if line := cfg.Lines[path]; line > 0 {
		return fmt.Sprintf("line %d", line)
	}
	return otherwise
}

func printGroup(out io.Writer, title string, list []setting) {
	fmt.Fprintf(out, "\n%s\n", title)
	for _, s := range list {
		s.print(out, "  ")
		printWrapped(out, "      ", "      ", s.means)
	}
}

// print writes the setting without what it means.
func (s setting) print(out io.Writer, indent string) {
	first := fmt.Sprintf("%s%-16s  %-7s  ", indent, s.key, s.value)
	printWrapped(out, first, strings.Repeat(" ", len(first)), s.from)
}

// printWrapped prints a text within the columns, its first line after first and
// the others after rest.
func printWrapped(out io.Writer, first, rest, text string) {
	wide := columns - max(ansi.StringWidth(first), ansi.StringWidth(rest))
	for i, line := range strings.Split(ansi.Wordwrap(text, wide, ""), "\n") {
		if i == 1 {
			first = rest
		}
		fmt.Fprintf(out, "%s%s\n", first, strings.TrimRight(line, " "))
	}
}

func probeSettings(cfg *config.Config) []setting {
	p := cfg.Probe
	return []setting{
		{"interval", model.Length(p.Interval), origin(cfg, "probe.interval", "default"), "between two looks of a kind at a cluster or client"},
		{"timeout", model.Length(p.Timeout), origin(cfg, "probe.timeout", "default"), "of one call"},
		{
			"while it fails", model.Length(health.Pause(p.Interval, 1)), "= interval / 4, at least 250ms, at most interval",
			"between two looks after a failure that may be an outage, for 20 looks; then it doubles up to interval",
		},
		{"canary", onOff(p.Canary), origin(cfg, "probe.canary", "default"), "whether fumtui's own subscriber looks whether data comes, at clusters that do not say it themselves"},
		{"canary_interval", model.Length(p.CanaryInterval), origin(cfg, "probe.canary_interval", "default"), "between two looks of a canary, each one poll and one download"},
		{"keep", model.Length(p.Keep), origin(cfg, "probe.keep", "default"), "what was seen stays in the database for this long, to be exported and for a console that starts"},
	}
}

// consoleSettings are how the console looks, as the file has it: flags may say
// something else.
func consoleSettings(cfg *config.Config) []setting {
	c := cfg.Console
	from := func(key string) string { return origin(cfg, "console."+key, "default") }
	list := []setting{
		{"theme", c.Theme, from("theme"), "the colours; auto goes by the terminal's background"},
		{"ascii", c.ASCII, from("ascii"), "whether the console is drawn with ASCII alone; auto goes by the locale and TERM"},
		{"mouse", onOff(c.Mouse), from("mouse"), "whether the console takes the mouse: the wheel scrolls and selects, and does nothing else"},
		{"read_only", onOff(c.ReadOnly), from("read_only"), "whether every command refuses to change anything"},
	}
	if len(c.Keys) == 0 {
		return append(list, setting{"keys", "none", from("keys"), "other keys for commands of the console"})
	}
	for _, command := range slices.Sorted(maps.Keys(c.Keys)) {
		list = append(list, setting{"keys", strings.Join(c.Keys[command], " "), from("keys"), "for " + command})
	}
	return list
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// printClusters says of each cluster whether its canary is on.
func printClusters(out io.Writer, cfg *config.Config) {
	fmt.Fprintln(out, "\nclusters")
	for _, c := range cfg.Clusters {
		from := origin(cfg, "clusters."+c.Name+".canary", "as probe.canary")
		fmt.Fprintf(out, "  %-16s  canary %s (%s)\n", c.Name, onOff(c.Canary), from)
	}
}

// thresholds are those that can be set, by what they are of, and those that
// follow from them.
func thresholds(cfg *config.Config) (can map[string][]setting, follow []setting) {
	can = map[string][]setting{}
	for _, t := range cfg.Detection.Thresholds() {
		s := setting{t.Key, t.Value, "= " + t.Derived, t.Means}
		if t.Derived != "" {
			follow = append(follow, s)
			continue
		}
		s.from = origin(cfg, "detection."+t.Key, cfg.Preset)
		can[t.Of] = append(can[t.Of], s)
	}
	return can, follow
}

func failoverSettings(cfg *config.Config) []setting {
	f := cfg.Failover
	list := []setting{
		{key: "drain_timeout", value: model.Length(f.DrainTimeout), means: "of a planned run's drain, which else reverts"},
		{key: "hook_timeout", value: model.Length(f.HookTimeout), means: "of any other hook"},
		{key: "settle", value: model.Length(f.Settle), means: "standing still, or staying at the live tip, counts after this"},
		{key: "position_wait", value: model.Length(f.PositionWait), means: "for the target to reach the resume slot"},
		{key: "confirm_timeout", value: model.Length(f.ConfirmTimeout), means: "for the target's client to make progress"},
		{key: "live_slots", value: fmt.Sprint(f.LiveSlots), means: "a cursor this near to the newest slot is at the live tip"},
		{key: "lease", value: model.Length(f.Lease), means: "a console that drives a run and is not heard of for this long may be replaced"},
	}
	for i := range list {
		list[i].from = origin(cfg, "failover."+list[i].key, "default")
	}
	return list
}

// printPipelines says what is set for each pipeline, and its thresholds where
// they differ from the general ones.
func printPipelines(out io.Writer, cfg *config.Config) {
	if len(cfg.Pipelines) > 0 {
		fmt.Fprintln(out, "\npipelines")
	}
	general := cfg.Detection.Thresholds()
	for i := range cfg.Pipelines {
		p := &cfg.Pipelines[i]
		printWrapped(out, "  ", "      ", fmt.Sprintf(
			"%s: subscriber %s, home %s, guarantee %s, bootstrap %s, idempotent %t, overlap %d, %s%s",
			p.Name, p.Subscriber, p.Home, p.Guarantee, p.Bootstrap, p.Idempotent, p.Overlap,
			cursorSetting(cfg, p), quietSetting(cfg, p)))
		own := "pipelines." + p.Name + ".detection."
		if p.Preset != "" {
			setting{key: "preset", value: p.Preset, from: origin(cfg, own+"preset", "")}.print(out, "      ")
		}
		for i, t := range p.Detection.Thresholds() {
			if t.Value == general[i].Value {
				continue
			}
			from := "= " + t.Derived
			if t.Derived == "" {
				from = origin(cfg, own+t.Key, p.Preset)
			}
			setting{key: t.Key, value: t.Value, from: from + ", where others have " + general[i].Value}.print(out, "      ")
		}
	}
}
