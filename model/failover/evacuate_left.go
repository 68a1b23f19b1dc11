package failover

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/fumtui/fumtui/model"
)

// How many runs an evacuation looks back on.
const (
	fewRuns  = 256
	runsEach = 8 // of a pipeline, all in all
)

// LeftError says that an evacuation did move a pipeline, but not to the end: its
// run failed once its target was to be started, and no client was seen at work
// there since.
type LeftError struct {
	Run model.Run
}

// Error implements error.
func (e *LeftError) Error() string {
	text := fmt.Sprintf("run %s left %s and failed at step %s", e.Run.ID, e.Run.From, e.Run.FailedAt())
	if e.Run.Note != "" {
		text += ": " + e.Run.Note
	}
	return text + fmt.Sprintf("; no client was seen at work at %s since: start it there, or go back with fumtui cutover %s --to %s --confirm %s. What happened: fumtui history show %s",
		e.Run.To, e.Run.Pipeline, e.Run.From, e.Run.From, e.Run.ID)
}

// left finds the pipelines whose newest run is of an earlier evacuation like this
// one, and failed after it had left its source, unless a client got on since.
func (e *Engine) left(ctx context.Context, ev Evacuation, under map[string]*model.Run) (map[string]*model.Run, error) {
	runs, err := e.ledger.Runs(ctx, "", false, max(fewRuns, runsEach*len(e.pipelines)))
	if err != nil {
		return nil, fmt.Errorf("read the runs that have ended: %w", err)
	}
	newest, left := map[string]bool{}, map[string]*model.Run{}
	for i := range runs { // newest first
		run := &runs[i]
		if newest[run.Pipeline] {
			continue
		}
		newest[run.Pipeline] = true
		if _, ours := e.pipelines[run.Pipeline]; !ours || under[run.Pipeline] != nil || run.State != model.RunFailed || !ev.resumes(run) {
			continue
		}
		active, err := e.ledger.Active(ctx, run.Pipeline)
		if err != nil {
			return nil, fmt.Errorf("read the active cluster of pipeline %s: %w", run.Pipeline, err)
		}
		works, err := e.worksSince(ctx, run)
		if err != nil {
			return nil, err
		}
		if active == run.To && !works {
			left[run.Pipeline] = run
		}
	}
	return left, nil
}

// worksSince reports whether the cursor at the target of an ended run moved on
// from where the run left it.
func (e *Engine) worksSince(ctx context.Context, run *model.Run) (bool, error) {
	c, err := e.ledger.Cursor(ctx, run.Pipeline, run.To)
	if err != nil {
		return false, fmt.Errorf("read the cursor of pipeline %s at %s: %w", run.Pipeline, run.To, err)
	}
	return c != nil && run.EndedAt != nil && c.UpdatedAt.After(*run.EndedAt) && (run.ResumeSlot == nil || c.Slot >= *run.ResumeSlot), nil
}

// approves is the answer to the question of a run that the approval of this
// evacuation is: as many slots of a gap as may be skipped, and as may be meant;
// "" where it is none, or not enough.
func (p *EvacuationPlan) approves(run *model.Run) string {
	asked, ok := askedGap(run.Question)
	if !ok || p.ApproveGap == nil || *p.ApproveGap < asked {
		return ""
	}
	return strconv.FormatUint(min(*p.ApproveGap, MostApproved(asked)), 10)
}

func isBusy(err error) bool {
	var busy *BusyError
	return errors.As(err, &busy)
}

func isHeld(err error) bool {
	var held *HeldError
	return errors.As(err, &held)
}

// NotBegunError says that an evacuation was left before it came to a pipeline.
type NotBegunError struct {
	Pipeline string
	Err      error
}

// Error implements error.
func (e *NotBegunError) Error() string {
	return fmt.Sprintf("the evacuation was left before a run of pipeline %s was known to have begun: %v", e.Pipeline, e.Err)
}

// Unwrap gives the cause.
func (e *NotBegunError) Unwrap() error { return e.Err }
