package probe

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// page serves a handler as a metrics page and gives a scraper of it.
func page(t *testing.T, timeout time.Duration, h http.HandlerFunc) *Scraper {
	t.Helper()
	l := listen(t, "")
	serveHTTP(t, l, false, h)
	return scraper(t, "http://"+l.Addr().String()+"/metrics", timeout)
}

func scraper(t *testing.T, url string, timeout time.Duration) *Scraper {
	t.Helper()
	s, err := NewScraper(url, timeout)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestScrapeWithoutContentType(t *testing.T) {
	s := page(t, 0, func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = nil
		_, _ = w.Write(realisticPage())
	})
	m, err := s.Scrape(t.Context())
	if err != nil || m.Tip == nil || *m.Tip != 912345680 || *m.MaxSlot != 391204417 {
		t.Errorf("Scrape() = %+v, %v", m, err)
	}
}

func TestScrapeFailures(t *testing.T) {
	write := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) }
	}
	code := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	endless := func(chunk []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for {
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		}
	}
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	for range 5 {
		_, _ = z.Write(make([]byte, 1<<20))
	}
	_ = z.Close()

	for name, c := range map[string]struct {
		h     http.HandlerFunc
		class model.ErrorClass
		words string
	}{
		"HTML": {write("<!DOCTYPE html><html><body>Sign in</body></html>"), model.ClassIncompatible, "HTML"},
		"HTML, typed as text": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			write("<html>")(w, r)
		}, model.ClassIncompatible, "HTML"},
		"garbage":          {write("\x00\x01\x02 not metrics"), model.ClassIncompatible, "no metric"},
		"broken metrics":   {write("fumarole_offset_lag_from_tip oops\n"), model.ClassIncompatible, "cannot be read"},
		"another exporter": {write("node_load1 0.5\n"), model.ClassIncompatible, "no metric of a Fumarole client"},
		"empty":            {write(""), model.ClassIncompatible, "empty"},
		"endless":          {endless(bytes.Repeat([]byte("a 1\n"), 10000)), model.ClassIncompatible, "more than 4 MiB"},
		"endless line":     {endless(bytes.Repeat([]byte("a"), 40000)), model.ClassIncompatible, "more than 4 MiB"},
		"gzip bomb": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb.Bytes())
		}, model.ClassIncompatible, "more than 4 MiB"},
		"not found": {code(404), model.ClassIncompatible, "404 Not Found: check the path"},
		"redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1/", http.StatusFound)
		}, model.ClassIncompatible, "302"},
		"unauthorized": {code(401), model.ClassAuth, "401"},
		"throttled":    {code(429), model.ClassThrottled, "429"},
		"server error": {code(503), model.ClassServer, "503"},
		"cut off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "a 1")
		}, model.ClassUnreachable, "closed the connection"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := page(t, 3*time.Second, c.h).Scrape(t.Context())
			want(t, err, c.class, c.words)
			if errors.Is(err, failover.ErrPortRefused) {
				t.Error("taken for a refused port")
			}
		})
	}
}

func TestScrapeTimesOut(t *testing.T) {
	dripping := page(t, 200*time.Millisecond, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "fumarole_offset_lag_from_tip 1\n")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	silent := scraper(t, "http://"+listen(t, "").Addr().String(), 200*time.Millisecond)
	for name, s := range map[string]*Scraper{"dripping": dripping, "silent": silent} {
		_, err := s.Scrape(t.Context())
		want(t, err, model.ClassTimeout, "within 200ms")
		if errors.Is(err, failover.ErrPortRefused) {
			t.Errorf("%s: a timeout is taken for a refused port", name)
		}
	}
}

func TestScrapeOfADeadClientIsRefused(t *testing.T) {
	l := listen(t, "")
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(realisticPage())
	})}
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(l) }()
	s := scraper(t, "http://"+l.Addr().String()+"/metrics", 0)
	if _, err := s.Scrape(t.Context()); err != nil {
		t.Fatal(err)
	}
	_ = server.Close()
	<-done
	_, err := s.Scrape(t.Context())
	want(t, err, model.ClassUnreachable, "refuses the connection")
	if !errors.Is(err, failover.ErrPortRefused) {
		t.Errorf("not recognisable as refused: %v", err)
	}
}

