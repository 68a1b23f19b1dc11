package config

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/fumtui/fumtui/model"
)

// headerRule is what gRPC allows as a metadata key.
var headerRule = regexp.MustCompile(`^[0-9a-z_.-]+$`)

// clusters reads all clusters; canary is what holds for those that do not say.
func (l *loader) clusters(n ast.Node, canary bool) []Cluster {
	var all []Cluster
	for _, e := range l.entries(n, "clusters") {
		if !model.ValidName(e.name) {
			l.problem(e.key, "%q cannot be the name of a cluster: use letters, digits, dots, dashes and underscores, 64 at most", e.name)
			continue
		}
		all = append(all, l.cluster(e, canary))
	}
	return all
}

func (l *loader) cluster(e entry, canary bool) Cluster {
	c := Cluster{Cluster: model.Cluster{Name: e.name}, Canary: canary}
	var endpoint, token, fume ast.Node
	l.mapping(e.value, "cluster "+e.name, fields{
		"region":      func(n ast.Node) { c.Region, _ = l.text(n) },
		"endpoint":    func(n ast.Node) { endpoint = n; c.Endpoint = l.endpoint(n) },
		"token":       func(n ast.Node) { token = n; c.Token = l.token(n) },
		"fume_config": func(n ast.Node) { fume = n },
		"ca_file":     func(n ast.Node) { c.CAFile = l.filePath(n) },
		"metadata":    func(n ast.Node) { c.Metadata = l.metadata(n) },
		"canary": func(n ast.Node) {
			l.set["clusters."+e.name+".canary"] = n
			c.Canary = l.boolean(n)
		},
	})
	c.Region = model.Clean(c.Region, 32)
	switch {
	case fume != nil && endpoint != nil:
		l.problem(endpoint, "cluster %s has an endpoint and a fume_config, which holds one too: remove one of the two", e.name)
	case fume != nil:
		l.fumeConfig(fume, &c, token != nil)
	case endpoint == nil:
		l.problem(e.key, "cluster %s has no endpoint: add endpoint: https://HOST, or fume_config: PATH", e.name)
	}
	return c
}

// endpoint reads a URL with its scheme, as the other clients of Fumarole want it.
func (l *loader) endpoint(n ast.Node) string {
	raw, ok := l.text(n)
	if !ok {
		return ""
	}
	if err := checkURL(raw); err != nil {
		l.problem(n, "the endpoint %v", err)
	}
	return raw
}

// checkURL accepts http and https URLs with a host and without user or password.
func checkURL(raw string) error {
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return fmt.Errorf("is not a URL: write https://HOST or https://HOST:PORT")
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("%q must begin with https:// (or http:// for one without TLS)", raw)
	case u.Hostname() == "":
		return fmt.Errorf("%q names no host: write https://HOST or https://HOST:PORT", raw)
	case u.User != nil:
		return fmt.Errorf("holds a user or password: use token or metadata for secrets")
	}
	return nil
}

// token reads where the token comes from: exactly one of env, value, file and
// command.
func (l *loader) token(n ast.Node) model.Secret {
	if l.sys.NoTokens {
		return ""
	}
	var secret model.Secret
	count := 0
	one := func(read func(ast.Node) string) func(ast.Node) {
		return func(n ast.Node) {
			count++
			secret = model.Secret(strings.TrimSpace(read(n)))
			if secret != "" && strings.ContainsFunc(secret.Reveal(), notVisibleASCII) {
				l.problem(n, "the token holds characters that no token has (only visible ASCII is allowed)")
			}
		}
	}
	l.mapping(n, "token", fields{
		"value":   one(func(n ast.Node) string { return scalarText(l.resolve(n)) }),
		"env":     one(l.tokenEnv),
		"file":    one(l.tokenFile),
		"command": one(l.tokenCommand),
	})
	if count > 1 {
		l.problem(n, "the token has more than one source: keep one of env, value, file and command")
	}
	return secret
}

func notVisibleASCII(r rune) bool { return r < 0x21 || r > 0x7e }

func (l *loader) tokenEnv(n ast.Node) string {
	name := scalarText(l.resolve(n))
	value, ok := l.sys.LookupEnv(name)
	if !ok || strings.TrimSpace(value) == "" {
		l.problem(n, "the environment variable %s, which holds the token, is not set: export it, or use file: or command:", name)
	}
	return value
}

func (l *loader) tokenFile(n ast.Node) string {
	path := l.filePath(n)
	if path == "" {
		return ""
	}
	data, err := l.sys.ReadFile(path)
	switch {
	case err != nil:
		l.problem(n, "the token file %s %s: correct the path, or its owner and mode", path, fileTrouble(err))
	case len(data) > maxFile || strings.TrimSpace(string(data)) == "":
		l.problem(n, "the token file %s does not hold a token", path)
	}
	return string(data)
}

func (l *loader) tokenCommand(n ast.Node) string {
	argv := l.list(n, "command")
	if argv == nil {
		return ""
	}
	out, err := l.sys.Output(l.ctx, argv)
	switch {
	case err != nil:
		l.problem(n, "the token command %s failed: %v", argv[0], err)
	case strings.TrimSpace(out) == "":
		l.problem(n, "the token command %s printed nothing", argv[0])
	}
	return out
}

func (l *loader) metadata(n ast.Node) map[string]model.Secret {
	all := map[string]model.Secret{}
	for _, e := range l.entries(n, "metadata") {
		key := strings.ToLower(e.name)
		value, ok := l.text(e.value)
		switch {
		case !ok:
		case !headerRule.MatchString(key) || strings.HasPrefix(key, "grpc-") || strings.HasSuffix(key, "-bin"):
			l.problem(e.key, "%q cannot be a metadata key: use small letters, digits, dots, dashes and underscores, not beginning with grpc- nor ending in -bin", e.name)
		case strings.ContainsFunc(value, func(r rune) bool { return r < 0x20 || r > 0x7e }):
			l.problem(e.value, "the metadata value holds characters outside of ASCII")
		default:
			all[key] = model.Secret(value)
		}
	}
	return all
}
