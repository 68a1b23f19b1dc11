package monitor

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/fumtui/fumtui/model"
)

// The newest run that moved a pipeline says where its way back is, however many
// came after it that did not.
func TestLedgerTellsTheWayBack(t *testing.T) {
	at := func(minutesAgo int) *time.Time {
		when := time.Now().Add(-time.Duration(minutesAgo) * time.Minute)
		return &when
	}
	synctest.Test(t, func(t *testing.T) {
		cursor := model.Slot(900)
		moved := model.Run{
			ID: "r1", Pipeline: "trades", Kind: model.Cutover, From: "ams", To: "nyc", State: model.RunDone, Cursor: &cursor, EndedAt: at(90),
		}
		recreated := model.Run{ID: "r2", Pipeline: "trades", Kind: model.Recreate, From: "nyc", To: "nyc", State: model.RunDone, EndedAt: at(60)}
		failed := model.Run{ID: "r3", Pipeline: "trades", Kind: model.Failback, From: "nyc", To: "ams", State: model.RunFailed, EndedAt: at(50)}
		var others []model.Run
		for range 2 * newestRuns {
			others = append(others, model.Run{ID: "o", Pipeline: "orders", State: model.RunDone, EndedAt: at(1)})
		}
		ledger := &book{active: map[string]string{"trades": "nyc"}, runs: append(others, failed, recreated, moved)}
		m, stop := start(t, func(c *Config) { c.Ledger = ledger })
		defer stop()
		feed(m, 20*time.Second)
		p := m.Snapshot().Pipelines[0]
		if b := p.WayBack; b == nil || b.Cluster != "ams" || b.Slot == nil || *b.Slot != 901 {
			t.Errorf("way back: %+v", b)
		}

		t.Log("and none once it is at home again")
		failed.State = model.RunDone
		ledger.edit(func(b *book) {
			b.active, b.runs = map[string]string{"trades": "ams"}, []model.Run{failed, moved}
		})
		m.Kick()
		time.Sleep(time.Minute)
		if b := m.Snapshot().Pipelines[0].WayBack; b != nil {
			t.Errorf("way back: %+v", b)
		}
	})
}

// Making a subscriber again moves nothing.
func TestRecreateIsNoMove(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := time.Now().Add(-time.Minute)
		ledger := &book{runs: []model.Run{{
			ID: "r1", Pipeline: "trades", Kind: model.Recreate, From: "ams", To: "ams", State: model.RunDone, EndedAt: &ended,
		}}}
		m, stop := start(t, func(c *Config) { c.Ledger = ledger })
		defer stop()
		feed(m, 6*time.Second)
		for _, f := range m.Snapshot().Pipelines[0].Advice.Evidence {
			if f.Says == "it was moved there" {
				t.Errorf("evidence: %+v", f)
			}
		}
	})
}
