package probe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// MaxPage bounds a metrics page, in bytes.
const MaxPage = 4 << 20

// Scraper reads the metrics page of one client. It may be used from any
// goroutine. Its errors carry a [model.Failure]; a failed scrape says nothing
// of the cluster.
type Scraper struct {
	url     string
	host    string // what messages may show of the URL
	timeout time.Duration
	http    *http.Client
}

// NewScraper prepares to scrape a page, with so much time for each scrape (0:
// [DefaultTimeout]). It sends nothing.
func NewScraper(page string, timeout time.Duration) (*Scraper, error) {
	u, err := url.Parse(page)
	if err != nil {
		// The parser's message repeats the URL, which may hold a password.
		return nil, errors.New("metrics address is not a URL: write it as http://HOST:PORT/metrics")
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" {
		return nil, fmt.Errorf("metrics address %q must be http://HOST:PORT/metrics or https://", u.Redacted())
	}
	if timeout <= 0 {
		timeout = DefaultTimeout
	}
	return &Scraper{
		url:     page,
		host:    u.Host,
		timeout: timeout,
		// A kept connection could outlive the listener: where it is the proof
		// that a client is gone, it must be seen as refusing, at the first scrape.
		http: pageClient(&http.Transport{DisableKeepAlives: true}),
	}, nil
}

// Watching is a scraper of the same page for looks that come again and again: it
// keeps a connection between them, which costs the page and the console less,
// until [Scraper.LetGo].
func (s *Scraper) Watching() *Scraper {
	kept := *s
	kept.http = pageClient(&http.Transport{MaxIdleConnsPerHost: 1})
	return &kept
}

// LetGo closes a connection that is kept. The next look makes another.
func (s *Scraper) LetGo() { s.http.CloseIdleConnections() }

// pageClient asks for pages by a transport.
func pageClient(t *http.Transport) *http.Client {
	t.Proxy = nil // the client is asked, not a proxy of the environment
	t.MaxResponseHeaderBytes = 64 << 10
	// A look that runs out of time ends its connection only in HTTP/1.
	t.Protocols = new(http.Protocols)
	t.Protocols.SetHTTP1(true)
	return &http.Client{
		Transport:     t,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Scrape reads the page once, for the metrics of a Fumarole client.
// [failover.ErrPortRefused] is in the error when every address of the host
// refused the connection.
func (s *Scraper) Scrape(ctx context.Context) (model.ClientMetrics, error) {
	page, err := s.Page(ctx)
	if err != nil {
		return model.ClientMetrics{}, err
	}
	metrics, err := ParseMetrics(page)
	if err != nil {
		return metrics, s.fail(model.ClassIncompatible, ": "+err.Error(), err)
	}
	return metrics, nil
}

// Page fetches the page once, whatever metrics it holds, [MaxPage] at most. Its
// errors are as those of [Scraper.Scrape].
func (s *Scraper) Page(ctx context.Context) ([]byte, error) {
	callCtx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	var dials dialResults
	request, err := http.NewRequestWithContext(dials.watch(callCtx), http.MethodGet, s.url, nil)
	if err != nil {
		return nil, s.fail(model.ClassIncompatible, " cannot be asked: check the metrics address", err)
	}
	request.Header.Set("Accept", "text/plain;version=0.0.4")
	request.Header.Set("User-Agent", "fumtui")
	response, err := s.http.Do(request)
	if err != nil {
		return nil, s.explain(ctx, err, &dials)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, s.refused(response)
	}
	page, err := io.ReadAll(io.LimitReader(response.Body, MaxPage+1))
	if err != nil {
		return nil, s.explain(ctx, err, &dials)
	}
	if len(page) > MaxPage {
		return nil, s.fail(model.ClassIncompatible,
			fmt.Sprintf(" sends a page of more than %d MiB: is it the client's metrics page?", MaxPage>>20), nil)
	}
	if kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type")); kind == "text/html" {
		return nil, s.fail(model.ClassIncompatible, " sends HTML and not metrics: check the metrics address", nil)
	}
	return page, nil
}

// Host is what may be shown of the page's address: without a path or password.
func (s *Scraper) Host() string { return s.host }

// fail makes a failure that names the page.
func (s *Scraper) fail(class model.ErrorClass, text string, cause error) error {
	return model.NewFailure(class, s.host+text, cause)
}

// refused reads an answer other than 200.
func (s *Scraper) refused(response *http.Response) error {
	code := response.StatusCode
	shown := fmt.Sprintf(" answers %d %s", code, http.StatusText(code))
	switch {
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		return s.fail(model.ClassAuth, shown+": put the user and password into the metrics address", nil)
	case code == http.StatusTooManyRequests:
		return s.fail(model.ClassThrottled, shown+": scrape less often", nil)
	case code >= 500:
		return s.fail(model.ClassServer, shown, nil)
	default:
		return s.fail(model.ClassIncompatible, shown+": check the path of the metrics address", nil)
	}
}

// explain reads why a page could not be fetched.
func (s *Scraper) explain(ctx context.Context, err error, dials *dialResults) error {
	var uerr *url.Error
	if errors.As(err, &uerr) {
		err = uerr.Err // the URL around it may hold a password
	}
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return fmt.Errorf("scrape of %s given up: %w", s.host, context.Canceled)
	case dials.allRefused():
		return s.fail(model.ClassUnreachable, " refuses the connection: nothing listens there",
			fmt.Errorf("%w: %w", failover.ErrPortRefused, err))
	case isTimeout(err):
		return s.fail(model.ClassTimeout, " did not send its page"+within(s.timeout), err)
	}
	class, text := explainConn(address{target: s.host}, err)
	if class == model.ClassUnreachable && !isNetwork(err) && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return s.fail(model.ClassIncompatible, " does not speak HTTP as metrics pages do: "+model.Clean(err.Error(), maxPeerText), err)
	}
	return model.NewFailure(class, text, err)
}

// dialResults gathers how the single addresses of a host answered: of several
// failures the dialer reports only the first.
type dialResults struct {
	mu     sync.Mutex
	begun  int
	refuse int
}

// watch makes ctx report its dials here.
func (d *dialResults) watch(ctx context.Context) context.Context {
	count := func(n *int) {
		d.mu.Lock()
		defer d.mu.Unlock()
		*n++
	}
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		ConnectStart: func(string, string) { count(&d.begun) },
		ConnectDone: func(_, _ string, err error) {
			if isRefused(err) {
				count(&d.refuse)
			}
		},
	})
}

// allRefused reports whether every address refused the connection.
func (d *dialResults) allRefused() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.begun > 0 && d.begun == d.refuse
}
