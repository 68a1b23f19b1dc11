package probe

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/fumtui/fumtui/model"
)

// realisticPage is what a client serves after about ten minutes, together with
// the metrics of the process around it.
func realisticPage() []byte {
	var b bytes.Buffer
	family := func(name, kind string, lines ...string) {
		fmt.Fprintf(&b, "# HELP %s what it is\n# TYPE %s %s\n", name, name, kind)
		for _, line := range lines {
			fmt.Fprintf(&b, "%s%s\n", name, line)
		}
	}
	histogram := func(name string, buckets ...string) {
		var lines []string
		for i, le := range buckets {
			lines = append(lines, fmt.Sprintf("_bucket{le=%q} %d", le, 1204+i*20))
		}
		family(name, "histogram", append(lines, "_sum 398211", "_count 1500")...)
	}
	family("fumarole_blockchain_offset_tip", "gauge", " 912345680")
	histogram("fumarole_download_shard_download_time_ms", "20", "40", "60", "80", "160", "320", "400", "500", "600", "700", "800", "1000", "2000", "4000", "+Inf")
	family("fumarole_download_queue_full_detection_count", "counter", " 0")
	family("fumarole_endpoint_connection_count", "gauge", `{endpoint="https://fumarole.example.net/"} 3`)
	family("fumarole_failed_slot_download_attempt", "counter", " 0")
	family("fumarole_inflight_slot_download", "gauge", " -6000")
	family("fumarole_inflight_slot_shard_download", "gauge", " 0")
	family("fumarole_max_offset_committed", "gauge", " 912345651")
	family("fumarole_max_slot_detected", "gauge", " 391204417")
	family("fumarole_offset_commitment_count", "counter", " 598")
	family("fumarole_offset_lag_from_tip", "gauge", " 29")
	family("fumarole_poll_history_call_count", "counter", " 4711")
	family("fumarole_processed_slot_status_offset_queue", "gauge", " 2")
	family("fumarole_skip_offset_commitment_count", "counter", " 3")
	family("fumarole_slot_download_count", "counter", " 3000")
	histogram("fumarole_slot_download_duration_ms", "320", "400", "500", "600", "700", "800", "1000", "+Inf")
	family("fumarole_slot_status_offset_processed_count", "counter", " 4489")
	family("fumarole_slot_status_update_queue_len", "gauge", " 0")
	family("fumarole_total_event_downloaded", "counter", " 4180233")
	for i := range 60 {
		family(fmt.Sprintf("process_thing_%d", i), "gauge", `{a="b",c="d"} 1.5e+09`)
	}
	return b.Bytes()
}

func ptr[T any](v T) *T { return &v }

func TestParseRealisticPage(t *testing.T) {
	got, err := ParseMetrics(realisticPage())
	if err != nil {
		t.Fatal(err)
	}
	if want := (model.ClientMetrics{
		Tip: ptr(model.Offset(912345680)), Committed: ptr(model.Offset(912345651)), Lag: ptr(int64(29)),
		MaxSlot: ptr(model.Slot(391204417)), Commits: ptr(598.0), Polls: ptr(4711.0), Events: ptr(4180233.0),
	}); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
}

func TestParseSingleValues(t *testing.T) {
	const name = "fumarole_offset_lag_from_tip"
	for _, c := range []struct {
		page string
		want *int64
	}{
		{name + " 29", ptr(int64(29))},
		{name + " 0", ptr(int64(0))},
		{name + " 2.9e1", ptr(int64(29))},
		{name + " 29 1700000000000", ptr(int64(29))},
		{name + " 29\r\n", ptr(int64(29))},
		{name + `{pod="a"} 29`, ptr(int64(29))},
		{"# TYPE " + name + " gauge\n" + name + " 29", ptr(int64(29))},
		{"# TYPE " + name + " counter\n" + name + " 29", ptr(int64(29))},
		{"# TYPE " + name + " untyped\n" + name + " 29", ptr(int64(29))},
		{"# TYPE " + name + " histogram\n" + name + "_sum 29\n" + name + "_count 1", nil},
		{name + `{pod="a"} 29` + "\n" + name + `{pod="b"} 30`, nil},
		{name + " NaN", nil},
		{name + " +Inf", nil},
		{name + " -1", nil},
		{name + " 1.5", nil},
		{name + " 9223372036854775808", nil},
		{name + " 1e300", nil},
		{"fumarole_max_slot_detected 1", nil},
		{"other_" + name + " 5\nfumarole_max_slot_detected 1", nil},
		{"junk that is not a metric at all {{{\n" + name + " 29", ptr(int64(29))},
	} {
		got, err := ParseMetrics([]byte(c.page + "\n"))
		if err != nil || !reflect.DeepEqual(got.Lag, c.want) {
			t.Errorf("%q: %+v, %v", c.page, got, err)
		}
	}
}

func TestParseCountsAreNotGuessed(t *testing.T) {
	for _, bad := range []string{"NaN", "-1", "+Inf"} {
		got, err := ParseMetrics([]byte("fumarole_total_event_downloaded " + bad + "\n"))
		if err != nil || got.Events != nil {
			t.Errorf("%s was read as %v, %v", bad, got.Events, err)
		}
	}
}

func TestParseBoundsTheLines(t *testing.T) {
	if _, err := ParseMetrics([]byte(strings.Repeat("fumarole_x 1\n", maxLines+1))); err == nil {
		t.Error("accepted")
	}
}

func FuzzParseMetrics(f *testing.F) {
	f.Add(realisticPage())
	f.Add([]byte("fumarole_offset_lag_from_tip 29\nfumarole_max_slot_detected NaN\n"))
	f.Add([]byte("# TYPE fumarole_a histogram\nfumarole_a_bucket{le=\"1\"} 1\n"))
	f.Add([]byte("{\"fumarole_offset_lag_from_tip\"} 5 \n<html>"))
	f.Add([]byte("fumarole_offset_lag_from_tip{a=\"\\n\\\"\"} 1e400"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := ParseMetrics(data)
		if err != nil {
			if m != (model.ClientMetrics{}) {
				t.Errorf("values beside an error: %+v", m)
			}
			if text := err.Error(); len(text) > 1000 || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' }) {
				t.Errorf("error %q", text)
			}
			return
		}
		for _, v := range []*int64{m.Lag, (*int64)(m.Tip), (*int64)(m.Committed)} {
			if v != nil && *v < 0 {
				t.Errorf("negative: %+v", m)
			}
		}
		if !bytes.Contains(data, []byte(metricPrefix)) {
			t.Error("read something from a page without our metrics")
		}
	})
}

func BenchmarkParseMetrics(b *testing.B) {
	text := realisticPage()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseMetrics(text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVersionCall(b *testing.B) {
	fake, l := newFakeCluster(), listen(b, "")
	fake.serve(b, l)
	c := dialClient(b, Endpoint{URL: "http://" + l.Addr().String()})
	for b.Loop() {
		if _, err := c.Version(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
