package main

import (
	"encoding/json"
	"io"
	"time"

	"github.com/fumtui/fumtui/model"
)

// The JSON shapes below are a public contract: fields are only ever added.
// Unknown values are null, empty lists are [], times are RFC 3339 in UTC.

type statusJSON struct {
	Time      string         `json:"time"`
	Clusters  []clusterJSON  `json:"clusters"`
	Pipelines []pipelineJSON `json:"pipelines"`
	Notices   []string       `json:"notices"`
}

type clusterJSON struct {
	Name           string               `json:"name"`
	Region         string               `json:"region"`
	Verdict        model.ClusterVerdict `json:"verdict"`
	Reason         string               `json:"reason"`
	Endpoint       string               `json:"endpoint"`
	ServiceVersion *string              `json:"service_version"`
	RTTMillis      *float64             `json:"rtt_ms"`
	TipOffset      *model.Offset        `json:"tip_offset"`
	SlotMin        *model.Slot          `json:"slot_min"`
	SlotMax        *model.Slot          `json:"slot_max"`
	SlotsPerSecond *float64             `json:"slots_per_second"`
	Error          *string              `json:"error"`
	ErrorClass     *model.ErrorClass    `json:"error_class"`
}

type pipelineJSON struct {
	Name        string                           `json:"name"`
	Subscriber  string                           `json:"subscriber"`
	Home        string                           `json:"home"`
	Active      string                           `json:"active"`
	Verdict     model.PipelineVerdict            `json:"verdict"`
	Reason      string                           `json:"reason"`
	Advice      adviceJSON                       `json:"advice"`
	LagOffsets  *int64                           `json:"lag_offsets"`
	LagSlots    *int64                           `json:"lag_slots"`
	Subscribers map[string]model.SubscriberState `json:"subscribers"`
	Cursors     map[string]cursorJSON            `json:"cursors"`
	Run         *runSummaryJSON                  `json:"run"`
}

type adviceJSON struct {
	Action        model.Action `json:"action"`
	Target        *string      `json:"target"`
	Text          string       `json:"text"`
	UrgentSeconds *float64     `json:"urgent_seconds"`
}

type cursorJSON struct {
	Slot       model.Slot `json:"slot"`
	AgeSeconds *float64   `json:"age_seconds"`
	Source     string     `json:"source"`
}

type runSummaryJSON struct {
	ID    string         `json:"id"`
	Kind  model.RunKind  `json:"kind"`
	Step  model.StepName `json:"step"`
	State model.RunState `json:"state"`
}

type runJSON struct {
	ID             string         `json:"id"`
	Pipeline       string         `json:"pipeline"`
	Kind           model.RunKind  `json:"kind"`
	Mode           model.Mode     `json:"mode"`
	From           string         `json:"from"`
	To             string         `json:"to"`
	State          model.RunState `json:"state"`
	RequestedBy    string         `json:"requested_by"`
	Reason         string         `json:"reason"`
	Forced         bool           `json:"forced"`
	StartedAt      string         `json:"started_at"`
	EndedAt        *string        `json:"ended_at"`
	Cursor         *model.Slot    `json:"cursor"`
	ResumeSlot     *model.Slot    `json:"resume_slot"`
	GapSlots       *uint64        `json:"gap_slots"`
	DuplicateSlots *uint64        `json:"duplicate_slots"`
	Question       *string        `json:"question"`
	Note           *string        `json:"note"`
	Steps          []stepJSON     `json:"steps"`
}

type stepJSON struct {
	Name      model.StepName  `json:"name"`
	State     model.StepState `json:"state"`
	StartedAt *string         `json:"started_at"`
	EndedAt   *string         `json:"ended_at"`
	Detail    *string         `json:"detail"`
	Error     *string         `json:"error"`
}

// jsonTime is a time in RFC 3339, in UTC, with milliseconds.
func jsonTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func newStatusJSON(s model.Snapshot) statusJSON {
	out := statusJSON{
		Time:      jsonTime(s.Time),
		Clusters:  make([]clusterJSON, 0, len(s.Clusters)),
		Pipelines: make([]pipelineJSON, 0, len(s.Pipelines)),
		Notices:   append([]string{}, s.Notices...),
	}
	for _, c := range s.Clusters {
		out.Clusters = append(out.Clusters, newClusterJSON(c))
	}
	for _, p := range s.Pipelines {
		out.Pipelines = append(out.Pipelines, newPipelineJSON(p, s.Time))
	}
	return out
}

