package probe

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

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
	want(t, version(t, Endpoint{URL: "http://" + l.Addr().String(), Timeout: 300 * time.Millisecond}),
		model.ClassTimeout, "said nothing within 300ms")
	want(t, version(t, Endpoint{URL: "https://" + l.Addr().String(), Timeout: 300 * time.Millisecond}),
		model.ClassTimeout, "did not finish the TLS handshake within 300ms")
}

// soon makes a call that has only a little time.
func soon(t *testing.T, c *Client) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err := c.Version(ctx)
	return err
}

func TestHangingCall(t *testing.T) {
	fake, l := newFakeCluster(), listen(t, "")
	fake.serve(t, l)
	c := dialClient(t, Endpoint{URL: "http://" + l.Addr().String()})
	if _, err := c.Version(t.Context()); err != nil {
		t.Fatal(err)
	}
	fake.set(func() {
		fake.veto = func(ctx context.Context, _ string) error { <-ctx.Done(); return ctx.Err() }
	})
	want(t, soon(t, c), model.ClassTimeout, "did not answer within ")
}

func TestBlackHoleOnAStandingConnectionAndBack(t *testing.T) {
	fake, back, front := newFakeCluster(), listen(t, ""), listen(t, "")
	fake.serve(t, back)
	g := &gate{}
	handle(t, front, g.serve(back.Addr().String()))
	c := dialClient(t, Endpoint{URL: "http://" + front.Addr().String()})
	if _, err := c.Version(t.Context()); err != nil {
		t.Fatal(err)
	}
	g.set(func() { g.swallow = true })
	want(t, soon(t, c), model.ClassTimeout, "did not answer within ")
	want(t, soon(t, c), model.ClassTimeout, "within ")
	g.set(func() { g.swallow = false })
	// The old connections stay in the hole for ever: a new one is needed.
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
	want(t, version(t, Endpoint{URL: "http://" + l.Addr().String()}), model.ClassUnreachable, "the connection") // closed, or reset
	wg.Wait()
}

// A call that comes while another one's attempt to connect is under way waits
// for it, and does not repeat what an earlier attempt met.
func TestCallJoinsTheAttemptUnderWay(t *testing.T) {
	front := newFront(t, reset)
	c := dialClient(t, Endpoint{URL: "http://" + front.address, Timeout: 3 * time.Second})
	_, err := c.Version(t.Context())
	want(t, err, model.ClassUnreachable, "the connection")

	entered := make(chan struct{})
	front.later(func(conn net.Conn) {
		select {
		case entered <- struct{}{}:
		case <-t.Context().Done():
		}
		swallow(conn)
	})
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() {
		_, err := c.Version(t.Context())
		if model.ClassOf(err) != model.ClassTimeout {
			t.Errorf("the first: %v", err)
		}
	})
	<-entered
	began := time.Now()
	want(t, soon(t, c), model.ClassTimeout, "said nothing within ")
	if took := time.Since(began); took < 250*time.Millisecond {
		t.Errorf("it did not wait: %s", took)
	}
}

func TestClosedAtOnce(t *testing.T) {
	l := listen(t, "")
	handle(t, l, func(c net.Conn) { _ = c.Close() })
	want(t, version(t, Endpoint{URL: "http://" + l.Addr().String()}), model.ClassUnreachable, "the connection")
	want(t, version(t, Endpoint{URL: "https://" + l.Addr().String()}), model.ClassUnreachable, "the connection")
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
