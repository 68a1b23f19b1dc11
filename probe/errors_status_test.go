package probe

import (
	"context"
	"encoding/binary"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/fumtui/fumtui/model"
)

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
	l := listen(t, "")
	serveHTTP(t, l, true, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/grpc")
		// The head of a message: not compressed, and its length.
		_, _ = w.Write(binary.BigEndian.AppendUint32([]byte{0}, maxReceive+1))
	})
	want(t, version(t, Endpoint{URL: "http://" + l.Addr().String()}), model.ClassIncompatible, "more than 64 MiB")
}
