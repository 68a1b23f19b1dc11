package recording

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/health"
)

// Bounds of a recording.
const (
	maxLine      = 1 << 20 // bytes of one line
	maxClusters  = 256
	maxPipelines = 10_000
	maxText      = 256 // bytes of a name or an id from outside
)

// clean bounds a text from outside and makes it fit for a terminal.
func clean(text string) string { return model.Clean(text, maxText) }

// headerLine is a [Header] on disk.
type headerLine struct {
	Format    string         `json:"format"`
	Version   int            `json:"version"`
	Made      time.Time      `json:"made"`
	By        string         `json:"by"`
	Since     time.Time      `json:"since"`
	Clusters  []clusterLine  `json:"clusters"`
	Pipelines []pipelineLine `json:"pipelines"`

	Rules         map[string]string            `json:"rules"`
	PipelineRules map[string]map[string]string `json:"pipeline_rules"`

	Interval string `json:"probe_interval"`
	Timeout  string `json:"probe_timeout"`
}

type clusterLine struct {
	Name   string `json:"name"`
	Region string `json:"region"`
}

type pipelineLine struct {
	Name       string   `json:"name"`
	Subscriber string   `json:"subscriber"`
	Home       string   `json:"home"`
	Clusters   []string `json:"clusters"`
}

// recordLine is a [Record] on disk. Evidence has its time in itself.
type recordLine struct {
	At       *time.Time      `json:"at,omitempty"`
	Evidence *model.Evidence `json:"evidence,omitempty"`
	Active   *Active         `json:"active,omitempty"`
	Run      *Run            `json:"run,omitempty"`
	Moved    *Moved          `json:"last_failover,omitempty"`
	End      *endLine        `json:"end,omitempty"`
}

// endLine closes a recording.
type endLine struct {
	Records int `json:"records"`
}

// encode writes one line, with its end.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	if b.Len() > maxLine {
		return nil, fmt.Errorf("a line of %d bytes is longer than %d", b.Len(), maxLine)
	}
	return b.Bytes(), nil
}

// decode reads one line strictly: nothing unknown, nothing behind it.
func decode(line []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return fmt.Errorf("it is not as fumtui writes it: %s", clean(err.Error()))
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is something behind its value")
	}
	return nil
}

// line is the header as it is written.
func (h *Header) line() headerLine {
	out := headerLine{
		Format: Format, Version: Version, Made: h.Made.UTC(), By: clean(h.By), Since: h.Since.UTC(),
		Clusters: []clusterLine{}, Pipelines: []pipelineLine{},
		Rules: Texts(h.Rules), PipelineRules: map[string]map[string]string{},
		Interval: h.Interval.String(), Timeout: h.Timeout.String(),
	}
	for _, c := range h.Clusters {
		out.Clusters = append(out.Clusters, clusterLine{c.Name, clean(c.Region)})
	}
	for _, p := range h.Pipelines {
		out.Pipelines = append(out.Pipelines, pipelineLine{p.Name, p.Subscriber, p.Home, append([]string{}, p.Clusters...)})
	}
	for name, r := range h.PipelineRules {
		out.PipelineRules[name] = Texts(r)
	}
	return out
}

// header is the way back, and finds what is wrong with it.
func (l *headerLine) header() (Header, error) {
	switch {
	case l.Format != Format:
		return Header{}, errors.New("it is not a recording of fumtui: `fumtui evidence export` makes one")
	case l.Version != Version:
		return Header{}, fmt.Errorf("it is of version %d, and this fumtui reads version %d: use the fumtui that made it, or a newer one", l.Version, Version)
	case len(l.Clusters) > maxClusters || len(l.Pipelines) > maxPipelines:
		return Header{}, fmt.Errorf("it names %d clusters and %d pipelines, more than %d and %d", len(l.Clusters), len(l.Pipelines), maxClusters, maxPipelines)
	}
	h := Header{Made: l.Made.UTC(), By: clean(l.By), Since: l.Since.UTC(), PipelineRules: map[string]health.Rules{}}
	var err error
	if h.Rules, err = parseRules(l.Rules); err != nil {
		return h, fmt.Errorf("rules: %w", err)
	}
	if h.Interval, err = pause(l.Interval); err != nil {
		return h, fmt.Errorf("probe_interval: %w", err)
	}
	if h.Timeout, err = pause(l.Timeout); err != nil {
		return h, fmt.Errorf("probe_timeout: %w", err)
	}
	if err := l.fillNames(&h); err != nil {
		return h, err
	}
	return h, nil
}

// pause reads a duration of the probing.
func pause(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 || d > time.Hour {
		return 0, fmt.Errorf("%q is not a duration above 0 and up to 1h", clean(text))
	}
	return d, nil
}

