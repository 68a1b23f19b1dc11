package recording

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/fumtui/fumtui/model"
)

// Writer writes a recording. It is not safe for use from several goroutines.
type Writer struct {
	out     io.Writer
	known   names
	last    time.Time
	records int
}

// NewWriter begins a recording with its header. Every line is one call of
// out.Write.
func NewWriter(out io.Writer, h Header) (*Writer, error) {
	l := h.line()
	if _, err := l.header(); err != nil {
		return nil, fmt.Errorf("begin a recording: %w", err)
	}
	w := &Writer{out: out, known: h.names()}
	return w, w.put(l)
}

// put writes one line.
func (w *Writer) put(line any) error {
	data, err := encode(line)
	if err != nil {
		return err
	}
	_, err = w.out.Write(data)
	return err
}

// Write writes the next record, which must not be older than the one before.
// Evidence on clusters and pipelines that the header does not name, as of an
// earlier configuration, is left out, and so are subscribers of others.
func (w *Writer) Write(r Record) error {
	if r.Evidence != nil {
		if !w.known.about(r.Evidence) || r.Evidence.Kind.ID() == "" {
			return nil
		}
		r.At, r.Evidence = r.Evidence.Answered, w.ours(r.Evidence)
	}
	if r.At.Before(w.last) {
		return fmt.Errorf("a record of %s comes after one of %s: records are written in the order of time",
			r.At.UTC().Format(time.RFC3339Nano), w.last.UTC().Format(time.RFC3339Nano))
	}
	if err := w.put(r.line()); err != nil {
		return fmt.Errorf("write record %d: %w", w.records+1, err)
	}
	w.last = r.At
	w.records++
	return nil
}

// ours is evidence without what is of no use here.
func (w *Writer) ours(e *model.Evidence) *model.Evidence {
	out := *e
	out.Asked, out.Answered = e.Asked.UTC(), e.Answered.UTC()
	out.Metrics = e.Metrics.Finite()
	out.Subscribers = nil
	for _, s := range e.Subscribers {
		if w.known.wanted[s.Name] {
			out.Subscribers = append(out.Subscribers, s)
		}
	}
	return &out
}

// Close writes the closing line. It does not close the file.
func (w *Writer) Close() error {
	return w.put(recordLine{End: &endLine{Records: w.records}})
}

// Export writes a whole recording: what each gives, in the order of time, and
// among it what was told beside evidence, which must be in that order too.
func Export(ctx context.Context, out io.Writer, h Header, told []Record, each func(context.Context, func(model.Evidence) error) error) error {
	w, err := NewWriter(out, h)
	if err != nil {
		return err
	}
	err = each(ctx, func(e model.Evidence) error {
		for len(told) > 0 && !told[0].At.After(e.Answered) {
			if err := w.Write(told[0]); err != nil {
				return err
			}
			told = told[1:]
		}
		return w.Write(Record{Evidence: &e})
	})
	if err != nil {
		return err
	}
	for _, r := range told {
		if err := w.Write(r); err != nil {
			return err
		}
	}
	return w.Close()
}
