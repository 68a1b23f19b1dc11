package ui

import "github.com/fumtui/fumtui/model"

// MoveBlocked says why no run of a pipeline can begin now; "" where one can.
func MoveBlocked(snap *model.Snapshot, p *model.PipelineState) string {
	switch {
	case underWay(p) != nil:
		return unendedRun(p)
	case len(Targets(snap, p)) == 0:
		return clean(p.Name) + " has no client at another cluster"
	}
	return ""
}

// FailbackBlocked says why a pipeline cannot be failed back now.
func FailbackBlocked(snap *model.Snapshot, p *model.PipelineState) string {
	if why := MoveBlocked(snap, p); why != "" {
		return why
	}
	if p.Active == p.Home {
		return clean(p.Name) + " is active at its home, " + clean(p.Home) + ", already"
	}
	return ""
}

// RecreateBlocked says why a pipeline's subscriber is not made again.
func RecreateBlocked(p *model.PipelineState) string {
	switch {
	case underWay(p) != nil:
		return unendedRun(p)
	case p.Advice.Action == model.ActionRecreateSubscriber,
		p.Verdict == model.PipelineSubscriberLost, p.Verdict == model.PipelineSubscriberStale:
		return ""
	}
	return "the subscriber of " + clean(p.Name) + " at " + clean(p.Active) + " is neither lost nor stale"
}

// HomeBlocked says why a pipeline gets no new home.
func HomeBlocked(p *model.PipelineState) string {
	switch {
	case underWay(p) != nil:
		return unendedRun(p)
	case p.Active == "":
		return "it is not known where " + clean(p.Name) + " is active"
	case p.Active == p.Home:
		return clean(p.Name) + " is active at its home, " + clean(p.Home)
	}
	return ""
}

// HomeMeaning says what it means to make another cluster the home of a pipeline.
func HomeMeaning(pipeline, cluster, was string) string {
	return clean(pipeline) + " is active on " + clean(cluster) + ", and its home is " + clean(was) + ". " +
		"With this " + clean(cluster) + " becomes its home: the advice to fail back to " + clean(was) + " goes away, and a failback leads to " +
		clean(cluster) + " from then on. Nothing is stopped or moved, and it is written into the audit trail. " +
		"It holds until the home is changed in the configuration, or another is chosen in this way."
}

func unendedRun(p *model.PipelineState) string {
	return "a run of " + clean(p.Name) + " has not ended"
}

// Targets are the clusters that a pipeline can be moved to: those where it has a
// client, which are those where its subscriber is looked for.
func Targets(snap *model.Snapshot, p *model.PipelineState) []string {
	var out []string
	for i := range snap.Clusters {
		name := snap.Clusters[i].Name
		if _, client := p.Seat(name); name != p.Active && (client || len(p.Seats) == 0) {
			out = append(out, name)
		}
	}
	return out
}

// AbortBlocked says why a run cannot be given up, wherever it is driven; "" where
// it can.
func AbortBlocked(r *model.Run) string {
	switch {
	case r.State.Ended():
		return "the run has ended"
	case !r.CanAbort():
		return whyForward(r)
	}
	return ""
}
