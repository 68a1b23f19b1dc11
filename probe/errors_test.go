package probe

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/status"

	"github.com/fumtui/fumtui/model"
)

// handle serves each connection of l with its own call of serve, until the test
// ends. Connections are closed with the test, not before.
func handle(t *testing.T, l net.Listener, serve func(net.Conn)) {
	t.Helper()
	var wg sync.WaitGroup
	var mu sync.Mutex
	var conns []net.Conn
	wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			conns = append(conns, conn)
			mu.Unlock()
			wg.Go(func() { serve(conn) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		mu.Lock()
		for _, c := range conns {
			_ = c.Close()
		}
		mu.Unlock()
		wg.Wait()
	})
}

// serveHTTP serves a handler, over plain HTTP/2 where h2c.
func serveHTTP(t *testing.T, l net.Listener, h2c bool, h http.HandlerFunc) {
	t.Helper()
	server := &http.Server{Handler: h, ErrorLog: discardLog, ReadHeaderTimeout: time.Minute}
	if h2c {
		server.Protocols = new(http.Protocols)
		server.Protocols.SetUnencryptedHTTP2(true)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(l)
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-done
	})
}

// want checks the class of a failure and that its message is one for people.
func want(t *testing.T, err error, class model.ErrorClass, words string) {
	t.Helper()
	var failure *model.Failure
	if !errors.As(err, &failure) || failure.Class != class {
		t.Fatalf("got %v, want class %s", err, class)
	}
	if !strings.Contains(failure.Message, words) {
		t.Errorf("message %q does not say %q", failure.Message, words)
	}
	for _, noise := range []string{"rpc error", "desc =", "transport:", "%!"} {
		if strings.Contains(failure.Message, noise) {
			t.Errorf("message %q has the noise %q", failure.Message, noise)
		}
	}
}

func version(t *testing.T, e Endpoint) error {
	t.Helper()
	if e.Timeout == 0 {
		e.Timeout = 3 * time.Second
	}
	_, err := dialClient(t, e).Version(t.Context())
	return err
}

func TestRefused(t *testing.T) {
	l := listen(t, "")
	_ = l.Close()
	c := dialClient(t, Endpoint{URL: "http://" + l.Addr().String(), Timeout: 3 * time.Second})
	for range 3 {
		began := time.Now()
		_, err := c.Version(t.Context())
		want(t, err, model.ClassUnreachable, "refuses the connection")
		if !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("the cause is lost: %v", errors.Unwrap(err))
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("a refusal took %s", took)
		}
	}

	// The first call after the recovery must succeed.
	again := listen(t, l.Addr().String())
	newFakeCluster().serve(t, again)
	if _, err := c.Version(t.Context()); err != nil {
		t.Errorf("after recovery: %v", err)
	}
}

func TestBlackHole(t *testing.T) {
	l := listen(t, "") // its backlog accepts, nobody reads
	want(t, version(t, Endpoint{URL: "http://" + l.Addr().String(), Timeout: 150 * time.Millisecond}),
		model.ClassTimeout, "said nothing within 150ms")
	want(t, version(t, Endpoint{URL: "https://" + l.Addr().String(), Timeout: 150 * time.Millisecond}),
		model.ClassTimeout, "did not finish the TLS handshake within 150ms")
}

func TestHangingCall(t *testing.T) {
	fake, l := newFakeCluster(), listen(t, "")
	fake.veto = func(ctx context.Context, _ string) error { <-ctx.Done(); return ctx.Err() }
	fake.serve(t, l)
	want(t, version(t, Endpoint{URL: "http://" + l.Addr().String(), Timeout: 150 * time.Millisecond}),
		model.ClassTimeout, "did not answer within 150ms")
}

// gate passes bytes on to a server, until it is told to swallow, hold or cut
// them.
type gate struct {
	mu      sync.Mutex
	swallow bool
	held    chan struct{} // not nil: bytes wait until it is closed
	conns   []*net.TCPConn
}

func (g *gate) serve(target string) func(net.Conn) {
	return func(in net.Conn) {
		out, err := net.Dial("tcp", target)
		if err != nil {
			return
		}
		g.mu.Lock()
		g.conns = append(g.conns, in.(*net.TCPConn), out.(*net.TCPConn))
		g.mu.Unlock()
		var wg sync.WaitGroup
		wg.Go(func() { g.copy(out, in) })
		g.copy(in, out)
		wg.Wait()
	}
}

