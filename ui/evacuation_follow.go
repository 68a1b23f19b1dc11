package ui

import (
	"context"
	"slices"
	"strings"
	"sync"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// evacuee is what is known of one pipeline beyond its plan.
type evacuee struct {
	run    string                     // its id; "" while it was not begun
	result *failover.EvacuationResult // as it was left; nil: not yet
}

// evacuationTold is what was told since it was asked for last.
type evacuationTold struct {
	begun map[string]string // runs by pipeline
	ended []failover.EvacuationResult
	over  bool
	err   error
}

// evacuationNews collects what many goroutines tell, without making them wait.
type evacuationNews struct {
	mu   sync.Mutex
	told evacuationTold
	any  chan struct{}
}

func newEvacuationNews() *evacuationNews { return &evacuationNews{any: make(chan struct{}, 1)} }

func (n *evacuationNews) tell(add func(*evacuationTold)) {
	n.mu.Lock()
	add(&n.told)
	n.mu.Unlock()
	notify(n.any)
}

func (n *evacuationNews) take() evacuationTold {
	n.mu.Lock()
	defer n.mu.Unlock()
	told := n.told
	n.told = evacuationTold{}
	return told
}

// observer tells the collection.
func (n *evacuationNews) observer() failover.EvacuationObserver {
	return failover.EvacuationObserver{
		Begun: func(pipeline, run string, _ bool) {
			n.tell(func(t *evacuationTold) {
				if t.begun == nil {
					t.begun = map[string]string{}
				}
				t.begun[pipeline] = run
			})
		},
		Ended: func(r failover.EvacuationResult) {
			n.tell(func(t *evacuationTold) { t.ended = append(t.ended, r) })
		},
	}
}

// awaitEvacuation waits for something to be told. It has one owner: its answer.
func (m *root) awaitEvacuation() tea.Cmd {
	seq, news := m.evacuation.seq, m.evacuation.news
	return m.jobs.cmd(func(ctx context.Context) tea.Msg {
		select {
		case <-news.any:
			return evacuationMsg{seq, news.take()}
		case <-ctx.Done():
			return nil
		}
	})
}

// evacuationNews takes what was told.
func (m *root) evacuationNews(msg evacuationMsg) tea.Cmd {
	e := &m.evacuation
	if msg.seq != e.seq {
		return nil
	}
	one := func(pipeline string) *evacuee {
		if e.runs[pipeline] == nil {
			e.runs[pipeline] = &evacuee{}
		}
		return e.runs[pipeline]
	}
	for pipeline, run := range msg.news.begun {
		one(pipeline).run = run
		m.driven[run] = drivenRun{pipeline: pipeline, begun: m.now, after: e.epochBefore(pipeline)}
	}
	for i := range msg.news.ended {
		one(msg.news.ended[i].Pipeline).result = &msg.news.ended[i]
	}
	if msg.news.err != nil {
		e.err = clean(msg.news.err.Error())
	}
	if !msg.news.over {
		return m.awaitEvacuation()
	}
	e.over = true
	if m.page != pageEvacuation {
		m.say("the evacuation of " + clean(e.plan.From) + " is over: " + m.evacuationTally())
	}
	return nil
}

// epochBefore is the epoch of the lease of a pipeline's run before it was taken up
// here.
func (e *evacuationPage) epochBefore(pipeline string) int64 {
	for i := range e.plan.Pipelines {
		if item := &e.plan.Pipelines[i]; item.Pipeline == pipeline && item.Run != nil {
			return item.Run.Epoch
		}
	}
	return noEpoch
}

// evacuationTally is how the pipelines of the evacuation stand, in a line.
func (m *root) evacuationTally() string {
	var order []string
	n := map[string]int{}
	for _, row := range m.evacuationRows() {
		if n[row.word] == 0 {
			order = append(order, row.word)
		}
		n[row.word]++
	}
	slices.SortStableFunc(order, strings.Compare)
	parts := make([]string, len(order))
	for i, word := range order {
		parts[i] = model.Count(n[word]) + " " + word
	}
	return strings.Join(parts, ", ")
}
