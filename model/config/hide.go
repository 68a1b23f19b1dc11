package config

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// leastSecret is the length, in bytes, of the shortest text that is taken out by
// itself: a shorter one stands in every text by chance.
const leastSecret = 3

// Hide takes out of a text what is secret in the configuration, wherever it
// stands and however it is quoted: tokens, the values of metadata, and of addresses
// the password and what follows the ?.
func (c *Config) Hide(text string) string {
	var secrets []string
	hide := func(secret string) {
		if len(secret) < leastSecret {
			return
		}
		quoted := strconv.Quote(secret)
		secrets = append(secrets, secret, quoted[1:len(quoted)-1], url.QueryEscape(secret), url.PathEscape(secret))
	}
	address := func(text string) {
		if u, err := url.Parse(text); err == nil {
			password, _ := u.User.Password()
			hide(password)
			hide(u.RawQuery)
			for _, values := range u.Query() {
				for _, v := range values {
					hide(v)
				}
			}
		}
	}
	for i := range c.Clusters {
		cluster := &c.Clusters[i]
		hide(cluster.Token.Reveal())
		for _, v := range cluster.Metadata {
			hide(v.Reveal())
		}
		address(cluster.Endpoint)
	}
	for i := range c.Pipelines {
		for _, client := range c.Pipelines[i].Clients {
			address(client.Metrics)
		}
		for _, at := range c.Pipelines[i].Cursor.At {
			address(at.URL)
		}
	}
	// The longest first: a shorter one may be its beginning.
	slices.SortFunc(secrets, func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, s := range secrets {
		pairs = append(pairs, s, "***")
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
