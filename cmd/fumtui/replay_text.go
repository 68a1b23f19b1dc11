package main

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/recording"
)

// replayTime is how a replay writes a moment for people.
const replayTime = "2006-01-02 15:04:05Z"

// maxEpisodes is how many of a kind are told one by one.
const maxEpisodes = 20

// printReplay prints a replay for people: what it is of, what is different about
// the thresholds, what changed when, and what that comes to.
func printReplay(out io.Writer, r *replayed) error {
	p := &printTo{out: out}
	printReplayHead(p, r)
	if r.other != nil {
		printThresholds(p, r)
	}
	p.line("")
	if p.err == nil {
		p.err = printChanges(out, r)
	}
	p.line("")
	printSummary(p, r)
	return p.err
}

// printReplayHead says what the recording is of.
func printReplayHead(p *printTo, r *replayed) {
	h, t := &r.header, &r.recorded.timeline
	if t.Began.IsZero() {
		p.line("a recording without any evidence: was a console or `fumtui watch` running?")
		return
	}
	p.line("recording of %s, from %s to %s: %s, %s", model.Span(t.Ended.Sub(t.Began)),
		t.Began.Format(replayTime), t.Ended.Format(replayTime),
		model.Units(len(h.Clusters), "cluster"), model.Units(len(h.Pipelines), "pipeline"))
	const most = 5
	for _, g := range t.Gaps[:min(len(t.Gaps), most)] {
		p.line("nobody looked for %s from %s on", model.Span(g.To.Sub(g.From)), g.From.Format(replayTime))
	}
	if more := len(t.Gaps) - most; more > 0 {
		p.line("and %s more", model.Units(more, "gap"))
	}
}

// printThresholds says which thresholds differ.
func printThresholds(p *printTo, r *replayed) {
	p.line("")
	p.line("thresholds tried, where they differ from those recorded:")
	any := false
	recorded, other := recording.Texts(r.recorded.thresholds.rules), recording.Texts(r.other.thresholds.rules)
	differ := func(about string, a, b map[string]string) {
		for _, key := range recording.Settings() {
			told := about != "" && a[key] == recorded[key] && b[key] == other[key] // as for all pipelines
			if a[key] != b[key] && !told {
				any = true
				p.line("  %s%s: %s instead of %s", about, key, shortSpan(b[key]), shortSpan(a[key]))
			}
		}
	}
	differ("", recorded, other)
	for _, pipeline := range r.header.Pipelines {
		a, hasA := r.recorded.thresholds.own[pipeline.Name]
		b, hasB := r.other.thresholds.own[pipeline.Name]
		if !hasA && !hasB {
			continue
		}
		if !hasA {
			a = r.recorded.thresholds.rules
		}
		if !hasB {
			b = r.other.thresholds.rules
		}
		differ(pipeline.Name+".", recording.Texts(a), recording.Texts(b))
	}
	if !any {
		p.line("  none")
	}
}

// shortSpan writes a duration as the configuration has it, and leaves other
// values alone.
func shortSpan(text string) string {
	if d, err := time.ParseDuration(text); err == nil {
		return model.Length(d)
	}
	return text
}

