package main

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// printEvacuationTable prints one line for each pipeline.
func printEvacuationTable(out io.Writer, plan *failover.EvacuationPlan) {
	if len(plan.Pipelines) == 0 {
		fmt.Fprintf(out, "nothing to do: no pipeline is active on %s\n", plan.From)
		return
	}
	verb := "evacuation"
	if plan.Resumes() {
		verb = "evacuation, resumed,"
	}
	fmt.Fprintf(out, "%s %s from %s to %s: %s\n\n", verb, plan.ID, plan.From, plan.To, model.Units(len(plan.Pipelines), "pipeline"))
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "PIPELINE\tMODE\tRESUME SLOT\tGAP\tREPEATS\tWORST CHECK")
	for i := range plan.Pipelines {
		fmt.Fprintln(w, evacuationRow(&plan.Pipelines[i]))
	}
	_ = w.Flush()
}

// evacuationRow is one line of the table, its columns with tabs between.
func evacuationRow(item *failover.EvacuationItem) string {
	row := func(mode model.Mode, resume *model.Slot, gap, repeats *uint64, text string) string {
		if mode == "" {
			mode = "-"
		}
		return fmt.Sprintf("%s\t%s\t%s\t%s\t%s\t%s", item.Pipeline, mode, known(resume), known(gap), known(repeats),
			model.Clean(text, model.MaxMessage))
	}
	switch {
	case item.Run != nil:
		r := item.Run
		text := fmt.Sprintf("run %s is resumed at step %s", r.ID, r.CurrentStep())
		if item.Answer != "" {
			text += ", and its gap approved, up to " + item.Answer
		}
		return row(r.Mode, r.ResumeSlot, r.GapSlots, r.DuplicateSlots, text)
	case item.Held != nil:
		return row("", nil, nil, nil, item.Held.Error())
	case item.Err != nil:
		var left *failover.LeftError
		if errors.As(item.Err, &left) {
			return row("", nil, nil, nil, "failed: "+left.Error())
		}
		return row("", nil, nil, nil, "refuse: "+item.Err.Error())
	}
	p := item.Plan
	if p.NoOp != "" {
		return row("", nil, nil, nil, p.NoOp)
	}
	gap, repeats := &p.GapSlots, &p.DuplicateSlots
	if p.ResumeSlot == nil {
		gap, repeats = nil, nil
	}
	return row(p.Mode, p.ResumeSlot, gap, repeats, worstCheck(p))
}

// worstCheck is the first of the gravest checks, in words.
func worstCheck(p *model.Plan) string {
	worst := p.Worst()
	if worst == model.CheckOK {
		return string(worst)
	}
	for _, c := range p.Checks {
		if c.Level == worst {
			return fmt.Sprintf("%s: %s: %s", worst, c.Name, c.Saw)
		}
	}
	return string(worst)
}

// evacuationJSON is part of the contract of json.go.
type evacuationJSON struct {
	ID        string          `json:"evacuation"`
	From      string          `json:"from"`
	To        string          `json:"to"`
	Pipelines []evacuateeJSON `json:"pipelines"`
}

// evacuateeJSON is one pipeline of it: exactly one of plan, run and error is not
// null.
type evacuateeJSON struct {
	Pipeline string    `json:"pipeline"`
	Plan     *planJSON `json:"plan"`
	Run      *runJSON  `json:"run"`
	Error    *string   `json:"error"`
}

// printEvacuation prints a plan; the exit code says what would become of it.
func (c *console) printEvacuation(cmd *cobra.Command, plan *failover.EvacuationPlan, asJSON bool) error {
	out := cmd.OutOrStdout()
	codes := make([]int, 0, len(plan.Pipelines))
	shape := evacuationJSON{ID: plan.ID, From: plan.From, To: plan.To, Pipelines: make([]evacuateeJSON, 0, len(plan.Pipelines))}
	for i := range plan.Pipelines {
		item := &plan.Pipelines[i]
		row := evacuateeJSON{Pipeline: item.Pipeline}
		code := exitDone
		switch {
		case item.Plan != nil:
			row.Plan = ptrTo(newPlanJSON(*item.Plan))
			_, code = outcomeOf(item.Plan)
		case item.Run != nil:
			row.Run = ptrTo(newRunJSON(*item.Run))
		case item.Held != nil:
			row.Error, code = orNull(item.Held.Error()), notBegunCode(item.Held)
		default:
			row.Error, code = orNull(item.Err.Error()), notBegunCode(item.Err)
		}
		codes, shape.Pipelines = append(codes, code), append(shape.Pipelines, row)
	}
	if asJSON {
		if err := printJSON(out, shape, true); err != nil {
			return err
		}
	} else {
		printEvacuationTable(out, plan)
	}
	if code := gravest(codes); code != exitDone {
		return &exitError{code: code}
	}
	return nil
}

func ptrTo[T any](v T) *T { return &v }

// teller prints lines from a goroutine of its own: a terminal may block for as
// long as it likes, and those who have something to say may not.
type teller struct {
	lines chan string
	done  chan struct{}
	close func()
}

// newTeller makes a teller that takes at most so many lines.
func newTeller(out io.Writer, most int) *teller {
	t := &teller{lines: make(chan string, most), done: make(chan struct{})}
	t.close = sync.OnceFunc(func() { close(t.lines) })
	go func() {
		defer close(t.done)
		for line := range t.lines {
			fmt.Fprintln(out, line)
		}
	}()
	return t
}

// say never blocks: a line too many is dropped.
func (t *teller) say(line string) {
	select {
	case t.lines <- line:
	default:
	}
}

// end waits for what is still to be printed, within bounds.
func (t *teller) end() {
	t.close()
	timer := time.NewTimer(printWithin)
	defer timer.Stop()
	select {
	case <-t.done:
	case <-timer.C:
	}
}