// A watching scraper keeps its connection, tells at once when its client is gone,
// and lets go of the connection at the end.
func TestWatchingScraperKeepsItsConnection(t *testing.T) {
	l := listen(t, "")
	var opened atomic.Int32
	server := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(realisticPage()) }),
		ConnState: func(_ net.Conn, s http.ConnState) {
			if s == http.StateNew {
				opened.Add(1)
			}
		},
		ReadHeaderTimeout: time.Minute,
	}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = server.Serve(l) }()
	s := scraper(t, "http://"+l.Addr().String()+"/metrics", 0).Watching()
	defer s.LetGo()
	for range 3 {
		if _, err := s.Scrape(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := opened.Load(); n != 1 {
		t.Errorf("3 scrapes opened %d connections", n)
	}
	_ = server.Close()
	<-ended
	if _, err := s.Scrape(t.Context()); !errors.Is(err, failover.ErrPortRefused) {
		t.Errorf("after the client's end: %v", err)
	}
}

func TestScrapeOfNoHTTPServer(t *testing.T) {
	l := listen(t, "")
	handle(t, l, func(c net.Conn) {
		_, _ = c.Read(make([]byte, 1024))
		_, _ = io.WriteString(c, "SSH-2.0-OpenSSH_9.6\r\n")
		_ = c.Close()
	})
	_, err := scraper(t, "http://"+l.Addr().String(), time.Second).Scrape(t.Context())
	want(t, err, model.ClassIncompatible, "does not speak HTTP")
}

func TestScrapeHidesThePassword(t *testing.T) {
	l := listen(t, "")
	_ = l.Close()
	_, err := scraper(t, "http://u:s3cr3t@"+l.Addr().String(), time.Second).Scrape(t.Context())
	if err == nil || strings.Contains(fmt.Sprintf("%v %v", err, errors.Unwrap(err)), "s3cr3t") {
		t.Error(err)
	}
	for _, bad := range []string{"http://u:s3cr3t@%zz", "ftp://u:s3cr3t@h", "http://u:s3cr3t@", "/metrics"} {
		if _, err := NewScraper(bad, 0); err == nil || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("NewScraper(%q): %v", bad, err)
		}
	}
}

func TestScrapeGivenUp(t *testing.T) {
	s := scraper(t, "http://"+listen(t, "").Addr().String(), 5*time.Second)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(30*time.Millisecond, cancel)
	if _, err := s.Scrape(ctx); !errors.Is(err, context.Canceled) || model.ClassOf(err) != "" {
		t.Errorf("got %v", err)
	}
}

func TestRefusedNeedsEveryAddress(t *testing.T) {
	d := dialResults{begun: 2, refuse: 1}
	if d.allRefused() || (&dialResults{}).allRefused() {
		t.Error("refused by one of two, or by none, counts as refused")
	}
	if d.refuse = 2; !d.allRefused() {
		t.Error("refused by both does not count")
	}
}

func TestScrapeLoopPublishesMetrics(t *testing.T) {
	s := page(t, 0, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(realisticPage()) })
	ctx, cancel := context.WithCancel(t.Context())
	var got model.Evidence
	ScrapeLoop("trades", "ams", s, func(e model.Evidence) { got = e; cancel() }).Run(ctx)
	if got.Kind != model.KindMetrics || got.Pipeline != "trades" || got.Cluster != "ams" || got.Metrics == nil || *got.Metrics.Lag != 29 {
		t.Errorf("published %+v", got)
	}
}

// In HTTP/2 a dead connection outlives the looks that run out of time on it.
func TestScraperSpeaksHTTP1(t *testing.T) {
	s := scraper(t, "https://127.0.0.1:1/metrics", 0)
	for _, s := range []*Scraper{s, s.Watching()} {
		transport, ok := s.http.Transport.(*http.Transport)
		if p := transport.Protocols; !ok || p == nil || p.HTTP2() || !p.HTTP1() {
			t.Errorf("it speaks %v", p)
		}
	}
}