// printChanges prints the timelines, side by side where there are two.
func printChanges(out io.Writer, r *replayed) error {
	var table bytes.Buffer
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fillChanges(w, r)
	if err := w.Flush(); err != nil {
		return err
	}
	for line := range strings.Lines(table.String()) { // empty cells leave blanks behind
		if _, err := fmt.Fprintln(out, strings.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	return nil
}

// fillChanges writes the cells of that table.
func fillChanges(w io.Writer, r *replayed) {
	if r.other == nil {
		fmt.Fprintln(w, "TIME\tABOUT\tCHANGE\tWHY")
		for _, c := range r.recorded.timeline.Changes {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", c.At.Format(replayTime), changeAbout(c.Of, c.Subject), changeText(&c), c.Text)
		}
		printLeftOut(w, r.recorded)
		return
	}
	fmt.Fprintln(w, "TIME\tABOUT\tAS RECORDED\tWITH THESE THRESHOLDS")
	for _, row := range recording.Compare(r.recorded.timeline, r.other.timeline) {
		a, b := changeText(row.A), changeText(row.B)
		if row.Same() {
			b = "the same"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", row.At.Format(replayTime), changeAbout(row.Of, row.Subject), a, b)
	}
	printLeftOut(w, r.recorded, r.other)
}

func printLeftOut(w io.Writer, sides ...*playback) {
	for _, side := range sides {
		if n := side.timeline.Dropped; n > 0 {
			fmt.Fprintf(w, "and %s more, which are left out\n", model.Units(n, "change"))
		}
	}
}

func changeAbout(of, subject string) string {
	if of == recording.OfAdvice {
		return "advice for " + subject
	}
	return of + " " + subject
}

// changeText is a change in a few words; "" without one.
func changeText(c *recording.Change) string {
	if c == nil {
		return ""
	}
	text := words(c.To)
	if c.Target != "" {
		text += " to " + c.Target
	}
	return text
}

// printSummary says, for each cluster and pipeline, what it comes to.
func printSummary(p *printTo, r *replayed) {
	a := &r.recorded.summary
	if r.other == nil {
		for _, c := range a.Clusters {
			p.line("cluster %s: %s", c.Name, clusterCounts(&c))
		}
		for i := range a.Pipelines {
			p.line("pipeline %s: %s", a.Pipelines[i].Name, failOverText(a.Pipelines[i].FailOvers))
			for _, e := range a.Pipelines[i].FailOvers[:min(len(a.Pipelines[i].FailOvers), maxEpisodes)] {
				p.line("  to %s at %s, %s", e.Target, e.From.Format(replayTime), lasted(&e))
			}
		}
		return
	}
	b := &r.other.summary
	for i := range a.Clusters {
		was, is := clusterCounts(&a.Clusters[i]), clusterCounts(&b.Clusters[i])
		if was == is {
			is = "the same"
		}
		p.line("cluster %s: %s; with these thresholds %s", a.Clusters[i].Name, was, is)
		printEpisodes(p, "called an outage", a.Clusters[i].Outages, b.Clusters[i].Outages)
	}
	for i := range a.Pipelines {
		was, is := failOverText(a.Pipelines[i].FailOvers), failOverText(b.Pipelines[i].FailOvers)
		if was == is {
			is = "the same"
		}
		p.line("pipeline %s: %s; with these thresholds %s", a.Pipelines[i].Name, was, is)
		printEpisodes(p, "advised to fail over", a.Pipelines[i].FailOvers, b.Pipelines[i].FailOvers)
	}
}

// clusterCounts is what became of a cluster, in numbers.
func clusterCounts(c *recording.ClusterSummary) string {
	text := model.Units(len(c.Outages), "outage") + ", " + model.Units(c.Blips, "blip")
	if c.Degraded > 0 {
		text += ", degraded " + timesText(c.Degraded)
	}
	return text
}

// failOverText says how often it was advised to fail over.
func failOverText(list []recording.Episode) string {
	if len(list) == 0 {
		return "never advised to fail over"
	}
	return "advised to fail over " + timesText(len(list))
}

// lasted says how long an episode held.
func lasted(e *recording.Episode) string {
	if e.To == nil {
		return "to the end"
	}
	return "for " + model.Span(e.To.Sub(e.From))
}

func timesText(n int) string {
	if n == 1 {
		return "once"
	}
	return model.Count(n) + " times"
}

// printEpisodes says of every episode how much sooner or later it began with
// the other thresholds. Two are of the same trouble where one of them began
// while, or shortly before, the other held.
func printEpisodes(p *printTo, deed string, a, b []recording.Episode) {
	taken := make([]bool, len(b))
	n := 0
	tell := func(format string, args ...any) {
		if n++; n <= maxEpisodes {
			p.line("  "+format, args...)
		}
	}
	for _, was := range a {
		i := slices.IndexFunc(b, func(is recording.Episode) bool { return overlap(&was, &is) })
		if i < 0 {
			tell("%s at %s, never with these thresholds", deed, was.From.Format(replayTime))
			continue
		}
		taken[i] = true
		switch d := b[i].From.Sub(was.From); {
		case d < 0:
			tell("%s at %s, with these thresholds at %s: %s sooner", deed, was.From.Format(replayTime), b[i].From.Format(replayTime), model.Span(-d))
		case d > 0:
			tell("%s at %s, with these thresholds at %s: %s later", deed, was.From.Format(replayTime), b[i].From.Format(replayTime), model.Span(d))
		}
	}
	for i, is := range b {
		if !taken[i] {
			tell("%s at %s only with these thresholds", deed, is.From.Format(replayTime))
		}
	}
	if n > maxEpisodes {
		p.line("  and %d more", n-maxEpisodes)
	}
}

// overlap reports whether two episodes held at the same time.
func overlap(a, b *recording.Episode) bool {
	return (a.To == nil || !a.To.Before(b.From)) && (b.To == nil || !b.To.Before(a.From))
}
