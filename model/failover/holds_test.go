package failover

import (
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// A pipeline may have its own times of stability and block; the others keep
// the general ones.
func TestAPipelineHasItsOwnHolds(t *testing.T) {
	for _, c := range []struct {
		name  string
		of    string
		own   time.Duration
		level model.CheckLevel
		saw   string
	}{
		{"a shorter wait", "trades", 5 * time.Second, model.CheckOK, "10s of 5s"},
		{"a longer wait", "trades", time.Hour, model.CheckRefuse, "10s of 1h0m0s"},
		{"that of another", "accounts", 5 * time.Second, model.CheckRefuse, "10s of 30s"},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, u *universe) {
				atNYC(func(u *universe) { u.zero = time.Now().Add(-10 * time.Second) })(u)
				p := u.process()
				e := New(p, p, testSettings(), []model.Pipeline{u.pipes}, WithHolds(c.of, c.own, time.Minute))
				plan, err := e.Plan(t.Context(), request("ams", ""))
				if err != nil {
					t.Fatal(err)
				}
				wantCheck(t, plan, "stability", c.level, c.saw)
			})
		})
	}
}

// Whether a failover counts as recent is a pipeline's own matter too.
func TestAPipelineHasItsOwnBlock(t *testing.T) {
	for block, want := range map[time.Duration]bool{time.Minute: true, time.Second: false} {
		bubble(t, func(t *testing.T, u *universe) {
			u.fold()
			p := u.process()
			e := New(p, p, testSettings(), []model.Pipeline{u.pipes}, WithHolds("trades", time.Second, block))
			wantState(t, move(t, e, request("nyc", model.Planned)), model.RunDone)
			time.Sleep(30 * time.Second)
			plan, err := e.Plan(t.Context(), request("ams", ""))
			if err != nil {
				t.Fatal(err)
			}
			found := false
			for _, check := range plan.Checks {
				found = found || check.Name == "recent"
			}
			if found != want {
				t.Errorf("block %s: warned of a recent failover: %t, want %t", block, found, want)
			}
		})
	}
}
