package main

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/config"
	"github.com/fumtui/fumtui/model/failover"
)

// none is the answer that there is nothing.
const none = "none"

// hold asks for all that is not told by flags.
func (i *interview) hold(ctx context.Context) (config.Draft, error) {
	var d config.Draft
	if err := i.findClusters(ctx); err != nil {
		return d, err
	}
	i.look(ctx)
	for _, c := range i.clusters {
		d.Clusters = append(d.Clusters, config.DraftCluster{Name: c.Name, FumeConfig: c.file})
	}
	if err := i.findPipelines(ctx, &d); err != nil {
		return d, err
	}
	if err := i.flagsLead(&d); err != nil {
		return d, err
	}
	for n := range d.Pipelines {
		p := &d.Pipelines[n]
		if err := i.findHome(ctx, p); err != nil {
			return d, err
		}
		for _, c := range i.clusters {
			client, err := i.findClient(ctx, p.Name, c.Name)
			if err != nil {
				return d, err
			}
			p.Clients = append(p.Clients, client)
		}
	}
	return d, nil
}

// findPipelines finds out which subscribers are pipelines of this user.
func (i *interview) findPipelines(ctx context.Context, d *config.Draft) error {
	told := i.flags.pipelines
	if len(told) == 0 {
		answer, err := i.ask(ctx, i.aboutPipelines())
		if err != nil {
			return err
		}
		told = i.chosen(answer)
	}
	if len(told) == 1 && told[0] == none {
		return nil
	}
	for _, t := range told {
		p, err := pipelineNamed(t, d.Pipelines)
		if err != nil {
			return usage(err)
		}
		d.Pipelines = append(d.Pipelines, p)
	}
	return nil
}

// aboutPipelines asks for them, among those that are there, where that is known.
func (i *interview) aboutPipelines() question {
	there := i.there()
	q := question{
		text: "Which persistent subscribers are pipelines of yours?",
		why:  "Their names, separated by blanks; NAME=SUBSCRIBER calls the pipeline otherwise; or none.",
		flag: "--pipeline NAME[=SUBSCRIBER]", def: none,
		fits: func(answer string) error {
			var had []config.DraftPipeline
			for _, t := range i.chosen(answer) {
				p, err := pipelineNamed(t, had)
				switch {
				case t == none:
				case err != nil:
					return err
				case i.reachable && !slices.Contains(there, p.Subscriber):
					return fmt.Errorf("no cluster has a subscriber %s: correct it, or leave it out now and write it into the file later", p.Subscriber)
				}
				had = append(had, p)
			}
			return nil
		},
	}
	if len(there) == 0 {
		return q
	}
	q.def = "all"
	q.why = "Numbers or names, separated by blanks; NAME=SUBSCRIBER calls the pipeline otherwise; all, or none. There are:"
	for n, name := range there {
		if n == mostOffered {
			q.why += fmt.Sprintf(" … and %d more", len(there)-n)
			break
		}
		q.why += fmt.Sprintf(" %d %s (at %s)", n+1, name, strings.Join(i.where(name), " and "))
		if n < len(there)-1 {
			q.why += ","
		}
	}
	return q
}

// mostOffered bounds how many subscribers are told.
const mostOffered = 50

