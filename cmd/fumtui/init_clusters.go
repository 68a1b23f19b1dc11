package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/config"
	"github.com/fumtui/fumtui/probe"
)

// cluster is one that the fume command is configured for.
type cluster struct {
	config.Cluster
	file        string // as a configuration names it
	subscribers []string
	err         error // why it could not be looked at
}

// readFume reads a file of the fume command.
func readFume(ctx context.Context, path string) (config.Cluster, error) {
	const self = "fumtui init"
	sys := machine()
	read := sys.ReadFile
	sys.ReadFile = func(name string) ([]byte, error) {
		if name == self {
			return []byte(fmt.Sprintf("clusters: {fume: {fume_config: %q}}", path)), nil
		}
		return read(name)
	}
	cfg, err := config.Load(ctx, sys, self)
	if err != nil {
		return config.Cluster{}, errors.New(strings.TrimPrefix(err.Error(), self+":1:32: "))
	}
	return cfg.Clusters[0], nil
}

// findFume looks where the fume command does, and beside that, as it needs a file
// for every cluster. Of several that lead to one endpoint the first one counts.
func findFume(ctx context.Context) []string {
	var candidates []string
	if path := os.Getenv("FUMAROLE_CONFIG"); path != "" {
		candidates = append(candidates, path)
	}
	if home, err := os.UserHomeDir(); err == nil {
		usual := filepath.Join(home, ".fumarole", "config.yaml")
		for _, pattern := range []string{"*.yaml", "*.yml"} {
			named, _ := filepath.Glob(filepath.Join(home, ".fumarole", pattern)) // the pattern is right
			candidates = append(candidates, slices.DeleteFunc(named, func(p string) bool { return p == usual })...)
		}
		candidates = append(candidates, usual)
	}
	seen := map[string]bool{}
	var found []string
	for _, path := range candidates {
		c, err := readFume(ctx, absolute(path))
		if err == nil && !seen[c.Endpoint] {
			seen[c.Endpoint] = true
			found = append(found, homely(path))
		}
	}
	return found
}

// absolute is a path that does not depend on the folder of this process.
func absolute(path string) string {
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, rest)
		}
	}
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// homely writes a path such that it is read alike from everywhere, with ~ for the
// home folder.
func homely(path string) string {
	path = absolute(path)
	if home, err := os.UserHomeDir(); err == nil {
		if rest, ok := strings.CutPrefix(path, home+string(filepath.Separator)); ok && filepath.Separator == '/' {
			return "~/" + rest
		}
	}
	return path
}

// findClusters finds out which clusters there are, and their names.
func (i *interview) findClusters(ctx context.Context) error {
	told := i.flags.fume
	if len(told) == 0 {
		answer, err := i.ask(ctx, question{
			text: "Which files of the fume command, one for each cluster?",
			why:  "They hold endpoints and tokens, which stay there. Separate them by blanks; NAME=FILE names the cluster, too.",
			flag: "--fume [NAME=]FILE", def: strings.Join(findFume(ctx), " "),
			none: "FUMAROLE_CONFIG and ~/.fumarole lead to none that can be read.",
			fits: func(answer string) error { return fitsFume(ctx, strings.Fields(answer)) },
		})
		if err != nil {
			return err
		}
		told = strings.Fields(answer)
	}
	for _, f := range told {
		if err := i.addCluster(ctx, f); err != nil {
			return err
		}
	}
	if len(i.clusters) == 1 {
		fmt.Fprintln(i.out, "note: with one cluster there is nowhere to fail over to")
	}
	return nil
}

// fitsFume says what is wrong with files of the fume command that are given together.
func fitsFume(ctx context.Context, answers []string) error {
	var had []cluster
	for _, a := range answers {
		name, c, err := fumeNamed(ctx, a)
		if err != nil {
			return err
		}
		c.Name = name
		if err := apart(had, c); err != nil {
			return err
		}
		had = append(had, c)
	}
	return nil
}

// apart says why a cluster is the same as one that there is already, by its endpoint
// or the name that it was given.
func apart(had []cluster, c cluster) error {
	for _, other := range had {
		if other.Endpoint == c.Endpoint {
			return fmt.Errorf("%s and %s lead to the same endpoint, %s: name a file for each cluster", other.file, c.file, config.AddressShown(c.Endpoint))
		}
		if c.Name != "" && other.Name == c.Name {
			return fmt.Errorf("%s and %s are both called %s: give each cluster its own name", other.file, c.file, c.Name)
		}
	}
	return nil
}

