package health

import (
	"fmt"
	"time"

	"github.com/fumtui/fumtui/model"
)

// advise says what to do about a pipeline: the first row of the table of advice
// that fits. Data that is about to be lost is named beside whatever the action
// is, and is the action itself where there would be none.
func (w *Watch) advise(p *pipeline, now time.Time) model.Advice {
	s := p.seats[p.active]
	if s == nil {
		return model.Advice{
			Action: model.ActionFixConfiguration,
			Text:   fmt.Sprintf("%s is active on %s, where the configuration gives it no client: add one, or correct the active cluster", p.cfg.Name, p.active),
		}
	}
	a := w.act(p, s, now)
	a.Evidence = w.evidence(p, s)
	if left, window, near := w.dataLoss(p, s, a, now); near {
		seconds := left.Seconds()
		a.UrgentSeconds = &seconds
		urgent := fmt.Sprintf("the cursor of %s leaves the retention window of %s in %s", p.cfg.Name, window, model.Span(left))
		if left == 0 {
			urgent = fmt.Sprintf("the cursor of %s has left the retention window of %s", p.cfg.Name, window)
		}
		if a.Action == model.ActionNone || a.Action == model.ActionWait {
			a.Action = model.ActionDataLossSoon
			a.Text = urgent + ": get its client going, or move it while the slots after its cursor can still be had"
		} else {
			a.Text += "; " + urgent
		}
	}
	return a
}

// act applies the rows of the table in turn.
func (w *Watch) act(p *pipeline, s *seat, now time.Time) model.Advice {
	if p.moving() {
		return p.adviseRun()
	}
	if p.verdict == model.PipelineDoubleActive {
		return model.Advice{Action: model.ActionCheckYourSide, Text: fmt.Sprintf(
			"%s: stop the client that should not run; %s is active on %s", p.reason, p.cfg.Name, p.active)}
	}
	switch s.cluster.verdict {
	case model.ClusterDown, model.ClusterStalled:
		return w.adviseOutage(p, s, now)
	case model.ClusterRefusingUs:
		return model.Advice{Action: model.ActionFixConfiguration, Text: fmt.Sprintf(
			"%s; mend that in the configuration or with the provider: moving %s would not help", s.cluster.reason, p.cfg.Name)}
	case model.ClusterUnknown, model.ClusterBlip:
		return w.adviseUnclear(p, s, now)
	}
	return w.adviseAnswering(p, s, now)
}

// adviseRun is for a run that has not ended.
func (p *pipeline) adviseRun() model.Advice {
	r := p.run
	a := model.Advice{Action: model.ActionWait, Target: r.To}
	switch r.State {
	case model.RunWaiting:
		a.Text = fmt.Sprintf("%s of %s to %s waits for an answer: %s", r.Kind, p.cfg.Name, r.To, r.Question)
	case model.RunInterrupted, model.RunUnknown:
		a.Text = fmt.Sprintf("%s of %s to %s is %s at step %s: resume it", r.Kind, p.cfg.Name, r.To, r.State, r.CurrentStep())
		if r.CanAbort() {
			a.Text += " or abort it"
		}
	default:
		a.Text = fmt.Sprintf("%s of %s to %s is under way, at step %s", r.Kind, p.cfg.Name, r.To, r.CurrentStep())
	}
	return a
}

// adviseUnclear is for an active cluster of which nothing firm can be said.
func (w *Watch) adviseUnclear(p *pipeline, s *seat, now time.Time) model.Advice {
	c := s.cluster
	if w.offline {
		return w.adviseOffline(p, s, now)
	}
	switch {
	case c.dns >= 2:
		return model.Advice{Action: model.ActionCheckConsole, Text: fmt.Sprintf(
			"the name of %s does not resolve from here: check this console's network and the endpoint in the configuration", c.cfg.Name)}
	case w.halted(now):
		return model.Advice{Action: model.ActionChainHalted, Text: fmt.Sprintf(
			"every cluster stands at slot %d or near it: the chain itself has halted; wait, no failover helps", c.slots.Max)}
	case c.verdict == model.ClusterBlip:
		return model.Advice{Action: model.ActionWait, Text: fmt.Sprintf("%s; %s: wait", c.reason, c.outlook)}
	}
	return model.Advice{Action: model.ActionWait, Text: c.reason + ": wait for evidence"}
}

// adviseOffline is for a console that reaches no cluster at all. The clients'
// own metrics are the other vantage point: only where they show one cluster
// carrying data and the other not is a failover called for.
func (w *Watch) adviseOffline(p *pipeline, s *seat, now time.Time) model.Advice {
	a := model.Advice{Action: model.ActionCheckConsole, Text: "no cluster can be reached from here: check this console's network"}
	if s.progresses(now, &w.rules) {
		a.Text += fmt.Sprintf("; the client of %s at %s goes on", p.cfg.Name, p.active)
		return a
	}
	still := s.still(now, p.settled())
	if !s.seen(now, &w.rules) || still < w.rules.DownAfter || w.othersMove(p, s.cluster, now) != "" {
		return a
	}
	for _, t := range p.order {
		if t == s || w.othersMove(p, t.cluster, now) == "" {
			continue
		}
		return model.Advice{Action: model.ActionFailOver, Target: t.cluster.cfg.Name, Text: fmt.Sprintf(
			"no cluster can be reached from here, but clients' own metrics show data from %s and none from %s for %s: fail %s over to %s",
			t.cluster.cfg.Name, p.active, model.Span(still), p.cfg.Name, t.cluster.cfg.Name)}
	}
	return a
}

