package store

import (
	"errors"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model/failover"
)

// activate has a done run make a cluster the active one.
func activate(t *testing.T, s *Store, id, from, to string, at time.Time) {
	t.Helper()
	run := newRun(id, "trades", from, to, at)
	lease, err := s.Begin(t.Context(), run, ttl)
	must(t, err)
	must(t, s.Write(t.Context(), lease, failover.Batch{Run: ended(run, at), Activate: true, Release: true}))
}

func wantHome(t *testing.T, s *Store, configured, want string) {
	t.Helper()
	if home, err := s.Home(t.Context(), "trades", configured); err != nil || home != want {
		t.Errorf("home %q, %v; want %q where %s is configured", home, err, want, configured)
	}
}

var homeAudit = failover.AuditEntry{At: t0, Actor: "ada@bastion", Action: "home", Detail: "to nyc"}

func TestHomeFollowsTheActiveClusterOnly(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	wantHome(t, s, "ams", "")
	var moved *failover.MovedError
	if err := s.SetHome(t.Context(), "trades", "ams", "nyc", homeAudit); !errors.As(err, &moved) || moved.Active != "ams" {
		t.Errorf("a home elsewhere, before any run: %v", err)
	}
	wantHome(t, s, "ams", "")

	activate(t, s, "run-1", "ams", "nyc", t0)
	if err := s.SetHome(t.Context(), "trades", "ams", "ams", homeAudit); !errors.As(err, &moved) || moved.Active != "nyc" {
		t.Errorf("a home that is not the active cluster: %v", err)
	}
	must(t, s.SetHome(t.Context(), "trades", "ams", "nyc", homeAudit))
	wantHome(t, s, "ams", "nyc")
	records, err := s.Audit(t.Context(), 0)
	must(t, err)
	if len(records) != 1 || records[0].AuditEntry != homeAudit || records[0].Pipeline != "trades" || records[0].RunID != "" {
		t.Errorf("audit: %+v", records)
	}
}

// Whoever changes the configuration has decided anew.
func TestHomeIsForgottenWhenTheConfigurationChanges(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	activate(t, s, "run-1", "ams", "nyc", t0)
	must(t, s.SetHome(t.Context(), "trades", "ams", "nyc", homeAudit))
	wantHome(t, s, "ams", "nyc")
	wantHome(t, s, "fra", "")
	wantHome(t, s, "ams", "") // for good, also where that is changed back

	must(t, s.SetHome(t.Context(), "trades", "nyc", "nyc", homeAudit))
	wantHome(t, s, "nyc", "")
	wantHome(t, s, "ams", "")
}

func TestHomeCanBeChosenBack(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	activate(t, s, "run-1", "ams", "nyc", t0)
	must(t, s.SetHome(t.Context(), "trades", "ams", "nyc", homeAudit))
	activate(t, s, "run-2", "nyc", "ams", t0.Add(time.Hour))
	wantHome(t, s, "ams", "nyc")
	must(t, s.SetHome(t.Context(), "trades", "ams", "ams", homeAudit))
	wantHome(t, s, "ams", "")
}

func TestHomeWaitsForTheEndOfARun(t *testing.T) {
	s, _ := newStoreAt(t, t0)
	_, err := s.Begin(t.Context(), newRun("run-1", "trades", "ams", "nyc", t0), ttl)
	must(t, err)
	var busy *failover.BusyError
	if err := s.SetHome(t.Context(), "trades", "ams", "ams", homeAudit); !errors.As(err, &busy) || busy.Run.ID != "run-1" {
		t.Errorf("while a run is under way: %v", err)
	}
	if records, err := s.Audit(t.Context(), 0); err != nil || len(records) != 0 {
		t.Errorf("audit %+v, %v", records, err)
	}
}