func newClusterJSON(c model.ClusterState) clusterJSON {
	out := clusterJSON{
		Name: c.Name, Region: c.Region, Verdict: c.Verdict, Reason: c.Reason, Endpoint: c.Endpoint,
		ServiceVersion: orNull(c.ServiceVersion), TipOffset: c.Tip, SlotsPerSecond: c.SlotsPerSecond,
	}
	if c.RTT != nil {
		millis := float64(c.RTT.Microseconds()) / 1000
		out.RTTMillis = &millis
	}
	if c.Slots != nil {
		out.SlotMin, out.SlotMax = &c.Slots.Min, &c.Slots.Max
	}
	if c.Failure != nil {
		out.Error, out.ErrorClass = &c.Failure.Message, &c.Failure.Class
	}
	return out
}

func newPipelineJSON(p model.PipelineState, now time.Time) pipelineJSON {
	out := pipelineJSON{
		Name: p.Name, Subscriber: p.Subscriber, Home: p.Home, Active: p.Active,
		Verdict: p.Verdict, Reason: p.Reason,
		Advice: adviceJSON{
			Action: p.Advice.Action, Target: orNull(p.Advice.Target),
			Text: p.Advice.Text, UrgentSeconds: p.Advice.UrgentSeconds,
		},
		LagOffsets: p.LagOffsets, LagSlots: p.LagSlots,
		Subscribers: map[string]model.SubscriberState{},
		Cursors:     map[string]cursorJSON{},
	}
	for _, seat := range p.Seats {
		out.Subscribers[seat.Cluster] = seat.Subscriber
		if c := seat.Cursor; c != nil {
			out.Cursors[seat.Cluster] = cursorJSON{Slot: c.Slot, AgeSeconds: ageSeconds(c.UpdatedAt, now), Source: c.Source}
		}
	}
	if p.Run != nil && !p.Run.State.Ended() {
		out.Run = &runSummaryJSON{ID: p.Run.ID, Kind: p.Run.Kind, Step: p.Run.CurrentStep(), State: p.Run.State}
	}
	return out
}

// ageSeconds is how long ago something was written, as far as its writer's clock
// can be believed: nil without a time or with one in the future.
func ageSeconds(at, now time.Time) *float64 {
	const skew = time.Minute // clocks of two hosts differ
	age := now.Sub(at)
	if at.IsZero() || age < -skew {
		return nil
	}
	seconds := max(age, 0).Seconds()
	return &seconds
}

func newRunsJSON(runs []model.Run) []runJSON {
	out := make([]runJSON, 0, len(runs))
	for _, r := range runs {
		out = append(out, newRunJSON(r))
	}
	return out
}

func newRunJSON(r model.Run) runJSON {
	out := runJSON{
		ID: r.ID, Pipeline: r.Pipeline, Kind: r.Kind, Mode: r.Mode, From: r.From, To: r.To,
		State: r.State, RequestedBy: r.RequestedBy, Reason: r.Reason, Forced: r.Forced,
		StartedAt: jsonTime(r.StartedAt), EndedAt: orNullTime(r.EndedAt),
		Cursor: r.Cursor, ResumeSlot: r.ResumeSlot, GapSlots: r.GapSlots, DuplicateSlots: r.DuplicateSlots,
		Question: orNull(r.Question), Note: orNull(r.Note),
		Steps: make([]stepJSON, 0, len(r.Steps)),
	}
	for _, s := range r.Steps {
		out.Steps = append(out.Steps, stepJSON{
			Name: s.Name, State: s.State, StartedAt: orNullTime(s.StartedAt), EndedAt: orNullTime(s.EndedAt),
			Detail: orNull(s.Detail), Error: orNull(s.Error),
		})
	}
	return out
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func orNullTime(t *time.Time) *string {
	if t == nil {
		return nil
	}
	out := jsonTime(*t)
	return &out
}

// printJSON writes v as one line, or indented for a person to read.
func printJSON(w io.Writer, v any, indent bool) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if indent {
		enc.SetIndent("", "  ")
	}
	return enc.Encode(v)
}