// othersMove names another pipeline that clearly goes on at a cluster; "" where
// there is none. Its progress must be younger than what counts for p itself, or
// clients that all stopped together would accuse the first of them.
func (w *Watch) othersMove(p *pipeline, c *cluster, now time.Time) string {
	for _, o := range w.pipelines {
		s := o.seats[c.cfg.Name]
		if o == p || s == nil || o.active != c.cfg.Name || s.lastMove().IsZero() {
			continue
		}
		if now.Sub(s.lastMove()) <= w.rules.progressAge()/2 {
			return o.cfg.Name
		}
	}
	return ""
}

// adviseAnswering is for an active cluster that is healthy or degraded.
func (w *Watch) adviseAnswering(p *pipeline, s *seat, now time.Time) model.Advice {
	c := s.cluster
	switch p.verdict {
	case model.PipelineSubscriberLost, model.PipelineSubscriberStale:
		from := "cursor + 1"
		if s.cursor != nil {
			from = fmt.Sprintf("slot %d (cursor + 1)", s.cursor.Slot+1)
		}
		return model.Advice{Action: model.ActionRecreateSubscriber, Target: p.active, Text: fmt.Sprintf(
			"%s: create it there again from %s; fail over only if it will not be created", p.reason, from)}
	case model.PipelineClientDown:
		return model.Advice{Action: model.ActionCheckYourSide, Text: fmt.Sprintf(
			"%s, while %s is %s: check its host, network and deployment; do not fail over", p.reason, p.active, c.verdict)}
	case model.PipelineSilent:
		if other := w.othersMove(p, c, now); other != "" {
			return model.Advice{Action: model.ActionCheckYourSide, Text: fmt.Sprintf(
				"%s; %s streams from the same cluster: check the client of %s; do not fail over", p.reason, other, p.cfg.Name)}
		}
		return model.Advice{Action: model.ActionAskSupport, Text: fmt.Sprintf(
			"%s: ask the provider's support before failing over; tell them the subscriber %s and the times", p.reason, p.cfg.Subscriber)}
	}
	if c.verdict == model.ClusterDegraded {
		return model.Advice{Action: model.ActionAskSupport, Text: fmt.Sprintf(
			"%s: ask the provider's support before failing over, and tell them these figures", c.reason)}
	}
	switch p.verdict {
	case model.PipelineFallingBehind:
		if mean := c.calls.latency(); mean > w.rules.Latency/2 && !w.anyStreams(c) {
			return model.Advice{Action: model.ActionAskSupport, Text: fmt.Sprintf(
				"%s, and no pipeline streams from %s, which takes %s to answer: ask the provider's support before failing over, and tell them these figures",
				p.reason, p.active, mean.Round(time.Millisecond))}
		}
		return model.Advice{Action: model.ActionCheckYourSide, Text: fmt.Sprintf(
			"%s while %s is healthy: check the client's host, network and load; do not fail over", p.reason, p.active)}
	case model.PipelineUnknown:
		return model.Advice{Action: model.ActionNone, Text: p.reason}
	}
	return w.adviseHome(p, now)
}

// anyStreams reports whether a pipeline that is active on a cluster does well
// there. Where none does, it is hardly the clients.
func (w *Watch) anyStreams(c *cluster) bool {
	for _, p := range w.pipelines {
		if p.active == c.cfg.Name && (p.verdict == model.PipelineStreaming || p.verdict == model.PipelineCatchingUp) {
			return true
		}
	}
	return false
}

// adviseHome is for a pipeline that does well: nothing to do, or the way back.
func (w *Watch) adviseHome(p *pipeline, now time.Time) model.Advice {
	home := w.byCluster[p.cfg.Home]
	if p.active == p.cfg.Home || home == nil || p.verdict != model.PipelineStreaming {
		return model.Advice{Action: model.ActionNone, Text: p.cfg.Name + ": " + p.reason}
	}
	if home.stableSince.IsZero() {
		return model.Advice{Action: model.ActionNone, Text: fmt.Sprintf(
			"%s streams from %s; its home %s is %s", p.cfg.Name, p.active, p.cfg.Home, word(home.verdict))}
	}
	stable := now.Sub(home.stableSince)
	if stable < w.rules.Stability {
		return model.Advice{Action: model.ActionNone, Text: fmt.Sprintf(
			"%s streams from %s; its home %s has been healthy for %s of the %s before a failback",
			p.cfg.Name, p.active, p.cfg.Home, model.Span(stable), model.Span(w.rules.Stability))}
	}
	return model.Advice{Action: model.ActionFailBack, Target: p.cfg.Home, Text: fmt.Sprintf(
		"%s, the home of %s, has been healthy for %s: fail back in a quiet window, or stay and make %s the home in the configuration",
		p.cfg.Home, p.cfg.Name, model.Span(stable), p.active)}
}

// word is a verdict as a person reads it.
func word(v model.ClusterVerdict) string {
	if v == model.ClusterRefusingUs {
		return "refusing us"
	}
	return string(v)
}
