package config

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

func TestHide(t *testing.T) {
	cfg, err := loadDraft(changing)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Clusters[0].Token = "s3cr\"t\\x"
	cfg.Clusters[1].Token = "s3cr\"t\\x and more"
	text := fmt.Sprintf("%s %q %s %s hidden2 hidden3 key=hidden3&x ams trades", cfg.Clusters[1].Token.Reveal(), cfg.Clusters[0].Token.Reveal(),
		url.QueryEscape(cfg.Clusters[0].Token.Reveal()), cfg.Clusters[0].Token.Reveal())
	if got, want := cfg.Hide(text), `*** "***" *** *** *** *** ***&x ams trades`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	cfg.Clusters[0].Token = "a" // stands everywhere
	if got := cfg.Hide("ams"); got != "ams" {
		t.Error(got)
	}
	cfg = &Config{Pipelines: []Pipeline{{Clients: map[string]Client{"ams": {Metrics: "http://reader:pass%20word@trades:9100/metrics"}}}}}
	if got := cfg.Hide("reader pass word pass%20word"); got != "reader *** ***" {
		t.Error(got)
	}
	if got := (&Config{}).Hide(strings.Repeat("x", 10)); got != "xxxxxxxxxx" {
		t.Error(got)
	}
}
