package ui

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
)

// explainWithin bounds how long an explanation may take.
const explainWithin = 2 * time.Second

// explaining is the explanation on the detail screen: asked for again with
// every snapshot, one question at a time.
type explaining struct {
	pipeline string             // that it is about
	answer   *model.Explanation // the newest one of that pipeline; nil: none yet
	trouble  string             // of the newest question; "" where it was answered
	asked    uint64             // generation of the snapshot at the newest question
	inFlight bool
}

// explainedMsg answers a question.
type explainedMsg struct {
	pipeline    string
	explanation model.Explanation
	err         error
}

// explain asks about the pipeline of the detail screen, unless that was asked
// at this snapshot already or a question is under way: its answer asks again.
func (m *root) explain() tea.Cmd {
	explainer, name := m.opts.Explainer, m.selected
	if explainer == nil || m.page != pageDetail || m.snap == nil || name == "" {
		return nil
	}
	x := &m.explaining
	if x.pipeline != name {
		*x = explaining{pipeline: name, inFlight: x.inFlight}
	}
	if x.inFlight || (x.asked == m.snap.Generation && (x.answer != nil || x.trouble != "")) {
		return nil
	}
	x.inFlight, x.asked = true, m.snap.Generation
	return m.jobs.cmd(func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, explainWithin)
		defer cancel()
		e, err := explainer.Explain(ctx, name)
		if errors.Is(err, context.DeadlineExceeded) {
			err = errors.New("no answer within " + span(explainWithin))
		}
		return explainedMsg{name, e, err}
	})
}

// explained takes an answer, unless it is about another pipeline than the one
// shown or older than the answer there is. Trouble leaves the last answer.
func (m *root) explained(msg explainedMsg) tea.Cmd {
	x := &m.explaining
	x.inFlight = false
	switch {
	case msg.pipeline != x.pipeline:
	case msg.err != nil:
		m.pacing.stir, x.trouble = true, clean(msg.err.Error())
	case x.answer == nil || !msg.explanation.Time.Before(x.answer.Time):
		m.pacing.stir = m.pacing.stir || x.answer == nil || x.trouble != "" // somebody waits for it
		x.answer, x.trouble = &msg.explanation, ""
	}
	return m.explain()
}

// explanationLines are the explanation of a pipeline: what it rests on, which
// rules fired or nearly did, and what would change it.
func (m *root) explanationLines(p *model.PipelineState, w int) []string {
	x := m.explaining
	if m.opts.Explainer == nil {
		return nil
	}
	s := m.scene()
	if x.pipeline != p.Name || (x.answer == nil && x.trouble == "") {
		return []string{" " + s.theme.paint(roleFaint, "the explanation is on its way …")}
	}
	var out []string
	if x.trouble != "" {
		text := "the explanation failed: " + x.trouble
		if x.answer != nil {
			text += "; the one below is of " + ago(s.now.Sub(x.answer.Time), span)
		}
		out = s.painted(roleWarn, wrapIndent(" "+glyphWarn+" ", text, w-1))
	}
	if x.answer != nil {
		out = append(out, s.explainLines(x.answer, w)...)
	}
	return out
}
