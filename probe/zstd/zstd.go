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

func init() { encoding.RegisterCompressor(&codec{encoder: sync.OnceValues(newEncoder)}) }

// codec holds what is costly to make anew for every message.
type codec struct {
	encoder func() (*zstd.Encoder, error)
	readers sync.Pool // of decoders without goroutines, so that it may drop them
}

// newEncoder makes the one encoder for all messages. They are small: a large
// window would only cost memory.
func newEncoder() (*zstd.Encoder, error) {
	return zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(1<<18))
}

// Name implements encoding.Compressor.
func (*codec) Name() string { return Name }

// Compress implements encoding.Compressor. Closing the writer writes the one
// frame of the message.
func (c *codec) Compress(w io.Writer) (io.WriteCloser, error) {
	enc, err := c.encoder()
	if err != nil {
		return nil, err
	}
	return &writer{enc: enc, to: w}, nil
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

// writer gathers one message, because a whole one compresses with buffers that
// the encoder keeps.
type writer struct {
	enc    *zstd.Encoder
	to     io.Writer
	buf    []byte
	closed bool
}

// Write implements io.Writer.
func (w *writer) Write(p []byte) (int, error) {
	if w.closed {
		return 0, errClosed
	}
	w.buf = append(w.buf, p...)
	return len(p), nil
}

// Close writes the frame. Closing again does nothing.
func (w *writer) Close() error {
	if w.closed {
		return nil
	}
	w.closed = true
	_, err := w.to.Write(w.enc.EncodeAll(w.buf, make([]byte, 0, len(w.buf)/2+64)))
	return err
}

// reader reads one message. It is made anew for each, and only the coder in it
// is pooled, so that closing it twice cannot disturb the next message.
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
