package store

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// saw is a change of the verdict on ams, so many seconds after t0.
func saw(after float64, before, word string) model.Event {
	at := t0.Add(time.Duration(after * float64(time.Second))).Truncate(time.Millisecond)
	return model.Event{At: at, Kind: model.EventVerdict, Cluster: "ams", Before: before, Word: word, Reason: "because " + word}
}

// told is what the database has, a line an event.
func told(t *testing.T, s *Store, q model.EventQuery) string {
	t.Helper()
	got, err := s.Events(t.Context(), q)
	must(t, err)
	var lines []string
	for _, e := range got.List {
		lines = append(lines, fmt.Sprintf("%g %s %s>%s", e.At.Sub(t0.Truncate(time.Millisecond)).Seconds(), e.Subject(), e.Before, e.Word))
	}
	return strings.Join(lines, ", ")
}

// Several consoles see the same, at their own times, and write it when they can:
// it is told once.
func TestConsolesTellAChangeOnce(t *testing.T) {
	for name, c := range map[string]struct {
		writes [][]model.Event
		want   string
	}{
		"a moment later": {[][]model.Event{
			{saw(1, "", "healthy"), saw(10, "healthy", "down")}, {saw(1.4, "", "healthy"), saw(10.4, "healthy", "down")},
		}, "1 ams >healthy, 10 ams healthy>down"},
		"a moment before, written later": {[][]model.Event{
			{saw(1, "", "healthy"), saw(10, "healthy", "down")}, {saw(0.6, "", "healthy"), saw(9.7, "healthy", "down")},
		}, "1 ams >healthy, 10 ams healthy>down"},
		"there and back before the other writes": {[][]model.Event{
			{saw(1, "", "healthy"), saw(10, "healthy", "blip"), saw(12, "blip", "healthy")},
			{saw(1.1, "", "healthy"), saw(10.3, "healthy", "blip"), saw(12.2, "blip", "healthy")},
		}, "1 ams >healthy, 10 ams healthy>blip, 12 ams blip>healthy"},
		"a console that starts later knows nothing new": {[][]model.Event{
			{saw(1, "", "healthy"), saw(10, "healthy", "down")}, {saw(500, "", "down")},
		}, "1 ams >healthy, 10 ams healthy>down"},
		"a console that starts later is told what was": {[][]model.Event{
			{saw(1, "", "healthy"), saw(10, "healthy", "down")}, {saw(500, "", "healthy")},
		}, "1 ams >healthy, 10 ams healthy>down, 500 ams down>healthy"},
		"a short outage that was kept waiting is not lost in a later one": {[][]model.Event{
			{saw(1, "", "healthy"), saw(100, "healthy", "down")}, {saw(50, "healthy", "down"), saw(60, "down", "healthy")},
		}, "1 ams >healthy, 50 ams healthy>down, 60 ams down>healthy, 100 ams healthy>down"},
	} {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			for i, events := range c.writes {
				s := open(t, path, WithActor(fmt.Sprintf("console-%d", i)), WithClock((&clock{at: t0.Add(time.Hour)}).now))
				must(t, s.AppendEvents(t.Context(), events))
				if i == len(c.writes)-1 {
					if got := told(t, s, model.EventQuery{}); got != c.want {
						t.Errorf("got  %s\nwant %s", got, c.want)
					}
				}
			}
		})
	}
}

