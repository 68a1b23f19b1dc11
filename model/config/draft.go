package config

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/fumtui/fumtui/model/failover"
)

// Draft is what a new configuration is written from.
type Draft struct {
	Clusters  []DraftCluster  // at least one
	Pipelines []DraftPipeline // may be empty
}

// DraftCluster is a cluster that the fume CLI is configured for.
type DraftCluster struct {
	Name       string
	FumeConfig string // path, as [Load] reads it: ~ is the home folder
}

// DraftPipeline is a pipeline of a draft.
type DraftPipeline struct {
	Name, Subscriber, Home string
	Clients                []DraftClient
}

// DraftClient is the client of a pipeline at a cluster.
type DraftClient struct {
	Cluster string
	Metrics string                     // URL of its page; "": none is known
	Hooks   map[failover.Hook][]string // empty: a person does it by hand
}

// Text writes the draft as a configuration file. Each key has the words of
// example, which is the text of a configuration that holds all keys; those that
// the draft says nothing of are there, too, behind a # without a blank.
func (d Draft) Text(example string) string {
	w := &draftWriter{}
	w.lines = append(w.lines,
		"# The configuration of fumtui, begun by `fumtui init`. A line that begins with #",
		"# and no blank is a setting at its default, or an example of one: take the # away",
		"# to set it. Durations are written with their unit: 500ms, 2s, 3m, 1h. An error in",
		"# this file is reported as PATH:LINE:COLUMN; `fumtui doctor` explains what is set.",
	)
	for _, b := range blocksOf(strings.Split(example, "\n"), 0) {
		w.lines = append(w.lines, "")
		switch b.key {
		case "clusters":
			w.clusters(b, d.Clusters)
		case "pipelines":
			w.pipelines(b, d)
		default:
			w.off(b)
		}
	}
	return strings.Join(w.lines, "\n") + "\n"
}

// block is a key of the example with the lines of its value, the comments above it
// included.
type block struct {
	key    string
	indent int
	about  []string // the comments above
	lines  []string // the first one holds the key
}

// comment explains the key, on its own line.
func (b block) comment() string {
	_, text, ok := strings.Cut(b.lines[0], " #")
	if !ok {
		return ""
	}
	return "#" + text
}

// blocksOf are the keys at an indentation. A comment there belongs to the key that
// follows it, unless a blank line is between them.
func blocksOf(lines []string, indent int) []block {
	var all []block
	var about []string
	for _, line := range lines {
		text := strings.TrimLeft(line, " ")
		switch at := len(line) - len(text); {
		case text == "":
			about = nil
		case at == indent && text[0] == '#':
			about = append(about, line)
		case at == indent:
			key, _, _ := strings.Cut(text, ":")
			all = append(all, block{key: key, indent: indent, about: about, lines: []string{line}})
			about = nil
		case at > indent && len(all) > 0:
			last := &all[len(all)-1]
			last.lines = append(last.lines, line)
		}
	}
	return all
}

// under are the keys within the values of a block, of all its values that are
// named alike taken together: the example shows some keys at one cluster, some at
// another.
func (b block) under() []block {
	return blocksOf(b.lines[1:], b.indent+2)
}

// merged are the keys within all of some blocks, each once.
func merged(blocks []block) []block {
	var all []block
	for _, b := range blocks {
		for _, k := range b.under() {
			if !slices.ContainsFunc(all, func(had block) bool { return had.key == k.key }) {
				all = append(all, k)
			}
		}
	}
	return all
}

// draftWriter gathers the lines of a file.
type draftWriter struct{ lines []string }

// off writes a key of the example that is not set.
func (w *draftWriter) off(b block) {
	w.lines = append(w.lines, b.about...)
	for _, line := range b.lines {
		w.lines = append(w.lines, line[:b.indent]+"#"+line[b.indent:])
	}
}

// on writes a key with a value.
func (w *draftWriter) on(b block, value string) {
	line := strings.Repeat(" ", b.indent) + b.key + ":"
	if value != "" {
		line += " " + value
	}
	if comment := b.comment(); comment != "" {
		line = fmt.Sprintf("%-31s %s", line, comment)
	}
	w.lines = append(append(w.lines, b.about...), line)
}

