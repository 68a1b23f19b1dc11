package health

import (
	"time"

	"github.com/fumtui/fumtui/model"
)

// patience is that of the client at the active cluster.
func (x pipelineCase) patience() time.Duration {
	if x.s == nil {
		return x.r.progressAge()
	}
	return x.s.patience(x.r)
}

// suffers reports whether the active cluster is out and the pipeline with it: its
// client makes no progress, or none but that with which the cluster crawls.
func (x pipelineCase) suffers() bool {
	return isOut(x) && (x.s.stuck(x.now, x.settled(), x.r) || x.crawls())
}

// crawls reports whether the client goes on only at the pace of a stalled
// cluster that crawls: nothing is left there for it to consume. One that has only
// just gone on may show that the cluster does too.
func (x pipelineCase) crawls() bool {
	return x.clusterIs(model.ClusterStalled) && x.s.progresses(x.now, x.r) && !x.clientSeesMore() &&
		!x.s.doneFrom.IsZero() && x.s.lastMove().Sub(later(x.s.crawlsFrom(), x.settled())) >= x.patience()
}

// crawlsFrom is since when what the client gets done may be no more than what
// its cluster makes.
func (s *seat) crawlsFrom() time.Time {
	return later(later(s.doneFrom, s.backAt), s.watchedFrom)
}

// noteBacklog notes how much a cluster still has for the client: within noise it
// has nothing, and again something beyond twice of that.
func (s *seat) noteBacklog(at time.Time, left, noise uint64) {
	switch {
	case left > 2*noise:
		s.doneFrom = time.Time{}
	case left <= noise && s.doneFrom.IsZero():
		s.doneFrom = at
	}
}

// goesOnWith reports whether another pipeline's going on at the active cluster
// tells that the cluster serves it: not where that pipeline only crawls along with
// a stalled one.
func (x pipelineCase) goesOnWith(other *pipeline) bool {
	if !x.clusterIs(model.ClusterStalled) {
		return true
	}
	y := pipelineCase{x.w, other, other.at, other.rules, x.now}
	return !y.crawls()
}

// othersMove finds another pipeline that clearly goes on at the active cluster.
func (x pipelineCase) othersMove() *pipeline {
	if p := x.p.otherMoves(x.s.cluster, x.now); p != nil && x.goesOnWith(p) {
		return p
	}
	return nil
}

// othersWent is the same for one that has gone on there for a progress age.
func (x pipelineCase) othersWent() *pipeline {
	if p := x.p.otherMoved(x.s.cluster, x.now, x.now.Add(-x.r.progressAge())); p != nil && x.goesOnWith(p) {
		return p
	}
	return nil
}

// othersMay finds another pipeline active there whose newest progress may still
// be followed by more, because its client pauses that long between commits.
func (x pipelineCase) othersMay() *pipeline {
	return x.other(func(p *pipeline) bool { return p.at.progresses(x.now, p.rules) && x.goesOnWith(p) })
}

// seesTip finds a pipeline active at the active cluster whose client shows that
// its tip moves on: this one, or else another.
func (x pipelineCase) seesTip() *pipeline {
	if x.s.tipGoes(x.now, x.r) {
		return x.p
	}
	return x.other(func(p *pipeline) bool { return p.at.tipGoes(x.now, p.rules) })
}

// other finds another pipeline that is active at the same cluster and fits; nil
// where there is none.
func (x pipelineCase) other(fits func(*pipeline) bool) *pipeline {
	for _, p := range x.w.pipelines {
		if p != x.p && p.at != nil && p.at.cluster == x.s.cluster && fits(p) {
			return p
		}
	}
	return nil
}
