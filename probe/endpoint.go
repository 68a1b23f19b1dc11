package probe

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
)

// DefaultTimeout bounds a call where an [Endpoint] does not say.
const DefaultTimeout = 5 * time.Second

// maxCAFile bounds the size of a CA file, in bytes.
const maxCAFile = 4 << 20

// Endpoint is where a cluster is and how to speak to it.
type Endpoint struct {
	URL      string                  // http://HOST[:80] or https://HOST[:443]; a path is ignored
	Token    model.Secret            // sent as x-token, over http too; "": none is sent
	Metadata map[string]model.Secret // sent with every call; an x-token here replaces Token
	CAFile   string                  // PEM file trusted beside the system's roots; "": those only
	Timeout  time.Duration           // of one call, its connection included; 0: [DefaultTimeout]
}

// address is a parsed endpoint URL.
type address struct {
	target    string // HOST:PORT to connect to
	authority string // as in the URL, which is also the name to check a certificate for
	secure    bool
}

// parseURL reads an endpoint as the Rust client does: the scheme is required
// and decides about TLS and the default port; a path is ignored.
func parseURL(text string) (address, error) {
	u, err := url.Parse(text)
	if err != nil {
		// The parser's message repeats the URL, which may hold a password.
		return address{}, errors.New("endpoint is not a URL: write it as https://HOST[:PORT]")
	}
	var port string
	switch u.Scheme {
	case "https":
		port = "443"
	case "http":
		port = "80"
	default:
		return address{}, fmt.Errorf("endpoint %q must begin with https:// or http://", u.Redacted())
	}
	if u.Hostname() == "" {
		return address{}, fmt.Errorf("endpoint %q names no host: write it as %s://HOST[:PORT]", u.Redacted(), u.Scheme)
	}
	if u.User != nil {
		return address{}, fmt.Errorf("endpoint %q must not hold a user or password: use the token", u.Redacted())
	}
	if u.Port() != "" {
		port = u.Port()
	}
	return address{
		target:    net.JoinHostPort(u.Hostname(), port),
		authority: u.Host,
		secure:    u.Scheme == "https",
	}, nil
}

// headers gives the metadata of every call as key, value, key, value.
func (e Endpoint) headers() ([]string, error) {
	all := map[string]model.Secret{}
	if e.Token != "" {
		all["x-token"] = e.Token
	}
	for key, value := range e.Metadata {
		all[strings.ToLower(key)] = value
	}
	var pairs []string
	for key, value := range all {
		if err := checkHeader(key, value); err != nil {
			return nil, err
		}
		pairs = append(pairs, key, value.Reveal())
	}
	return pairs, nil
}

// checkHeader refuses what gRPC could not send, before any call fails on it.
// The value never shows in the error.
func checkHeader(key string, value model.Secret) error {
	legal := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.", r)
	}
	switch {
	case key == "" || strings.ContainsFunc(key, func(r rune) bool { return !legal(r) }):
		return fmt.Errorf("metadata key %q must be made of letters, digits and -_. only", key)
	case strings.HasPrefix(key, "grpc-"):
		return fmt.Errorf("metadata key %q is reserved by gRPC: choose another", key)
	case strings.HasSuffix(key, "-bin"):
		return fmt.Errorf("metadata key %q ends in -bin, which clients cannot send: choose another", key)
	}
	for _, b := range []byte(value.Reveal()) {
		if b < ' ' || b > '~' {
			return fmt.Errorf("the value of %s holds a character that is not visible ASCII: check where it is read from", key)
		}
	}
	return nil
}

// secrets are the texts that must never show in a message: the token and every
// metadata value long enough to be one. The longest come first, so that one
// that contains another is masked as a whole.
func (e Endpoint) secrets() []string {
	const shortest = 4 // masking shorter texts would only garble messages
	var all []string
	for _, s := range e.Metadata {
		if len(s) >= shortest {
			all = append(all, s.Reveal())
		}
	}
	if len(e.Token) >= shortest {
		all = append(all, e.Token.Reveal())
	}
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	return all
}

// tlsConfig trusts the system's roots and, where given, those of the CA file.
func (e Endpoint) tlsConfig() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if e.CAFile == "" {
		return config, nil
	}
	info, err := os.Stat(e.CAFile)
	if err != nil {
		return nil, fmt.Errorf("read the CA file: %w", err)
	}
	if !info.Mode().IsRegular() || info.Size() > maxCAFile {
		return nil, fmt.Errorf("CA file %s is no file of certificates: name a PEM file of at most %d MiB", e.CAFile, maxCAFile>>20)
	}
	pem, err := os.ReadFile(e.CAFile)
	if err != nil {
		return nil, fmt.Errorf("read the CA file: %w", err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		// Without system roots the CA file alone decides.
		roots = x509.NewCertPool()
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("CA file %s holds no certificate: it must be in PEM form", e.CAFile)
	}
	config.RootCAs = roots
	return config, nil
}