// fumeNamed reads the file of an answer, [NAME=]FILE.
func fumeNamed(ctx context.Context, answer string) (name string, c cluster, err error) {
	name, path, named := strings.Cut(answer, "=")
	if !named {
		name, path = "", answer
	}
	if named && !model.ValidName(name) {
		return "", cluster{}, fmt.Errorf("%q cannot be the name of a cluster: use letters, digits, dots, dashes and underscores, 64 at most", name)
	}
	c.file = homely(path)
	c.Cluster, err = readFume(ctx, absolute(path))
	return name, c, err
}

func (i *interview) addCluster(ctx context.Context, answer string) error {
	name, c, err := fumeNamed(ctx, answer)
	if err != nil {
		return usage(err)
	}
	if err := apart(i.clusters, c); err != nil {
		return usage(err)
	}
	free := func(name string) error {
		switch {
		case !model.ValidName(name):
			return fmt.Errorf("%q cannot be the name of a cluster: use letters, digits, dots, dashes and underscores, 64 at most", name)
		case slices.ContainsFunc(i.clusters, func(c cluster) bool { return c.Name == name }):
			return fmt.Errorf("there is a cluster %s already", name)
		}
		return nil
	}
	if name == "" {
		if name = nameOf(c.Endpoint); free(name) != nil {
			base := strings.TrimSuffix(filepath.Base(c.file), filepath.Ext(c.file))
			def := base
			if free(def) != nil || def == "config" {
				def = ""
			}
			name, err = i.ask(ctx, question{
				text: fmt.Sprintf("What is the cluster at %s called?", config.AddressShown(c.Endpoint)),
				why:  "Its address does not tell. You will type this name to confirm a cutover to it.",
				flag: "--fume NAME=" + c.file, def: def, fits: free,
			})
			if err != nil {
				return err
			}
		}
	}
	if err := free(name); err != nil {
		return usage(err)
	}
	c.Name = name
	if c.Token == "" {
		printWrapped(i.out, "note: ", "  ", c.file+" holds no token, so "+name+" is asked without one")
	}
	i.clusters = append(i.clusters, c)
	return nil
}

// anyones are parts of host names that tell no cluster from another.
var anyones = []string{"fumarole", "yellowstone", "fume", "api", "grpc", "rpc", "www", "app", "prod", "production", "mainnet", "solana", "localhost", "gateway", "https", "eu", "us"}

// nameOf tells a cluster's name from its endpoint: the first part of the host
// name, before its domain, that is not a word for anything; "" where none is.
func nameOf(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return ""
	}
	host := u.Hostname()
	if _, err := netip.ParseAddr(host); err == nil {
		return ""
	}
	labels := strings.Split(host, ".")
	if len(labels) < 3 {
		return "" // a name in nobody's domain, or the domain alone
	}
	for _, label := range labels[:len(labels)-2] {
		for _, word := range strings.Split(label, "-") {
			if word != "" && !slices.Contains(anyones, word) && strings.Trim(word, "0123456789") != "" && model.ValidName(word) {
				return word
			}
		}
	}
	return ""
}

// look asks every cluster for its persistent subscribers.
func (i *interview) look(ctx context.Context) {
	if !i.looks {
		return
	}
	var wg sync.WaitGroup
	for n := range i.clusters {
		wg.Go(func() { i.clusters[n].look(ctx) })
	}
	wg.Wait()
	i.reachable = true
	for _, c := range i.clusters {
		if c.err != nil {
			i.reachable = false
			printWrapped(i.out, c.Name+": ", "  ", "cannot be looked at: "+model.Clean(c.err.Error(), model.MaxMessage))
			continue
		}
		fmt.Fprintf(i.out, "%s: answers, %s\n", c.Name, model.Units(len(c.subscribers), "persistent subscriber"))
	}
}

func (c *cluster) look(ctx context.Context) {
	client, err := probe.Dial(probe.Endpoint{URL: c.Endpoint, Token: c.Token, Metadata: c.Metadata, Timeout: probe.DefaultTimeout})
	if err != nil {
		c.err = err
		return
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(ctx, probe.DefaultTimeout)
	defer cancel()
	found, err := client.Subscribers(ctx)
	if err != nil {
		c.err = err
		return
	}
	for _, s := range found {
		name := model.Clean(s.Name, 255)
		if name == s.Name && name != "" && !strings.HasPrefix(name, model.CanaryPrefix) {
			c.subscribers = append(c.subscribers, name)
		}
	}
}
