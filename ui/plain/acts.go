package plain

import (
	"context"
	"slices"
	"strings"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/ui"
)

// noEpoch is below the epoch of any lease.
const noEpoch = -1

// planOnly plans a cutover, and asks nothing.
func (s *session) planOnly(args []string) { s.planCutover(args, true) }

// cutover plans a cutover, and asks.
func (s *session) cutover(args []string) { s.planCutover(args, false) }

func (s *session) planCutover(args []string, only bool) {
	p := s.pipeline(args)
	if p == nil || s.refused(ui.MoveBlocked(s.snap, p)) {
		return
	}
	targets := ui.Targets(s.snap, p)
	to := targets[0]
	switch {
	case len(args) > 1:
		if at := slices.IndexFunc(targets, func(t string) bool { return t == args[1] || tidy(t) == args[1] }); at >= 0 {
			to = targets[at]
			break
		}
		s.print("The pipeline " + tidy(p.Name) + " cannot be moved to " + args[1] + ", but to " + several(tidyAll(targets)) + ".")
		return
	case len(targets) > 1:
		s.print("Name the cluster: " + several(tidyAll(targets)) + ".")
		return
	}
	s.planWith(model.Request{Pipeline: p.Name, To: to}, args, 2, only)
}

// planWith plans with what was chosen about the run, by the words after the first.
func (s *session) planWith(req model.Request, args []string, first int, only bool) {
	if why := ui.ReadChoices(args[min(first, len(args)):], &req); why != "" {
		s.print(upper(stop(tidy(why))) + " Nothing was done.")
		return
	}
	s.makePlan(req, only)
}

func tidyAll(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = tidy(n)
	}
	return out
}

// refused says why something cannot be done, if there is a reason.
func (s *session) refused(why string) bool {
	if why != "" {
		s.print("Not now: " + stop(why))
	}
	return why != ""
}

// failback plans to move a pipeline home.
func (s *session) failback(args []string) {
	if p := s.pipeline(args); p != nil && !s.refused(ui.FailbackBlocked(s.snap, p)) {
		s.planWith(model.Request{Pipeline: p.Name, To: p.Home}, args, 1, false)
	}
}

// recreate plans to make a subscriber again where it is.
func (s *session) recreate(args []string) {
	if p := s.pipeline(args); p != nil && !s.refused(ui.RecreateBlocked(p)) {
		s.planWith(model.Request{Pipeline: p.Name, To: p.Active, Recreate: true}, args, 1, false)
	}
}

// mode plans again in another mode.
func (s *session) mode(args []string) {
	req := s.req
	if req.Pipeline == "" {
		s.print("There is no plan whose mode could be changed: type cutover first.")
		return
	}
	if s.made != nil {
		req.Mode = s.made.Mode
	}
	req.Mode = ui.NextMode(req.Mode)
	if len(args) > 0 {
		if req.Mode = model.Mode(args[0]); !slices.Contains([]model.Mode{model.Planned, model.Reactive, model.Hybrid}, req.Mode) {
			s.print("A mode is planned, reactive or hybrid.")
			return
		}
	}
	s.makePlan(req, s.only)
}

// force plans a refused failback again.
func (s *session) force([]string) {
	if s.made == nil || !forcible(s.made) {
		s.print("Only for a refused failback.")
		return
	}
	req := s.req
	req.Force = true
	s.makePlan(req, s.only)
}

// forcible reports whether a plan with force may help.
func forcible(p *model.Plan) bool {
	return p.Kind == model.Failback && p.Worst() == model.CheckRefuse && !p.Request.Force
}

// planAgain asks anew.
func (s *session) planAgain([]string) {
	if s.again == nil {
		s.print("Nothing was planned or asked yet.")
		return
	}
	s.ask = nil
	s.again(s)
}

// makePlan asks for a plan. Only to be read, it is not asked about.
func (s *session) makePlan(req model.Request, only bool) {
	s.cancel("a plan is being made")
	s.seq++
	s.req, s.only, s.made, s.making = req, only, nil, !only
	s.again = func(s *session) { s.makePlan(req, only) }
	s.print("Making the plan: looking at both clusters, the cursor and the hooks. Nothing is changed by this.")
	seq, operator := s.seq, s.opts.Operator
	s.asked(func(ctx context.Context) func(*session) {
		plan, err := operator.Plan(ctx, req)
		return func(s *session) {
			if seq == s.seq {
				s.making = false
				s.planned(&plan, err, only)
			}
		}
	})
}

