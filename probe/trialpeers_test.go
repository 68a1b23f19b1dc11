package probe

import (
	"crypto/tls"
	"encoding/binary"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// protocolFaults put something else where the cluster was.
func (w *world) protocolFaults(t *testing.T) []fault {
	t.Helper()
	portal := listen(t, "")
	serveHTTP(t, portal, false, func(rw http.ResponseWriter, r *http.Request) {
		http.Redirect(rw, r, "http://portal.example/\x1b[2Jlogin", http.StatusFound)
	})
	return []fault{
		fault{
			name: "plain to TLS", break_: treat(secure(w.good, "h2", w.through())),
			classes: just(model.ClassIncompatible), words: []string{"wants TLS: write the endpoint with https://"},
		}.as(refusal),
		fault{
			name: "TLS to a plain port", secure: true,
			well: treat(secure(w.good, "h2", w.through())), break_: treat(w.through()),
			classes: just(model.ClassIncompatible), words: []string{"does not speak TLS: write the endpoint with http://"},
		}.as(refusal),
		fault{
			name: "TLS without HTTP/2", secure: true,
			well: treat(secure(w.good, "h2", w.through())), break_: treat(secure(w.good, "", w.through())),
			classes: just(model.ClassIncompatible), words: []string{"does not offer gRPC over TLS"},
		}.as(refusal),
		fault{
			name: "HTTP/1 server", break_: treat(new(gate).serve(portal.Addr().String())),
			classes: just(model.ClassIncompatible), words: []string{"speaks HTTP/1 and not gRPC: check the endpoint's port"},
		}.as(refusal),
		fault{
			name: "captive portal that does not wait to be asked", break_: treat(say("HTTP/1.1 302 Found\r\nLocation: http://portal.example/\x1b[2J\r\n\r\n")),
			classes: just(model.ClassIncompatible), words: []string{"speaks HTTP/1 and not gRPC"},
		}.as(refusal),
		fault{
			name: "garbage", break_: treat(say("\x1b]0;owned\x07\xff\xfe" + strings.Repeat("\x00\x9b31m", 999))),
			classes: just(model.ClassIncompatible), words: []string{"is not gRPC: check the endpoint's port"},
		}.as(refusal),
	}
}

// certificateFaults show certificates that are not good.
func (w *world) certificateFaults() []fault {
	of := func(name string, cert tls.Certificate, words string) fault {
		return fault{
			name: name, secure: true,
			well:    treat(secure(w.good, "h2", w.through())),
			break_:  treat(secure(cert, "h2", w.through())),
			classes: just(model.ClassIncompatible), words: []string{words},
		}.as(refusal)
	}
	return []fault{
		of("certificate that expired", w.expired, "not valid at this time: check this machine's clock"),
		of("certificate of another host", w.alien, "is for another name: check the endpoint"),
		of("certificate of an unknown authority", w.unknown, "authority unknown here: set ca_file"),
	}
}

// nameFaults take the name away.
func (w *world) nameFaults() []fault {
	var all []fault
	for i, state := range []int32{namesUnknown, namesSilent} {
		names := w.names[i]
		all = append(all, fault{
			name: "the name of " + names.host, host: names.host, call: []time.Duration{0, 3 * short}[i],
			break_: func(n *front) {
				names.state.Store(state)
				n.become(w.through())
			},
			mend:    func(*front) { names.state.Store(namesKnown) },
			classes: just(model.ClassDNS), words: []string{"this machine's name service"},
			verdict: model.ClusterUnknown, action: model.ActionCheckConsole,
		})
	}
	return all
}

// proxyFaults are answers of something that speaks HTTP/2 and is no Fumarole.
func proxyFaults(t *testing.T) []fault {
	t.Helper()
	page := func(code int) http.HandlerFunc {
		return func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Type", "text/html")
			rw.Header().Set("Location", "https://portal.example/")
			rw.WriteHeader(code)
			_, _ = io.WriteString(rw, "<html>\x1b[2Jsorry</html>")
		}
	}
	var all []fault
	for code, c := range map[int]struct {
		class  model.ErrorClass
		ending fault
		words  string
	}{
		200: {model.ClassIncompatible, refusal, "does not speak gRPC (200 OK): check the endpoint"},
		302: {model.ClassIncompatible, refusal, "does not speak gRPC (302 Found): check the endpoint"},
		401: {model.ClassAuth, refusal, "(401 Unauthorized): check the token"},
		403: {model.ClassAuth, refusal, "(403 Forbidden): check the token"},
		404: {model.ClassIncompatible, refusal, "(404 Not Found): check the endpoint"},
		429: {model.ClassThrottled, refusal, "(429 Too Many Requests): probe less often"},
		502: {model.ClassServer, outage, "(502 Bad Gateway), perhaps a proxy"},
		504: {model.ClassServer, outage, "(504 Gateway Timeout), perhaps a proxy"},
	} {
		all = append(all, fault{
			name: "proxy says " + http.StatusText(code), break_: serving(t, page(code)),
			classes: just(c.class), words: []string{c.words},
		}.as(c.ending))
	}
	return all
}

// serving turns to a server of plain HTTP/2.
func serving(t *testing.T, h http.HandlerFunc) func(*front) {
	t.Helper()
	l := listen(t, "")
	serveHTTP(t, l, true, h)
	return treat(new(gate).serve(l.Addr().String()))
}

// backendFaults are those of a proxy whose backends fail it, and of a server
// that never comes to an end.
func backendFaults(t *testing.T) []fault {
	t.Helper()
	return []fault{
		fault{
			name: "proxy whose backends are dead", break_: serving(t, deadBackends(t)),
			classes: just(model.ClassServer), words: []string{"(503 Service Unavailable), perhaps a proxy"},
		}.as(outage),
		fault{
			name: "proxy that says so in gRPC", break_: serving(t, func(rw http.ResponseWriter, _ *http.Request) {
				rw.Header().Set("Content-Type", "application/grpc")
				rw.Header().Set("Grpc-Status", "14")
				rw.Header().Set("Grpc-Message", "no healthy upstream%1B[2J for "+trialToken+strings.Repeat("!", 2000))
			}),
			classes: just(model.ClassServer), words: []string{"no healthy upstream[2J for ***"},
		}.as(outage),
		fault{
			name: "a message that never ends", call: short, break_: serving(t, func(rw http.ResponseWriter, r *http.Request) {
				rw.Header().Set("Content-Type", "application/grpc")
				_, _ = rw.Write(binary.BigEndian.AppendUint32([]byte{0}, 1000))
				_ = http.NewResponseController(rw).Flush()
				<-r.Context().Done()
			}),
			classes: just(model.ClassTimeout), words: silence,
		}.as(outage),
	}
}

// deadBackends is a proxy that finds nobody behind it.
func deadBackends(t *testing.T) http.HandlerFunc {
	t.Helper()
	nobody := newFront(t, reset)
	nobody.refuse()
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	transport := &http.Transport{Protocols: protocols}
	t.Cleanup(transport.CloseIdleConnections)
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: nobody.address})
	proxy.Transport, proxy.ErrorLog = transport, discardLog
	proxy.ErrorHandler = func(rw http.ResponseWriter, _ *http.Request, _ error) {
		rw.WriteHeader(http.StatusServiceUnavailable)
	}
	return proxy.ServeHTTP
}
