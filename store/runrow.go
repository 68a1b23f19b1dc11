package store

import (
	"database/sql"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
)

// runRow is one row of runs joined with steps, as SQLite gives it.
type runRow struct {
	run       model.Run
	startedAt string
	endedAt   *string
	sequence  int64
	loss      int64

	cursor, reported, resume, approved, gap, duplicate, replay *int64

	evidence                        string
	fromSlot, firstSlot             *int64
	detectedAt, firstSlotAt, liveAt *string
	takenUpAt                       *string

	// NULL, all of them, for a run without steps.
	stepName, stepState, stepStartedAt, stepEndedAt, stepError, stepDetail *string
}

// scanRun reads the run of a row, and its step where it has one.
func scanRun(rows *sql.Rows) (model.Run, *model.Step, error) {
	var row runRow
	r := &row.run
	err := rows.Scan(
		&r.ID, &r.Pipeline, &r.Subscriber, &r.Kind, &r.Mode, &r.From, &r.To, &r.State,
		&r.RequestedBy, &r.Reason, &r.Forced, &row.startedAt, &row.endedAt, &r.Epoch, &row.sequence,
		&r.Holder.Host, &r.Holder.BootID, &r.Holder.PID, &r.Holder.StartedAt, &r.Holder.User,
		&row.cursor, &row.reported, &row.resume, &row.approved, &row.gap, &row.duplicate,
		&r.SubscriberID, &r.SourceAnswered, &r.Question, &r.Note,
		&r.Origin, &r.Evacuation, &row.evidence, &row.detectedAt, &row.fromSlot, &r.Latest,
		&row.firstSlot, &row.firstSlotAt, &row.liveAt, &row.loss, &row.replay, &row.takenUpAt,
		&row.stepName, &row.stepState, &row.stepStartedAt, &row.stepEndedAt, &row.stepError, &row.stepDetail,
	)
	if err != nil {
		return model.Run{}, nil, err
	}
	if r.StartedAt, err = parseTime(row.startedAt); err != nil {
		return model.Run{}, nil, err
	}
	for _, at := range []struct {
		text *string
		into **time.Time
	}{
		{row.endedAt, &r.EndedAt},
		{row.detectedAt, &r.DetectedAt},
		{row.firstSlotAt, &r.FirstSlotAt},
		{row.liveAt, &r.LiveAt},
		{row.takenUpAt, &r.TakenUpAt},
	} {
		if *at.into, err = parseTimeOrNil(at.text); err != nil {
			return model.Run{}, nil, err
		}
	}
	if row.evidence != "" {
		r.Evidence = strings.Split(row.evidence, "\n")
	}
	r.FromSlot, r.FirstSlot = unbits[model.Slot](row.fromSlot), unbits[model.Slot](row.firstSlot)
	r.Cursor, r.ReportedCursor = unbits[model.Slot](row.cursor), unbits[model.Slot](row.reported)
	r.ResumeSlot = unbits[model.Slot](row.resume)
	r.Sequence, r.ApprovedGap = *unbits[uint64](&row.sequence), unbits[uint64](row.approved)
	r.PossibleLoss = *unbits[uint64](&row.loss)
	r.GapSlots, r.DuplicateSlots = unbits[uint64](row.gap), unbits[uint64](row.duplicate)
	r.ReplaySlots = unbits[uint64](row.replay)
	step, err := row.toStep()
	return row.run, step, err
}

// toStep is nil for a run without steps.
func (row *runRow) toStep() (*model.Step, error) {
	if row.stepName == nil {
		return nil, nil
	}
	step := &model.Step{
		Name:   model.StepName(*row.stepName),
		State:  model.StepState(*row.stepState),
		Error:  *row.stepError,
		Detail: *row.stepDetail,
	}
	var err error
	if step.StartedAt, err = parseTimeOrNil(row.stepStartedAt); err != nil {
		return nil, err
	}
	step.EndedAt, err = parseTimeOrNil(row.stepEndedAt)
	return step, err
}
