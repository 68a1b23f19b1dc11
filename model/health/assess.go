package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// Assess says what all evidence so far means at this moment. The states share
// nothing with the watch that later evidence would change.
func (w *Watch) Assess(now time.Time) ([]model.ClusterState, []model.PipelineState) {
	w.tick(now)
	clusters := make([]model.ClusterState, 0, len(w.clusters))
	for _, c := range w.clusters {
		clusters = append(clusters, w.clusterState(c, now))
	}
	room := newRoom(w.pipelines)
	pipelines := make([]model.PipelineState, len(w.pipelines))
	for i, p := range w.pipelines {
		w.pipelineState(&pipelines[i], p, room, now)
	}
	return clusters, pipelines
}

// tick brings every verdict up to now.
func (w *Watch) tick(now time.Time) {
	if w.now.Sub(now) > w.rules.MaxAge {
		w.setBack(now)
	}
	w.now = later(w.now, now)
	w.ticks++
	w.comeBack(now)
	w.sumUp(now)
	for _, c := range w.clusters {
		w.step(c, now)
	}
	for _, c := range w.clusters {
		c.keep(now, &w.rules)
		x := clusterCase{w, c, now}
		c.reason, c.outlook = c.rule.says(x), ""
		if c.rule.change != nil {
			c.outlook = c.rule.change(x)
		}
		c.line = model.Fact{
			Vantage: model.VantageConsole, Cluster: c.cfg.Name, At: c.lastAt, Old: !c.fresh(now, &w.rules), Says: c.reason,
		}
		c.canaryLine = model.Fact{}
		if c.canary.on(now, &w.rules) {
			c.canaryLine = c.canaryFact(now, &w.rules)
		}
	}
	w.halted = w.chainHalted(now)
	for _, p := range w.pipelines {
		w.judge(p, now)
	}
}

// setBack follows a clock that was set back: what this watch noted of later than
// now cannot be compared any more.
func (w *Watch) setBack(now time.Time) {
	w.now = now
	for _, p := range w.pipelines {
		if p.activeFrom.After(now) {
			p.activeFrom = now
		}
		if p.lastFailover.After(now) {
			p.lastFailover = now
		}
	}
}

// room is where the parts of many states are kept side by side, so that a tick
// takes a few large pieces of memory and not many small ones.
type room struct {
	seats   []model.SeatState
	clients []model.ClientState
	facts   []model.Fact
	numbers []float64
	lags    []int64
	spans   []time.Duration
	texts   texts
}

// newRoom has room for the states of these pipelines.
func newRoom(pipelines []*pipeline) *room {
	seats, clients, facts := 0, 0, 0
	for _, p := range pipelines {
		seats += len(p.order)
		facts += len(p.order) + 4
		if p.at == nil || p.at.cluster.canaryLine.Kind == "" {
			facts--
		}
		if p.lastFailover.IsZero() {
			facts--
		}
		for _, s := range p.order {
			if !s.lookAt.IsZero() {
				clients++
			}
		}
	}
	return &room{
		seats:   make([]model.SeatState, 0, seats),
		clients: make([]model.ClientState, 0, clients),
		facts:   make([]model.Fact, 0, facts),
		numbers: make([]float64, 0, 3*len(pipelines)),
		lags:    make([]int64, 0, 2*len(pipelines)),
		spans:   make([]time.Duration, 0, seats),
	}
}

// number keeps a number, and gives nil for one that is not known.
func (r *room) number(x float64, ok bool) *float64 {
	if !ok {
		return nil
	}
	r.numbers = append(r.numbers, x)
	return &r.numbers[len(r.numbers)-1]
}

// lag keeps a lag.
func (r *room) lag(x int64) *int64 {
	r.lags = append(r.lags, x)
	return &r.lags[len(r.lags)-1]
}

// span keeps a length of time.
func (r *room) span(x time.Duration) *time.Duration {
	r.spans = append(r.spans, x)
	return &r.spans[len(r.spans)-1]
}

