package change

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fumtui/fumtui/model"
)

// Fact is one thing that a snapshot says.
type Fact struct {
	About string // its identity: two facts with the same one are the same, at two moments
	State string // how it stands: where that differs, it changed
	Text  string // the same in a line, clean and without a time; "": nothing is to be told
	Of    string // the cluster or pipeline it is about; "" for this console
	Alert model.Alert
	// Many is what several pipelines that stand so have in common; "": they have
	// nothing, and are told one by one.
	Many string
	Run  *model.Run // the run that it is about; nil without one
	// Quiet: it is as it should be, and nothing unless it was otherwise before, or
	// that of which it is a part was told of.
	Quiet  bool
	PartOf string
	// Passing: where a snapshot does not have it, it is over.
	Passing bool
	// Echo: it says no more than the run that is under way.
	Echo bool
	// Slow: it changes all the time, and is worth a line now and then.
	Slow bool
}

// Facts are what a snapshot says: of the console, of the clusters, then of the
// pipelines, in the order of the configuration, and of a run in the order of its
// steps.
func Facts(snap *model.Snapshot) []Fact {
	var all []Fact
	for _, n := range snap.Notices {
		text := tidy(n)
		all = append(all, Fact{About: "notice " + text, State: text, Text: "console: " + text, Alert: model.AlertWarning, Passing: true})
	}
	for i := range snap.Clusters {
		all = append(all, ofCluster(&snap.Clusters[i])...)
	}
	for i := range snap.Pipelines {
		all = append(all, ofPipeline(snap, &snap.Pipelines[i])...)
	}
	return all
}

// Over are, in order, the facts told that have passed: they are not among those
// that a snapshot says.
func Over(told map[string]Fact, facts []Fact) []Fact {
	var out []Fact
	for about, f := range told {
		if f.Passing && !slices.ContainsFunc(facts, func(now Fact) bool { return now.About == about }) {
			f.State, f.Text, f.Alert = "over", "no longer: "+f.Text, model.AlertOK
			out = append(out, f)
		}
	}
	slices.SortFunc(out, func(a, b Fact) int { return strings.Compare(a.About, b.About) })
	return out
}

// tidy makes text from outside fit for a line.
func tidy[T ~string](text T) string { return model.Clean(string(text), model.MaxMessage) }

// word is a verdict or state as it is said: with "-" between its words.
func word[T ~string](v T) string { return strings.ReplaceAll(tidy(v), "_", "-") }

// phrase is an action as it is said: with spaces between its words.
func phrase[T ~string](v T) string { return strings.ReplaceAll(tidy(v), "_", " ") }

// sentence says how something stands, and why.
func sentence(about, state, why string) string {
	if why = tidy(why); why != "" {
		state += ": " + why
	}
	return about + ": " + state
}

// ofCluster are the verdict on a cluster and what its canary gets.
func ofCluster(c *model.ClusterState) []Fact {
	name := tidy(c.Name)
	all := []Fact{{
		About: "cluster " + name, State: string(c.Verdict), Of: name, Alert: c.Verdict.Alert(),
		Text: sentence("cluster "+name, word(c.Verdict), c.Reason),
	}}
	canary := Fact{About: "canary " + name, State: "off", Of: name, Text: "canary at " + name + ": off", Quiet: true}
	switch k := c.Canary; {
	case k == nil:
	case k.Failure != nil:
		canary.State, canary.Alert, canary.Quiet = "failing "+string(k.Failure.Class), model.AlertWarning, false
		canary.Text = sentence("canary at "+name, "gets no data", k.Failure.Error())
	case k.Data != nil:
		canary.State, canary.Text = "data", "canary at "+name+": gets data"
	default:
		canary.State, canary.Text = "new", "canary at "+name+": on, nothing has come yet"
	}
	return append(all, canary)
}

