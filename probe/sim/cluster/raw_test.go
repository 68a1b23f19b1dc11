package cluster

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"io"
	"net/http"
	"strings"
	"testing"

	"google.golang.org/grpc/encoding"
	"google.golang.org/protobuf/proto"
)

// rawClient speaks HTTP/2 without gRPC's help, so that tests see and choose
// every header.
type rawClient struct {
	http http.Client
	base string
}

// raw is a raw client of a cluster; config is nil for h2c.
func raw(t *testing.T, c *Cluster, config *tls.Config) *rawClient {
	t.Helper()
	transport := &http.Transport{TLSClientConfig: config, Protocols: new(http.Protocols), DisableCompression: true}
	base := "http://"
	if config == nil {
		transport.Protocols.SetUnencryptedHTTP2(true)
	} else {
		transport.Protocols.SetHTTP2(true)
		base = "https://"
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &rawClient{http.Client{Transport: transport}, base + c.Addr()}
}

// reply is the answer to a raw call.
type reply struct {
	header, trailer http.Header
	frames          [][]byte // with their five bytes in front
}

// status is the grpc-status, and whether it came without headers before it.
func (r reply) status() (code string, trailersOnly bool) {
	if code := r.header.Get("Grpc-Status"); code != "" {
		return code, true
	}
	return r.trailer.Get("Grpc-Status"), false
}

// call sends one message, compressed by the encoding named, and reads to the
// end. headers are pairs.
func (c *rawClient) call(t *testing.T, method string, m proto.Message, encodingName string, headers ...string) reply {
	t.Helper()
	body := must[[]byte](t)(proto.Marshal(m))
	if encodingName != "" {
		body = squeeze(t, encodingName, body)
		headers = append(headers, "grpc-encoding", encodingName)
	}
	flag := byte(0)
	if encodingName != "" {
		flag = 1
	}
	frame := append([]byte{flag}, binary.BigEndian.AppendUint32(nil, uint32(len(body)))...)
	return c.post(t, method, bytes.NewReader(append(frame, body...)), headers...)
}

// post calls a method with a body of the caller's own.
func (c *rawClient) post(t *testing.T, method string, body io.Reader, headers ...string) reply {
	t.Helper()
	request := must[*http.Request](t)(http.NewRequestWithContext(as(t), http.MethodPost, c.base+"/fumarole.Fumarole/"+method, body))
	request.Header.Set("Content-Type", "application/grpc")
	request.Header.Set("TE", "trailers")
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response := must[*http.Response](t)(c.http.Do(request))
	defer response.Body.Close()
	if response.ProtoMajor != 2 || response.StatusCode != http.StatusOK {
		t.Fatalf("%s answered HTTP/%d %s", method, response.ProtoMajor, response.Status)
	}
	content := must[[]byte](t)(io.ReadAll(response.Body))
	r := reply{header: response.Header, trailer: response.Trailer}
	for len(content) >= 5 {
		end := 5 + int(binary.BigEndian.Uint32(content[1:]))
		r.frames = append(r.frames, content[:end])
		content = content[end:]
	}
	return r
}

// decode reads a frame, uncompressing it by the encoding that the answer names.
func (r reply) decode(t *testing.T, frame int, into proto.Message) {
	t.Helper()
	if frame >= len(r.frames) {
		t.Fatalf("the answer has %d messages; headers %v, trailers %v", len(r.frames), r.header, r.trailer)
	}
	content := r.frames[frame][5:]
	if r.frames[frame][0] == 1 {
		reader := must[io.Reader](t)(encoding.GetCompressor(r.header.Get("Grpc-Encoding")).Decompress(bytes.NewReader(content)))
		content = must[[]byte](t)(io.ReadAll(reader))
	}
	if err := proto.Unmarshal(content, into); err != nil {
		t.Fatal(err)
	}
}

// squeeze compresses a message.
func squeeze(t *testing.T, name string, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := must[io.WriteCloser](t)(encoding.GetCompressor(name).Compress(&b))
	must[int](t)(w.Write(content))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// endless is a request body that never comes, for calls of which no message is
// ever sent.
func endless(t *testing.T) io.Reader {
	t.Helper()
	reader, writer := io.Pipe()
	t.Cleanup(func() { writer.Close() })
	return reader
}

// isStream reports whether a method is a stream on the client's side.
func isStream(method string) bool { return strings.HasPrefix(method, "Subscribe") }
