package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// many is a console with n pipelines, of which some do not do well.
func many(generation uint64, n int) model.Snapshot {
	s := fakeSnapshot(generation, 0, 0)
	bad := outage(generation, 1)
	for i := range n {
		name := fmt.Sprintf("%s-%03d", []string{"trades", "accounts", "nft", "ledger", "alerts"}[i%5], i)
		p := fakePipeline(name, i, 0)
		p.LagOffsets = ptr(int64((i * 7919) % 5000))
		p.Seats[0].Cursor.UpdatedAt = noon.Add(-time.Duration(i%90) * time.Second)
		switch {
		case i%97 == 50:
			p.Verdict, p.Advice, p.LagOffsets = model.PipelineCutOff, bad.Pipelines[0].Advice, nil
			p.Advice.Text = strings.ReplaceAll(p.Advice.Text, "trades", name)
		case i%10 == 3:
			p.Active = "nyc"
		}
		s.Pipelines = append(s.Pipelines, p)
	}
	return s
}

// listed are the names that the list has, and its headings.
func listed(d *driver) []string {
	var out []string
	for _, r := range d.m.rows() {
		if r.head != "" {
			out = append(out, "# "+r.head)
		} else {
			out = append(out, d.m.snap.Pipelines[r.at].Name)
		}
	}
	return out
}

func TestListIsSorted(t *testing.T) {
	s := fakeSnapshot(1, 4, 0) // trades, accounts, nft-index, ledger
	s.Pipelines[2].Advice.Action = model.ActionFailOver
	s.Pipelines[1].LagOffsets = nil
	s.Pipelines[3].Seats[0].Cursor.UpdatedAt = noon.Add(-time.Minute)
	d := newDriver(t, 120, 40, s)
	for i, want := range []string{
		"nft-index trades accounts ledger",
		"accounts ledger nft-index trades",
		"accounts ledger nft-index trades", // lags: unknown, 363, 346, 312
		"ledger trades accounts nft-index",
	} {
		if got := strings.Join(listed(d), " "); got != want {
			t.Errorf("order %d: %s, want %s", i, got, want)
		}
		d.keys("o")
	}
	if d.m.selected != "nft-index" {
		t.Errorf("the order moved the selection to %s", d.m.selected)
	}
}

func TestFilterIsTypedLive(t *testing.T) {
	d := newDriver(t, 120, 40, many(1, 100))
	d.keys("j", "j")
	was := d.m.selected
	d.keys("/", "=TRADES")
	d.sees("20 of 100 pipelines", "/TRADES▏", "trades-005")
	d.lacks("accounts-001")
	d.keys("down", "=-05", "enter")
	d.sees("2 of 100 pipelines", "/TRADES-05", "esc show all")
	if got := listed(d); !slices.Equal(got, []string{"trades-050", "trades-055"}) {
		t.Fatalf("listed %q", got)
	}
	d.keys("c") // acts on what is shown
	if got := d.operator.planned[0].Pipeline; got != "trades-050" {
		t.Fatalf("planned for %s", got)
	}
	d.keys("esc", "esc")
	d.lacks("of 100 pipelines")
	d.keys("/", "=!trades", "enter")
	d.sees("80 of 100 pipelines")
	d.keys("/", "esc")
	if len(listed(d)) != 100 {
		t.Fatal("esc did not clear the filter")
	}
	d.m.selected = was
	d.keys("/", "=zzz")
	d.sees("no pipeline is listed", "0 of 100 pipelines")
	d.keys("enter", "c")
	d.sees("there is no pipeline to move")
	d.snapshot(many(2, 100))
	d.keys("c")
	if len(d.operator.planned) != 1 {
		t.Fatal("something was planned for what is not shown")
	}
	d.keys("/", "ctrl+u", "=q?:", "esc") // letters, and no keys
	if d.quit || d.m.page != pageOverview {
		t.Fatal("typing a filter did something else")
	}
}