func (g *gate) copy(to, from net.Conn) {
	defer func() { _ = to.Close() }()
	buf := make([]byte, 4096)
	lost := false
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		g.mu.Lock()
		lost = lost || g.swallow // a connection that met the hole stays in it
		held := g.held
		g.mu.Unlock()
		if held != nil {
			<-held
		}
		if !lost {
			_, _ = to.Write(buf[:n])
		}
	}
}

func (g *gate) set(change func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	change()
}

func (g *gate) reset() {
	g.set(func() {
		for _, c := range g.conns {
			_ = c.SetLinger(0)
			_ = c.Close()
		}
	})
}

func TestBlackHoleOnAStandingConnectionAndBack(t *testing.T) {
	fake, back, front := newFakeCluster(), listen(t, ""), listen(t, "")
	fake.serve(t, back)
	g := &gate{}
	handle(t, front, g.serve(back.Addr().String()))
	c := dialClient(t, Endpoint{URL: "http://" + front.Addr().String(), Timeout: 300 * time.Millisecond})
	if _, err := c.Version(t.Context()); err != nil {
		t.Fatal(err)
	}
	g.set(func() { g.swallow = true })
	_, err := c.Version(t.Context())
	want(t, err, model.ClassTimeout, "did not answer within 300ms")
	_, err = c.Version(t.Context())
	want(t, err, model.ClassTimeout, "within 300ms")
	g.set(func() { g.swallow = false })
	// The old connection stays in the hole for ever: a new one is needed.
	if _, err := c.Version(t.Context()); err != nil {
		t.Errorf("after recovery: %v", err)
	}
}

func TestResetInMidCall(t *testing.T) {
	fake, back, front := newFakeCluster(), listen(t, ""), listen(t, "")
	entered := make(chan struct{}, 8)
	fake.veto = func(ctx context.Context, _ string) error {
		entered <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	}
	fake.serve(t, back)
	g := &gate{}
	handle(t, front, g.serve(back.Addr().String()))
	var wg sync.WaitGroup
	wg.Go(func() { <-entered; g.reset() })
	want(t, version(t, Endpoint{URL: "http://" + front.Addr().String()}), model.ClassUnreachable, "the connection")
	wg.Wait()
}

func TestServerStopsInMidCall(t *testing.T) {
	fake, l := newFakeCluster(), listen(t, "")
	entered := make(chan struct{}, 8)
	fake.veto = func(ctx context.Context, _ string) error {
		entered <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	}
	stop := fake.serve(t, l)
	var wg sync.WaitGroup
	wg.Go(func() { <-entered; stop() })
	want(t, version(t, Endpoint{URL: "http://" + l.Addr().String()}), model.ClassUnreachable, "closed the connection")
	wg.Wait()
}

func TestClosedAtOnce(t *testing.T) {
	l := listen(t, "")
	handle(t, l, func(c net.Conn) { _ = c.Close() })
	want(t, version(t, Endpoint{URL: "http://" + l.Addr().String()}), model.ClassUnreachable, "the connection")
	want(t, version(t, Endpoint{URL: "https://" + l.Addr().String()}), model.ClassUnreachable, "the connection")
}

func TestTLSToPlainPort(t *testing.T) {
	l, l1 := listen(t, ""), listen(t, "")
	newFakeCluster().serve(t, l)
	want(t, version(t, Endpoint{URL: "https://" + l.Addr().String()}), model.ClassIncompatible, "does not speak TLS")
	serveHTTP(t, l1, false, func(http.ResponseWriter, *http.Request) {})
	want(t, version(t, Endpoint{URL: "https://" + l1.Addr().String()}), model.ClassIncompatible, "does not speak TLS")
}

func TestPlainToTLSPort(t *testing.T) {
	cert, _ := certificate(t, time.Now().Add(time.Hour), "127.0.0.1")
	l, l1 := listen(t, ""), listen(t, "")
	newFakeCluster().serve(t, l, grpc.Creds(credentials.NewServerTLSFromCert(&cert)))
	want(t, version(t, Endpoint{URL: "http://" + l.Addr().String()}), model.ClassIncompatible, "wants TLS")

	// Other servers answer with an alert instead of hanging up in silence.
	handle(t, l1, func(c net.Conn) {
		_, _ = c.Read(make([]byte, 64))
		_, _ = c.Write([]byte{0x15, 0x03, 0x03, 0, 2, 2, 10})
		_ = c.Close()
	})
	want(t, version(t, Endpoint{URL: "http://" + l1.Addr().String()}), model.ClassIncompatible, "wants TLS")
}

