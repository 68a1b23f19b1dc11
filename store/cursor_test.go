package store

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

func TestTheContractNeverMovesACursorBack(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	db := foreign(t, s.Path())
	steps := []struct {
		slot      int64
		first     any
		want      model.Slot
		wantFirst *model.Slot
	}{
		{100, nil, 100, nil},
		{150, 101, 150, ptr(model.Slot(101))},
		{120, 110, 150, ptr(model.Slot(101))},
		{150, 111, 150, ptr(model.Slot(101))},
		{151, nil, 151, ptr(model.Slot(101))},
		{152, 152, 152, ptr(model.Slot(152))},
	}
	for _, step := range steps {
		before := time.Now().Add(-time.Second)
		execSQL(t, db, CursorUpsert, "trades", "ams", step.slot, step.first)
		c, err := s.Cursor(t.Context(), "trades", "ams")
		must(t, err)
		if c.Slot != step.want || fmt.Sprint(deref(c.FirstSlot)) != fmt.Sprint(deref(step.wantFirst)) {
			t.Errorf("after %d: slot %d first %v", step.slot, c.Slot, deref(c.FirstSlot))
		}
		if c.UpdatedAt.Before(before) || c.Source != "store" {
			t.Errorf("after %d: %+v", step.slot, c)
		}
	}
	if none, err := s.Cursor(t.Context(), "trades", "nyc"); none != nil || err != nil {
		t.Errorf("no cursor: %v, %v", none, err)
	}
}

func deref(s *model.Slot) any {
	if s == nil {
		return nil
	}
	return *s
}

func TestTheCursorTableKeepsPoisonOut(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	db := foreign(t, s.Path())
	for _, slot := range []any{"abc", -1, 1.5, nil} {
		if _, err := db.ExecContext(t.Context(), CursorUpsert, "trades", "ams", slot, nil); err == nil {
			t.Errorf("slot %v was taken", slot)
		}
	}
	execSQL(t, db, CursorUpsert, "trades", "ams", "77", nil) // a number in quotes is a number
	execSQL(t, db, `UPDATE cursor SET updated_at = 'yesterday', pipeline = 'tr' || char(27) || '[31mades'`)
	all, err := s.Cursors(t.Context())
	must(t, err)
	if len(all) != 1 || all[0].Slot != 77 || !all[0].UpdatedAt.IsZero() || strings.ContainsRune(all[0].Pipeline, 27) {
		t.Errorf("cursors %+v", all)
	}
}

func TestSetCursor(t *testing.T) {
	s, c := newStoreAt(t, t0)
	db := foreign(t, s.Path())
	execSQL(t, db, CursorUpsert, "trades", "ams", 1000, 900)
	set := func(slot model.Slot, force bool) error {
		return s.SetCursor(t.Context(), "trades", "ams", slot, force, nil)
	}
	get := func() model.Cursor {
		c, err := s.Cursor(t.Context(), "trades", "ams")
		must(t, err)
		return *c
	}

	var back *BackwardError
	if err := set(990, false); !errors.As(err, &back) || back.Old != 1000 || back.New != 990 || back.By != 10 {
		t.Errorf("back: %v", err)
	}
	if got := get(); got.Slot != 1000 {
		t.Errorf("a refused move moved it to %d", got.Slot)
	}
	must(t, set(1000, false))
	c.move(time.Second)
	must(t, set(1010, false))
	if got := get(); got.Slot != 1010 || got.FirstSlot == nil || !got.UpdatedAt.Equal(c.now()) {
		t.Errorf("forward: %+v", got)
	}
	must(t, set(500, true))
	if got := get(); got.Slot != 500 || got.FirstSlot != nil {
		t.Errorf("forced back: %+v", got)
	}
	records, err := s.Audit(t.Context(), 0)
	must(t, err)
	if len(records) != 1 || records[0].Actor != "ada@bastion" || !strings.Contains(records[0].Detail, "by 510 slots") {
		t.Errorf("audit %+v", records)
	}
	for _, slot := range []model.Slot{1 << 63, 1<<64 - 1} {
		if err := set(slot, true); err == nil {
			t.Errorf("slot %d was taken", slot)
		}
	}
}

func TestCursorsAreSorted(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	for _, name := range []string{"b/nyc", "a/nyc", "b/ams", "a/ams"} {
		pipeline, cluster, _ := strings.Cut(name, "/")
		must(t, s.SetCursor(t.Context(), pipeline, cluster, 1, false, nil))
	}
	all, err := s.Cursors(t.Context())
	must(t, err)
	var got []string
	for _, c := range all {
		got = append(got, c.Pipeline+"/"+c.Cluster)
	}
	if fmt.Sprint(got) != "[a/ams a/nyc b/ams b/nyc]" {
		t.Errorf("cursors %v", got)
	}
}

// Clients of other programs write their cursors while the engine writes its
// journal: nobody's write is lost or refused.
func TestClientsAndEngineWriteAtOnce(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	run := newRun("run-1", "trades", "ams", "nyc", t0)
	lease, err := s.Begin(t.Context(), run, ttl)
	must(t, err)
	const clients, writes = 3, 60
	var wait sync.WaitGroup
	for i := range clients {
		db := foreign(t, s.Path())
		wait.Go(func() {
			for slot := 1; slot <= writes; slot++ {
				if _, err := db.ExecContext(t.Context(), CursorUpsert, fmt.Sprint("p", i), "ams", slot, nil); err != nil {
					t.Errorf("client %d at slot %d: %v", i, slot, err)
					return
				}
			}
		})
	}
	wait.Go(func() {
		for n := range writes {
			run.Note = fmt.Sprint(n)
			if err := s.Write(t.Context(), lease, failover.Batch{Run: run}); err != nil {
				t.Errorf("journal write %d: %v", n, err)
				return
			}
		}
	})
	wait.Go(func() {
		for n := range writes {
			e := model.Evidence{Kind: model.KindTip, Cluster: "ams", Answered: t0.Add(time.Duration(n))}
			if err := s.AppendEvidence(t.Context(), []model.Evidence{e}); err != nil && KindOf(err) != KindLocked {
				t.Errorf("evidence %d: %v", n, err)
				return
			}
		}
	})
	wait.Wait()
	all, err := s.Cursors(t.Context())
	must(t, err)
	for _, c := range all {
		if c.Slot != writes {
			t.Errorf("cursor of %s is %d, want %d", c.Pipeline, c.Slot, writes)
		}
	}
	stored, err := s.Run(t.Context(), "run-1")
	must(t, err)
	if len(all) != clients || stored.Note != fmt.Sprint(writes-1) {
		t.Errorf("%d cursors, journal at %s", len(all), stored.Note)
	}
}
