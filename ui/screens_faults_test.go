package ui

import (
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// broken is the console after a fault: each picture says whose fault it is and
// what to do.
type broken struct {
	name string
	says string // what a person must be able to read without pressing a key
	snap model.Snapshot
}

// fact is a fact of 1 s ago.
func fact(v model.Vantage, cluster, pipeline, says string) model.Fact {
	return model.Fact{Vantage: v, Cluster: cluster, Pipeline: pipeline, At: noon.Add(-time.Second), Says: says}
}

// advised gives all pipelines a verdict and an advice; %s in texts is the
// pipeline.
func advised(s model.Snapshot, v model.PipelineVerdict, a model.Advice) model.Snapshot {
	for i := range s.Pipelines {
		p := &s.Pipelines[i]
		p.Verdict, p.Since, p.Advice = v, noon.Add(-8*time.Second), a
		p.Advice.Text = strings.ReplaceAll(a.Text, "%s", p.Name)
		p.Advice.Evidence = append([]model.Fact(nil), a.Evidence...)
		for j := range p.Advice.Evidence {
			if f := &p.Advice.Evidence[j]; f.Pipeline != "" {
				f.Pipeline = p.Name
			}
		}
	}
	return s
}

// ill is a peaceful console but for one cluster.
func ill(at int, v model.ClusterVerdict, d time.Duration, reason, outlook string, failure *model.Failure) model.Snapshot {
	s := fakeSnapshot(1, 3, 10*time.Minute)
	c := &s.Clusters[at]
	c.Verdict, c.Since, c.Reason, c.Outlook, c.Failure = v, noon.Add(-d), reason, outlook, failure
	if v != model.ClusterHealthy {
		c.StableSince = time.Time{}
	}
	return s
}

// blip is ams down for 8 s.
func blip() model.Snapshot {
	f := model.NewFailure(model.ClassUnreachable, "ams.fumarole.example:443 refuses the connection: nothing listens there", nil)
	s := ill(0, model.ClusterBlip, 8*time.Second, "ams answers nothing: 20 calls in a row failed for 8s", "down in 2m52s unless it answers", f)
	c := &s.Clusters[0]
	c.ErrorRate, c.Suspicion, c.AnsweredAt, c.SlotsPerSecond, c.TipPerSecond = ptr(0.25), ptr(4.1), noon.Add(-9*time.Second), nil, nil
	c.Canary, c.Behind = canaryMisses(c.Canary, 8*time.Second, model.ClassUnreachable), ptr(uint64(21))
	return advised(s, model.PipelineUnknown, model.Advice{
		Action: model.ActionWait, Text: "20 calls in a row to ams failed for 8s, the newest with unreachable: ams.fumarole.example:443 refuses the connection: wait",
		Change: "down in 2m52s unless it answers",
		Evidence: []model.Fact{
			fact(model.VantageConsole, "ams", "", "20 calls in a row failed for 8s (unreachable)"),
			fact(model.VantageConsole, "nyc", "", "it answers and its newest slot advances"),
			fact(model.VantageClient, "ams", "p", "its metrics answer, and it has committed nothing for 9s"),
		},
	})
}

// degraded is ams that answers slowly.
func degraded() model.Snapshot {
	s := ill(0, model.ClusterDegraded, 80*time.Second, "ams answers in 1.4s on average, for 2m20s", "healthy once the mean is below 1s", nil)
	c := &s.Clusters[0]
	c.RTT, c.MeanRTT, c.ErrorRate = ptr(1420*time.Millisecond), ptr(1390*time.Millisecond), ptr(0.02)
	return advised(s, model.PipelineFallingBehind, model.Advice{
		Action: model.ActionAskSupport, Text: "ams answers in 1.4s on average, for 2m20s: ask the provider's support before failing over, and tell them these figures",
		Change: "healthy once the mean is below 1s",
		Evidence: []model.Fact{
			fact(model.VantageConsole, "ams", "", "mean round trip 1.4s over 60s, bound 1s; 1 of 60 calls failed"),
			fact(model.VantageClient, "ams", "p", "its lag grows by 6.2 offsets a second"),
		},
	})
}

// errorsAt is ams that fails half of the calls.
func errorsAt() model.Snapshot {
	f := model.NewFailure(model.ClassServer, "GetChainTip: unavailable: the service is overloaded", nil)
	s := ill(0, model.ClusterDegraded, 80*time.Second, "ams fails 52 % of the calls, for 2m20s", "healthy once fewer than 20 % fail", f)
	s.Clusters[0].ErrorRate = ptr(0.52)
	return advised(s, model.PipelineStreaming, model.Advice{
		Action: model.ActionAskSupport, Text: "ams fails 52 % of the calls, for 2m20s: ask the provider's support before failing over, and tell them these figures",
		Evidence: []model.Fact{
			fact(model.VantageConsole, "ams", "", "31 of 60 calls failed in the last 60s (server), bound 20 %"),
			fact(model.VantageClient, "ams", "p", "it commits, and its lag is small"),
		},
	})
}

// stalled is ams whose newest slot stands.
func stalled() model.Snapshot {
	s := ill(0, model.ClusterStalled, 20*time.Second, "ams answers, but its newest slot has stood for 3m20s", "healthy once its newest slot moves", nil)
	c := &s.Clusters[0]
	c.SlotsPerSecond, c.TipPerSecond, c.Behind = ptr(0.0), ptr(0.0), ptr(uint64(500))
	c.Canary.DataAt, c.Canary.NewAt = noon, noon.Add(-200*time.Second) // the block at which it stands
	return advised(s, model.PipelineCutOff, model.Advice{
		Action: model.ActionFailOver, Target: "nyc", Text: "ams has been stalled for 3m20s and nyc is healthy: fail %s over to nyc",
		Change: "nothing to do once its newest slot moves",
		Evidence: []model.Fact{
			fact(model.VantageConsole, "ams", "", "its newest slot has stood at 312363678 for 3m20s; nyc is 500 slots ahead"),
			fact(model.VantageConsole, "nyc", "", "healthy for 2h03m, newest slot 312364178"),
			fact(model.VantageClient, "ams", "p", "it has committed nothing for 3m18s"),
		},
	})
}

// withheld is ams that answers, but sends no data.
func withheld() model.Snapshot {
	s := fakeSnapshot(1, 3, 10*time.Minute)
	s.Clusters[0].Canary = canaryMisses(s.Clusters[0].Canary, 70*time.Second, model.ClassTimeout)
	return advised(s, model.PipelineSilent, model.Advice{
		Action: model.ActionAskSupport,
		Text:   "the client at ams answers but has committed nothing for 1m10s, while the cluster moves on: ask the provider's support before failing over; tell them the subscriber %s-prod and the times",
		Evidence: []model.Fact{
			fact(model.VantageConsole, "ams", "", "data has not come for 1m10s, at nyc it comes"),
			fact(model.VantageClient, "ams", "p", "committed nothing for 1m10s while the tip moved 1,410 offsets"),
		},
	})
}

// refused is ams that does not take the token.
func refused() model.Snapshot {
	f := model.NewFailure(model.ClassAuth, "ams.fumarole.example:443 does not accept the token: check that it is this account's and still valid", nil)
	s := ill(0, model.ClusterRefusingUs, 8*time.Second, "ams refuses the version call", "stays so until the configuration or the account is mended", f)
	s.Clusters[0].ErrorRate, s.Clusters[0].Canary = ptr(1.0), canaryMisses(s.Clusters[0].Canary, 8*time.Second, model.ClassAuth)
	return advised(s, model.PipelineUnknown, model.Advice{
		Action: model.ActionFixConfiguration,
		Text:   "ams refuses the version call: auth: the token is not accepted: check that it is this account's and still valid; moving %s would not help",
		Evidence: []model.Fact{
			fact(model.VantageConsole, "ams", "", "auth: the token is not accepted, 12 calls in a row"),
		},
	})
}

// without is a console where a subscriber is lost or stale at a healthy cluster.
func without(v model.PipelineVerdict, state model.SubscriberState, what string) model.Snapshot {
	s := fakeSnapshot(1, 3, 10*time.Minute)
	calm := fakeSnapshot(1, 3, 10*time.Minute)
	s = advised(s, v, model.Advice{
		Action: model.ActionRecreateSubscriber, Target: "ams",
		Text:     "the subscriber %s-prod " + what + " at ams: create it there again from slot 312363641 (cursor + 1); fail over only if it will not be created",
		Evidence: []model.Fact{fact(model.VantageConsole, "ams", "p", "the subscriber "+what)},
	})
	s.Pipelines[0].Seats[0].Subscriber = state
	s.Pipelines[1], s.Pipelines[2] = calm.Pipelines[1], calm.Pipelines[2]
	return s
}

// everywhere gives both clusters a verdict.
func everywhere(v model.ClusterVerdict, reason string, failure *model.Failure) model.Snapshot {
	s := ill(0, v, 40*time.Second, reason, "", failure)
	c := &s.Clusters[1]
	c.Verdict, c.Since, c.Reason, c.Failure, c.StableSince = v, noon.Add(-40*time.Second), reason, failure, time.Time{}
	for i := range s.Clusters {
		s.Clusters[i].SlotsPerSecond, s.Clusters[i].Behind = ptr(0.0), ptr(uint64(i))
	}
	return s
}

// unreachable is [offline] with clients that get no data either.
func unreachable() model.Snapshot {
	s := offline()
	for i := range s.Pipelines {
		p := &s.Pipelines[i]
		p.Verdict = model.PipelineUnknown
		p.Advice.Text = "no cluster can be reached from here, and the client of " + p.Name + " at ams, which can, gets no data either: made progress 40s ago" +
			"; all clusters may be out of reach for it, too: check the network here and there"
		p.Advice.Evidence[2].Says = "its cursor last moved 40s ago"
	}
	return s
}

func offline() model.Snapshot {
	f := model.NewFailure(model.ClassUnreachable, "no route to host", nil)
	s := everywhere(model.ClusterUnknown, "no cluster can be reached from here: this says nothing of this one", f)
	for i := range s.Clusters {
		c := &s.Clusters[i]
		c.ErrorRate, c.AnsweredAt = ptr(1.0), noon.Add(-41*time.Second)
		c.Canary = canaryMisses(c.Canary, 41*time.Second, model.ClassUnreachable)
	}
	return advised(s, model.PipelineStreaming, model.Advice{
		Action: model.ActionCheckConsole, Text: "no cluster can be reached from here: check this console's network; the client of %s at ams goes on",
		Evidence: []model.Fact{
			fact(model.VantageConsole, "ams", "", "18 calls in a row failed for 40s (unreachable)"),
			fact(model.VantageConsole, "nyc", "", "18 calls in a row failed for 40s (unreachable)"),
			fact(model.VantageClient, "ams", "p", "its cursor moved 100 slots in the last 40s"),
		},
	})
}

func halted() model.Snapshot {
	return advised(everywhere(model.ClusterBlip, "its newest slot has stood for 40s", nil), model.PipelineStreaming, model.Advice{
		Action: model.ActionChainHalted, Text: "every cluster stands at slot 312363678 or near it: the chain itself has halted; wait, no failover helps",
		Change: "nothing to do once a newest slot moves",
		Evidence: []model.Fact{
			fact(model.VantageConsole, "ams", "", "its newest slot has stood at 312363678 for 40s"),
			fact(model.VantageConsole, "nyc", "", "its newest slot has stood at 312363679 for 40s"),
		},
	})
}

func clientDown() model.Snapshot {
	s := fakeSnapshot(1, 3, 10*time.Minute)
	p := &s.Pipelines[1]
	p.Verdict, p.Since = model.PipelineClientDown, noon.Add(-70*time.Second)
	p.Retention = &model.Retention{Cluster: "nyc", Left: 2*time.Hour + 4*time.Minute}
	p.Seats[0].Client = &model.ClientState{At: noon.Add(-70 * time.Second), Failure: model.NewFailure(model.ClassUnreachable, "connection refused", nil)}
	p.Advice = model.Advice{
		Action: model.ActionCheckYourSide,
		Text:   "the client of accounts at ams does not answer and its cursor stands for 1m10s, while ams is healthy: check its host, network and deployment; do not fail over",
		Change: "streaming once its cursor moves",
		Evidence: []model.Fact{
			fact(model.VantageConsole, "ams", "", "healthy; trades and nft-index stream from it"),
			fact(model.VantageClient, "ams", "accounts", "its metrics page refuses the connection"),
		},
	}
	return s
}

func faults() []broken {
	down := outage(1, 3)
	down.Notices = nil
	return []broken{
		{"blip", "BLIP AT ams – wait", blip()},
		{"down", "OUTAGE AT ams · DATA IS LOST IN 1h48m – fail trades over to nyc", down},
		{"slow", "THE PROVIDER of ams – ask its support before failing over", degraded()},
		{"errors", "THE PROVIDER of ams – ask its support before failing over", errorsAt()},
		{"freeze", "OUTAGE AT ams – fail trades over to nyc", stalled()},
		{"withhold", "THE PROVIDER of ams – ask its support before failing over", withheld()},
		{"reject-token", "NOT YOUR CLUSTERS: YOUR CONFIGURATION – correct it, do not fail over", refused()},
		{"lose-subscriber", "LOST SUBSCRIBER AT ams – create it again, from cursor + 1", without(model.PipelineSubscriberLost, model.SubscriberAbsent, "is gone")},
		{"stale-subscriber", "STALE SUBSCRIBER AT ams – create it again, from cursor + 1", without(model.PipelineSubscriberStale, model.SubscriberStale, "is stale")},
		{"client-down", "NOT YOUR CLUSTERS: YOUR CLIENT – check accounts, do not fail over", clientDown()},
		{"offline", "NOT YOUR CLUSTERS: THIS CONSOLE – check this console's network", offline()},
		{"unreachable", "NO CLUSTER CAN BE REACHED FROM HERE – check this console's network", unreachable()},
		{"halted", "THE CHAIN HAS HALTED – wait, no failover helps", halted()},
	}
}

// faultStates are the overview after each fault.
func faultStates() []state {
	var out []state
	for _, b := range faults() {
		out = append(out, state{name: "fault_" + b.name, snap: b.snap})
	}
	return out
}

// TestFaultsAreNamed: whose fault it is and what to do is read on every screen
// without a key, and in the status.
func TestFaultsAreNamed(t *testing.T) {
	for _, b := range faults() {
		for _, size := range wholeSizes {
			newDriver(t, size[0], size[1], b.snap).sees(b.says)
		}
		if text := StatusText(b.snap, 100, ""); !strings.Contains(text, b.says) {
			t.Errorf("%s: the status does not say %q:\n%s", b.name, b.says, text)
		}
	}
}
