package scenario

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
)

// Expect is what must be so, and when. What is left out may be anything. One of
// at, reached, always and never says when.
type Expect struct {
	Cluster  string `yaml:"cluster,omitempty"`  // a name, or all
	Pipeline string `yaml:"pipeline,omitempty"` // a name, or all

	Verdict Names  `yaml:"verdict,omitempty"` // one of these
	Advice  Names  `yaml:"advice,omitempty"`  // one of these actions
	Target  string `yaml:"target,omitempty"`  // of the advice
	Says    string `yaml:"says,omitempty"`    // is in one of the texts on screen
	Urgent  *bool  `yaml:"urgent,omitempty"`  // the time until data is lost is named

	At      time.Duration `yaml:"at,omitempty"`
	Reached *Reached      `yaml:"reached,omitempty"`
	Always  *Span         `yaml:"always,omitempty"`
	Never   *Span         `yaml:"never,omitempty"`
}

// Reached bounds the first tick at which something is so.
type Reached struct {
	From     time.Duration `yaml:"from,omitempty"` // earlier ticks are not looked at
	Earliest time.Duration `yaml:"earliest,omitempty"`
	Latest   time.Duration `yaml:"latest,omitempty"`
	// Floor holds it to the floor of the rule, as the world knows it: not
	// before, and at most a fast interval and a tick after.
	Floor bool `yaml:"floor,omitempty"`
}

// Span is a stretch of time. To of 0 is the end of the scenario.
type Span struct {
	From time.Duration `yaml:"from,omitempty"`
	To   time.Duration `yaml:"to,omitempty"`
}

// Names are one name or a list of them.
type Names []string

// UnmarshalYAML reads one name or a list of them.
func (n *Names) UnmarshalYAML(unmarshal func(any) error) error {
	var one string
	if err := unmarshal(&one); err == nil {
		*n = Names{one}
		return nil
	}
	var list []string
	if err := unmarshal(&list); err != nil {
		return err
	}
	*n = list
	return nil
}

// all stands for every cluster, or every pipeline.
const all = "all"

// checkExpect looks at one expectation of a file.
func (c *checker) checkExpect(path string, e *Expect) {
	switch {
	case (e.Cluster == "") == (e.Pipeline == ""):
		c.problem(path, "an expectation is of a cluster or of a pipeline")
	case e.Cluster != "" && e.Cluster != all && !c.cluster(e.Cluster):
		c.problem(path, "no cluster %q", e.Cluster)
	case e.Pipeline != "" && e.Pipeline != all && c.pipeline(e.Pipeline) == nil:
		c.problem(path, "no pipeline %q", e.Pipeline)
	case e.Cluster != "" && (len(e.Advice) > 0 || e.Target != "" || e.Urgent != nil):
		c.problem(path, "advice is of pipelines")
	case len(e.Verdict)+len(e.Advice)+len(e.Says) == 0 && e.Urgent == nil:
		c.problem(path, "an expectation says what: verdict, advice, says or urgent")
	}
	times := 0
	for _, set := range []bool{e.At > 0, e.Reached != nil, e.Always != nil, e.Never != nil} {
		if set {
			times++
		}
	}
	if times != 1 {
		c.problem(path, "an expectation says when: one of at, reached, always, never")
	}
	if e.At >= c.s.Length {
		c.problem(path, "%s is not within the scenario's %s", e.At, c.s.Length)
	}
	known := clusterVerdicts
	if e.Pipeline != "" {
		known = pipelineVerdicts
	}
	for _, v := range e.Verdict {
		if !slices.Contains(known, v) {
			c.problem(path+".verdict", "no verdict %q: one of %s", v, strings.Join(known, ", "))
		}
	}
	for _, a := range e.Advice {
		if !slices.Contains(actions, a) {
			c.problem(path+".advice", "no action %q: one of %s", a, strings.Join(actions, ", "))
		}
	}
}

// The words of verdicts and actions.
var (
	clusterVerdicts = words(model.ClusterUnknown, model.ClusterHealthy, model.ClusterBlip, model.ClusterDegraded,
		model.ClusterStalled, model.ClusterDown, model.ClusterRefusingUs)
	pipelineVerdicts = words(model.PipelineMoving, model.PipelineDoubleActive, model.PipelineSubscriberLost,
		model.PipelineSubscriberStale, model.PipelineCutOff, model.PipelineClientDown, model.PipelineSilent,
		model.PipelineCatchingUp, model.PipelineFallingBehind, model.PipelineStreaming, model.PipelineUnknown)
	actions = words(model.ActionNone, model.ActionWait, model.ActionFailOver, model.ActionCannotFailOver,
		model.ActionCheckConsole, model.ActionCheckYourSide, model.ActionFixConfiguration, model.ActionAskSupport,
		model.ActionRecreateSubscriber, model.ActionChainHalted, model.ActionFailBack, model.ActionDataLossSoon)
)

func words[T ~string](list ...T) []string {
	out := make([]string, 0, len(list))
	for _, w := range list {
		out = append(out, string(w))
	}
	return out
}

// seen is one subject as it was assessed.
type seen struct {
	verdict string
	advice  model.Advice
	texts   [4]string
}

func seenCluster(c *model.ClusterState) seen {
	return seen{verdict: string(c.Verdict), texts: [4]string{c.Reason, c.Outlook}}
}

func seenPipeline(p *model.PipelineState) seen {
	return seen{verdict: string(p.Verdict), advice: p.Advice, texts: [4]string{p.Reason, p.Advice.Text, p.Advice.Change}}
}

// String is what was seen, for a person who must find out why.
func (s seen) String() string {
	text := s.verdict
	if s.advice.Action != "" {
		text += ", advice " + string(s.advice.Action)
		if s.advice.Target != "" {
			text += " to " + s.advice.Target
		}
	}
	for _, t := range s.texts {
		if t != "" {
			text += "; " + t
		}
	}
	return text
}

// holds reports whether what was seen is as the expectation has it.
func (e *Expect) holds(s *seen) bool {
	if len(e.Verdict) > 0 && !slices.Contains(e.Verdict, s.verdict) {
		return false
	}
	if len(e.Advice) > 0 && !slices.Contains(e.Advice, string(s.advice.Action)) {
		return false
	}
	if e.Target != "" && s.advice.Target != e.Target {
		return false
	}
	if e.Urgent != nil && *e.Urgent != (s.advice.UrgentSeconds != nil) {
		return false
	}
	if e.Says == "" {
		return true
	}
	return slices.ContainsFunc(s.texts[:], func(t string) bool { return strings.Contains(t, e.Says) })
}

// what is the expectation in words.
func (e *Expect) what() string {
	var parts []string
	if len(e.Verdict) > 0 {
		parts = append(parts, strings.Join(e.Verdict, " or "))
	}
	if len(e.Advice) > 0 {
		parts = append(parts, "advice "+strings.Join(e.Advice, " or "))
	}
	if e.Target != "" {
		parts = append(parts, "to "+e.Target)
	}
	if e.Says != "" {
		parts = append(parts, fmt.Sprintf("saying %q", e.Says))
	}
	if e.Urgent != nil {
		parts = append(parts, fmt.Sprintf("urgent %t", *e.Urgent))
	}
	return strings.Join(parts, ", ")
}
