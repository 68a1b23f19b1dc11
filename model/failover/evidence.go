package failover

import (
	"fmt"
	"time"

	"github.com/fumtui/fumtui/model"
)

// evidence says in sentences what was seen of both clusters and of the source's
// client when a run began.
func evidence(f *facts) []string {
	list := []string{clusterSentence(f.from, f.fromHealth, f.sourceErr, f.now)}
	if f.to != f.from {
		list = append(list, clusterSentence(f.to, f.toHealth, f.targetErr, f.now))
	}
	return append(list, clientSentence(f))
}

// clusterSentence tells how a cluster was, to the watch and to the plan.
func clusterSentence(name string, s model.ClusterState, err error, now time.Time) string {
	verdict := s.Verdict
	if verdict == "" {
		verdict = model.ClusterUnknown
	}
	text := name + " was " + string(verdict)
	if !s.Since.IsZero() {
		text += " for " + model.Span(now.Sub(s.Since))
	}
	if s.Reason != "" {
		text += " (" + s.Reason + ")"
	}
	if err != nil {
		text += ", and failed when asked: " + err.Error()
	} else {
		text += ", and answered when asked"
	}
	return model.Clean(text, model.MaxMessage)
}

// clientSentence tells how the source's client was.
func clientSentence(f *facts) string {
	c := f.source
	text := fmt.Sprintf("the client at %s: status %s", f.from, c.status)
	switch {
	case c.scrapeErr == nil:
		text += ", its metrics port answered"
	case isPortRefused(c.scrapeErr):
		text += ", its metrics port refused connections"
	default:
		text += ", its metrics were not to be had: " + c.scrapeErr.Error()
	}
	if f.cursor.cursor != nil {
		text += fmt.Sprintf(", cursor %d, %s", *f.cursor.slot(), f.cursor.age(f.now))
	}
	return model.Clean(text, model.MaxMessage)
}

// detected is since when the source was seen not to be well; nil where it was,
// or nothing is known of it.
func detected(f *facts) *time.Time {
	switch f.fromHealth.Verdict {
	case "", model.ClusterUnknown, model.ClusterHealthy:
		return nil
	}
	if f.fromHealth.Since.IsZero() {
		return nil
	}
	since := f.fromHealth.Since.UTC().Round(0)
	return &since
}
