package main

import (
	"time"

	"github.com/fumtui/fumtui/model/health"
	"github.com/fumtui/fumtui/model/recording"
)

// replayJSON is what `replay --json` prints, a public contract like those of
// json.go.
type replayJSON struct {
	Recording recordingJSON `json:"recording"`
	Recorded  playbackJSON  `json:"recorded"`
	Other     *playbackJSON `json:"other"`
}

type recordingJSON struct {
	Made      string     `json:"made"`
	By        string     `json:"by"`
	Began     *string    `json:"began"`
	Ended     *string    `json:"ended"`
	Clusters  []string   `json:"clusters"`
	Pipelines []string   `json:"pipelines"`
	Gaps      []spanJSON `json:"gaps"`
}

type spanJSON struct {
	From string  `json:"from"`
	To   *string `json:"to"`
}

type playbackJSON struct {
	Thresholds         map[string]string            `json:"thresholds"`
	PipelineThresholds map[string]map[string]string `json:"pipeline_thresholds"`
	Changes            []changeJSON                 `json:"changes"`
	ChangesLeftOut     int                          `json:"changes_left_out"`
	Clusters           []clusterSummaryJSON         `json:"clusters"`
	Pipelines          []pipelineSummaryJSON        `json:"pipelines"`
}

type changeJSON struct {
	At      string  `json:"at"`
	Of      string  `json:"of"`
	Subject string  `json:"subject"`
	From    *string `json:"from"`
	To      string  `json:"to"`
	Target  *string `json:"target"`
	Text    string  `json:"text"`
}

type clusterSummaryJSON struct {
	Name     string        `json:"name"`
	Blips    int           `json:"blips"`
	Degraded int           `json:"degraded"`
	Outages  []episodeJSON `json:"outages"`
}

type pipelineSummaryJSON struct {
	Name      string         `json:"name"`
	FailOvers []episodeJSON  `json:"fail_overs"`
	Advised   map[string]int `json:"advised"`
}

type episodeJSON struct {
	What   string  `json:"what"`
	Target *string `json:"target"`
	spanJSON
}

func newReplayJSON(r *replayed) replayJSON {
	h, t := &r.header, &r.recorded.timeline
	out := replayJSON{
		Recording: recordingJSON{
			Made: jsonTime(h.Made), By: h.By, Clusters: []string{}, Pipelines: []string{}, Gaps: []spanJSON{},
		},
		Recorded: newPlaybackJSON(r.recorded),
	}
	if !t.Began.IsZero() {
		out.Recording.Began, out.Recording.Ended = orNullTime(&t.Began), orNullTime(&t.Ended)
	}
	for _, c := range h.Clusters {
		out.Recording.Clusters = append(out.Recording.Clusters, c.Name)
	}
	for _, p := range h.Pipelines {
		out.Recording.Pipelines = append(out.Recording.Pipelines, p.Name)
	}
	for _, g := range t.Gaps {
		out.Recording.Gaps = append(out.Recording.Gaps, newSpanJSON(g.From, &g.To))
	}
	if r.other != nil {
		other := newPlaybackJSON(r.other)
		out.Other = &other
	}
	return out
}

func newPlaybackJSON(p *playback) playbackJSON {
	out := playbackJSON{
		Thresholds: recording.Texts(p.thresholds.rules), PipelineThresholds: textsOf(p.thresholds.own),
		Changes: make([]changeJSON, 0, len(p.timeline.Changes)), ChangesLeftOut: p.timeline.Dropped,
		Clusters: []clusterSummaryJSON{}, Pipelines: []pipelineSummaryJSON{},
	}
	for _, c := range p.timeline.Changes {
		out.Changes = append(out.Changes, changeJSON{
			At: jsonTime(c.At), Of: c.Of, Subject: c.Subject, From: orNull(c.From), To: c.To, Target: orNull(c.Target), Text: c.Text,
		})
	}
	for _, c := range p.summary.Clusters {
		out.Clusters = append(out.Clusters, clusterSummaryJSON{c.Name, c.Blips, c.Degraded, newEpisodesJSON(c.Outages)})
	}
	for _, s := range p.summary.Pipelines {
		out.Pipelines = append(out.Pipelines, pipelineSummaryJSON{s.Name, newEpisodesJSON(s.FailOvers), s.Advised})
	}
	return out
}

// textsOf are thresholds of pipelines as texts.
func textsOf(own map[string]health.Rules) map[string]map[string]string {
	out := map[string]map[string]string{}
	for name, rules := range own {
		out[name] = recording.Texts(rules)
	}
	return out
}

func newEpisodesJSON(list []recording.Episode) []episodeJSON {
	out := make([]episodeJSON, 0, len(list))
	for _, e := range list {
		out = append(out, episodeJSON{What: e.What, Target: orNull(e.Target), spanJSON: newSpanJSON(e.From, e.To)})
	}
	return out
}

func newSpanJSON(from time.Time, to *time.Time) spanJSON {
	return spanJSON{From: jsonTime(from), To: orNullTime(to)}
}
