package cursor

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
	"github.com/fumtui/fumtui/probe"
)

func TestMain(m *testing.M) {
	if runAsCommand() {
		return
	}
	goleak.VerifyTestMain(m)
}

// slotIs fails the test unless a slot and an error are as wanted: a number, "nil",
// or a part of the error.
func slotIs(t *testing.T, want string, slot *model.Slot, err error) {
	t.Helper()
	got := "nil"
	switch {
	case err != nil && slot != nil:
		t.Errorf("slot %d beside the error %v", *slot, err)
	case err != nil:
		if !strings.Contains(err.Error(), want) || want == "nil" {
			t.Errorf("err = %v\nwant %s", err, want)
		}
		return
	case slot != nil:
		got = fmt.Sprint(*slot)
	}
	if got != want {
		t.Errorf("slot = %s, want %s", got, want)
	}
}

func TestParseMetric(t *testing.T) {
	sink := map[string]string{"stage": "sink"}
	for _, tt := range []struct {
		name, page string
		labels     map[string]string
		want       string
	}{
		{"gauge", "# HELP s x\n# TYPE s gauge\ns 391204417\n", nil, "391204417"},
		{"counter", "# TYPE s counter\ns 7\n", nil, "7"},
		{"untyped", "s 7", nil, "7"},
		{"scientific", "s 3.91204417e+08\n", nil, "391204417"},
		{"with a time", "s 7 1700000000000\n", nil, "7"},
		{"windows line ends", "# TYPE s gauge\r\ns 7\r\n", nil, "7"},
		{"others around it", "s_max 9\nss 8\ns 7\nother{ 6\n# TYPE s_max gauge\n", nil, "7"},
		{"one labelled", `s{a="b"} 7` + "\n", nil, "7"},
		{"picked by a label", `s{stage="in"} 9` + "\n" + `s{stage="sink",n="1"} 7` + "\n", sink, "7"},
		{"zero", "s 0\n", nil, "nil"},
		{"negative zero", "s -0\n", nil, "nil"},
		{"not a number yet", "s NaN\n", nil, "nil"},
		{"largest exact", "s 9007199254740992\n", nil, "9007199254740992"},
		{"beyond what a float holds", "s 9007199254740994\n", nil, "is no slot"},
		{"negative", "s -1\n", nil, "is no slot"},
		{"fraction", "s 7.5\n", nil, "is no slot"},
		{"infinite", "s +Inf\n", nil, "is no slot"},
		{"not there", "t 7\n", nil, "no such metric"},
		{"empty page", "", nil, "no such metric"},
		{"HTML", "<html>s 7</html>", nil, "no such metric"},
		{"no such label", `s{stage="in"} 7` + "\n", sink, "not with these labels"},
		{"ambiguous", `s{stage="in"} 9` + "\n" + `s{stage="sink"} 7` + "\n", nil, "has 2 such samples"},
		{"histogram", "# TYPE s histogram\ns_bucket{le=\"1\"} 1\ns_sum 1\ns_count 1\n", nil, "no such metric"},
		{"summary", "# TYPE s summary\ns{quantile=\"0.5\"} 7\n", nil, "no gauge or counter"},
		{"broken line", "s seven\n", nil, "cannot be understood"},
		{"twice", "s 7\ns 8\n", nil, "has 2 such samples"},
		{"too many", strings.Repeat("s{a=\"b\"} 1\n", maxLines+1), nil, "more than 10000 lines"},
		{"escape in an error", "s \x1b[31m\n", nil, "cannot be understood"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			slot, err := parseMetric([]byte(tt.page), "s", tt.labels)
			slotIs(t, tt.want, slot, err)
			if err != nil && strings.Contains(err.Error(), "\x1b") {
				t.Errorf("control characters in %q", err)
			}
		})
	}
}

func FuzzMetric(f *testing.F) {
	f.Add([]byte("# TYPE s gauge\ns 7\n"), "", "")
	f.Add([]byte("s{a=\"b\"} 1e9\ns{a=\"c\"} 2\n"), "a", "b")
	f.Add([]byte("# TYPE s summary\ns{quantile=\"0\"} NaN\ns_sum 0x1p3\n"), "", "")
	f.Fuzz(func(t *testing.T, page []byte, key, value string) {
		var labels map[string]string
		if key != "" {
			labels = map[string]string{key: value}
		}
		slot, err := parseMetric(page, "s", labels)
		if slot != nil && (err != nil || *slot == 0 || *slot > maxExact) {
			t.Fatalf("%d, %v", *slot, err)
		}
		if err != nil && model.Clean(err.Error(), 1<<20) != err.Error() {
			t.Fatalf("not fit for a terminal: %q", err)
		}
	})
}

// page serves a page and prepares to read a metric on it.
func page(t *testing.T, h http.HandlerFunc) Source {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	scraper, err := probe.NewScraper(server.URL+"/metrics", time.Second)
	if err != nil {
		t.Fatal(err)
	}
	return Metrics(scraper, "app_slot", map[string]string{"b": "2", "a": "1"})
}

func TestMetrics(t *testing.T) {
	source := page(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "app_slot{a=\"1\",b=\"2\"} 391204417\napp_slot{a=\"1\",b=\"3\"} 1\n")
	})
	slot, err := source.Read(t.Context())
	slotIs(t, "391204417", slot, err)
	if got := source.String(); !strings.HasPrefix(got, `the metric app_slot{a="1",b="2"} of 127.0.0.1:`) {
		t.Error(got)
	}
}

func TestMetricsPageThatFails(t *testing.T) {
	source := page(t, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusServiceUnavailable) })
	slot, err := source.Read(t.Context())
	slotIs(t, "503", slot, err)
	if model.ClassOf(err) != model.ClassServer {
		t.Errorf("class %s", model.ClassOf(err))
	}
	server := httptest.NewServer(http.NotFoundHandler())
	scraper, err := probe.NewScraper(server.URL, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	server.Close()
	if _, err := Metrics(scraper, "s", nil).Read(t.Context()); !errors.Is(err, failover.ErrPortRefused) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := source.Read(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
