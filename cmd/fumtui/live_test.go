package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/config"
)

// TestLiveReloads reloads many times while others look and ask: generations only
// grow, and nothing is left running.
func TestLiveReloads(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	dir := t.TempDir()
	path := filepath.Join(dir, "fumtui.yaml")
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const clusters = "store: x.db\nclusters: {ams: {endpoint: \"http://127.0.0.1:1\"}, nyc: {endpoint: \"http://127.0.0.1:2\"}}\n"
	write(clusters)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c, err := openConsole(ctx, path, watchingLong)
	if err != nil {
		t.Fatal(err)
	}
	l := newLive(ctx, c, face{}, []consoleOption{watchingLong})
	reading := make(chan struct{})
	watched, unwatch := context.WithCancel(ctx)
	go func() {
		defer close(reading)
		for seen := uint64(0); ; {
			snap, err := l.Next(watched, seen)
			if err != nil {
				return
			}
			if snap.Generation <= seen {
				t.Errorf("generation %d after %d", snap.Generation, seen)
			}
			seen = snap.Generation
			_, _ = l.Explain(watched, "trades")
			_, _ = historian{l}.Events(watched, model.EventQuery{Limit: 1})
		}
	}()
	for i := range 4 {
		text := clusters + "probe: {interval: " + []string{"1s", "3s"}[i%2] + "}\n"
		if i%2 == 1 {
			text += "pipelines: {trades: {home: ams, clients: {ams: {hooks: manual}, nyc: {hooks: manual}}}}\n"
		}
		write(text)
		done, err := l.Reload(ctx)
		if err != nil || len(done.Changes) == 0 {
			t.Fatalf("%+v, %v", done, err)
		}
		snap, err := l.Next(ctx, 0)
		if err != nil || len(snap.Pipelines) != i%2 {
			t.Fatalf("%d: %+v, %v", i, snap.Pipelines, err)
		}
	}
	if _, err := (liveOperator{l}).Execute(ctx, model.Plan{MadeAt: time.Now().Add(-time.Hour)}); err == nil || !strings.Contains(err.Error(), "plan again") {
		t.Errorf("a plan of before: %v", err)
	}
	write(clusters + "nonsense: 1\n")
	if _, err := l.Reload(ctx); err == nil || !strings.HasPrefix(err.Error(), path+":3:1: ") {
		t.Errorf("%v", err)
	}
	unwatch()
	<-reading
	if err := l.finish(os.Stderr, nil); err != nil {
		t.Error(err)
	}
	l.close()
}

// TestLiveKeepsEvidence takes over what was recorded of what is still the same.
func TestLiveKeepsEvidence(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "fumtui.yaml")
	read := func(nyc, metrics string) *config.Config {
		text := `store: x.db
clusters: {ams: {endpoint: "http://127.0.0.1:1"}, nyc: {endpoint: "` + nyc + `"}}
pipelines:
  trades: {home: ams, clients: {ams: {hooks: manual, metrics: "` + metrics + `"}, nyc: {hooks: manual}}}
`
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		cfg, err := loadConfig(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		return cfg
	}
	first, err := openConsoleOn(t.Context(), read("http://127.0.0.1:2", "http://127.0.0.1:3"))
	if err != nil {
		t.Fatal(err)
	}
	defer first.close()
	at := time.Now().Add(-time.Minute)
	failure := model.NewFailure(model.ClassUnreachable, "connection refused", nil)
	err = first.store.AppendEvidence(t.Context(), []model.Evidence{
		{Kind: model.KindTip, Cluster: "ams", Asked: at, Answered: at, Failure: failure},
		{Kind: model.KindTip, Cluster: "nyc", Asked: at, Answered: at, Failure: failure},
		{Kind: model.KindMetrics, Cluster: "ams", Pipeline: "trades", Asked: at, Answered: at, Failure: failure},
		{Kind: model.KindMetrics, Cluster: "nyc", Pipeline: "trades", Asked: at, Answered: at, Failure: failure},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		nyc, metrics string
		want         int
	}{
		{"http://127.0.0.1:2", "http://127.0.0.1:3", 4},
		{"http://127.0.0.1:9", "http://127.0.0.1:3", 2},
		{"http://127.0.0.1:2", "http://127.0.0.1:9", 3},
	} {
		next := newConsole(read(c.nyc, c.metrics))
		takingOver(first)(next)
		got, err := next.keptOf(first.store).Evidence(t.Context(), at.Add(-time.Minute))
		if err != nil || len(got) != c.want {
			t.Errorf("%v: %d are kept (%v), want %d", c, len(got), err, c.want)
		}
	}
}
