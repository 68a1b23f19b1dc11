package main

import "github.com/fumtui/fumtui/model"

// The shapes of runs are part of the same contract as those of json.go.

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

	Origin     *string     `json:"origin"`
	Evacuation *string     `json:"evacuation"`
	Evidence   []string    `json:"evidence"`
	DetectedAt *string     `json:"detected_at"`
	FromSlot   *model.Slot `json:"from_slot"`
	Latest     bool        `json:"latest"`
	FirstSlot  *model.Slot `json:"first_slot"`
	FirstAt    *string     `json:"first_slot_at"`
	LiveAt     *string     `json:"live_at"`

	PossibleLoss uint64  `json:"possible_loss_slots"`
	TakenUpAt    *string `json:"taken_up_at"`
}

// openRunJSON is a run that has not ended, and who can do what about it.
type openRunJSON struct {
	runJSON
	DrivenBy *string `json:"driven_by"`
	Resume   *string `json:"resume"`
	Abort    *string `json:"abort"`
}

type stepJSON struct {
	Name      model.StepName  `json:"name"`
	State     model.StepState `json:"state"`
	StartedAt *string         `json:"started_at"`
	EndedAt   *string         `json:"ended_at"`
	Detail    *string         `json:"detail"`
	Error     *string         `json:"error"`
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
		Steps:  make([]stepJSON, 0, len(r.Steps)),
		Origin: orNull(r.Origin), Evacuation: orNull(r.Evacuation), Evidence: append([]string{}, r.Evidence...),
		DetectedAt: orNullTime(r.DetectedAt), FromSlot: r.FromSlot, Latest: r.Latest,
		FirstSlot: r.FirstSlot, FirstAt: orNullTime(r.FirstSlotAt), LiveAt: orNullTime(r.LiveAt),
		PossibleLoss: r.PossibleLoss, TakenUpAt: orNullTime(r.TakenUpAt),
	}
	for _, s := range r.Steps {
		out.Steps = append(out.Steps, stepJSON{
			Name: s.Name, State: s.State, StartedAt: orNullTime(s.StartedAt), EndedAt: orNullTime(s.EndedAt),
			Detail: orNull(s.Detail), Error: orNull(s.Error),
		})
	}
	return out
}
