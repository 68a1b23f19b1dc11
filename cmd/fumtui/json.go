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

	Since           *string     `json:"since"`
	Change          *string     `json:"change"`
	TipPerSecond    *float64    `json:"tip_offsets_per_second"`
	MeanRTTMillis   *float64    `json:"mean_rtt_ms"`
	ErrorRate       *float64    `json:"error_rate"`
	SlotsBehind     *uint64     `json:"slots_behind"`
	SuspicionHint   *float64    `json:"suspicion_hint"`
	Canary          *canaryJSON `json:"canary"`
	AnsweredSeconds *float64    `json:"answered_seconds"`
}

// canaryJSON is what the canary of a cluster says; there is none where it is off.
type canaryJSON struct {
	DataAgeSeconds *float64          `json:"data_age_seconds"`
	Slot           *model.Slot       `json:"slot"`
	Error          *string           `json:"error"`
	ErrorClass     *model.ErrorClass `json:"error_class"`
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

	Since             *string        `json:"since"`
	ConsumedPerSecond *float64       `json:"consumed_offsets_per_second"`
	CursorPerSecond   *float64       `json:"cursor_slots_per_second"`
	ToGo              *estimateJSON  `json:"to_go"`
	Retention         *retentionJSON `json:"retention"`
	SuspicionHint     *float64       `json:"suspicion_hint"`
	WayBack           *wayBackJSON   `json:"way_back"`

	Moves     []moveJSON   `json:"moves"`
	IfNothing *reserveJSON `json:"if_nothing_is_done"`
}

// wayBackJSON is the subscriber that a pipeline left behind where a run moved it
// from, while it is away from home.
type wayBackJSON struct {
	Cluster     string                `json:"cluster"`
	Subscriber  model.SubscriberState `json:"subscriber"`
	Slot        *model.Slot           `json:"slot"`
	LeftSeconds *float64              `json:"left_seconds"`
	Urgent      bool                  `json:"urgent"`
	Text        string                `json:"text"`
}

// newWayBackJSON is nil where there is none.
func newWayBackJSON(b *model.WayBack) *wayBackJSON {
	if b == nil {
		return nil
	}
	out := &wayBackJSON{Cluster: b.Cluster, Subscriber: b.Subscriber, Slot: b.Slot, Urgent: b.Urgent, Text: b.Says}
	if b.Left != nil {
		seconds := b.Left.Seconds()
		out.LeftSeconds = &seconds
	}
	return out
}

// estimateJSON is a time that is not known exactly; without a high end nothing
// bounds it.
type estimateJSON struct {
	LikelySeconds float64  `json:"likely_seconds"`
	LowSeconds    float64  `json:"low_seconds"`
	HighSeconds   *float64 `json:"high_seconds"`
}

// retentionJSON is how long until data is lost, of a pipeline that stands.
type retentionJSON struct {
	Cluster     string  `json:"cluster"`
	LeftSeconds float64 `json:"left_seconds"`
	Urgent      bool    `json:"urgent"`
}

type adviceJSON struct {
	Action        model.Action `json:"action"`
	Target        *string      `json:"target"`
	Text          string       `json:"text"`
	UrgentSeconds *float64     `json:"urgent_seconds"`
	Change        *string      `json:"change"`
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
		out.Clusters = append(out.Clusters, newClusterJSON(c, s.Time))
	}
	for _, p := range s.Pipelines {
		out.Pipelines = append(out.Pipelines, newPipelineJSON(p, s.Time))
	}
	return out
}

func newClusterJSON(c model.ClusterState, now time.Time) clusterJSON {
	out := clusterJSON{
		Name: c.Name, Region: c.Region, Verdict: c.Verdict, Reason: c.Reason, Endpoint: c.Endpoint,
		ServiceVersion: orNull(c.ServiceVersion), TipOffset: c.Tip, SlotsPerSecond: c.SlotsPerSecond,
		RTTMillis: millis(c.RTT), Since: sinceJSON(c.Since), Change: orNull(c.Outlook),
		TipPerSecond: c.TipPerSecond, MeanRTTMillis: millis(c.MeanRTT), ErrorRate: c.ErrorRate, SlotsBehind: c.Behind,
		SuspicionHint: c.Suspicion, Canary: newCanaryJSON(c.Canary, now), AnsweredSeconds: ageSeconds(c.AnsweredAt, now),
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
		Advice:     newAdviceJSON(p.Advice),
		LagOffsets: p.LagOffsets, LagSlots: p.LagSlots,
		Subscribers: map[string]model.SubscriberState{},
		Cursors:     map[string]cursorJSON{},
		Since:       sinceJSON(p.Since), ConsumedPerSecond: p.ConsumedPerSecond, CursorPerSecond: p.CursorPerSecond,
		SuspicionHint: p.Suspicion, WayBack: newWayBackJSON(p.WayBack),
		Moves: newMovesJSON(&p, now), IfNothing: newReserveJSON(&p),
	}
	if e := p.ToGo; e != nil {
		out.ToGo = &estimateJSON{LikelySeconds: e.Likely.Seconds(), LowSeconds: e.Low.Seconds()}
		if e.High > 0 {
			high := e.High.Seconds()
			out.ToGo.HighSeconds = &high
		}
	}
	if r := p.Retention; r != nil {
		out.Retention = &retentionJSON{r.Cluster, r.Left.Seconds(), r.Urgent}
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

// newCanaryJSON is nil where the canary is off.
func newCanaryJSON(c *model.CanaryState, now time.Time) *canaryJSON {
	if c == nil {
		return nil
	}
	out := &canaryJSON{DataAgeSeconds: ageSeconds(c.DataAt, now)}
	if c.Data != nil {
		out.Slot = &c.Data.Slot
	}
	if c.Failure != nil {
		out.Error, out.ErrorClass = &c.Failure.Message, &c.Failure.Class
	}
	return out
}

// millis is a duration in milliseconds.
func millis(d *time.Duration) *float64 {
	if d == nil {
		return nil
	}
	ms := float64(d.Microseconds()) / 1000
	return &ms
}

// sinceJSON is a moment that may not have come yet.
func sinceJSON(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return orNullTime(&t)
}

func newAdviceJSON(a model.Advice) adviceJSON {
	return adviceJSON{
		Action: a.Action, Target: orNull(a.Target), Text: a.Text,
		UrgentSeconds: a.UrgentSeconds, Change: orNull(a.Change),
	}
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

func orNull[T ~string](s T) *T {
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