// TestWhatNoLongerPassesStaysWhileSelected: its place is given to no other one
// under a person's fingers.
func TestWhatNoLongerPassesStaysWhileSelected(t *testing.T) {
	d := newDriver(t, 120, 40, outage(1, 3))
	d.keys("n", "j")
	d.sees("only what needs attention")
	if d.m.selected != "accounts" {
		t.Fatalf("selected %s", d.m.selected)
	}
	s := outage(2, 3)
	s.Pipelines[1] = fakePipeline("accounts", 1, 0)
	d.snapshot(s)
	d.sees("2 of 3 pipelines", "› accounts")
	d.keys("c")
	if got := d.operator.planned[0].Pipeline; got != "accounts" {
		t.Fatalf("planned for %s", got)
	}
	d.keys("esc", "j")
	if got := listed(d); slices.Contains(got, "accounts") {
		t.Fatalf("listed %q", got)
	}
	d.keys("n")
	if len(listed(d)) != 3 {
		t.Fatal("not all are listed again")
	}
}

func TestGroups(t *testing.T) {
	d := newDriver(t, 120, 40, many(1, 30))
	d.keys("t")
	got := listed(d)
	if got[0] != "# active on ams · 27 pipelines" || got[28] != "# active on nyc · 3 pipelines" || len(got) != 32 {
		t.Fatalf("listed %q", got)
	}
	d.sees("grouped by cluster")
	d.keys("up") // round the end, over the heading
	if d.m.selected != "ledger-023" {
		t.Fatalf("selected %s", d.m.selected)
	}
	d.sees("active on nyc · 3 pipelines")
	d = newDriver(t, 120, 40, many(1, 100))
	d.keys("t", "t")
	got = listed(d)
	if got[0] != "# OUTAGE AT ams – fail it over to nyc · 1 pipeline" || got[1] != "trades-050" || got[2] != "# nothing to do · 99 pipelines" {
		t.Fatalf("listed %q", got[:4])
	}
}

func TestMarks(t *testing.T) {
	d := newDriver(t, 120, 40, many(1, 30))
	d.keys("v", "v")
	d.sees("2 marked (E evacuates them)", " *trades-000", " *accounts-001")
	d.keys("up", "v")
	d.sees("1 marked")
	d.keys("/", "=nft", "enter", "V")
	d.sees("7 marked")
	d.keys("V")
	d.sees("1 marked")
	d.keys("esc", "V")
	d.sees("30 marked")
	s := many(2, 30)
	s.Pipelines = s.Pipelines[10:]
	d.snapshot(s)
	d.sees("20 marked")
	d.keys("esc")
	d.lacks("marked (")
}

// TestListWorkedWithHasRoom: in an outage the advice and the clusters give way to
// the list that a person filters, groups or marks, also in the smallest window.
func TestListWorkedWithHasRoom(t *testing.T) {
	s := outage(1, 1)
	s.Pipelines = nil
	for i := range 500 {
		p := outage(1, 1).Pipelines[0]
		p.Name, p.Active = fmt.Sprintf("pipe-%03d", i), []string{"ams", "nyc"}[i%2]
		s.Pipelines = append(s.Pipelines, p)
	}
	for _, keys := range [][]string{{"n"}, {"t"}, {"t", "t"}, {"/", "=pipe"}, {"v"}, {"V"}, {"o"}} {
		d := newDriver(t, 80, 24, s)
		d.keys(keys...)
		d.sees("OUTAGE AT", "If you do nothing", "down for", "healthy for")
		if rows := strings.Count(d.screen(), " data lost in 1h48m"); rows < 6 {
			t.Errorf("after %q there are %d rows:\n%s", keys, rows, d.screen())
		}
	}

	d := newDriver(t, 80, 24, s)
	d.keys("V")
	d.sees("500 marked (not all on one cluster)")
	d.keys("E")
	d.sees("mark those of one, as by /ams and V")
	d.keys("V", "/", "=pipe ams !pipe-00", "enter", "V")
	d.sees("245 of 500 pipelines", "245 marked (E evacuates them)")
	d.operator.evacuate = evacuationOf(s)
	d.keys("E")
	if got := d.operator.evacuations; len(got) != 1 || len(got[0].Only) != 245 || got[0].From != "ams" {
		t.Fatalf("evacuations %+v", got)
	}
}

func TestFilterTakesWords(t *testing.T) {
	for filter, want := range map[textFilter]bool{
		"": true, " ": true, "!": true, "led": true, "LED ams": true, "ams led": true, "led nyc": false, "led !nyc": true, "!ams": false, "! led": true, "!nyc !x": true, "!nyc !led": false,
	} {
		if got := filter.passes("ledger", "Ledger-prod", "ams"); got != want {
			t.Errorf("%q: %v", filter, got)
		}
	}
}
