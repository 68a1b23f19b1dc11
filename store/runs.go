package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// runColumns are the columns of table run in the order of runValues and runRow.
const runColumns = `id, pipeline, subscriber, kind, mode, from_cluster, to_cluster, state,
  requested_by, reason, forced, started_at, ended_at, epoch, sequence,
  holder_host, holder_boot_id, holder_pid, holder_started_at, holder_user,
  cursor_slot, reported_cursor_slot, resume_slot, approved_gap_slots, gap_slots, duplicate_slots,
  subscriber_id, source_answered, question, note,
  origin, evacuation, evidence, detected_at, from_slot, latest, first_slot, first_slot_at, live_at,
  possible_loss_slots, replay_slots, taken_up_at`

// runPlaces has a place for each of them.
var runPlaces = strings.TrimSuffix(strings.Repeat("?, ", strings.Count(runColumns, ",")+1), ", ")

func runValues(r *model.Run) []any {
	return []any{
		r.ID, r.Pipeline, r.Subscriber, r.Kind, r.Mode, r.From, r.To, r.State,
		r.RequestedBy, r.Reason, r.Forced, timeText(r.StartedAt), timeTextOrNull(r.EndedAt), r.Epoch, bits(&r.Sequence),
		r.Holder.Host, r.Holder.BootID, r.Holder.PID, r.Holder.StartedAt, r.Holder.User,
		bits(r.Cursor), bits(r.ReportedCursor), bits(r.ResumeSlot),
		bits(r.ApprovedGap), bits(r.GapSlots), bits(r.DuplicateSlots),
		r.SubscriberID, r.SourceAnswered, r.Question, r.Note,
		r.Origin, r.Evacuation, evidenceText(r.Evidence), timeTextOrNull(r.DetectedAt), bits(r.FromSlot), r.Latest,
		bits(r.FirstSlot), timeTextOrNull(r.FirstSlotAt), timeTextOrNull(r.LiveAt),
		bits(&r.PossibleLoss), bits(r.ReplaySlots), timeTextOrNull(r.TakenUpAt),
	}
}

// evidenceText stores each sentence as a line.
func evidenceText(sentences []string) string {
	lines := make([]string, 0, len(sentences))
	for _, s := range sentences {
		lines = append(lines, strings.ReplaceAll(s, "\n", " "))
	}
	return strings.Join(lines, "\n")
}

func insertRun(ctx context.Context, tx *sql.Tx, run *model.Run) error {
	insert := "INSERT INTO run (" + runColumns + ") VALUES (" + runPlaces + ")"
	if _, err := tx.ExecContext(ctx, insert, runValues(run)...); err != nil {
		return err
	}
	return writeSteps(ctx, tx, run)
}

func updateRun(ctx context.Context, tx *sql.Tx, run *model.Run) error {
	update := "UPDATE run SET (" + runColumns + ") = (" + runPlaces + ") WHERE id = ? AND pipeline = ?"
	result, err := tx.ExecContext(ctx, update, append(runValues(run), run.ID, run.Pipeline)...)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return orNotFound(err, run.ID)
	}
	return writeSteps(ctx, tx, run)
}

func orNotFound(err error, id string) error {
	if err != nil {
		return err
	}
	return fmt.Errorf("run %s: %w", id, failover.ErrNotFound)
}

// writeSteps makes the stored steps those of run.
func writeSteps(ctx context.Context, tx *sql.Tx, run *model.Run) error {
	const drop = `DELETE FROM step WHERE run_id = ? AND position >= ?`
	const put = `INSERT INTO step (run_id, position, name, state, started_at, ended_at, error, detail)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (run_id, position) DO UPDATE SET
  name = excluded.name, state = excluded.state, started_at = excluded.started_at,
  ended_at = excluded.ended_at, error = excluded.error, detail = excluded.detail`
	if _, err := tx.ExecContext(ctx, drop, run.ID, len(run.Steps)); err != nil {
		return err
	}
	stmt, err := tx.PrepareContext(ctx, put)
	if err != nil {
		return err
	}
	defer func() { _ = stmt.Close() }()
	for i, step := range run.Steps {
		_, err := stmt.ExecContext(ctx, run.ID, i, step.Name, step.State,
			timeTextOrNull(step.StartedAt), timeTextOrNull(step.EndedAt), step.Error, step.Detail)
		if err != nil {
			return err
		}
	}
	return nil
}

// Run implements [failover.Ledger].
func (s *Store) Run(ctx context.Context, id string) (model.Run, error) {
	run, err := runByID(ctx, s.reader, id)
	return run, s.fail(ctx, "read a run", err)
}

// Runs implements [failover.Ledger].
func (s *Store) Runs(ctx context.Context, pipeline string, unended bool, limit int) ([]model.Run, error) {
	where, args := "TRUE", []any{}
	if pipeline != "" {
		where, args = "pipeline = ?", append(args, pipeline)
	}
	if unended {
		where += " AND " + isUnended
	}
	if limit <= 0 {
		limit = -1
	}
	runs, err := selectRuns(ctx, s.polled, where, limit, args...)
	return runs, s.fail(ctx, "read the runs", err)
}

// RunsOfEvacuation reads the runs of an evacuation, the newest first.
func (s *Store) RunsOfEvacuation(ctx context.Context, id string) ([]model.Run, error) {
	runs, err := selectRuns(ctx, s.reader, "evacuation <> '' AND evacuation = ?", -1, id)
	return runs, s.fail(ctx, "read the runs of an evacuation", err)
}

// isUnended is the condition of the index run_unended, word for word.
const isUnended = `state NOT IN ('done', 'aborted', 'failed')`

func runByID(ctx context.Context, q querier, id string) (model.Run, error) {
	runs, err := selectRuns(ctx, q, "id = ?", 1, id)
	if err != nil || len(runs) == 0 {
		return model.Run{}, orNotFound(err, id)
	}
	return runs[0], nil
}

// selectRuns reads the newest runs where the condition, which is never made of
// outside text, holds. Runs and steps come from one statement, so they fit. The
// limit stands in the text: SQLite plans a statement anew wherever one is bound.
func selectRuns(ctx context.Context, q querier, where string, limit int, args ...any) ([]model.Run, error) {
	query := `WITH picked AS (
  SELECT ` + runColumns + ` FROM run WHERE ` + where + ` ORDER BY started_at DESC, id DESC LIMIT ` + strconv.Itoa(limit) + `)
SELECT picked.*, step.name, step.state, step.started_at, step.ended_at, step.error, step.detail
FROM picked LEFT JOIN step ON step.run_id = picked.id
ORDER BY picked.started_at DESC, picked.id DESC, step.position`
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	runs := []model.Run{}
	for rows.Next() {
		run, step, err := scanRun(rows)
		if err != nil {
			return nil, err
		}
		if n := len(runs); n == 0 || runs[n-1].ID != run.ID {
			runs = append(runs, run)
		}
		if last := &runs[len(runs)-1]; step != nil {
			last.Steps = append(last.Steps, *step)
		}
	}
	return runs, rows.Err()
}
