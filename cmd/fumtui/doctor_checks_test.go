package main

import (
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/config"
	"github.com/fumtui/fumtui/store"
)

// TestDoctorThatCannotPrintFails: nobody was told how things stand.
func TestDoctorThatCannotPrintFails(t *testing.T) {
	c := newConsole(&config.Config{})
	c.storeErr = errors.New("x.db is locked")
	if err := examine(t.Context(), fullDisk{}, c); exitOf(err) != exitFailed || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("exit code %d: %v", exitOf(err), err)
	}
}

// TestDoctorOfAPipelineOnAClusterThatIsGone: the configuration can name fewer
// clusters than when the pipeline was moved.
func TestDoctorOfAPipelineOnAClusterThatIsGone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fumtui.db")
	db, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = raw.Close() }()
	if _, err := raw.ExecContext(t.Context(), `INSERT INTO active (pipeline, cluster, run_id, since) VALUES ('trades', 'gone', 'run', '2026-03-04T12:00:00.000Z')`); err != nil {
		t.Fatal(err)
	}
	p := config.Pipeline{Pipeline: model.Pipeline{Name: "trades", Home: "ams", Clusters: []string{"ams"}}}
	c := newConsole(&config.Config{Pipelines: []config.Pipeline{p}})
	c.store = db
	found := c.checkPipeline(t.Context(), p)
	if len(found) != 1 || found[0].Level != model.CheckRefuse || !strings.Contains(found[0].Saw, "active on gone") || found[0].Mend == "" {
		t.Errorf("%+v", found)
	}
}
