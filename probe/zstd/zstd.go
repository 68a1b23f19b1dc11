// Package zstd teaches gRPC the zstd compression that the clients of Fumarole
// offer by default.
//
// Importing it registers the codec for the whole process: gRPC keeps
// compressors in a registry that may only be written while a program starts,
// so registering on import is the one safe way. From then on every gRPC client
// of the process offers zstd, and every server accepts it. It lives in a
// package of its own so that this side effect happens only where it is asked
// for by name.
package zstd

import (
	"errors"
	"io"
	"sync"

	"github.com/klauspost/compress/zstd"
	"google.golang.org/grpc/encoding"
)

// Name is the codec's name on the wire.
const Name = "zstd"

// maxWindow bounds the memory that a frame from outside can demand. Encoders
// at usual levels stay at or below 8 MiB.
const maxWindow = 32 << 20

func init() { encoding.RegisterCompressor(&codec{}) }

// codec pools its coders: each holds buffers that are costly to make anew for
// every message. Concurrency 1 keeps them free of goroutines, so that a pool
// may drop them without closing.
type codec struct{ writers, readers sync.Pool }

// Name implements encoding.Compressor.
func (*codec) Name() string { return Name }

// Compress implements encoding.Compressor. Closing the writer ends the one
// frame of the message.
func (c *codec) Compress(w io.Writer) (io.WriteCloser, error) {
	enc, ok := c.writers.Get().(*zstd.Encoder)
	if ok {
		enc.Reset(w)
		return &writer{enc: enc, pool: &c.writers}, nil
	}
	enc, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedDefault),
		zstd.WithWindowSize(1<<20))
	if err != nil {
		return nil, err
	}
	return &writer{enc: enc, pool: &c.writers}, nil
}

// Decompress implements encoding.Compressor. gRPC closes the reader when it
// has read the message, or has given up on it.
func (c *codec) Decompress(r io.Reader) (io.Reader, error) {
	dec, ok := c.readers.Get().(*zstd.Decoder)
	if ok {
		if err := dec.Reset(r); err != nil {
			c.readers.Put(dec)
			return nil, err
		}
		return &reader{dec: dec, pool: &c.readers}, nil
	}
	dec, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return nil, err
	}
	return &reader{dec: dec, pool: &c.readers}, nil
}

// errClosed says that a coder was used after Close.
var errClosed = errors.New("zstd: used after close")

// writer writes one message. It is made anew for each, and only the coder in it
// is pooled, so that closing it twice cannot disturb the next message.
type writer struct {
	enc  *zstd.Encoder // nil: closed
	pool *sync.Pool
}

// Write implements io.Writer.
func (w *writer) Write(p []byte) (int, error) {
	if w.enc == nil {
		return 0, errClosed
	}
	return w.enc.Write(p)
}

// Close ends the frame and gives the coder back. Closing again does nothing.
func (w *writer) Close() error {
	if w.enc == nil {
		return nil
	}
	err := w.enc.Close()
	w.enc.Reset(nil) // let go of the message's buffer
	w.pool.Put(w.enc)
	w.enc = nil
	return err
}

// reader reads one message, as writer writes it.
type reader struct {
	dec  *zstd.Decoder // nil: closed
	pool *sync.Pool
}

// Read implements io.Reader.
func (r *reader) Read(p []byte) (int, error) {
	if r.dec == nil {
		return 0, errClosed
	}
	return r.dec.Read(p)
}

// Close gives the coder back. Closing again does nothing.
func (r *reader) Close() error {
	if r.dec == nil {
		return nil
	}
	err := r.dec.Reset(nil) // let go of the message's buffer
	r.pool.Put(r.dec)
	r.dec = nil
	return err
}
