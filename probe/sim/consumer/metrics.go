package consumer

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

// metrics are those of the reference client, under its names and with its
// semantics, the misleading ones included; and one of the application's own, as
// customers have it, since none of the others tells what was consumed.
type metrics struct {
	registry *prometheus.Registry

	mu                 sync.Mutex // of the two values that the lag is made of
	tipAt, committedAt int64
	tip                prometheus.Gauge
	committed          prometheus.Gauge
	lag                prometheus.Gauge
	commits, skipped   prometheus.Counter
	maxSlot            prometheus.Gauge
	polls              prometheus.Counter
	statuses           prometheus.Counter
	heldStatuses       prometheus.Gauge
	slotDownloads      prometheus.Counter
	slotDuration       prometheus.Histogram
	shardDuration      prometheus.Histogram
	updates            prometheus.Counter
	queueFull          prometheus.Counter
	inflightSlots      prometheus.Gauge
	connections        *prometheus.GaugeVec
	consumed           prometheus.Gauge // 0 until it is known
}

func newMetrics() *metrics {
	m := &metrics{registry: prometheus.NewRegistry()}
	gauge := func(name, help string) prometheus.Gauge {
		g := prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
		m.registry.MustRegister(g)
		return g
	}
	counter := func(name, help string) prometheus.Counter {
		c := prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
		m.registry.MustRegister(c)
		return c
	}
	m.tip = gauge("fumarole_blockchain_offset_tip", "Newest offset, as last asked for")
	m.committed = gauge("fumarole_max_offset_committed", "Offset of the newest commit that was sent")
	m.lag = gauge("fumarole_offset_lag_from_tip", "Tip minus committed offset, in events")
	m.commits = counter("fumarole_offset_commitment_count", "Commits sent")
	m.skipped = counter("fumarole_skip_offset_commitment_count", "Commit intervals with nothing to commit")
	m.maxSlot = gauge("fumarole_max_slot_detected", "Highest slot in the history received")
	m.polls = counter("fumarole_poll_history_call_count", "Polls of the history sent")
	m.statuses = counter("fumarole_slot_status_offset_processed_count", "Slot statuses handed over")
	m.heldStatuses = gauge("fumarole_processed_slot_status_offset_queue", "Slot statuses that wait for an earlier one")
	gauge("fumarole_slot_status_update_queue_len", "Slot statuses pending")
	m.slotDownloads = counter("fumarole_slot_download_count", "Completed slots, each counted twice")
	m.updates = counter("fumarole_total_event_downloaded", "Updates received")
	m.queueFull = counter("fumarole_download_queue_full_detection_count", "Times the download queue was found full")
	m.inflightSlots = gauge("fumarole_inflight_slot_download", "Goes down by one with every shard, and never up")
	gauge("fumarole_inflight_slot_shard_download", "Never moves")
	counter("fumarole_failed_slot_download_attempt", "Never moves")
	m.consumed = gauge("app_consumed_slot", "Last slot up to which everything is consumed and recorded")
	m.histograms()
	return m
}

func (m *metrics) histograms() {
	m.slotDuration = prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "fumarole_slot_download_duration_ms", Help: "From scheduling a slot to its last shard",
		Buckets: []float64{320, 400, 500, 600, 700, 800, 1000},
	})
	m.shardDuration = prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "fumarole_download_shard_download_time_ms", Help: "Since the finish before on the same stream, idle time included",
		Buckets: []float64{20, 40, 60, 80, 160, 320, 400, 500, 600, 700, 800, 1000, 2000, 4000},
	})
	m.connections = prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "fumarole_endpoint_connection_count", Help: "Connections ever started",
	}, []string{"endpoint"})
	m.registry.MustRegister(m.slotDuration, m.shardDuration, m.connections)
}

// setTip takes in an answered look at the tip.
func (m *metrics) setTip(offset int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tipAt = offset
	m.tip.Set(float64(offset))
	m.setLag()
}

// sentCommit is called when a commit is sent, not when it is acknowledged.
func (m *metrics) sentCommit(offset int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.committedAt = offset
	m.committed.Set(float64(offset))
	m.commits.Inc()
	m.setLag()
}

// setLag recomputes the lag. It never falls below 0, and so says 0 for as long
// as the tip was never read or stands still.
func (m *metrics) setLag() { m.lag.Set(float64(max(0, m.tipAt-m.committedAt))) }

func (m *metrics) shardDone(since time.Duration) {
	m.shardDuration.Observe(float64(since.Milliseconds()))
	m.inflightSlots.Dec()
}

func (m *metrics) slotDone(since time.Duration) {
	m.slotDuration.Observe(float64(since.Milliseconds()))
	m.slotDownloads.Add(2)
}

// ServeHTTP answers every path and method with the metrics, in the text format
// and without a Content-Type.
func (m *metrics) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	families, err := m.registry.Gather()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header()["Content-Type"] = nil // keeps net/http from guessing one
	var page bytes.Buffer
	for _, f := range families {
		writeFamily(&page, f)
	}
	_, _ = page.WriteTo(w) // the reader may have gone
}

// writeFamily writes a family as the reference client does: whole numbers stay
// whole, however large they are.
func writeFamily(w *bytes.Buffer, f *dto.MetricFamily) {
	name := f.GetName()
	fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s %s\n", name, f.GetHelp(), name, strings.ToLower(f.GetType().String()))
	for _, m := range f.GetMetric() {
		if h := m.GetHistogram(); h != nil {
			for _, b := range h.GetBucket() {
				fmt.Fprintf(w, "%s_bucket{le=\"%s\"} %d\n", name, plain(b.GetUpperBound()), b.GetCumulativeCount())
			}
			fmt.Fprintf(w, "%s_bucket{le=\"+Inf\"} %d\n", name, h.GetSampleCount())
			fmt.Fprintf(w, "%s_sum %s\n%s_count %d\n", name, plain(h.GetSampleSum()), name, h.GetSampleCount())
			continue
		}
		labels := ""
		for _, l := range m.GetLabel() {
			labels = fmt.Sprintf("{%s=%q}", l.GetName(), l.GetValue())
		}
		fmt.Fprintf(w, "%s%s %s\n", name, labels, plain(m.GetGauge().GetValue()+m.GetCounter().GetValue()))
	}
}

func plain(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
