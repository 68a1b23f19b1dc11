package plain

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// evacuationDegree is how many pipelines are planned or moved at once.
const evacuationDegree = 16

// evacuate plans to move the pipelines of a cluster, and asks.
func (s *session) evacuate(args []string) {
	if len(args) == 0 {
		s.print("Name the cluster to be emptied: " + several(s.clusters("")) + ".")
		return
	}
	from, ok := s.cluster(args[0])
	if !ok {
		s.print("There is no cluster " + args[0] + ", but " + several(s.clusters("")) + ".")
		return
	}
	args = args[1:]
	if len(s.snap.Clusters) < 2 {
		s.print("There is no other cluster to move to.")
		return
	}
	others := s.clusters(from)
	ev := failover.Evacuation{From: from, Degree: evacuationDegree}
	if len(args) > 0 {
		if to, ok := s.cluster(args[0]); ok {
			ev.To, args = to, args[1:]
		}
	}
	switch {
	case ev.To == "" && len(others) == 1:
		ev.To, _ = s.cluster(others[0])
	case ev.To == "":
		s.print("Name the cluster to move to: " + several(others) + ".")
		return
	}
	for _, name := range args {
		p := s.pipeline([]string{name})
		if p == nil {
			return
		}
		ev.Only = append(ev.Only, p.Name)
	}
	s.planEvacuation(ev)
}

// clusters are the names of all but one.
func (s *session) clusters(but string) []string {
	var out []string
	for i := range s.snap.Clusters {
		if name := s.snap.Clusters[i].Name; name != but {
			out = append(out, tidy(name))
		}
	}
	if len(out) == 0 {
		return []string{"none"}
	}
	return out
}

// cluster finds a cluster by what was typed.
func (s *session) cluster(typed string) (string, bool) {
	for i := range s.snap.Clusters {
		if name := s.snap.Clusters[i].Name; name == typed || tidy(name) == typed {
			return name, true
		}
	}
	return "", false
}

func (s *session) planEvacuation(ev failover.Evacuation) {
	s.cancel("plans are being made")
	s.seq++
	s.req, s.made, s.making = model.Request{}, nil, true
	s.again = func(s *session) { s.planEvacuation(ev) }
	s.print("Making the plans: looking at both clusters, the cursors and the hooks. Nothing is changed by this.")
	seq, operator := s.seq, s.opts.Operator
	s.asked(func(ctx context.Context) func(*session) {
		plan, err := operator.PlanEvacuation(ctx, ev)
		return func(s *session) {
			if seq == s.seq {
				s.making = false
				s.evacuationPlanned(&plan, err)
			}
		}
	})
}

func (s *session) evacuationPlanned(plan *failover.EvacuationPlan, err error) {
	if err != nil {
		s.print("No plan could be made: " + stop(tidy(err.Error())) + " Nothing was done; plan-again plans again.")
		return
	}
	lines, moving := evacuationLines(plan)
	s.print(lines...)
	switch {
	case len(plan.Pipelines) == 0:
		s.print("Nothing to do: no pipeline is active on " + tidy(plan.From) + ".")
	case moving == 0:
		s.print("Refused: none of these can be moved now. Nothing was done; plan-again plans again.")
	default:
		s.askFor(question{
			about: "the evacuation of " + tidy(plan.From) + " to " + tidy(plan.To), want: plan.To, what: "the target",
			do: func(s *session, _ string) { s.empties(plan) },
		}, "to move "+model.Units(moving, "pipeline"), s.again)
	}
}

// empties begins the runs of an evacuation that was confirmed.
func (s *session) empties(plan *failover.EvacuationPlan) {
	operator, post, from := s.opts.Operator, s.post, plan.From
	s.empty[from] = true
	s.print("The evacuation of " + tidy(from) + " begins.")
	before := map[string]int64{}
	for i := range plan.Pipelines {
		if r := plan.Pipelines[i].Run; r != nil {
			before[r.ID] = r.Epoch
		}
	}
	tally := map[string]int{}
	observe := failover.EvacuationObserver{
		Begun: func(pipeline, run string, _ bool) {
			post(func(s *session) {
				after := int64(noEpoch)
				if epoch, ok := before[run]; ok {
					after = epoch
				}
				s.drivenHere(run, pipeline, after)
			})
		},
		Ended: func(r failover.EvacuationResult) {
			post(func(s *session) {
				how := string(r.Run.State)
				if !r.Begun {
					how = "not begun"
					s.tell("Pipeline "+tidy(r.Pipeline)+": its run was not begun: "+stop(tidy(errorText(r.Err))), s.now)
				}
				tally[how]++
			})
		},
	}
	over := func() {
		post(func(s *session) {
			delete(s.empty, from)
			s.tell("The evacuation of "+tidy(from)+" is over: "+tallyText(tally)+".", s.now)
		})
	}
	s.asked(func(ctx context.Context) func(*session) {
		err := operator.Evacuate(ctx, *plan, observe, over)
		return func(s *session) {
			if err != nil {
				delete(s.empty, from)
				s.print("The evacuation did not begin: " + stop(tidy(err.Error())))
			}
		}
	})
}

func errorText(err error) string {
	if err == nil {
		return "it is not known why"
	}
	return err.Error()
}

// tallyText is how many became what.
func tallyText(tally map[string]int) string {
	var parts []string
	for how, n := range tally {
		parts = append(parts, model.Count(n)+" "+tidy(how))
	}
	slices.SortFunc(parts, cmp.Compare)
	return strings.Join(parts, ", ")
}
