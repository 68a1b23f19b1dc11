package probe

import (
	"context"
	"sync"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/crash"
)

// Looker is what a [Prober] looks at: a cluster's calls that change nothing.
type Looker interface {
	Version(ctx context.Context) (string, error)
	Tip(ctx context.Context) (model.Offset, error)
	SlotRange(ctx context.Context) (model.SlotRange, error)
	Subscribers(ctx context.Context) ([]model.Subscriber, error)
}

var _ Looker = (*Client)(nil)

// Prober probes one cluster: its version, tip, retention window and
// subscribers, each in a [Loop] of its own, so that one call that hangs does
// not delay the others and no kind is ever in flight twice.
type Prober struct {
	Cluster string // its name
	Client  Looker
	// Publish receives the evidence from several goroutines at a time. It must
	// not block for long: the next probe waits for it.
	Publish func(model.Evidence)

	Interval time.Duration // 0: [DefaultInterval]
	Together time.Duration // as in [Loop], as is Phase
	Phase    time.Duration
	Timeout  time.Duration    // of one probe; 0: [DefaultTimeout]
	Random   func() float64   // as in [Loop], called from several goroutines; nil: no jitter
	Now      func() time.Time // nil: time.Now
}

// Run probes until ctx is done, and returns when every probe has ended.
func (p Prober) Run(ctx context.Context) {
	var wg sync.WaitGroup
	for _, l := range p.loops() {
		crash.Go(ctx, &wg, func() { l.Run(ctx) })
	}
	wg.Wait()
}

// loops gives one loop for each kind of evidence.
func (p Prober) loops() []Loop {
	looks := []struct {
		kind model.EvidenceKind
		look func(context.Context, *model.Evidence) error
	}{
		{model.KindVersion, func(ctx context.Context, e *model.Evidence) (err error) {
			e.Version, err = p.Client.Version(ctx)
			return err
		}},
		{model.KindTip, func(ctx context.Context, e *model.Evidence) error {
			tip, err := p.Client.Tip(ctx)
			if err == nil {
				e.Tip = &tip
			}
			return err
		}},
		{model.KindSlotRange, func(ctx context.Context, e *model.Evidence) error {
			slots, err := p.Client.SlotRange(ctx)
			if err == nil {
				e.Slots = &slots
			}
			return err
		}},
		{model.KindSubscribers, func(ctx context.Context, e *model.Evidence) (err error) {
			e.Subscribers, err = p.Client.Subscribers(ctx)
			return err
		}},
	}
	loops := make([]Loop, 0, len(looks))
	for _, k := range looks {
		loops = append(loops, Loop{
			Evidence: model.Evidence{Kind: k.kind, Cluster: p.Cluster},
			Look:     k.look,
			Publish:  p.Publish,
			Interval: p.Interval,
			Together: p.Together,
			Phase:    p.Phase,
			Timeout:  p.Timeout,
			Random:   p.Random,
			Now:      p.Now,
		})
	}
	return loops
}

// keptLooks is how many looks a kept connection serves: a name that comes to mean
// another host is seen to.
const keptLooks = 30

// ScrapeLoop is a loop over a client's metrics. The caller sets its pace.
func ScrapeLoop(pipeline, cluster string, scraper *Scraper, publish func(model.Evidence)) Loop {
	looks := 0
	return Loop{
		Evidence: model.Evidence{Kind: model.KindMetrics, Pipeline: pipeline, Cluster: cluster},
		Publish:  publish,
		Done:     scraper.LetGo,
		Look: func(ctx context.Context, e *model.Evidence) error {
			metrics, err := scraper.Scrape(ctx)
			if err == nil {
				e.Metrics = &metrics
			}
			if looks++; err != nil || looks%keptLooks == 0 {
				scraper.LetGo()
			}
			return err
		},
	}
}

// CursorReader reads a pipeline's durable cursor; nil: there is none.
type CursorReader func(ctx context.Context, pipeline, cluster string) (*model.Cursor, error)

// CursorLoop is a loop over a pipeline's durable cursor. The caller sets its
// pace.
func CursorLoop(pipeline, cluster string, read CursorReader, publish func(model.Evidence)) Loop {
	return Loop{
		Evidence: model.Evidence{Kind: model.KindCursor, Pipeline: pipeline, Cluster: cluster},
		Publish:  publish,
		Look: func(ctx context.Context, e *model.Evidence) (err error) {
			e.Cursor, err = read(ctx, pipeline, cluster)
			return err
		},
	}
}
