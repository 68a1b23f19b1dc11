package probe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// maxPeerText bounds, in bytes, what a message quotes of a peer.
const maxPeerText = 240

// outcome is all that is known of a failed call.
type outcome struct {
	err      error
	answered bool // the peer itself sent the status
	wire     wireState
	patience time.Duration // the time the call had
	took     time.Duration // the time it took to fail
}

// ranOut reports whether the call failed for lack of time. The peer, which is
// told how much time a call has, may say so a moment before this side does.
func (o outcome) ranOut(code codes.Code) bool {
	return code == codes.DeadlineExceeded && (!o.answered || o.took >= o.patience*9/10)
}

// explain turns the outcome of a failed call into a failure of the right class
// with a message for people.
func (c *Client) explain(ctx context.Context, o outcome) error {
	st, _ := status.FromError(o.err)
	class, text := c.classify(ctx, o, st)
	cause := o.err
	switch {
	case st.Code() == codes.AlreadyExists && o.answered:
		cause = fmt.Errorf("%w: %w", failover.ErrAlreadyExists, o.err)
	case !o.answered && o.wire.lost.err != nil:
		cause = o.wire.lost.err
	}
	return model.NewFailure(class, c.mask(text), cause)
}

// classify goes from what is certain to what is likely: a peer that speaks
// something else, the time that ran out, the peer's own status, a proxy's answer,
// what the socket saw, and last what gRPC made of it.
func (c *Client) classify(ctx context.Context, o outcome, st *status.Status) (model.ErrorClass, string) {
	if alien := o.wire.alien; !o.answered && alien != nil && (o.wire.lost.err == nil || errors.Is(o.wire.lost.err, alien)) {
		return explainConn(c.addr, alien)
	}
	if o.ranOut(st.Code()) {
		return c.fromSilence(o)
	}
	if o.answered {
		return c.fromStatus(st)
	}
	if code, ok := httpStatus(st.Message()); ok {
		return fromHTTP(c.addr.target, code)
	}
	if o.wire.lost.err == nil && st.Code() != codes.Unavailable {
		return c.fromGRPC(st)
	}
	if o.wire.lost.err == nil && o.wire.phase < phaseOpen {
		return c.fromSilence(o) // gRPC gave up waiting for the peer's first word
	}
	if o.wire.lost.err == nil {
		return model.ClassUnreachable, c.addr.target + " ended the connection"
	}
	if isTimeout(o.wire.lost.err) {
		o.wire.phase = o.wire.lost.phase
		return c.fromSilence(o)
	}
	hungUp := errors.Is(o.wire.lost.err, io.EOF) || isReset(o.wire.lost.err)
	if hungUp && o.wire.lost.mute() && !c.addr.secure && speaksTLS(ctx, c.addr, c.timeout) {
		return explainConn(c.addr, errPeerSpeaksTLS)
	}
	return explainConn(c.addr, o.wire.lost.err)
}

// fromStatus reads a status that the peer itself sent.
func (c *Client) fromStatus(st *status.Status) (model.ErrorClass, string) {
	host, said := c.addr.target, quote(st.Message())
	switch st.Code() {
	case codes.Unauthenticated:
		if !c.hasAuth {
			return model.ClassAuth, host + " asks for a token and none is configured" + said
		}
		return model.ClassAuth, host + " does not accept the token: check that it is this account's and still valid" + said
	case codes.PermissionDenied:
		return model.ClassAuth, host + " does not permit this to the token: ask the provider for access" + said
	case codes.NotFound:
		return model.ClassNotFound, host + " knows no such subscriber" + said
	case codes.ResourceExhausted:
		return model.ClassThrottled, host + " limits our calls: probe less often, or ask the provider for a higher limit" + said
	case codes.Unimplemented:
		return model.ClassIncompatible, host + " does not offer this call of Fumarole: check the endpoint" + said
	case codes.InvalidArgument, codes.FailedPrecondition, codes.OutOfRange:
		return model.ClassIncompatible, host + " refuses the request (" + codeWords(st.Code()) + ")" + said
	case codes.AlreadyExists:
		return model.ClassIncompatible, host + " has a subscriber of that name already" + said
	case codes.DeadlineExceeded:
		return model.ClassTimeout, host + " gave up on the call: its own deadline passed" + said
	default: // Internal, DataLoss, Unknown, Aborted, Unavailable, Canceled and codes yet to come
		return model.ClassServer, host + " failed to answer (" + codeWords(st.Code()) + ")" + said
	}
}

