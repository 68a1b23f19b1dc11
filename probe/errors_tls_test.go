package probe

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/fumtui/fumtui/model"
)

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
