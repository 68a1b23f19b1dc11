package probe

import (
	"bytes"
	"errors"
	"fmt"
	"math"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	prom "github.com/prometheus/common/model"

	"github.com/fumtui/fumtui/model"
)

// The metrics of a client that mean something. Its others are left alone: some
// of them never move, one only ever falls, one counts everything twice.
const (
	metricTip       = "fumarole_blockchain_offset_tip"
	metricCommitted = "fumarole_max_offset_committed"
	metricLag       = "fumarole_offset_lag_from_tip"
	metricMaxSlot   = "fumarole_max_slot_detected"
	metricCommits   = "fumarole_offset_commitment_count"
	metricPolls     = "fumarole_poll_history_call_count"
	metricEvents    = "fumarole_total_event_downloaded"
)

// The lines of a page that concern us: those that hold the prefix, of which no
// page has more than maxLines.
const (
	metricPrefix = "fumarole_"
	maxLines     = 10_000
)

// ParseMetrics reads a metrics page in the Prometheus text format. What is not
// on the page, or is no whole number from 0 up where one belongs, stays nil:
// not known. A page without a single metric of a Fumarole client is an error.
func ParseMetrics(page []byte) (model.ClientMetrics, error) {
	lines, err := relevant(page)
	if err != nil {
		return model.ClientMetrics{}, err
	}
	parser := expfmt.NewTextParser(prom.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(lines))
	if err != nil {
		return model.ClientMetrics{}, fmt.Errorf("the metrics page cannot be read: %s", model.Clean(err.Error(), maxPeerText))
	}
	metrics := model.ClientMetrics{
		Tip:       whole[model.Offset](families[metricTip]),
		Committed: whole[model.Offset](families[metricCommitted]),
		Lag:       whole[int64](families[metricLag]),
		MaxSlot:   whole[model.Slot](families[metricMaxSlot]),
		Commits:   count(families[metricCommits]),
		Polls:     count(families[metricPolls]),
		Events:    count(families[metricEvents]),
	}
	if metrics == (model.ClientMetrics{}) && !namesAny(families) {
		return metrics, nothingKnown(page)
	}
	return metrics, nil
}

// relevant picks the lines that concern us. A page may hold much else of the
// client's own, whose size and faults are no business of ours.
func relevant(page []byte) ([]byte, error) {
	var out bytes.Buffer
	n := 0
	for line := range bytes.Lines(page) {
		if !bytes.Contains(line, []byte(metricPrefix)) {
			continue
		}
		if n++; n > maxLines {
			return nil, fmt.Errorf("the metrics page has more than %d lines of %s metrics", maxLines, metricPrefix)
		}
		out.Write(bytes.TrimRight(line, "\r\n"))
		out.WriteByte('\n')
	}
	return out.Bytes(), nil
}

// namesAny reports whether a page holds any metric of a Fumarole client.
func namesAny(families map[string]*dto.MetricFamily) bool {
	for name := range families {
		if len(name) > len(metricPrefix) && name[:len(metricPrefix)] == metricPrefix {
			return true
		}
	}
	return false
}

// nothingKnown explains a page that tells nothing.
func nothingKnown(page []byte) error {
	page = bytes.TrimSpace(page)
	switch {
	case len(page) == 0:
		return errors.New("the metrics page is empty")
	case page[0] == '<':
		return errors.New("the metrics page is HTML: check the metrics address")
	default:
		return errors.New("the page holds no metric of a Fumarole client: check the metrics address")
	}
}

// value reads the one sample of a family. Several samples, told apart by
// labels, would be several clients: which one is meant is not known.
func value(family *dto.MetricFamily) (float64, bool) {
	if len(family.GetMetric()) != 1 {
		return 0, false
	}
	sample := family.GetMetric()[0]
	switch {
	case sample.Gauge != nil:
		return sample.Gauge.GetValue(), true
	case sample.Counter != nil:
		return sample.Counter.GetValue(), true
	case sample.Untyped != nil:
		return sample.Untyped.GetValue(), true
	default:
		return 0, false
	}
}

// whole reads a slot, offset or number of offsets.
func whole[T ~int64 | ~uint64](family *dto.MetricFamily) *T {
	v, ok := value(family)
	// 2^63 is the first float64 that none of the types can hold.
	if !ok || !(v >= 0 && v < 1<<63) || v != math.Trunc(v) {
		return nil
	}
	out := T(v)
	return &out
}

// count reads a counter.
func count(family *dto.MetricFamily) *float64 {
	v, ok := value(family)
	if !ok || !(v >= 0) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}
