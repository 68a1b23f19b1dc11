package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/store"
)

// Who sets a cursor that a run under way has read already is told that it goes on
// from what it read.
func TestASetCursorThatARunHasReadAlready(t *testing.T) {
	for state, told := range map[model.StepState]bool{model.StepDone: true, model.StepRunning: false, model.StepPending: false} {
		db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "fumtui.db"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		run := model.Run{
			ID: "run-1", Pipeline: "trades", Subscriber: "trades-prod", Kind: model.Cutover, Mode: model.Planned,
			From: "ams", To: "nyc", State: model.RunRunning, StartedAt: time.Now().UTC(),
			Steps: []model.Step{{Name: model.StepCursor, State: state, Detail: "slot 7, durable, 1s old"}},
		}
		if _, err := db.Begin(t.Context(), run, time.Minute); err != nil {
			t.Fatal(err)
		}
		c := &console{store: db}
		for cluster, told := range map[string]bool{"ams": told, "nyc": false} {
			var out bytes.Buffer
			if err := c.tellReadCursor(t.Context(), &out, seat{"trades", cluster}); err != nil {
				t.Fatal(err)
			}
			want := "run run-1 to nyc has read the cursor of ams before: slot 7, durable, 1s old; it goes on from that"
			if strings.Contains(out.String(), want) != told || (!told && out.Len() > 0) {
				t.Errorf("%s, %s: %q", state, cluster, &out)
			}
		}
	}
}