// ofPipeline are the verdict on a pipeline and the advice, how its subscribers
// and its cursor stand, what it left behind, and its run.
func ofPipeline(snap *model.Snapshot, p *model.PipelineState) []Fact {
	name, active := tidy(p.Name), tidy(p.Active)
	at := "pipeline " + name + " at " + active
	cluster, _ := snap.Cluster(p.Active)
	moving := p.Run != nil && !p.Run.State.Ended()
	all := []Fact{
		{
			About: "pipeline " + name, State: string(p.Verdict) + " " + active, Of: name, Alert: p.Verdict.Alert(),
			Text: sentence(at, word(p.Verdict), p.Reason), Many: word(p.Verdict) + " at " + active,
			Echo: moving && p.Verdict == model.PipelineMoving,
		},
		{
			About: "advice " + name, State: string(p.Advice.Action) + " " + p.Advice.Target, Of: name, Alert: p.Alert(cluster.Verdict),
			Text: sentence("advice for "+name, adviceWord(p.Advice.Action), strings.TrimPrefix(p.Advice.Text, p.Name+": ")), Many: adviceFor(&p.Advice),
			Echo: moving && p.Advice.Action == model.ActionWait,
		},
		ofLoss(name, p),
		{About: "home " + name, State: p.Home, Of: name, Text: "home of " + name + ": " + tidy(p.Home), Quiet: true},
	}
	for i := range p.Seats {
		all = append(all, ofSeat(name, active, p, &p.Seats[i])...)
	}
	if b := p.WayBack; b != nil {
		back := Fact{About: "way back " + name, State: wayBackState(b), Of: name, Text: "way back of " + name + ": " + tidy(b.Says)}
		if b.Urgent {
			back.Alert = model.AlertWarning
		}
		all = append(all, back)
	}
	if p.Run != nil {
		all = append(all, ofRun(p.Run, p.RunUsual, snap.Time)...)
	}
	return all
}

// adviceWord is an advice as it is said.
func adviceWord(a model.Action) string {
	if a == model.ActionNone {
		return "nothing to do"
	}
	return phrase(a)
}

// adviceFor is an advice with where it leads to.
func adviceFor(a *model.Advice) string {
	if a.Target == "" {
		return adviceWord(a.Action)
	}
	return adviceWord(a.Action) + " to " + tidy(a.Target)
}

// lossMarks are the times before data is lost at which that is told again, in
// seconds.
var lossMarks = []float64{0, 60, 300, 600, 1800, 3600, 6 * 3600, 24 * 3600}

// ofLoss is whether data of a pipeline is about to be lost.
func ofLoss(name string, p *model.PipelineState) Fact {
	f := Fact{About: "loss " + name, Of: name, Text: name + ": no data is about to be lost any more", Many: "no data is about to be lost any more", Quiet: true}
	u := p.Advice.UrgentSeconds
	if u == nil {
		return f
	}
	mark := slices.IndexFunc(lossMarks, func(m float64) bool { return *u <= m })
	f.State, f.Quiet, f.Alert = fmt.Sprintf("within mark %d", mark), false, model.AlertCritical
	f.Text, f.Many = name+": data is lost in "+model.Span(model.Seconds(*u)), "about to lose data"
	if mark == 0 {
		f.Text, f.Many = name+": data is being lost", "losing data"
	}
	return f
}

// ofSeat is the subscriber of a pipeline at a cluster, and at the active one its
// cursor. What cannot be seen now stands as it stood.
func ofSeat(name, active string, p *model.PipelineState, seat *model.SeatState) []Fact {
	var all []Fact
	at := tidy(seat.Cluster)
	here := at == active
	if seat.Subscriber != model.SubscriberUnknown {
		f := Fact{
			About: "subscriber " + name + " at " + at, State: string(seat.Subscriber), Of: name, Quiet: true,
			Text: "subscriber " + tidy(p.Subscriber) + " of " + name + " at " + at + ": " + word(seat.Subscriber),
		}
		if here && seat.Subscriber != model.SubscriberPresent {
			f.Quiet, f.Alert, f.Many = false, model.AlertCritical, "subscriber "+word(seat.Subscriber)+" at "+at
		}
		all = append(all, f)
	}
	if here {
		f := Fact{About: "cursor " + name + " at " + at, State: "known", Of: name, Quiet: true, Text: "cursor of " + name + " at " + at + ": it is known"}
		if seat.Cursor == nil {
			f.State, f.Quiet, f.Alert = "none", false, model.AlertWarning
			f.Text, f.Many = "cursor of "+name+" at "+at+": none is known", "without a cursor at "+at
		}
		all = append(all, f)
	}
	return all
}

// wayBackState is what changes of a way back when it matters.
func wayBackState(b *model.WayBack) string {
	slot := "not known"
	if b.Slot != nil {
		slot = fmt.Sprint(*b.Slot)
	}
	return fmt.Sprintf("%s %s, slot %s, urgent %t, known %t, gone %t", b.Cluster, b.Subscriber, slot,
		b.Urgent, b.Left != nil, b.Left != nil && *b.Left == 0)
}