// fromSilence reads a deadline that passed, by how far the call had come.
func (c *Client) fromSilence(o outcome) (model.ErrorClass, string) {
	host, within := c.addr.target, within(o.patience)
	switch o.wire.phase {
	case phaseResolving:
		return model.ClassDNS, "the name in " + host + " did not resolve" + within + ": check this machine's name service"
	case phaseIdle, phaseConnecting:
		return model.ClassTimeout, "no connection to " + host + within
	case phaseHandshaking:
		return model.ClassTimeout, host + " did not finish the TLS handshake" + within
	case phaseOpening:
		return model.ClassTimeout, host + " accepted the connection but said nothing" + within
	default:
		return model.ClassTimeout, host + " did not answer" + within
	}
}

// fromGRPC reads a status that gRPC made up on this side while the connection
// stood: the peer broke the stream, or sent what cannot be read.
func (c *Client) fromGRPC(st *status.Status) (model.ErrorClass, string) {
	host := c.addr.target
	switch st.Code() {
	case codes.ResourceExhausted:
		if strings.Contains(st.Message(), "larger than max") {
			return model.ClassIncompatible, fmt.Sprintf("%s sent a message of more than %d MiB", host, maxReceive>>20)
		}
		return model.ClassThrottled, host + " limits our calls: probe less often"
	case codes.Unimplemented:
		return model.ClassIncompatible, host + " answered in an encoding that this console does not read"
	default:
		return model.ClassServer, host + " broke the call off (" + codeWords(st.Code()) + ")"
	}
}

// httpStatusText finds the status of a peer that answered in HTTP but not in
// gRPC. gRPC tells it in words only.
var httpStatusText = regexp.MustCompile(`^unexpected HTTP status code received from server: (\d{3})\b`)

// httpStatus extracts the HTTP status from a message of gRPC.
func httpStatus(message string) (int, bool) {
	match := httpStatusText.FindStringSubmatch(message)
	if match == nil {
		return 0, false
	}
	code, err := strconv.Atoi(match[1])
	return code, err == nil
}

// fromHTTP reads an answer that is HTTP but not gRPC: a proxy's, or that of a
// server which is no Fumarole.
func fromHTTP(host string, code int) (model.ErrorClass, string) {
	shown := strings.TrimSpace(fmt.Sprintf("%d %s", code, http.StatusText(code)))
	switch {
	case code == http.StatusUnauthorized || code == http.StatusForbidden || code == http.StatusProxyAuthRequired:
		return model.ClassAuth, host + " refuses us (" + shown + "): check the token"
	case code == http.StatusTooManyRequests:
		return model.ClassThrottled, host + " limits our calls (" + shown + "): probe less often"
	case code >= 500:
		return model.ClassServer, host + " failed to answer (" + shown + "), perhaps a proxy before it"
	default:
		return model.ClassIncompatible, host + " does not speak gRPC (" + shown + "): check the endpoint"
	}
}

// mask takes the secrets out of a text that a peer may have put them into.
func (c *Client) mask(text string) string {
	for _, secret := range c.secrets {
		text = strings.ReplaceAll(text, secret, model.Secret("").String())
	}
	return text
}

// quote appends what a peer said, bounded, where it said something.
func quote(said string) string {
	if said = model.Clean(said, maxPeerText); said == "" {
		return ""
	}
	return ": " + said
}

// within names the time that passed, in a form people read.
func within(d time.Duration) string {
	unit := time.Millisecond
	switch {
	case d >= time.Second:
		unit = 100 * time.Millisecond
	case d >= 100*time.Millisecond:
		unit = 10 * time.Millisecond
	}
	return " within " + d.Round(unit).String()
}

// codeWords writes a gRPC code as words: "FailedPrecondition" as "failed
// precondition".
func codeWords(code codes.Code) string {
	var b strings.Builder
	for i, r := range code.String() {
		if i > 0 && r >= 'A' && r <= 'Z' {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}
