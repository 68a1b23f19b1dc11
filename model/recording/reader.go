package recording

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"
)

// errBrokenOff says that a recording has no end.
var errBrokenOff = errors.New("it breaks off here, without its closing line: export it again")

// Reader reads a recording, strictly and in bounded memory. Every error names
// the line that is wrong.
type Reader struct {
	header  Header
	in      *bufio.Reader
	known   names
	line    int
	last    time.Time
	records int
	ended   bool
}

// NewReader reads the header.
func NewReader(in io.Reader) (*Reader, error) {
	r := &Reader{in: bufio.NewReaderSize(in, 64<<10)}
	line, err := r.next()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("line 1: it is empty: `fumtui evidence export` makes a recording")
	}
	if err != nil {
		return nil, err
	}
	var l headerLine
	if err := decode(line, &l); err != nil {
		if l.Format != Format {
			err = errors.New("it is not a recording of fumtui: `fumtui evidence export` makes one")
		}
		return nil, r.wrong(err)
	}
	if r.header, err = l.header(); err != nil {
		return nil, r.wrong(err)
	}
	r.known = r.header.names()
	return r, nil
}

// Header is what the recording is of.
func (r *Reader) Header() Header { return r.header }

// Next gives the next record, and io.EOF after the closing line.
func (r *Reader) Next() (Record, error) {
	if r.ended {
		return Record{}, io.EOF
	}
	line, err := r.next()
	if errors.Is(err, io.EOF) {
		r.line++
		return Record{}, r.wrong(errBrokenOff)
	}
	if err != nil {
		return Record{}, err
	}
	var l recordLine
	if err := decode(line, &l); err != nil {
		if !bytes.HasSuffix(line, []byte("\n")) { // it is the last one, and not whole
			err = errBrokenOff
		}
		return Record{}, r.wrong(err)
	}
	if l.End != nil {
		return Record{}, r.end(&l)
	}
	record, err := l.record(&r.known)
	if err != nil {
		return Record{}, r.wrong(err)
	}
	if record.At.Before(r.last) {
		return Record{}, r.wrong(fmt.Errorf("it goes back in time, from %s to %s", r.last.Format(time.RFC3339Nano), record.At.Format(time.RFC3339Nano)))
	}
	r.last = record.At
	r.records++
	return record, nil
}

// end checks the closing line, and that nothing comes behind it.
func (r *Reader) end(l *recordLine) error {
	if l.End.Records != r.records {
		return r.wrong(fmt.Errorf("it closes with %d records and has %d: lines were lost or added", l.End.Records, r.records))
	}
	if _, err := r.next(); !errors.Is(err, io.EOF) {
		return r.wrong(errors.New("there is something behind the closing line"))
	}
	r.ended = true
	return io.EOF
}

// next reads one line of bounded length, without its end. It gives io.EOF where
// there is none.
func (r *Reader) next() ([]byte, error) {
	var line []byte
	for {
		part, err := r.in.ReadSlice('\n')
		if len(line)+len(part) > maxLine {
			r.line++
			return nil, r.wrong(fmt.Errorf("it is longer than %d bytes", maxLine))
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			line = append(line, part...)
			continue
		case errors.Is(err, io.EOF) && len(line)+len(part) == 0:
			return nil, io.EOF
		case err != nil && !errors.Is(err, io.EOF):
			r.line++
			return nil, r.wrong(err)
		}
		r.line++
		if line == nil {
			return part, nil
		}
		return append(line, part...), nil
	}
}

// wrong is what is wrong with the line that was read last.
func (r *Reader) wrong(err error) error { return fmt.Errorf("line %d: %w", r.line, err) }