// name begins what belongs to a name.
func (w *draftWriter) name(indent int, name string) {
	w.lines = append(w.lines, strings.Repeat(" ", indent)+scalar(name)+":")
}

// clusters writes all clusters: the first one with the keys that it leaves out.
// The endpoint and the token are in the file of the fume CLI.
func (w *draftWriter) clusters(b block, clusters []DraftCluster) {
	w.on(b, "")
	for i, c := range clusters {
		w.name(2, c.Name)
		var others []block
		for _, k := range merged(b.under()) {
			switch {
			case k.key == "fume_config":
				w.on(k, scalar(c.FumeConfig))
			case i == 0 && k.key != "endpoint" && k.key != "token":
				others = append(others, k)
			}
		}
		for _, k := range others {
			w.off(k)
		}
	}
}

// pipelines writes all pipelines, the first one with the keys that it leaves out.
// Where there is none one is shown that is not set.
func (w *draftWriter) pipelines(b block, d Draft) {
	if len(d.Pipelines) == 0 {
		shown := DraftPipeline{Name: "trades", Subscriber: "trades-prod", Home: d.Clusters[0].Name}
		for _, c := range d.Clusters {
			shown.Clients = append(shown.Clients, DraftClient{Cluster: c.Name})
		}
		from := len(w.lines)
		w.pipelines(b, Draft{Pipelines: []DraftPipeline{shown}})
		for i := from; i < len(w.lines); i++ {
			w.lines[i] = "#" + w.lines[i]
		}
		return
	}
	w.on(b, "")
	for i, p := range d.Pipelines {
		w.name(2, p.Name)
		for _, k := range merged(b.under()) {
			switch {
			case k.key == "subscriber":
				w.on(k, scalar(p.Subscriber))
			case k.key == "home":
				w.on(k, scalar(p.Home))
			case k.key == "clients":
				w.on(k, "")
				for _, client := range p.Clients {
					w.client(k, client)
				}
			case i == 0:
				w.off(k)
			}
		}
	}
}

// client writes the client at a cluster.
func (w *draftWriter) client(b block, c DraftClient) {
	w.name(6, c.Cluster)
	var hooks, manual block
	for _, shown := range b.under() {
		for _, k := range shown.under() {
			switch {
			case k.key == "hooks" && strings.Contains(k.lines[0], " manual"):
				manual = k
			case k.key == "hooks":
				hooks = k
			}
		}
	}
	for _, k := range merged(b.under()) {
		switch {
		case k.key == "metrics" && c.Metrics != "":
			w.on(k, scalar(c.Metrics))
		case k.key == "hooks" && len(c.Hooks) == 0:
			w.on(manual, "manual")
		case k.key == "hooks":
			w.on(hooks, "")
			for _, h := range hooks.under() {
				if argv := c.Hooks[failover.Hook(h.key)]; argv != nil {
					w.on(h, flow(argv))
				} else {
					w.off(h)
				}
			}
		default:
			w.off(k)
		}
	}
}

// flow is a list on one line.
func flow(list []string) string {
	items := make([]string, len(list))
	for i, item := range list {
		items[i] = scalar(item)
	}
	return "[" + strings.Join(items, ", ") + "]"
}

// bare is what YAML takes for text without quotes, wherever it stands.
var bare = regexp.MustCompile(`^[A-Za-z~/][A-Za-z0-9._/-]*$`)

// words are texts that YAML takes for something else.
var words = []string{"true", "false", "null", "yes", "no", "on", "off", "y", "n", "~"}

// scalar writes a text as YAML.
func scalar(text string) string {
	if bare.MatchString(text) && !slices.Contains(words, strings.ToLower(text)) {
		return text
	}
	var b strings.Builder
	quote := json.NewEncoder(&b)
	quote.SetEscapeHTML(false)
	if err := quote.Encode(text); err != nil { // no text fails
		return `""`
	}
	return strings.TrimSpace(b.String())
}
