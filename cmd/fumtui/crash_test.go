package main

import (
	"strings"
	"testing"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/config"
	"github.com/fumtui/fumtui/model/crash"
)

// A report shows no token, be it of a configuration before a reload or at the place
// where a text is cut.
func TestCrashReportHidesAllTokens(t *testing.T) {
	with := func(token string) *console {
		return &console{cfg: &config.Config{Clusters: []config.Cluster{{Cluster: model.Cluster{Name: "ams"}, Token: model.Secret(token)}}}}
	}
	old, now := with("old-token-1234567890"), with("new-token-1234567890")
	r := newCrashReport(t.Context(), old, nil)
	r.takes(now)
	for _, value := range []string{
		"old-token-1234567890 and new-token-1234567890",
		strings.Repeat("x", model.MaxMessage-12) + "new-token-1234567890",
	} {
		text := r.text(&crash.Panic{Value: value})
		if said, _, _ := strings.Cut(text, "\n\n"); strings.Contains(said, "-token") {
			t.Error(said)
		}
	}
}
