package failover

import (
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// Where the cursor is the highest slot seen, what the window cuts off the overlap
// is a gap.
func TestOverlapThatIsCut(t *testing.T) {
	for _, highest := range []bool{true, false} {
		bubble(t, func(t *testing.T, u *universe) {
			u.pipes.Highest, u.pipes.Overlap = highest, 500
			u.fold()
			u.clusters["nyc"].min = u.rows["ams"].Slot - 50
			e := u.engine()
			plan, err := e.Plan(t.Context(), request("nyc", ""))
			if err != nil {
				t.Fatal(err)
			}
			if !highest {
				wantCheck(t, plan, "position", model.CheckOK, "less 51, which is all that nyc has of the overlap of 500")
				wantState(t, move(t, e, request("nyc", "")), model.RunDone)
				return
			}
			wantCheck(t, plan, "cursor", model.CheckWarn, "would cover what may be missing below it, and only 51 slots come again")
			wantCheck(t, plan, "position", model.CheckAsk, "a gap of 449 slots: nyc serves from slot 20100, the cursor is 20150, the highest slot seen")
			run := move(t, e, request("nyc", ""))
			wantState(t, run, model.RunWaiting)
			if len(u.log) > 0 {
				t.Error(u.log)
			}
			run = resume(t, u.engine(), run.ID, "500")
			wantState(t, run, model.RunDone)
			if *run.GapSlots != 449 {
				t.Errorf("gap %d", *run.GapSlots)
			}
		})
	}
}

// The latest of a source that streams has hardly a gap at this moment, and one
// once its client is drained: it is approved before anything is touched.
func TestLatestIsApprovedBeforeTheDrain(t *testing.T) {
	for _, ahead := range []model.Slot{0, 3} {
		bubble(t, func(t *testing.T, u *universe) {
			nyc := u.clusters["nyc"]
			nyc.top += ahead
			u.clients["ams"].drainTakes = 5 * time.Second
			req := request("nyc", model.Planned)
			req.Latest = true
			run := move(t, u.engine(), req)
			wantState(t, run, model.RunWaiting)
			if !strings.HasPrefix(run.Question, aGap+slotText(ahead)+" slots: the newest slot of nyc") || len(u.log) > 0 {
				t.Fatalf("%q %v", run.Question, u.log)
			}
			nyc.top -= 5 // there is no gap at the next look
			u.onLog = func(effect string) {
				if effect == "drain ams" {
					nyc.top += 20 // and there is one by then
				}
			}
			run = resume(t, u.engine(), run.ID, "2000")
			wantState(t, run, model.RunDone)
			if run.ApprovedGap == nil || *run.ApprovedGap != 2000 || *run.GapSlots == 0 || *run.GapSlots > 2000 {
				t.Errorf("%+v", run)
			}
		})
	}
}
