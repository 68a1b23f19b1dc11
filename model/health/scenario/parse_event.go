package scenario

import (
	"maps"
	"slices"
	"strings"

	"github.com/fumtui/fumtui/model"
)

// Who sees a fault of a cluster. A pipeline's name means its clients alone.
const (
	everyone    = "everyone"
	onlyConsole = "console"
	onlyClients = "clients"
)

// What can befall this console.
const (
	consoleOffline   = "offline"   // it reaches nothing
	consoleSuspended = "suspended" // its machine sleeps
	consoleStepped   = "stepped"   // its clock jumps
)

// callNames are the calls that a fault can be limited to.
var callNames = map[string]call{
	"version": callVersion, "tip": callTip, "slot_range": callSlotRange, "subscribers": callSubscribers, "data": callData,
}

// classes are the classes that a call can fail with.
var classes = []model.ErrorClass{
	model.ClassUnreachable, model.ClassTimeout, model.ClassDNS, model.ClassAuth, model.ClassNotFound,
	model.ClassThrottled, model.ClassServer, model.ClassIncompatible,
}

// checkEvent looks at one event.
func (c *checker) checkEvent(path string, e *Event) {
	kinds := 0
	for _, set := range []bool{
		e.Fail != nil, e.Slow != nil, e.Ingest != nil, e.Withhold != nil, e.Window != nil, e.Subscriber != nil,
		e.Chain != nil, e.Console != nil, e.Client != nil, e.Run != nil,
	} {
		if set {
			kinds++
		}
	}
	if kinds != 1 {
		c.problem(path, "an event is one thing of fail, slow, ingest, withhold, window, subscriber, chain, console, client, run; this has %d", kinds)
		return
	}
	if e.At < 0 || e.At >= c.s.Length {
		c.problem(path+".at", "%s is not within the scenario's %s", e.At, c.s.Length)
	}
	if e.For < 0 || e.Every < 0 || e.Times > 10_000 {
		c.problem(path, "what happens takes no time or some, and happens 10000 times at most")
	}
	if e.Times > 1 && (e.Every <= 0 || e.For >= e.Every) {
		c.problem(path, "what happens %d times does so every so often, and ends before it happens again", e.Times)
	}
	c.checkClusterEvent(path, e)
	c.checkOther(path, e)
}

// checkClusterEvent looks at what befalls a cluster.
func (c *checker) checkClusterEvent(path string, e *Event) {
	var name string
	switch {
	case e.Fail != nil:
		name = e.Fail.Cluster
		if !slices.Contains(classes, e.Fail.Class) {
			c.problem(path+".fail", "no class of errors %q", e.Fail.Class)
		}
		c.checkCalls(path+".fail", e.Fail.Calls)
		c.checkViewer(path+".fail", e.Fail.SeenBy)
	case e.Slow != nil:
		name = e.Slow.Cluster
		c.checkCalls(path+".slow", e.Slow.Calls)
	case e.Ingest != nil:
		name = e.Ingest.Cluster
	case e.Withhold != nil:
		name = e.Withhold.Cluster
		c.checkViewer(path+".withhold", e.Withhold.SeenBy)
	case e.Window != nil:
		name = e.Window.Cluster
	case e.Subscriber != nil:
		name = e.Subscriber.Cluster
		if c.pipeline(e.Subscriber.Pipeline) == nil {
			c.problem(path+".subscriber", "no pipeline %q", e.Subscriber.Pipeline)
		}
	default:
		return
	}
	if !c.cluster(name) {
		c.problem(path, "no cluster %q", name)
	}
}

func (c *checker) checkCalls(path string, names []string) {
	for _, name := range names {
		if _, ok := callNames[name]; !ok {
			c.problem(path, "no call %q: one of %s", name, strings.Join(slices.Sorted(maps.Keys(callNames)), ", "))
		}
	}
}

func (c *checker) checkViewer(path, viewer string) {
	if viewer != everyone && viewer != onlyConsole && viewer != onlyClients && c.pipeline(viewer) == nil {
		c.problem(path, "seen_by is everyone, console, clients or a pipeline, and not %q", viewer)
	}
}

// checkOther looks at what befalls all else.
func (c *checker) checkOther(path string, e *Event) {
	switch {
	case e.Console != nil:
		c.checkConsole(path+".console", e)
	case e.Client != nil:
		p := c.pipeline(e.Client.Pipeline)
		if p == nil || !slices.Contains(p.Clusters, e.Client.Cluster) {
			c.problem(path+".client", "no client of %q at %q", e.Client.Pipeline, e.Client.Cluster)
		}
		if _, ok := troubles[e.Client.Is]; !ok {
			c.problem(path+".client", "a client cannot be %q: one of %s", e.Client.Is, strings.Join(slices.Sorted(maps.Keys(troubles)), ", "))
		}
	case e.Run != nil:
		p := c.pipeline(e.Run.Pipeline)
		if p == nil || !slices.Contains(p.Clusters, e.Run.To) {
			c.problem(path+".run", "no client of %q at %q", e.Run.Pipeline, e.Run.To)
		}
		if e.For <= 0 {
			c.problem(path+".run", "a run takes its time: say for how long")
		}
	}
}

func (c *checker) checkConsole(path string, e *Event) {
	switch e.Console.Is {
	case consoleOffline:
		if !slices.Contains(classes, e.Console.Class) {
			c.problem(path, "no class of errors %q", e.Console.Class)
		}
	case consoleSuspended:
		if e.For <= 0 {
			c.problem(path, "a machine sleeps for a time: say for how long")
		}
	case consoleStepped:
		if e.Console.Step == 0 {
			c.problem(path, "a clock is stepped by some time")
		}
	default:
		c.problem(path, "this console cannot be %q: one of offline, suspended, stepped", e.Console.Is)
	}
}