// planned prints a plan, and asks whether to do it.
func (s *session) planned(plan *model.Plan, err error, only bool) {
	if err != nil {
		s.print("No plan could be made: " + stop(tidy(err.Error())) + " Nothing was done; plan-again plans again.")
		return
	}
	s.made = plan
	s.print(planLines(plan)...)
	switch {
	case plan.NoOp != "":
		return
	case plan.Worst() == model.CheckRefuse:
		text := "Refused: this plan cannot be executed, because of " + refusals(plan) + ". The checks above say what mends it. Nothing was done; plan-again plans again."
		if forcible(plan) {
			text += " Type force to plan again without the wait for home to have been stable; that is recorded."
		}
		s.print(text)
		return
	case plan.Worst() == model.CheckAsk:
		s.print("The run will ask, before anything is touched, what the check above says.")
	}
	if only {
		words := append([]string{"cutover", tidy(plan.Request.Pipeline), tidy(plan.To)}, ui.ChoiceWords(&plan.Request)...)
		s.print("Nothing is asked. To do it, type " + strings.Join(words, " ") + ".")
		return
	}
	about := "the " + tidy(plan.Kind) + " of " + tidy(plan.Request.Pipeline) + " to " + tidy(plan.To)
	again := s.again
	s.askFor(question{about: about, want: plan.To, what: "the target", do: func(s *session, _ string) { s.execute(*plan) }}, "to begin", again)
}

// execute begins the run of a plan that was confirmed.
func (s *session) execute(plan model.Plan) {
	operator := s.opts.Operator
	about := "the " + tidy(plan.Kind) + " of " + tidy(plan.Request.Pipeline)
	s.print(upper(about) + " begins.")
	s.confirmed(func(ctx context.Context) func(*session) {
		id, err := operator.Execute(ctx, plan)
		return func(s *session) {
			if err != nil {
				s.print(upper(about) + " did not begin: " + stop(tidy(err.Error())) + " Type plan-again to plan again.")
				return
			}
			s.drivenHere(id, plan.Request.Pipeline, noEpoch)
			s.print("Run " + tidy(id) + " is driven by this console. Its steps are told as they go.")
		}
	})
}

// drivenHere notes a run that was begun or taken up here.
func (s *session) drivenHere(id, pipeline string, after int64) {
	s.driven[id] = drivenRun{pipeline: pipeline, begun: s.now, after: after}
}

// home asks whether the cluster where a pipeline is active is to be its home.
func (s *session) home(args []string) {
	p := s.pipeline(args)
	if p == nil || s.refused(ui.HomeBlocked(p)) {
		return
	}
	name, cluster, was := p.Name, p.Active, p.Home
	s.print(ui.HomeMeaning(name, cluster, was))
	s.askFor(question{
		about: "a new home for " + tidy(name), want: cluster, what: "the cluster",
		moved: func(s *session) string {
			if now, _ := s.snap.Pipeline(name); now.Active != cluster || now.Home != was || ui.HomeBlocked(&now) != "" {
				return "the pipeline moved on since this was printed"
			}
			return ""
		},
		do: func(s *session, _ string) { s.setHome(name, cluster) },
	}, "to make it the home", func(s *session) { s.home([]string{tidy(name)}) })
}

func (s *session) setHome(name, cluster string) {
	operator := s.opts.Operator
	s.confirmed(func(ctx context.Context) func(*session) {
		err := operator.SetHome(ctx, name, cluster)
		return func(s *session) {
			if err != nil {
				s.print("The home of " + tidy(name) + " was not changed: " + stop(tidy(err.Error())))
				return
			}
			s.print("The home of " + tidy(name) + " is " + tidy(cluster) + " now.")
		}
	})
}

// switchCanary turns the canary on or off: the other way where that is not said.
func (s *session) switchCanary(args []string) {
	port := s.opts.Canary
	if port == nil {
		s.print("The canary cannot be switched here.")
		return
	}
	on := !slices.ContainsFunc(s.snap.Clusters, func(c model.ClusterState) bool { return c.Canary != nil })
	if len(args) > 0 {
		if on = args[0] == "on"; !on && args[0] != "off" {
			s.print("Type canary on, or canary off.")
			return
		}
	}
	how := map[bool]string{true: "on", false: "off"}[on]
	s.asked(func(ctx context.Context) func(*session) {
		err := port.SetCanary(ctx, on)
		return func(s *session) {
			switch {
			case err != nil:
				s.print("Switching the canary " + how + " failed: " + stop(tidy(err.Error())))
			case on:
				s.print("The canary is on: fumtui makes a small subscriber of its own in each cluster.")
			default:
				s.print("The canary is off: fumtui removes its own subscribers.")
			}
		}
	})
}

// fault breaks or heals a cluster of the demo.
func (s *session) fault(args []string) {
	port := s.opts.Faults
	if len(args) < 2 {
		s.print("Type fault with a cluster and heal, or one of these:")
		for _, k := range port.Kinds() {
			s.print(stop(tidy(k.Name) + ": " + tidy(k.About)))
		}
		return
	}
	cluster, kind := args[0], args[1]
	s.asked(func(ctx context.Context) func(*session) {
		err := error(nil)
		if kind == "heal" {
			err = port.Heal(ctx, cluster)
		} else {
			err = port.Fault(ctx, cluster, kind)
		}
		return func(s *session) {
			if err != nil {
				s.print("That failed: " + stop(tidy(err.Error())))
				return
			}
			s.print(strings.TrimSpace("Done: " + cluster + " " + kind + "."))
		}
	})
}