// there are the subscribers of all clusters, each once.
func (i *interview) there() []string {
	var all []string
	for _, c := range i.clusters {
		for _, s := range c.subscribers {
			if !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
	}
	slices.Sort(all)
	return all
}

// where are the clusters that have a subscriber.
func (i *interview) where(subscriber string) []string {
	var all []string
	for _, c := range i.clusters {
		if slices.Contains(c.subscribers, subscriber) {
			all = append(all, c.Name)
		}
	}
	return all
}

// chosen are the pipelines of an answer.
func (i *interview) chosen(answer string) []string {
	there := i.there()
	var all []string
	for _, word := range strings.FieldsFunc(answer, func(r rune) bool { return r == ' ' || r == ',' }) {
		n, err := strconv.Atoi(word)
		switch {
		case word == "all" && len(there) > 0:
			all = append(all, there...)
		case err == nil && n >= 1 && n <= len(there):
			all = append(all, there[n-1])
		default:
			all = append(all, word)
		}
	}
	return all
}

// pipelineNamed reads NAME[=SUBSCRIBER]. A subscriber whose name no pipeline may
// have gives one that is near to it.
func pipelineNamed(text string, had []config.DraftPipeline) (config.DraftPipeline, error) {
	name, subscriber, named := strings.Cut(text, "=")
	if !named {
		subscriber = name
		name = strings.Map(func(r rune) rune {
			if model.ValidName("a" + string(r)) {
				return r
			}
			return '-'
		}, name)
		name = strings.Trim(name[:min(len(name), 64)], "-.")
	}
	switch {
	case !model.ValidName(name):
		return config.DraftPipeline{}, fmt.Errorf("%q cannot be the name of a pipeline: use letters, digits, dots, dashes and underscores, 64 at most; NAME=SUBSCRIBER names both", name)
	case subscriber == "" || strings.HasPrefix(subscriber, model.CanaryPrefix):
		return config.DraftPipeline{}, fmt.Errorf("%q cannot be the subscriber of a pipeline", subscriber)
	}
	for _, p := range had {
		if p.Name == name || p.Subscriber == subscriber {
			return config.DraftPipeline{}, fmt.Errorf("pipeline %s with subscriber %s is there already: each needs its own of both", p.Name, p.Subscriber)
		}
	}
	return config.DraftPipeline{Name: name, Subscriber: subscriber}, nil
}

// flagsLead refuses flags that name what is not there.
func (i *interview) flagsLead(d *config.Draft) error {
	seats := map[string]bool{}
	pipelines := map[string]bool{}
	for _, p := range d.Pipelines {
		pipelines[p.Name] = true
		for _, c := range d.Clusters {
			seats[p.Name+"."+c.Name] = true
		}
	}
	for flag, given := range map[string][]string{"--home": i.flags.homes, "--hooks": i.flags.hooks, "--metrics": i.flags.metrics} {
		known := seats
		if flag == "--home" {
			known = pipelines
		}
		for _, g := range given {
			key, _, keyed := strings.Cut(g, "=")
			switch {
			case keyed && !known[key] && strings.Contains(key, ":"): // the = belongs to an address
			case keyed && !known[key]:
				return usage(fmt.Errorf("%s %s: there is no %s", flag, g, key))
			case !keyed && flag == "--metrics" && g != none:
				return usage(fmt.Errorf("%s %s: say of which client: PIPELINE.CLUSTER=URL", flag, g))
			}
		}
	}
	return nil
}

// given is what flags say of something: of it alone, else of all.
func given(flags []string, key string) string {
	general := ""
	for _, f := range flags {
		switch of, value, keyed := strings.Cut(f, "="); {
		case keyed && of == key:
			return value
		case !keyed:
			general = f
		}
	}
	return general
}

// findHome finds out where a pipeline is at home: where its subscriber is, if
// that is at one cluster.
func (i *interview) findHome(ctx context.Context, p *config.DraftPipeline) (err error) {
	var names []string
	for _, c := range i.clusters {
		names = append(names, c.Name)
	}
	fits := func(answer string) error {
		if !slices.Contains(names, answer) {
			return fmt.Errorf("%q is not a cluster: the clusters are %s", answer, strings.Join(names, ", "))
		}
		return nil
	}
	if p.Home = given(i.flags.homes, p.Name); p.Home != "" {
		return usage(fits(p.Home))
	}
	if len(names) == 1 {
		p.Home = names[0]
		return nil
	}
	def := ""
	if where := i.where(p.Subscriber); len(where) == 1 {
		def = where[0]
	}
	p.Home, err = i.ask(ctx, question{
		text: fmt.Sprintf("Where is %s at home: %s?", p.Name, strings.Join(names, " or ")),
		why:  "It consumes there when all is well, and a failback brings it back there.",
		flag: "--home " + p.Name + "=CLUSTER", def: def, fits: fits,
	})
	return err
}

// findClient finds out about the client of a pipeline at a cluster.
func (i *interview) findClient(ctx context.Context, pipeline, cluster string) (c config.DraftClient, err error) {
	c.Cluster = cluster
	key := pipeline + "." + cluster
	form := given(i.flags.hooks, key)
	if form == "" {
		form, err = i.ask(ctx, question{
			text: fmt.Sprintf("How is the client of %s stopped and started at %s?", pipeline, cluster),
			why:  "manual: a person does it; systemd UNIT: by systemctl on this host; ssh HOST UNIT: by systemctl on another one. Any other command can be written into the file later.",
			flag: "--hooks " + key + "=FORM", def: "manual",
			fits: func(answer string) error { _, err := hooksOf(answer); return err },
		})
		if err != nil {
			return c, err
		}
	}
	if c.Hooks, err = hooksOf(form); err != nil {
		return c, usage(fmt.Errorf("--hooks %s: %w", key, err))
	}
	metrics := given(i.flags.metrics, key)
	if metrics == "" {
		metrics, err = i.ask(ctx, question{
			text: fmt.Sprintf("At which address does the client of %s show its metrics at %s?", pipeline, cluster),
			why:  "Such as http://HOST:9100/metrics. They show its lag, and prove that it stopped; none where it has none.",
			flag: "--metrics " + key + "=URL", def: none, fits: fitsMetrics,
		})
		if err != nil {
			return c, err
		}
	}
	if err := fitsMetrics(metrics); err != nil {
		return c, usage(fmt.Errorf("--metrics %s: %w", key, err))
	}
	if metrics != none {
		c.Metrics = metrics
	}
	return c, nil
}

func fitsMetrics(answer string) error {
	if answer == none {
		return nil
	}
	u, err := url.Parse(answer)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil {
		return fmt.Errorf("%q is no address of a metrics page: write http://HOST:PORT/metrics, without user or password, or none", answer)
	}
	return nil
}

// hooksOf reads how a client is stopped and started; nil: by a person.
func hooksOf(form string) (map[failover.Hook][]string, error) {
	words := strings.FieldsFunc(form, func(r rune) bool { return r == ' ' || r == ':' })
	for _, w := range words {
		if strings.HasPrefix(w, "-") {
			return nil, fmt.Errorf("%q would be taken for an option", w)
		}
	}
	var before []string
	switch {
	case len(words) == 1 && words[0] == "manual":
		return nil, nil
	case len(words) == 2 && words[0] == "systemd":
	case len(words) == 3 && words[0] == "ssh":
		before = []string{"ssh", words[1]}
	default:
		return nil, fmt.Errorf("%q is not understood: write manual, systemd:UNIT or ssh:HOST:UNIT", form)
	}
	unit := words[len(words)-1]
	if !unitName.MatchString(unit) {
		return nil, fmt.Errorf("%q is no name of a unit: letters, digits and . _ @ -", unit)
	}
	hooks := map[failover.Hook][]string{}
	for hook, verb := range map[failover.Hook]string{failover.HookStart: "start", failover.HookStop: "stop"} {
		hooks[hook] = append(slices.Clone(before), "systemctl", verb, unit)
	}
	status := fmt.Sprintf(unitStatus, unit)
	if before == nil {
		before = []string{"sh", "-c"}
	}
	hooks[failover.HookStatus] = append(slices.Clone(before), status)
	return hooks, nil
}

// unitName are the names of units that mean nothing to a shell.
var unitName = regexp.MustCompile(`^[A-Za-z0-9._@-]+$`)

// unitStatus is the status hook of a unit, for a shell. systemctl is-active exits
// with 3, which for a status hook is stopped, for each state but active, also for a
// client that is still on its way down: only where it says so is it stopped.
const unitStatus = `s=$(systemctl is-active %s); case $?:$s in 3:inactive|3:failed) exit 3;; 0:*|3:*ing|3:maintenance) exit 0;; esac; exit 1`