func TestBadCertificates(t *testing.T) {
	good := time.Now().Add(time.Hour)
	for name, c := range map[string]struct {
		notAfter time.Time
		host     string
		trust    bool
		words    string
	}{
		"unknown authority": {good, "127.0.0.1", false, "authority unknown here: set ca_file"},
		"another name":      {good, "ams.example", true, "for another name"},
		"expired":           {time.Now().Add(-time.Hour), "127.0.0.1", true, "not valid at this time"},
	} {
		t.Run(name, func(t *testing.T) {
			cert, ca := certificate(t, c.notAfter, c.host)
			l := listen(t, "")
			newFakeCluster().serve(t, l, grpc.Creds(credentials.NewServerTLSFromCert(&cert)))
			e := Endpoint{URL: "https://" + l.Addr().String()}
			if c.trust {
				e.CAFile = ca
			}
			want(t, version(t, e), model.ClassIncompatible, c.words)
		})
	}
}

func TestTLSWithoutHTTP2(t *testing.T) {
	cert, ca := certificate(t, time.Now().Add(time.Hour), "127.0.0.1")
	for name, protos := range map[string][]string{"another protocol": {"http/1.1"}, "no ALPN": nil} {
		t.Run(name, func(t *testing.T) {
			l := listen(t, "")
			handle(t, l, func(c net.Conn) {
				s := tls.Server(c, &tls.Config{Certificates: []tls.Certificate{cert}, NextProtos: protos})
				_ = s.Handshake()
				_, _ = io.Copy(io.Discard, s)
				_ = s.Close()
			})
			want(t, version(t, Endpoint{URL: "https://" + l.Addr().String(), CAFile: ca}), model.ClassIncompatible, "")
		})
	}
}

func TestNameThatDoesNotResolve(t *testing.T) {
	want(t, version(t, Endpoint{URL: "https://nowhere.invalid", Timeout: 2 * time.Second}), model.ClassDNS, "resolve")
}

func TestHTTP1Server(t *testing.T) {
	l := listen(t, "")
	serveHTTP(t, l, false, func(http.ResponseWriter, *http.Request) {})
	want(t, version(t, Endpoint{URL: "http://" + l.Addr().String()}), model.ClassIncompatible, "HTTP/1")
}

func TestHTTPAnswersWithoutGRPC(t *testing.T) {
	for code, class := range map[int]model.ErrorClass{
		200: model.ClassIncompatible, 302: model.ClassIncompatible, 400: model.ClassIncompatible,
		404: model.ClassIncompatible, 401: model.ClassAuth, 403: model.ClassAuth, 429: model.ClassThrottled,
		500: model.ClassServer, 502: model.ClassServer, 503: model.ClassServer, 504: model.ClassServer,
	} {
		t.Run(http.StatusText(code), func(t *testing.T) {
			l := listen(t, "")
			serveHTTP(t, l, true, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/html")
				w.WriteHeader(code)
				_, _ = io.WriteString(w, "<html>sorry</html>")
			})
			want(t, version(t, Endpoint{URL: "http://" + l.Addr().String()}), class, http.StatusText(code))
		})
	}
}

