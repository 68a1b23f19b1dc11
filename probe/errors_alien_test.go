package probe

import (
	"io"
	"net"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// A peer that speaks, but not HTTP/2, is ours to mend and never an outage.
func TestPeerThatIsNoGRPC(t *testing.T) {
	page := "<!DOCTYPE HTML>\n<html lang=\"en\"><head><title>Error response</title></head></html>\n"
	for name, c := range map[string]struct {
		says  string
		stays bool
		words string
	}{
		"a page without a status line": {page, false, "is not gRPC: check the endpoint's port"},
		"a banner, then the end":       {"SSH-2.0-OpenSSH_9.6\r\n", false, "is not gRPC: check the endpoint's port"},
		"a banner":                     {"SSH-2.0-OpenSSH_9.6\r\n", true, "is not gRPC: check the endpoint's port"},
		"a word":                       {"hi\n", true, "is not gRPC: check the endpoint's port"},
		"a frame that is not settings": {"\x00\x00\x08\x06\x00\x00\x00\x00\x00", true, "is not gRPC"},
		"a status line":                {"HTTP/1.1 400 Bad Request\r\n\r\n", false, "speaks HTTP/1 and not gRPC"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := listen(t, "")
			handle(t, l, func(conn net.Conn) {
				if !c.stays {
					_, _ = io.ReadAtLeast(conn, make([]byte, 512), 33) // the preface
				}
				_, _ = io.WriteString(conn, c.says)
				if !c.stays {
					_ = conn.Close()
				}
			})
			client := dialClient(t, Endpoint{URL: "http://" + l.Addr().String(), Timeout: 500 * time.Millisecond})
			for range 8 {
				_, err := client.Version(t.Context())
				want(t, err, model.ClassIncompatible, c.words)
			}
		})
	}
}

// What a peer spoke once is forgotten when something else is there.
func TestPeerThatBecomesGRPC(t *testing.T) {
	l := listen(t, "")
	served := make(chan struct{})
	go func() {
		defer close(served)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = io.ReadAtLeast(conn, make([]byte, 512), 33) // the preface
			_, _ = io.WriteString(conn, "220 mail.example.org ESMTP\r\n")
			_ = conn.Close()
		}
	}()
	c := dialClient(t, Endpoint{URL: "http://" + l.Addr().String(), Timeout: 3 * time.Second})
	_, err := c.Version(t.Context())
	want(t, err, model.ClassIncompatible, "is not gRPC")
	_ = l.Close()
	<-served
	_, err = c.Version(t.Context())
	want(t, err, model.ClassUnreachable, "refuses the connection")
	fake := newFakeCluster()
	stop := fake.serve(t, listen(t, l.Addr().String()))
	if _, err := c.Version(t.Context()); err != nil {
		t.Errorf("after it became gRPC: %v", err)
	}
	stop()
	_, err = c.Version(t.Context())
	want(t, err, model.ClassUnreachable, "")
}

// The first bytes may come one by one.
func TestSettingsInPieces(t *testing.T) {
	settings := []byte{0, 0, 6, 4, 0, 0, 0, 0, 0}
	for n := range len(settings) + 1 {
		if !beginsSettings(settings[:n]) {
			t.Errorf("%v do not begin settings", settings[:n])
		}
	}
	for i, wrong := range map[int]byte{0: 1, 1: 0x41, 3: 6, 5: 1, 8: 1} {
		other := append([]byte(nil), settings...)
		other[i] = wrong
		if beginsSettings(other) {
			t.Errorf("%v begin settings", other)
		}
	}
}