// clusterState is the picture of a cluster.
func (w *Watch) clusterState(c *cluster, now time.Time) model.ClusterState {
	r := &w.rules
	s := model.ClusterState{
		Name: c.cfg.Name, Region: c.cfg.Region, Endpoint: c.cfg.Endpoint,
		Verdict: c.verdict, Since: c.since, Reason: c.reason, Outlook: c.outlook, StableSince: c.stableSince,
		ServiceVersion: c.version, RTT: c.rtt, Tip: c.tip, Slots: c.slots, SlotsAt: c.slotsAt,
		SlotsOld: !young(c.slotsAt, now, r),
		Failure:  c.failure, AnsweredAt: c.answeredAt, Canary: c.canary.state(now, r),
	}
	if rate, ok := c.pace.rate(); ok && young(c.slotsAt, now, r) {
		s.SlotsPerSecond = &rate
	}
	if rate, ok := c.tips.rate(); ok && young(c.tipAt, now, r) {
		s.TipPerSecond = &rate
	}
	if errors, n := c.calls.errorRate(); n > 0 && c.fresh(now, r) {
		s.ErrorRate = &errors
		if mean := c.calls.latency(); mean > 0 {
			s.MeanRTT = &mean
		}
	}
	if slots, ok := w.behind(c, now); ok {
		s.Behind = &slots
	}
	if phi, ok := c.suspicion(now, r); ok {
		s.Suspicion = &phi
	}
	return s
}

// suspicion is how unusual the silence of a cluster is, while it is looked at.
func (c *cluster) suspicion(now time.Time, r *Rules) (phi float64, ok bool) {
	if c.answeredAt.IsZero() || !c.fresh(now, r) {
		return 0, false
	}
	return c.pauses.Phi(now.Sub(c.answeredAt))
}

// pipelineState fills in the picture of a pipeline.
func (w *Watch) pipelineState(state *model.PipelineState, p *pipeline, room *room, now time.Time) {
	x := pipelineCase{w, p, p.at, p.rules, now}
	p.reason = p.rule.says(x)
	*state = model.PipelineState{
		Name: p.cfg.Name, Subscriber: p.cfg.Subscriber, Home: p.cfg.Home, Active: p.active,
		Verdict: p.verdict, Since: p.since, Reason: p.reason, Run: p.run,
	}
	first := len(room.seats)
	for _, s := range p.order {
		at := s.state(room, now, x.r)
		if p.at != nil && p.at.cursor != nil {
			at.Left = s.cluster.reserve(p.at.cursor.Slot, now, &w.rules, room)
		}
		room.seats = append(room.seats, at)
	}
	state.Seats = room.seats[first:len(room.seats):len(room.seats)]
	w.measures(state, x, room)
	w.advise(state, x, room)
	state.WayBack = x.wayBack()
}

// state is the picture of a seat.
func (s *seat) state(room *room, now time.Time, r *Rules) model.SeatState {
	at := model.SeatState{
		Cluster: s.cluster.cfg.Name, Subscriber: s.subscriber(now, r),
		Cursor: s.cursor, CursorAt: s.cursorAt, CursorOld: !young(s.cursorAt, now, r),
	}
	if !s.lookAt.IsZero() {
		room.clients = append(room.clients, model.ClientState{
			Scraped: s.scraped(now, r), Failure: s.scrapeFail, Metrics: *s.metrics, At: s.scrapeAt,
		})
		at.Client = &room.clients[len(room.clients)-1]
	}
	return at
}

// reserve is how long until the slot after a cursor leaves the window of this
// cluster, were that cursor to stand; nil where that is not known, and while the
// window stands.
func (c *cluster) reserve(cursor model.Slot, now time.Time, r *Rules, room *room) *time.Duration {
	if c.slots == nil || (c.windowStands(now, r) && cursor+1 >= c.slots.Min) {
		return nil
	}
	return room.span(untilGone(cursor+1, *c.slots, now.Sub(c.slotsAt), r.SlotsPerSecond))
}

// measures fills in what is measured at the active cluster.
func (w *Watch) measures(state *model.PipelineState, x pipelineCase, room *room) {
	s := x.s
	if s == nil {
		return
	}
	if lag, ok := s.lag(x.now, x.r); ok {
		state.LagOffsets = room.lag(lag)
	}
	if c := s.cluster; s.cursor != nil && c.slots != nil && young(c.slotsAt, x.now, x.r) {
		state.LagSlots = room.lag(int64(model.SlotsBetween(s.cursor.Slot, c.slots.Max)))
	}
	if rate, ok := s.consumed.rate(); ok && s.scraped(x.now, x.r) {
		state.ConsumedPerSecond = room.number(rate, true)
	}
	if rate, ok := s.cursors.rate(); ok && young(s.cursorAt, x.now, x.r) {
		state.CursorPerSecond = room.number(rate, true)
	}
	if x.p.verdict == model.PipelineCatchingUp {
		if e, ok := x.toGo(); ok {
			state.ToGo = &e
		}
	}
	if last := s.lastMove(); !last.IsZero() && s.seen(x.now, x.r) {
		state.Suspicion = room.number(s.pauses.Phi(x.now.Sub(last)))
	}
}
