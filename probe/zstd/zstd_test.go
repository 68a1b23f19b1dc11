package zstd

import (
	"bytes"
	"io"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/klauspost/compress/zstd"
	"google.golang.org/grpc/encoding"
)

func compress(t testing.TB, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := encoding.GetCompressor(Name).Compress(&out)
	if err != nil {
		t.Fatal(err)
	}
	for chunk := data; len(chunk) > 0; {
		n := min(len(chunk), 1000)
		if _, err := w.Write(chunk[:n]); err != nil {
			t.Fatal(err)
		}
		chunk = chunk[n:]
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	return out.Bytes()
}

func decompress(data []byte) ([]byte, error) {
	r, err := encoding.GetCompressor(Name).Decompress(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	out, err := io.ReadAll(r)
	_ = r.(io.Closer).Close()
	_ = r.(io.Closer).Close()
	return out, err
}

func TestRoundTripIsConcurrencySafe(t *testing.T) {
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(1, uint64(g)))
			for i := range 50 {
				data := make([]byte, rng.IntN(5000)*(i%3))
				for j := range data {
					data[j] = byte(rng.IntN(7))
				}
				got, err := decompress(compress(t, data))
				if err != nil || !bytes.Equal(got, data) {
					t.Errorf("round trip of %d bytes: %d bytes, %v", len(data), len(got), err)
				}
			}
		})
	}
	wg.Wait()
}

func TestReadsAStandardFrame(t *testing.T) {
	enc, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer enc.Close()
	data := bytes.Repeat([]byte("slot"), 10_000)
	got, err := decompress(enc.EncodeAll(data, nil))
	if err != nil || !bytes.Equal(got, data) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func TestBadFrameIsAnErrorAndThePoolSurvivesIt(t *testing.T) {
	good := compress(t, bytes.Repeat([]byte("x"), 3000))
	for _, bad := range [][]byte{[]byte("not zstd at all"), good[:len(good)-3], nil} {
		if got, err := decompress(bad); err == nil && len(got) > 0 {
			t.Errorf("%q was read as %d bytes", bad, len(got))
		}
		if got, err := decompress(good); err != nil || len(got) != 3000 {
			t.Fatalf("after a bad frame: %d bytes, %v", len(got), err)
		}
	}
}
