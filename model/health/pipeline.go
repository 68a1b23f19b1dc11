package health

import (
	"fmt"
	"time"

	"github.com/fumtui/fumtui/model"
)

// moving reports whether a run of the pipeline has not ended.
func (p *pipeline) moving() bool { return p.run != nil && !p.run.State.Ended() }

// settled is since when the pipeline is where it is: time before that says
// nothing of its client there.
func (p *pipeline) settled() time.Time { return later(p.activeFrom, p.lastFailover) }

// judgePipeline brings the verdict on a pipeline up to now: the first that
// holds, in the order of the specification.
func (w *Watch) judgePipeline(p *pipeline, now time.Time) {
	verdict, reason := w.pipelineVerdict(p, now)
	if verdict != p.verdict || p.since.IsZero() {
		p.verdict, p.since = verdict, now
	}
	p.reason = reason
}

// pipelineVerdict applies the table of verdicts on a pipeline.
func (w *Watch) pipelineVerdict(p *pipeline, now time.Time) (model.PipelineVerdict, string) {
	if p.moving() {
		return model.PipelineMoving, fmt.Sprintf("%s from %s to %s is %s at step %s",
			p.run.Kind, p.run.From, p.run.To, p.run.State, p.run.CurrentStep())
	}
	if a, b := w.doubleActive(p, now); a != nil {
		return model.PipelineDoubleActive, fmt.Sprintf("the clients at %s and %s both make progress",
			a.cluster.cfg.Name, b.cluster.cfg.Name)
	}
	s := p.seats[p.active]
	if s == nil {
		return model.PipelineUnknown, fmt.Sprintf("%s has no client at %s, where it is active", p.cfg.Name, p.active)
	}
	switch sub := s.subscriber(now, &w.rules); {
	case sub == model.SubscriberAbsent && s.subTimes >= 2:
		return model.PipelineSubscriberLost, fmt.Sprintf("%s does not know the subscriber %s", p.active, p.cfg.Subscriber)
	case sub == model.SubscriberStale && s.subTimes >= 2:
		return model.PipelineSubscriberStale, fmt.Sprintf("%s calls the subscriber %s stale: it fell behind the retention window",
			p.active, p.cfg.Subscriber)
	}
	if v, reason, ok := w.judgeProgress(p, s, now); ok {
		return v, reason
	}
	return w.judgeLag(p, s, now)
}

// doubleActive finds clients of two clusters that have moved side by side.
func (w *Watch) doubleActive(p *pipeline, now time.Time) (a, b *seat) {
	for i, a := range p.order {
		for _, b := range p.order[i+1:] {
			if together(&a.committed, &b.committed, now, &w.rules) || together(&a.advances, &b.advances, now, &w.rules) ||
				together(&a.committed, &b.advances, now, &w.rules) || together(&a.advances, &b.committed, now, &w.rules) {
				return a, b
			}
		}
	}
	return nil, nil
}

// together reports whether two values both grow now, and have side by side for
// so long that one handing over to the other does not explain it.
func together(a, b *mover, now time.Time, r *Rules) bool {
	if a.n < 3 || b.n < 3 || now.Sub(a.last) > r.progressAge() || now.Sub(b.last) > r.progressAge() {
		return false
	}
	end := a.last
	if b.last.Before(end) {
		end = b.last
	}
	return end.Sub(later(a.run, b.run)) >= r.overlap()
}

// judgeProgress holds the verdicts of a client that makes no progress.
func (w *Watch) judgeProgress(p *pipeline, s *seat, now time.Time) (model.PipelineVerdict, string, bool) {
	r, c := &w.rules, s.cluster
	out := c.verdict == model.ClusterDown || c.verdict == model.ClusterStalled
	if out && s.stuck(now, p.settled(), r) {
		return model.PipelineCutOff, fmt.Sprintf("%s is %s, and the client there makes no progress", p.active, c.verdict), true
	}
	fine := c.verdict == model.ClusterHealthy || c.verdict == model.ClusterDegraded
	if f := s.scrapeFail; f != nil && young(s.lookAt, now, r) && !s.progresses(now, r) {
		lasted := now.Sub(later(s.failFrom, p.settled()))
		if (f.Class == model.ClassUnreachable || f.Class == model.ClassTimeout) && lasted >= r.progressAge() {
			return model.PipelineClientDown, fmt.Sprintf("the client at %s has not answered for %s (%s), and its cursor does not move",
				p.active, model.Span(now.Sub(s.failFrom)), f.Error()), true
		}
	}
	quiet, ok := s.quiet(now, later(p.settled(), c.fineFrom), r)
	if ok && fine && c.tipMoves(now, r) && s.scraped(now, r) && quiet >= r.SilentAfter {
		return model.PipelineSilent, fmt.Sprintf("the client at %s answers but has committed nothing for %s, while the cluster moves on",
			p.active, model.Span(quiet)), true
	}
	return "", "", false
}

