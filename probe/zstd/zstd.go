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
	if pooled, ok := c.writers.Get().(*writer); ok {
		pooled.Reset(w)
		pooled.closed = false
		return pooled, nil
	}
	enc, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedDefault),
		zstd.WithWindowSize(1<<20))
	if err != nil {
		return nil, err
	}
	return &writer{Encoder: enc, pool: &c.writers}, nil
}

// Decompress implements encoding.Compressor. gRPC closes the reader when it
// has read the message, or has given up on it.
func (c *codec) Decompress(r io.Reader) (io.Reader, error) {
	if pooled, ok := c.readers.Get().(*reader); ok {
		if err := pooled.dec.Reset(r); err != nil {
			c.readers.Put(pooled)
			return nil, err
		}
		pooled.closed = false
		return pooled, nil
	}
	dec, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return nil, err
	}
	return &reader{dec: dec, pool: &c.readers}, nil
}

// writer goes back to its pool when it is closed.
type writer struct {
	*zstd.Encoder
	pool   *sync.Pool
	closed bool
}

// Close ends the frame. Closing again does nothing, so that a writer is never
// in its pool twice.
func (w *writer) Close() error {
	if w.closed {
		return nil
	}
	w.closed = true
	err := w.Encoder.Close()
	w.Reset(nil) // let go of the message's buffer
	w.pool.Put(w)
	return err
}

// reader goes back to its pool when it is closed.
type reader struct {
	dec    *zstd.Decoder
	pool   *sync.Pool
	closed bool
}

// Read implements io.Reader.
func (r *reader) Read(p []byte) (int, error) {
	if r.closed {
		return 0, errors.New("zstd: read after close")
	}
	return r.dec.Read(p)
}

// Close gives the reader back. Closing again does nothing.
func (r *reader) Close() error {
	if r.closed {
		return nil
	}
	r.closed = true
	err := r.dec.Reset(nil) // let go of the message's buffer
	r.pool.Put(r)
	return err
}