func TestEventsAreReadOnFromAPlace(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	advice := model.Event{At: t0.Add(2 * time.Second), Kind: model.EventAdvice, Pipeline: "trades", Word: "none"}
	must(t, s.AppendEvents(t.Context(), []model.Event{saw(1, "", "healthy"), advice}))
	advice.At, advice.Word, advice.Target, advice.Reason = t0.Add(3*time.Second), "fail_over", "nyc", "\x1b[2Jams is down"
	must(t, s.AppendEvents(t.Context(), []model.Event{advice}))
	got, err := s.Events(t.Context(), model.EventQuery{})
	must(t, err)
	if len(got.List) != 2 || got.List[1].Target != "nyc" || strings.Contains(got.List[1].Reason, "\x1b") || got.List[0].By == "" {
		t.Fatalf("got %+v", got.List) // that there is nothing to do is no news in an empty database
	}
	must(t, s.SetHome(t.Context(), "trades", "ams", "ams", failover.AuditEntry{At: t0.Add(5 * time.Second), Actor: "ada@bastion", Action: "home", Detail: "from ams"}))
	must(t, s.AppendEvents(t.Context(), []model.Event{saw(2, "healthy", "down")})) // stored late
	next, err := s.Events(t.Context(), model.EventQuery{After: got.Next})
	must(t, err)
	text := ""
	for _, e := range next.List {
		text += string(e.Kind) + " " + e.Subject() + " " + e.Word + " by " + e.By + "; "
	}
	if !strings.HasPrefix(text, "verdict ams down by ") || !strings.HasSuffix(text, "action trades home by ada@bastion; ") {
		t.Errorf("read on: %s", text)
	}
	if last, err := s.Events(t.Context(), model.EventQuery{After: next.Next}); err != nil || len(last.List) != 0 || last.Next != next.Next {
		t.Errorf("nothing is new: %+v, %v", last, err)
	}
	if few, err := s.Events(t.Context(), model.EventQuery{Limit: 2}); err != nil || len(few.List) != 2 || !few.More || few.List[1].Word != "home" {
		t.Errorf("the newest two: %+v, %v", few, err)
	}
	if since, err := s.Events(t.Context(), model.EventQuery{Since: t0.Add(4 * time.Second)}); err != nil || since.List[0].At.Before(t0.Add(4*time.Second)) {
		t.Errorf("since: %+v, %v", since, err)
	}
}

// Reading on touches the rows behind the place alone, also in a large table.
func TestEventsAreReadOnByID(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	for after, want := range map[int64]string{0: "USING INDEX event_at", 7: "USING INTEGER PRIMARY KEY (rowid>?)"} {
		rows, err := s.reader.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+changesQuery(after), after, int64(0), 10)
		must(t, err)
		defer func() { must(t, rows.Close()) }()
		var plan strings.Builder
		for rows.Next() {
			var id, parent, unused int
			var detail string
			must(t, rows.Scan(&id, &parent, &unused, &detail))
			plan.WriteString(detail + "; ")
		}
		must(t, rows.Err())
		if !strings.Contains(plan.String(), want) {
			t.Errorf("after %d: %s, want %s", after, plan.String(), want)
		}
	}
}

func TestEventsAreBounded(t *testing.T) {
	s, c := newStoreAt(t, t0)
	var list []model.Event
	for i := range 600 {
		list = append(list, saw(float64(i), "", []string{"healthy", "down"}[i%2]))
	}
	must(t, s.AppendEvents(t.Context(), list))
	c.move(31 * 24 * time.Hour)
	for range 3 {
		must(t, s.AppendEvents(t.Context(), nil))
	}
	if got := told(t, s, model.EventQuery{}); got != "" {
		t.Errorf("a month later: %s", got)
	}
	must(t, s.AppendEvents(t.Context(), []model.Event{{At: c.now(), Kind: model.EventVerdict, Cluster: "ams", Word: "healthy"}}))
	got, err := s.Events(t.Context(), model.EventQuery{After: model.EventPlace{Change: 600}})
	must(t, err)
	if len(got.List) != 1 {
		t.Errorf("a number came again: %+v", got)
	}
}

// Changes of verdicts that an older fumtui stored are events now.
func TestVerdictsOfTheOldSchemaAreKept(t *testing.T) {
	path := newPath(t)
	must(t, os.MkdirAll(filepath.Dir(path), 0o700))
	db := foreign(t, path)
	all, err := migrations()
	must(t, err)
	sql := ""
	for _, m := range all[:4] {
		sql += m.sql + "\n"
	}
	execSQL(t, db, sql+"PRAGMA application_id = 1718971764; PRAGMA user_version = 4;")
	execSQL(t, db, `INSERT INTO verdict_change (at, pipeline, cluster, before, verdict) VALUES (?, '', 'ams', '', 'healthy'), (?, '', 'ams', 'healthy', 'down')`,
		t0.UnixMilli(), t0.Add(time.Second).UnixMilli())
	must(t, db.Close())
	s := open(t, path, WithClock((&clock{at: t0.Add(time.Minute)}).now))
	if got := told(t, s, model.EventQuery{}); got != "0 ams >healthy, 1 ams healthy>down" {
		t.Errorf("got %s", got)
	}
}