func TestStatusesOfTheServer(t *testing.T) {
	for code, class := range map[codes.Code]model.ErrorClass{
		codes.Unauthenticated: model.ClassAuth, codes.PermissionDenied: model.ClassAuth,
		codes.NotFound: model.ClassNotFound, codes.ResourceExhausted: model.ClassThrottled,
		codes.Internal: model.ClassServer, codes.DataLoss: model.ClassServer, codes.Unknown: model.ClassServer,
		codes.Aborted: model.ClassServer, codes.Unavailable: model.ClassServer, codes.Canceled: model.ClassServer,
		codes.Unimplemented: model.ClassIncompatible, codes.InvalidArgument: model.ClassIncompatible,
		codes.FailedPrecondition: model.ClassIncompatible, codes.OutOfRange: model.ClassIncompatible,
		codes.DeadlineExceeded: model.ClassTimeout, codes.Code(99): model.ClassServer,
	} {
		t.Run(code.String(), func(t *testing.T) {
			fake, l := newFakeCluster(), listen(t, "")
			fake.veto = func(context.Context, string) error {
				return status.Error(code, "because of\x1b[2J reasons of tok-123 "+strings.Repeat("x", 5000))
			}
			fake.serve(t, l)
			err := version(t, Endpoint{URL: "http://" + l.Addr().String(), Token: "tok-123"})
			want(t, err, class, "because of[2J reasons of ***")
			if len(err.Error()) > model.MaxMessage+40 {
				t.Errorf("the message has %d bytes", len(err.Error()))
			}
		})
	}
}

func TestServiceThatIsNotFumarole(t *testing.T) {
	l := listen(t, "")
	server := grpc.NewServer()
	var wg sync.WaitGroup
	wg.Go(func() { _ = server.Serve(l) })
	t.Cleanup(func() { server.Stop(); wg.Wait() })
	want(t, version(t, Endpoint{URL: "http://" + l.Addr().String()}), model.ClassIncompatible, "check the endpoint")
}

func TestMissingTokenIsSaidSo(t *testing.T) {
	fake, l := newFakeCluster(), listen(t, "")
	fake.veto = func(context.Context, string) error { return status.Error(codes.Unauthenticated, "") }
	fake.serve(t, l)
	want(t, version(t, Endpoint{URL: "http://" + l.Addr().String()}), model.ClassAuth, "none is configured")
}

func TestMessageTooLarge(t *testing.T) {
	fake, l := newFakeCluster(), listen(t, "")
	fake.serve(t, l, grpc.MaxSendMsgSize(maxReceive*2))
	fake.version = strings.Repeat("9", maxReceive+1)
	want(t, version(t, Endpoint{URL: "http://" + l.Addr().String(), Timeout: 20 * time.Second}), model.ClassIncompatible, "more than 64 MiB")
}

func TestCancelledCallIsNoFailure(t *testing.T) {
	fake, l := newFakeCluster(), listen(t, "")
	fake.veto = func(ctx context.Context, _ string) error { <-ctx.Done(); return ctx.Err() }
	fake.serve(t, l)
	c := dialClient(t, Endpoint{URL: "http://" + l.Addr().String()})
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, err := c.Version(ctx); !errors.Is(err, context.Canceled) || model.ClassOf(err) != "" {
		t.Errorf("got %v", err)
	}
	ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := c.Version(ctx)
	want(t, err, model.ClassTimeout, "within")
}

func TestClosedClient(t *testing.T) {
	c := dialClient(t, Endpoint{URL: "http://127.0.0.1:1"})
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Version(t.Context()); !errors.Is(err, errClosed) {
		t.Errorf("got %v", err)
	}
}

func TestCallsOfOthersSurviveARetiredConnection(t *testing.T) {
	fake, back, front := newFakeCluster(), listen(t, ""), listen(t, "")
	entered, proceed := make(chan struct{}), make(chan struct{})
	fake.veto = func(_ context.Context, method string) error {
		if strings.HasSuffix(method, "/CreateConsumerGroup") {
			close(entered)
			<-proceed
		}
		return nil
	}
	fake.serve(t, back)
	g := &gate{}
	handle(t, front, g.serve(back.Addr().String()))
	c := dialClient(t, Endpoint{URL: "http://" + front.Addr().String(), Timeout: 5 * time.Second})
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := c.CreateFromSlot(t.Context(), "n", 1); err != nil {
			t.Errorf("the create was cut off: %v", err)
		}
	})
	<-entered
	held := make(chan struct{})
	g.set(func() { g.held = held })
	short, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := c.Version(short)
	want(t, err, model.ClassTimeout, "did not answer")
	c.mu.Lock()
	retired := c.link == nil && len(c.links) == 1
	c.mu.Unlock()
	if !retired {
		t.Error("the silent connection was not retired")
	}
	g.set(func() { g.held = nil })
	close(held)
	close(proceed)
	wg.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.links) != 0 {
		t.Error("the retired connection was not closed after its last call")
	}
}
