package cursor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	prom "github.com/prometheus/common/model"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/probe"
)

// maxLines bounds the lines of one metric on a page.
const maxLines = 10_000

// maxExact is the greatest whole number up to which a metric, a 64-bit float,
// holds every one: beyond it a slot could be taken for the next.
const maxExact = 1 << 53

// metrics reads a metric of the client's own.
type metrics struct {
	page   *probe.Scraper
	name   string
	labels map[string]string
}

// Metrics is the value of a metric on a page in the Prometheus text format: of
// its one sample that has these labels, others aside. A value of 0 or NaN is a
// client that has not consumed anything since it started, as gauges begin with
// it; taken for a slot it would be the oldest of all.
func Metrics(page *probe.Scraper, name string, labels map[string]string) Source {
	return &metrics{page: page, name: name, labels: labels}
}

// String implements [Source].
func (m *metrics) String() string {
	return "the metric " + model.Clean(m.selector(), model.MaxMessage) + " of " + m.page.Host()
}

func (m *metrics) selector() string {
	if len(m.labels) == 0 {
		return m.name
	}
	pairs := make([]string, 0, len(m.labels))
	for _, key := range slices.Sorted(maps.Keys(m.labels)) {
		pairs = append(pairs, fmt.Sprintf("%s=%q", key, m.labels[key]))
	}
	return m.name + "{" + strings.Join(pairs, ",") + "}"
}

// Read implements [Source]. Errors of the page carry a [model.Failure].
func (m *metrics) Read(ctx context.Context) (*model.Slot, error) {
	page, err := m.page.Page(ctx)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", m, err)
	}
	slot, err := parseMetric(page, m.name, m.labels)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", m, err)
	}
	return slot, nil
}

// parseMetric finds the sample on a page and reads it.
func parseMetric(page []byte, name string, labels map[string]string) (*model.Slot, error) {
	lines, err := linesOf(page, name)
	if err != nil {
		return nil, err
	}
	parser := expfmt.NewTextParser(prom.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(lines))
	if err != nil {
		return nil, fmt.Errorf("the page cannot be understood: %s", model.Clean(err.Error(), model.MaxMessage))
	}
	family := families[name]
	if family == nil {
		return nil, errors.New("the page has no such metric: check its name, and whether the client shows it before its first slot")
	}
	var found []*dto.Metric
	for _, sample := range family.GetMetric() {
		if labelled(sample, labels) {
			found = append(found, sample)
		}
	}
	switch len(found) {
	case 0:
		return nil, errors.New("the page has the metric, but not with these labels: correct them")
	case 1:
		return slotOf(found[0])
	}
	return nil, fmt.Errorf("the page has %d such samples, and which one is the cursor is not known: name labels that only one has", len(found))
}

// linesOf picks the lines of one metric. A page may hold much else of the
// client's own, whose size and faults are no business of ours.
func linesOf(page []byte, name string) ([]byte, error) {
	var out bytes.Buffer
	n := 0
	for line := range bytes.Lines(page) {
		line = bytes.TrimSpace(line)
		rest, comment := bytes.CutPrefix(line, []byte("# TYPE "))
		rest, found := bytes.CutPrefix(rest, []byte(name))
		if !found || (len(rest) > 0 && !bytes.ContainsAny(rest[:1], "{ \t")) {
			continue
		}
		if n++; n > maxLines {
			return nil, fmt.Errorf("the page has more than %d lines of it", maxLines)
		}
		if comment {
			out.WriteString("# TYPE ")
		}
		out.WriteString(name)
		out.Write(rest)
		out.WriteByte('\n')
	}
	return out.Bytes(), nil
}

// labelled reports whether a sample has all of these labels.
func labelled(sample *dto.Metric, labels map[string]string) bool {
	for key, value := range labels {
		if !slices.ContainsFunc(sample.GetLabel(), func(l *dto.LabelPair) bool {
			return l.GetName() == key && l.GetValue() == value
		}) {
			return false
		}
	}
	return true
}

// slotOf reads the slot in a sample.
func slotOf(sample *dto.Metric) (*model.Slot, error) {
	var v float64
	switch {
	case sample.Gauge != nil:
		v = sample.Gauge.GetValue()
	case sample.Counter != nil:
		v = sample.Counter.GetValue()
	case sample.Untyped != nil:
		v = sample.Untyped.GetValue()
	default:
		return nil, errors.New("it is no gauge or counter: name one whose value is a slot")
	}
	switch {
	case v == 0 || math.IsNaN(v):
		return nil, nil
	case v < 0 || v > maxExact || v != math.Trunc(v):
		return nil, fmt.Errorf("its value %g is no slot: have it hold the last fully consumed slot, a whole number", v)
	}
	slot := model.Slot(v)
	return &slot, nil
}
