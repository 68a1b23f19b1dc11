package monitor

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/health"
)

// thinned feeds looks, one every 2 s, and gives the numbers of those kept.
func thinned(looks []model.Evidence) string {
	t := newThinner(health.DefaultRules(), tradesOnly) // one in 4.5 s is enough
	at := time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC)
	number := map[time.Time]int{}
	var kept []string
	for i, e := range looks {
		e.Cluster, e.Asked = "ams", at.Add(2*time.Second*time.Duration(i))
		e.Answered = e.Asked.Add(10 * time.Millisecond)
		number[e.Answered] = i
		for _, k := range t.keep(e) {
			kept = append(kept, fmt.Sprint(number[k.Answered]))
		}
	}
	return strings.Join(kept, " ")
}

func TestThinning(t *testing.T) {
	fail := func(class model.ErrorClass) model.Evidence {
		return model.Evidence{Kind: model.KindMetrics, Pipeline: "trades", Failure: model.NewFailure(class, "x", nil)}
	}
	cursor := func(slot model.Slot) model.Evidence {
		return model.Evidence{Kind: model.KindCursor, Pipeline: "trades", Cursor: &model.Cursor{Slot: slot}}
	}
	committed := func(o model.Offset) model.Evidence {
		return model.Evidence{Kind: model.KindMetrics, Pipeline: "trades", Metrics: &model.ClientMetrics{Committed: &o}}
	}
	subscribers := func(list ...model.Subscriber) model.Evidence {
		return model.Evidence{Kind: model.KindSubscribers, Subscribers: list}
	}
	ours, other := model.Subscriber{Name: "trades-prod"}, model.Subscriber{Name: "of-somebody-else"}
	stale := ours
	stale.Stale = true
	none, tip := model.Evidence{Kind: model.KindCursor, Pipeline: "trades"}, model.Evidence{Kind: model.KindTip}
	r, x, w := fail(model.ClassUnreachable), fail(model.ClassTimeout), committed(0)
	p, q := subscribers(ours), subscribers(ours, other)
	for name, tt := range map[string]struct {
		looks []model.Evidence
		kept  string
	}{
		"looks at clusters":          {[]model.Evidence{tip, tip, tip, tip}, "0 1 2 3"},
		"measured lags":              {[]model.Evidence{committed(5), committed(5), committed(7), committed(5)}, "0 1 2 3"},
		"nothing committed yet":      {[]model.Evidence{w, w, w, w, w, w, w, w}, "0 1 4 7"},
		"a client that is not there": {[]model.Evidence{r, r, r, r, r, r, r, r}, "0 1 4 7"},
		"another failure":            {[]model.Evidence{r, r, r, x, x, x, r}, "0 1 2 3 4 5 6"},
		"no cursor":                  {[]model.Evidence{none, none, none, none, none}, "0 1 4"},
		"a cursor that moves":        {[]model.Evidence{cursor(1), cursor(2), cursor(3), cursor(4), cursor(5), cursor(6), cursor(7), cursor(8)}, "0 1 2 5"},
		"a cursor that stops": {
			[]model.Evidence{cursor(1), cursor(2), cursor(3), cursor(4), cursor(5), cursor(5), cursor(5), cursor(5), cursor(5), cursor(5)}, "0 1 2 4 5 6 7 8 9",
		},
		"a cursor that starts again": {
			[]model.Evidence{cursor(5), cursor(5), cursor(5), cursor(5), cursor(5), cursor(5), cursor(6), cursor(7)}, "0 1 4 5 6 7",
		},
		"subscribers":         {[]model.Evidence{p, q, p, q, p, p, p, p}, "0 1 4 7"},
		"a subscriber lost":   {[]model.Evidence{p, p, p, p, subscribers(other), subscribers(), subscribers()}, "0 1 3 4 5"},
		"a subscriber stale":  {[]model.Evidence{p, p, p, subscribers(stale), p, p, p}, "0 1 2 3 4 5"},
		"a look that failed":  {[]model.Evidence{p, p, p, {Kind: model.KindSubscribers, Failure: r.Failure}, p, p, p}, "0 1 2 3 4 5"},
		"different pipelines": {[]model.Evidence{cursor(1), {Kind: model.KindCursor, Pipeline: "b", Cursor: &model.Cursor{Slot: 9}}, cursor(1), cursor(1)}, "0 1 2"},
	} {
		if got := thinned(tt.looks); got != tt.kept {
			t.Errorf("%s: kept %s, want %s", name, got, tt.kept)
		}
	}
	thin := newThinner(health.DefaultRules(), tradesOnly)
	all := subscribers(other, ours, other)
	if kept := thin.keep(all); len(kept) != 1 || len(kept[0].Subscribers) != 1 || len(all.Subscribers) != 3 {
		t.Errorf("subscribers of others are kept: %+v", kept)
	}
}

// TestEverythingAfterAPauseIsKept: after a suspension, or with the clock set
// back, what was seen before is no reason to leave anything out.
func TestEverythingAfterAPauseIsKept(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC)
	thin := newThinner(health.DefaultRules(), tradesOnly)
	for i, d := range []time.Duration{0, 2 * time.Second, time.Hour, time.Hour + 2*time.Second, time.Minute, 62 * time.Second} {
		e := model.Evidence{Kind: model.KindCursor, Pipeline: "trades", Cluster: "ams", Asked: at.Add(d), Answered: at.Add(d)}
		if kept := thin.keep(e); len(kept) == 0 {
			t.Errorf("look %d was left out", i)
		}
	}
}

// TestWhatCanNeverBeKeptDoesNotHoldUpTheRest: it is said, once, and not tried
// again, which would store all else again and again.
func TestWhatCanNeverBeKeptDoesNotHoldUpTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept := &memory{}
		m, stop := start(t, func(c *Config) { c.History = oddities{kept} })
		feed(m, 10*time.Second)
		n := m.Snapshot().Notices
		if len(n) != 1 || !strings.Contains(n[0], "some evidence cannot be kept") {
			t.Errorf("notices: %q", n)
		}
		stop()
		if looks, _ := kept.counts(); looks > 5*9 {
			t.Errorf("%d looks were stored of %d", looks, 5*9)
		}
	})
}

// oddities keeps all evidence and says each time that some was left out.
type oddities struct{ *memory }

func (o oddities) AppendEvidence(ctx context.Context, list []model.Evidence) error {
	return fmt.Errorf("%w: %w", model.ErrLeftOut, errors.Join(o.memory.AppendEvidence(ctx, list), errors.New("too large")))
}
