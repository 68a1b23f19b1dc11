package recording

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/health"
)

// maxChanges bounds what a timeline keeps. More changes than that in one
// recording are a flapping that its first ones show as well.
const maxChanges = 20_000

// What a [Change] is of.
const (
	OfCluster  = "cluster"  // the verdict on a cluster
	OfPipeline = "pipeline" // the verdict on a pipeline
	OfAdvice   = "advice"   // the advice on a pipeline
)

// Change is one change of a verdict or an advice.
type Change struct {
	At      time.Time
	Of      string // OfCluster, OfPipeline or OfAdvice
	Subject string // the name of the cluster or pipeline
	From    string // the verdict or action before; "" for the first
	To      string // and the one from then on
	Target  string // where an advice sends a pipeline; "" where nowhere
	Text    string // the reason, or the sentence of the advice
}

// Span is a stretch of time.
type Span struct{ From, To time.Time }

// Timeline is what the rules say of a recording.
type Timeline struct {
	Began, Ended time.Time
	Changes      []Change
	Dropped      int    // changes beyond what a timeline keeps
	Gaps         []Span // nobody looked
}

// Player folds a recording through the rules. It is not safe for use from
// several goroutines.
type Player struct {
	watch *health.Watch
	tick  time.Duration
	age   time.Duration // after so long without evidence nobody looks

	next     time.Time // of the next judgement
	seen     time.Time // the newest evidence
	said     map[subject]state
	timeline Timeline
}

type subject struct{ of, name string }

type state struct{ verdict, target string }

// NewPlayer begins with the rules given, and those of pipelines that have their
// own.
func NewPlayer(h Header, rules health.Rules, own map[string]health.Rules) *Player {
	p := &Player{
		watch: health.New(rules, h.Clusters, h.Pipelines),
		tick:  min(max(h.Interval, 250*time.Millisecond), time.Second),
		said:  map[subject]state{},
	}
	for name, r := range own {
		p.watch.SetRules(name, r)
	}
	p.age = p.watch.Rules().MaxAge + p.tick
	return p
}

// Play tells the rules the next record, after having judged at every tick up to
// it. Where nobody looked for long the ticks end soon after the last evidence
// and go on with the next one.
func (p *Player) Play(r Record) {
	switch {
	case !p.next.IsZero():
		p.judgeUntil(r.At)
		p.timeline.Ended = r.At
	case r.Evidence != nil: // there is nothing to judge before
		p.seen, p.timeline.Began, p.timeline.Ended = r.At, r.At, r.At
		p.next = p.firstTick(r.At)
	}
	switch {
	case r.Evidence != nil:
		p.watch.Observe(*r.Evidence)
		p.seen = r.At
	case r.Active != nil:
		p.watch.SetActive(r.Active.Pipeline, r.Active.Cluster)
	case r.Run != nil:
		p.watch.SetRun(r.Run.Pipeline, r.Run.model())
	case r.Moved != nil:
		p.watch.SetLastFailover(r.Moved.Pipeline, r.Moved.Moved)
	}
}

// judgeUntil judges at every tick before a moment.
func (p *Player) judgeUntil(at time.Time) {
	for p.next.Before(at) {
		if p.next.Sub(p.seen) > p.age {
			if len(p.timeline.Gaps) < maxChanges {
				p.timeline.Gaps = append(p.timeline.Gaps, Span{p.seen, at})
			}
			p.seen, p.next = at, p.firstTick(at)
			return
		}
		p.judge(p.next)
		p.next = p.next.Add(p.tick)
	}
}

// firstTick is when to judge first after looking began at a moment: when looks
// that began together are all in.
func (p *Player) firstTick(began time.Time) time.Time { return began.Add(p.tick / 2) }

// End judges a last time and gives the timeline.
func (p *Player) End() Timeline {
	if !p.next.IsZero() {
		p.judge(p.next)
	}
	return p.timeline
}

// judge notes what changed since the judgement before.
func (p *Player) judge(now time.Time) {
	clusters, pipelines := p.watch.Assess(now)
	for i := range clusters {
		c := &clusters[i]
		p.note(now, subject{OfCluster, c.Name}, state{verdict: string(c.Verdict)}, c.Reason)
	}
	for i := range pipelines {
		s := &pipelines[i]
		p.note(now, subject{OfPipeline, s.Name}, state{verdict: string(s.Verdict)}, s.Reason)
		p.note(now, subject{OfAdvice, s.Name}, state{string(s.Advice.Action), s.Advice.Target}, s.Advice.Text)
	}
}

func (p *Player) note(now time.Time, about subject, is state, text string) {
	was, known := p.said[about]
	if known && was == is {
		return
	}
	p.said[about] = is
	if len(p.timeline.Changes) >= maxChanges {
		p.timeline.Dropped++
		return
	}
	p.timeline.Changes = append(p.timeline.Changes, Change{
		At: now, Of: about.of, Subject: about.name, From: was.verdict, To: is.verdict,
		Target: is.target, Text: model.Clean(text, model.MaxMessage),
	})
}

// Replay plays a whole recording through several players side by side, until
// ctx is done.
func Replay(ctx context.Context, r *Reader, players ...*Player) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		record, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, p := range players {
			p.Play(record)
		}
	}
}
