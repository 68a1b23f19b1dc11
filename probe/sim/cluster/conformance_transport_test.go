package cluster

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/encoding"

	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

func TestConformance01TransportAndCompression(t *testing.T) {
	t.Run("h2c", func(t *testing.T) {
		c := serve(t)
		checkEncodings(t, raw(t, c, nil))
	})
	t.Run("tls", func(t *testing.T) {
		server, roots := certificate(t)
		c := serve(t, func(o *Options) { o.TLS = server })
		config := &tls.Config{RootCAs: roots}
		checkEncodings(t, raw(t, c, config))

		conn := must[*tls.Conn](t)(tls.Dial("tcp", c.Addr(), &tls.Config{RootCAs: roots, NextProtos: []string{"h2"}}))
		defer conn.Close()
		if got := conn.ConnectionState().NegotiatedProtocol; got != "h2" {
			t.Errorf("ALPN chose %q, want h2", got)
		}
		client := dial(t, c, grpc.WithTransportCredentials(credentials.NewTLS(config)))
		must[*pb.VersionResponse](t)(client.Version(known(t), &pb.VersionRequest{}))
	})
}

// checkEncodings checks that answers come in an encoding that was listed,
// whatever the request was written in.
func checkEncodings(t *testing.T, client *rawClient) {
	t.Helper()
	for _, request := range []string{"", "gzip", "zstd"} {
		for accepted, want := range map[string]string{
			"": "", "identity": "", "identity, deflate, gzip": "gzip", "identity,deflate,gzip": "gzip",
			"zstd,identity": "zstd", "gzip,zstd": "zstd", "snappy": "",
		} {
			headers := []string{tokenHeader, testToken}
			if accepted != "" {
				headers = append(headers, "grpc-accept-encoding", accepted)
			}
			r := client.call(t, "Version", &pb.VersionRequest{}, request, headers...)
			if code, _ := r.status(); code != "0" {
				t.Fatalf("request in %q, accepted %q: status %s, %v %v", request, accepted, code, r.header, r.trailer)
			}
			got := r.header.Get("Grpc-Encoding")
			if got == encoding.Identity {
				got = ""
			}
			if got != want {
				t.Errorf("request in %q, accepted %q: the answer is in %q, want %q", request, accepted, got, want)
			}
			var version pb.VersionResponse
			if r.decode(t, 0, &version); version.GetVersion() != DefaultVersion {
				t.Errorf("request in %q, accepted %q: version %q", request, accepted, version.GetVersion())
			}
		}
	}
}

// certificate is a server's configuration and what to trust it by.
func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key := must[*ecdsa.PrivateKey](t)(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IsCA: true,
		BasicConstraintsValid: true, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der := must[[]byte](t)(x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key))
	roots := x509.NewCertPool()
	roots.AddCert(must[*x509.Certificate](t)(x509.ParseCertificate(der)))
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, roots
}
