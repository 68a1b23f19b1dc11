package probe

import (
	"errors"
	"math"
	"net"
	"time"

	"github.com/fumtui/fumtui/model"
)

// errCut makes a bend reset the connection.
var errCut = errors.New("cut here")

// cutOff is what is said of a connection that was cut: what the socket saw, or where
// gRPC tells of the end before the socket does, just that.
var cutOff = []string{"reset the connection", "closed the connection", "ended the connection"}

// bent turns to bending what the active cluster says.
func (w *world) bent(b func() bend) func(*front) { return treat(bent(w.active, b)) }

// connectionFaults end or silence whole connections.
func (w *world) connectionFaults() []fault {
	hole := &gate{}
	return []fault{
		fault{
			name: "refused", break_: (*front).refuse,
			classes: just(model.ClassUnreachable), words: []string{"nothing listens there"},
		}.as(outage),
		fault{
			name: "cut off at once", break_: treat(reset),
			classes: just(model.ClassUnreachable), words: cutOff,
		}.as(outage),
		fault{
			name: "cut off at once under TLS", secure: true,
			well: treat(secure(w.good, "h2", w.through())), break_: treat(reset),
			classes: just(model.ClassUnreachable), words: cutOff,
		}.as(outage),
		fault{
			name: "black hole for old and new connections", call: short,
			well: treat(hole.serve(w.active)),
			break_: func(*front) {
				hole.set(func() { hole.swallow = true })
			},
			mend: func(*front) {
				hole.set(func() { hole.swallow = false })
			},
			classes: just(model.ClassTimeout), words: silence,
		}.as(outage),
		fault{
			name: "black hole under TLS", secure: true, call: short,
			well: treat(secure(w.good, "h2", w.through())), break_: treat(swallow),
			classes: just(model.ClassTimeout), words: append(silence, "did not finish the TLS handshake within"),
		}.as(outage),
		fault{
			name: "slow loris from the first byte", call: short, break_: treat(drip(w.active, 100*time.Millisecond)),
			mend:    func(n *front) { n.later(w.through()) },
			classes: just(model.ClassTimeout), words: silence,
		}.as(outage),
	}
}

// callFaults break calls on connections that stand.
func (w *world) callFaults() []fault {
	return []fault{
		fault{
			name:    "reset in mid-call",
			break_:  w.bent(onHeaders(func(net.Conn, frame) error { return errCut })),
			classes: just(model.ClassUnreachable), words: cutOff,
		}.as(outage),
		fault{
			name: "half a message, then a reset",
			break_: w.bent(func() bend {
				return func(to net.Conn, f frame) error {
					if f.kind != frameData {
						return pass(to, f)
					}
					_, _ = to.Write(f.raw[:frameHead+3])
					return errCut
				}
			}),
			classes: just(model.ClassUnreachable), words: cutOff,
		}.as(outage),
		fault{
			name: "headers, then silence", call: short,
			break_: w.bent(func() bend {
				said := false
				return func(to net.Conn, f frame) error {
					if f.kind == frameData || f.kind == frameHeaders && said {
						return nil
					}
					said = said || f.kind == frameHeaders
					return pass(to, f)
				}
			}),
			mend:    func(n *front) { n.later(w.through()) },
			classes: just(model.ClassTimeout), words: silence,
		}.as(outage),
	}
}

// streamFaults break streams and leave connections, or say that they will not
// last.
func (w *world) streamFaults() []fault {
	return []fault{
		fault{
			name: "streams reset one by one",
			break_: w.bent(onHeaders(func(to net.Conn, f frame) error {
				_, err := to.Write(makeFrame(frameReset, f.stream, 2))
				return err
			})),
			classes: just(model.ClassServer), words: []string{"broke the call off"},
		}.as(outage),
		{
			name: "GOAWAY in peace, again and again",
			break_: w.bent(func() bend {
				said := false
				return func(to net.Conn, f frame) error {
					if err := pass(to, f); err != nil || said || f.kind != frameHeaders {
						return err
					}
					said = true
					_, err := to.Write(makeFrame(frameGoAway, 0, math.MaxInt32, 0))
					return err
				}
			}),
			verdict: model.ClusterHealthy, action: model.ActionNone,
		},
		fault{
			name: "a storm of GOAWAY",
			break_: w.bent(onHeaders(func(to net.Conn, _ frame) error {
				_, _ = to.Write(makeFrame(frameGoAway, 0, 0, 11))
				return errCut
			})),
			classes: []model.ErrorClass{model.ClassUnreachable, model.ClassServer}, words: cutOff,
		}.as(outage),
	}
}