// fillNames takes over the clusters and pipelines.
func (l *headerLine) fillNames(h *Header) error {
	clusters := map[string]bool{}
	for _, c := range l.Clusters {
		if !model.ValidName(c.Name) || clusters[c.Name] {
			return fmt.Errorf("%q is named twice or cannot be the name of a cluster", clean(c.Name))
		}
		clusters[c.Name] = true
		h.Clusters = append(h.Clusters, model.Cluster{Name: c.Name, Region: clean(c.Region)})
	}
	pipelines := map[string]bool{}
	for _, p := range l.Pipelines {
		if !model.ValidName(p.Name) || pipelines[p.Name] {
			return fmt.Errorf("%q is named twice or cannot be the name of a pipeline", clean(p.Name))
		}
		for _, at := range append([]string{p.Home}, p.Clusters...) {
			if !clusters[at] {
				return fmt.Errorf("pipeline %s is at %q, which is none of its clusters", p.Name, clean(at))
			}
		}
		pipelines[p.Name] = true
		h.Pipelines = append(h.Pipelines, model.Pipeline{Name: p.Name, Subscriber: clean(p.Subscriber), Home: p.Home, Clusters: p.Clusters})
	}
	for name, texts := range l.PipelineRules {
		if !pipelines[name] {
			return fmt.Errorf("it has rules of a pipeline %q that it does not name", clean(name))
		}
		r, err := parseRules(texts)
		if err != nil {
			return fmt.Errorf("rules of %s: %w", name, err)
		}
		h.PipelineRules[name] = r
	}
	return nil
}

// line is the record as it is written.
func (r *Record) line() recordLine {
	l := recordLine{Evidence: r.Evidence, Active: r.Active, Run: r.Run, Moved: r.Moved}
	if r.Evidence == nil {
		at := r.At.UTC()
		l.At = &at
	}
	return l
}

// record is the way back, and finds what is wrong with it.
func (l *recordLine) record(known *names) (Record, error) {
	r := Record{Evidence: l.Evidence, Active: l.Active, Run: l.Run, Moved: l.Moved}
	set := 0
	for _, there := range []bool{l.Evidence != nil, l.Active != nil, l.Run != nil, l.Moved != nil} {
		if there {
			set++
		}
	}
	if set != 1 || (l.At == nil) != (l.Evidence != nil) {
		return r, errors.New("a record is either evidence, or a time with one of active, run and last_failover")
	}
	if l.Evidence != nil {
		r.At = l.Evidence.Answered.UTC()
		return r, checkEvidence(l.Evidence, known)
	}
	r.At = l.At.UTC()
	pipeline := ""
	switch {
	case l.Active != nil:
		pipeline = l.Active.Pipeline
		if !model.ValidName(l.Active.Cluster) { // one that the configuration no longer has is told, too
			return r, fmt.Errorf("%q cannot be the name of a cluster", clean(l.Active.Cluster))
		}
	case l.Run != nil:
		pipeline = l.Run.Pipeline
		l.Run.ID, l.Run.From, l.Run.To = clean(l.Run.ID), clean(l.Run.From), clean(l.Run.To)
		l.Run.Kind, l.Run.State = model.RunKind(clean(string(l.Run.Kind))), model.RunState(clean(string(l.Run.State)))
		l.Run.Step = model.StepName(clean(string(l.Run.Step)))
	case l.Moved != nil:
		pipeline = l.Moved.Pipeline
		l.Moved.Moved = l.Moved.Moved.UTC()
	}
	if known.pipelines[pipeline] == nil {
		return r, fmt.Errorf("%q is none of its pipelines", clean(pipeline))
	}
	return r, nil
}

// checkEvidence finds what is wrong with a look, and cleans what came from
// outside.
func checkEvidence(e *model.Evidence, known *names) error {
	if e.Kind.ID() == "" {
		return fmt.Errorf("there is no evidence of kind %q", clean(string(e.Kind)))
	}
	if !known.about(e) {
		return fmt.Errorf("evidence of pipeline %q at %q, which it does not name", clean(e.Pipeline), clean(e.Cluster))
	}
	if e.Asked.IsZero() || e.Answered.IsZero() {
		return errors.New("evidence without the times when it was asked for and answered")
	}
	e.Asked, e.Answered = e.Asked.UTC(), e.Answered.UTC()
	e.Version = clean(e.Version)
	if e.Failure != nil {
		e.Failure = model.NewFailure(model.ErrorClass(clean(string(e.Failure.Class))), e.Failure.Message, nil)
	}
	for i := range e.Subscribers {
		e.Subscribers[i].ID, e.Subscribers[i].Name = clean(e.Subscribers[i].ID), clean(e.Subscribers[i].Name)
	}
	if e.Cursor != nil {
		e.Cursor.Source = clean(e.Cursor.Source)
	}
	return nil
}