// tipMoves reports whether the cluster is seen to move on.
func (c *cluster) tipMoves(now time.Time, r *Rules) bool {
	return young(c.slotsAt, now, r) && c.standing() < r.standGrace()
}

// judgeLag holds the verdicts of a client that makes progress, or of which too
// little is known.
func (w *Watch) judgeLag(p *pipeline, s *seat, now time.Time) (model.PipelineVerdict, string) {
	r := &w.rules
	lag, measured := s.lag(now, r)
	if measured && lag > r.LagNoise && s.cluster.tipMoves(now, r) {
		if v, reason, ok := s.trend(lag, r); ok {
			return v, reason
		}
	}
	switch {
	case measured && lag <= r.LagNoise:
		return model.PipelineStreaming, fmt.Sprintf("lag from tip at %s is %s", p.active, model.Units(lag, "offset"))
	case measured && s.progresses(now, r):
		return model.PipelineStreaming, fmt.Sprintf("lag from tip at %s is %s, neither growing nor falling", p.active, model.Units(lag, "offset"))
	case s.progresses(now, r) && (s.scrapeFail == nil || now.Sub(s.lastMove()) <= r.MaxAge):
		return model.PipelineStreaming, fmt.Sprintf("the client at %s made progress %s ago; its lag is not known", p.active, model.Span(now.Sub(s.lastMove())))
	case s.scrapeFail != nil:
		return model.PipelineUnknown, fmt.Sprintf("the metrics of the client at %s cannot be read: %s", p.active, s.scrapeFail.Error())
	case s.scraped(now, r):
		return model.PipelineUnknown, fmt.Sprintf("the client at %s answers; no progress has been seen yet", p.active)
	}
	return model.PipelineUnknown, fmt.Sprintf("no fresh evidence on the client at %s", p.active)
}

// trend tells catching up from falling behind. The first looks at the last
// window only; the second also at a longer stretch, for a lag that grows slowly.
func (s *seat) trend(lag int64, r *Rules) (model.PipelineVerdict, string, bool) {
	const recent = 6 // buckets of a window
	slope, change, ok := s.lags.slope(recent)
	if !ok {
		return "", "", false
	}
	if slope < 0 && -change > r.LagNoise/2 {
		left := time.Duration(float64(lag) / -slope * float64(time.Second))
		return model.PipelineCatchingUp, fmt.Sprintf("lag from tip, %s, falls by %.0f a second: about %s to go",
			model.Units(lag, "offset"), -slope, model.Span(left)), true
	}
	long, grown, _ := s.lags.slope(maxLags)
	if change > r.LagNoise || (slope > 0 && long > 0 && grown > r.LagNoise) {
		return model.PipelineFallingBehind, fmt.Sprintf("lag from tip, %s, grows by %.1f a second",
			model.Units(lag, "offset"), max(slope, long)), true
	}
	return "", "", false
}

// pipelineState is the picture of a pipeline.
func (w *Watch) pipelineState(p *pipeline, now time.Time) model.PipelineState {
	state := model.PipelineState{
		Name: p.cfg.Name, Subscriber: p.cfg.Subscriber, Home: p.cfg.Home, Active: p.active,
		Verdict: p.verdict, Since: p.since, Reason: p.reason, Advice: w.advise(p, now),
		Seats: make([]model.SeatState, 0, len(p.order)),
		Run:   p.run,
	}
	for _, s := range p.order {
		at := model.SeatState{Cluster: s.cluster.cfg.Name, Subscriber: s.subscriber(now, &w.rules), Cursor: s.cursor}
		if !s.lookAt.IsZero() {
			at.Client = &model.ClientState{
				Scraped: s.scraped(now, &w.rules), Failure: s.scrapeFail, Metrics: s.metrics, At: s.scrapeAt,
			}
		}
		state.Seats = append(state.Seats, at)
	}
	s := p.seats[p.active]
	if s == nil {
		return state
	}
	if lag, ok := s.lag(now, &w.rules); ok {
		state.LagOffsets = &lag
	}
	if c := s.cluster; s.cursor != nil && c.slots != nil && young(c.slotsAt, now, &w.rules) {
		lag := int64(model.SlotsBetween(s.cursor.Slot, c.slots.Max))
		state.LagSlots = &lag
	}
	return state
}
