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
	list = append(list, clientSentence(f))
	if f.recreates() {
		list = append(list, subscriberSentence(f))
	}
	if text := pipelineSentence(f); text != "" {
		list = append(list, text)
	}
	return list
}

// subscriberSentence tells how the subscriber was that is to be made again.
func subscriberSentence(f *facts) string {
	how := "was there, and not stale"
	switch {
	case f.targetErr != nil || f.targetSub != nil:
		how = "was not to be seen"
	case f.target == nil:
		how = "was absent"
	case f.target.Stale:
		how = "was stale"
	}
	return model.Clean(fmt.Sprintf("the subscriber %s at %s %s", f.pipeline.Subscriber, f.to, how), model.MaxMessage)
}

// pipelineSentence tells how the pipeline was, to the watch; "" where that knew
// nothing.
func pipelineSentence(f *facts) string {
	v := f.view
	if v.Verdict == "" || v.Verdict == model.PipelineUnknown {
		return ""
	}
	text := "pipeline " + f.pipeline.Name + " was " + string(v.Verdict)
	if !v.Since.IsZero() {
		text += " for " + model.Span(f.now.Sub(v.Since))
	}
	if v.Reason != "" {
		text += " (" + v.Reason + ")"
	}
	return model.Clean(text, model.MaxMessage)
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

// detected is since when the source, or the pipeline there, was seen not to be
// well; nil where both were, or nothing is known of them.
func detected(f *facts) *time.Time {
	var since time.Time
	for _, bad := range []time.Time{clusterTrouble(f.fromHealth), pipelineTrouble(f.view)} {
		if !bad.IsZero() && (since.IsZero() || bad.Before(since)) {
			since = bad
		}
	}
	if since.IsZero() {
		return nil
	}
	since = since.UTC().Round(0)
	return &since
}

// clusterTrouble is since when a cluster is not well; zero where it is.
func clusterTrouble(s model.ClusterState) time.Time {
	switch s.Verdict {
	case "", model.ClusterUnknown, model.ClusterHealthy:
		return time.Time{}
	}
	return s.Since
}

// pipelineTrouble is since when a pipeline is not well; zero where it is.
func pipelineTrouble(s model.PipelineState) time.Time {
	switch s.Verdict {
	case "", model.PipelineUnknown, model.PipelineStreaming, model.PipelineCatchingUp, model.PipelineMoving:
		return time.Time{}
	}
	return s.Since
}
