package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
)

// Bounds, in bytes, of what a monitoring plugin prints: some schedulers cut a
// line at 4 KiB.
const (
	maxPluginText = 1 << 10
	maxPluginLine = 4 << 10
)

// finding is one thing that a check looked at.
type finding struct {
	alert model.Alert
	about string // how it stands, in a few words
	text  string // and the whole sentence
}

// examined is what a check is about: one pipeline, one cluster, or everything.
type examined struct{ pipeline, cluster string }

// pluginReport is a snapshot as one line of a monitoring plugin, and the alert
// that is its exit code. Doubts are findings about the check itself: they are
// told whatever else there is, and first where they are the gravest.
func pluginReport(snap *model.Snapshot, of examined, doubts ...finding) (string, model.Alert) {
	findings := findAll(snap, of)
	if len(findings) == 0 {
		return pluginLine(model.AlertUnknown, "nothing is configured to look at", nil), model.AlertUnknown
	}
	alert := model.AlertOK
	for _, f := range findings {
		alert = alert.Worse(f.alert)
	}
	text := summary(findings, alert)
	for _, doubt := range doubts {
		if graver := alert.Worse(doubt.alert); graver != alert {
			alert, text = graver, doubt.text+"; "+text
		} else {
			text += "; " + doubt.text
		}
	}
	return pluginLine(alert, text, perfData(snap, of)), alert
}

// findAll judges what a check is about. Where that is everything, a cluster on
// which no pipeline is active is worth a warning at most: nothing stands still,
// only the way out is shut.
func findAll(snap *model.Snapshot, of examined) []finding {
	var all []finding
	everything := of == examined{}
	active := map[string]bool{}
	for i := range snap.Pipelines {
		p := &snap.Pipelines[i]
		active[p.Active] = true
		if everything || p.Name == of.pipeline {
			all = append(all, findPipeline(snap, p))
		}
	}
	for i := range snap.Clusters {
		c := &snap.Clusters[i]
		f := finding{alert: c.Verdict.Alert(), about: c.Name + " " + words(c.Verdict)}
		f.text = f.about + ": " + c.Reason
		switch {
		case c.Name == of.cluster:
		case !everything, active[c.Name] && c.Verdict.Alert() != model.AlertUnknown:
			continue // its pipelines say it
		case len(snap.Pipelines) > 0 && f.alert == model.AlertCritical:
			f.alert = model.AlertWarning
		}
		all = append(all, f)
	}
	return all
}

func findPipeline(snap *model.Snapshot, p *model.PipelineState) finding {
	cluster, _ := snap.Cluster(p.Active)
	f := finding{alert: p.Alert(cluster.Verdict), about: p.Name + " " + words(p.Verdict) + " at " + p.Active}
	if cluster.Name == "" {
		f.alert = f.alert.Worse(model.AlertUnknown)
	}
	text := strings.TrimPrefix(p.Advice.Text, p.Name+": ")
	if text == "" {
		text = p.Reason
	}
	if p.Advice.Action != model.ActionNone {
		f.about += ", " + words(p.Advice.Action)
	}
	f.text = f.about + ": " + text
	return f
}

// words is a verdict or an action as a person reads it.
func words[T ~string](v T) string {
	if v == "" {
		return "unknown"
	}
	return strings.ReplaceAll(string(v), "_", " ")
}

// summary tells the gravest finding in full and names some of the others, the
// gravest first.
func summary(findings []finding, worst model.Alert) string {
	const named = 3
	sorted := slices.Clone(findings)
	slices.SortStableFunc(sorted, func(a, b finding) int {
		switch {
		case a.alert == b.alert:
			return 0
		case a.alert.Worse(b.alert) == a.alert:
			return -1
		}
		return 1
	})
	var parts []string
	for i, f := range sorted {
		switch {
		case i == 0 && (worst != model.AlertOK || len(sorted) == 1):
			parts = append(parts, f.text)
		case i < named:
			parts = append(parts, f.about)
		}
	}
	if more := len(sorted) - named; more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(parts, "; ")
}

// pluginLine is one line as monitoring plugins print it, without its end. The
// performance data that does not fit is left out, from its end.
func pluginLine(alert model.Alert, text string, perf []string) string {
	text = strings.ReplaceAll(model.Clean(text, maxPluginText), "|", "/") // all after a bar is performance data
	line := "FUMTUI " + alert.String() + " - " + text
	for i, value := range perf {
		if i == 0 {
			value = "| " + value
		}
		if len(line)+1+len(value) > maxPluginLine {
			break
		}
		line += " " + value
	}
	return line
}

// perfData are the measured values: lags in slots and offsets, ages and times
// left in seconds. What is not known is U. Labels carry the pipeline's name
// unless one was asked for.
func perfData(snap *model.Snapshot, of examined) []string {
	var all []string
	for i := range snap.Pipelines {
		p := &snap.Pipelines[i]
		switch {
		case p.Name == of.pipeline:
			all = append(all, pipelinePerf(p, "", snap.Time)...)
		case of == examined{}:
			all = append(all, pipelinePerf(p, p.Name+"_", snap.Time)...)
		}
	}
	for i := range snap.Clusters {
		c := &snap.Clusters[i]
		switch {
		case c.Name == of.cluster:
			all = append(all, clusterPerf(c, "")...)
		case of == examined{}:
			all = append(all, clusterPerf(c, c.Name+"_")...)
		}
	}
	return all
}

func pipelinePerf(p *model.PipelineState, prefix string, now time.Time) []string {
	var age, left *float64
	if seat, ok := p.Seat(p.Active); ok && seat.Cursor != nil {
		age = ageSeconds(seat.Cursor.UpdatedAt, now)
	}
	if p.Retention != nil {
		seconds := p.Retention.Left.Seconds()
		left = &seconds
	}
	all := []string{
		perf(prefix+"lag_slots", whole(p.LagSlots), ""),
		perf(prefix+"lag_offsets", whole(p.LagOffsets), ""),
		perf(prefix+"cursor_age", age, "s"),
	}
	if left != nil { // there is a countdown only while it makes no progress
		all = append(all, perf(prefix+"retention_left", left, "s"))
	}
	return all
}

func clusterPerf(c *model.ClusterState, prefix string) []string {
	var rtt, behind *float64
	if c.RTT != nil {
		seconds := c.RTT.Seconds()
		rtt = &seconds
	}
	if c.Behind != nil {
		slots := float64(*c.Behind)
		behind = &slots
	}
	return []string{perf(prefix+"rtt", rtt, "s"), perf(prefix+"slots_behind", behind, "")}
}

// perf is one value of performance data, none of which can be below 0.
func perf(label string, value *float64, unit string) string {
	if value == nil {
		return label + "=U"
	}
	rounded := math.Round(*value*1e4) / 1e4
	return label + "=" + strconv.FormatFloat(rounded, 'f', -1, 64) + unit + ";;;0"
}

func whole(n *int64) *float64 {
	if n == nil {
		return nil
	}
	v := float64(*n)
	return &v
}
