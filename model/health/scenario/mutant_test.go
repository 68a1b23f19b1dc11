package scenario

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/health"
)

// rulesOf is the real judge with thresholds that were tampered with.
func rulesOf(change func(*health.Rules)) NewJudge {
	return func(r health.Rules, c []model.Cluster, p []model.Pipeline) Judge {
		change(&r)
		return Watch(r, c, p)
	}
}

// tampered is the real judge that sees, or says, something else.
type tampered struct {
	Judge
	see func(model.Evidence) (model.Evidence, bool)
	say func(*model.PipelineState, []model.ClusterState)
}

func (j tampered) Observe(e model.Evidence) {
	if j.see == nil {
		j.Judge.Observe(e)
		return
	}
	if e, ok := j.see(e); ok {
		j.Judge.Observe(e)
	}
}

func (j tampered) Assess(now time.Time) ([]model.ClusterState, []model.PipelineState) {
	clusters, pipelines := j.Judge.Assess(now)
	if j.say != nil {
		for i := range pipelines {
			j.say(&pipelines[i], clusters)
		}
	}
	return clusters, pipelines
}

// seeing is the real judge with evidence that was tampered with.
func seeing(see func(model.Evidence) (model.Evidence, bool)) NewJudge {
	return func(r health.Rules, c []model.Cluster, p []model.Pipeline) Judge {
		return tampered{Judge: Watch(r, c, p), see: see}
	}
}

// saying is the real judge with an advice that was tampered with.
func saying(say func(*model.PipelineState, []model.ClusterState)) NewJudge {
	return func(r health.Rules, c []model.Cluster, p []model.Pipeline) Judge {
		return tampered{Judge: Watch(r, c, p), say: say}
	}
}

// asOutage turns failures of some classes into ones that count as an outage.
func asOutage(classes ...model.ErrorClass) NewJudge {
	return seeing(func(e model.Evidence) (model.Evidence, bool) {
		for _, class := range classes {
			if e.Failure != nil && e.Failure.Class == class {
				e.Failure = model.NewFailure(model.ClassUnreachable, "tampered with", nil)
			}
		}
		return e, true
	})
}

// without leaves evidence of some kinds out.
func without(kinds ...model.EvidenceKind) NewJudge {
	return seeing(func(e model.Evidence) (model.Evidence, bool) {
		for _, kind := range kinds {
			if e.Kind == kind {
				return e, false
			}
		}
		return e, true
	})
}

// lagAlone is what a lag alert does: a lag that is large, as the client's own
// gauge has it, is an outage, and a small one is not (traps 1 to 4 and 11).
func lagAlone(p *model.PipelineState, _ []model.ClusterState) {
	seat, _ := p.Seat(p.Active)
	p.Advice.Action = model.ActionNone
	if seat.Client != nil && seat.Client.Metrics.Lag != nil && *seat.Client.Metrics.Lag > 300 {
		p.Advice.Action, p.Advice.Target = model.ActionFailOver, "nyc"
	}
}

// scrapeAlone takes a scrape that fails for a cluster that is down (trap 6).
func scrapeAlone(p *model.PipelineState, _ []model.ClusterState) {
	if seat, _ := p.Seat(p.Active); seat.Client != nil && !seat.Client.Scraped {
		p.Advice.Action, p.Advice.Target = model.ActionFailOver, "nyc"
	}
}

// versionAlone takes a cluster whose calls answer for one that is well (trap 8).
func versionAlone(p *model.PipelineState, clusters []model.ClusterState) {
	for _, c := range clusters {
		if c.Name == p.Active && c.ServiceVersion != "" {
			p.Advice.Action = model.ActionNone
		}
	}
}

// mutants are judges that are wrong, each with scenarios of which at least one
// must tell.
func mutants() []struct {
	name  string
	judge NewJudge
	by    []string
} {
	half := func(d *time.Duration) { *d /= 2 }
	twice := func(d *time.Duration) { *d *= 2 }
	type list = []string
	return []struct {
		name  string
		judge NewJudge
		by    []string
	}{
		{"down_after halved", rulesOf(func(r *health.Rules) { half(&r.DownAfter) }), list{"down-refused", "down-just-below", "stalled-just-below", "flapping-just-below"}},
		{"down_after 5 s less", rulesOf(func(r *health.Rules) { r.DownAfter -= 5 * time.Second }), list{"down-just-below"}},
		{"down_after 3 s more", rulesOf(func(r *health.Rules) { r.DownAfter += 3 * time.Second }), list{"down-refused"}},
		{"down_after 3 s more, at a stall", rulesOf(func(r *health.Rules) { r.DownAfter += 3 * time.Second }), list{"stalled"}},
		{"block removed", rulesOf(func(r *health.Rules) { r.Block = 1 }), list{"blocked-stall"}},
		{"block doubled", rulesOf(func(r *health.Rules) { twice(&r.Block) }), list{"blocked-stall"}},
		{"silent_after halved", rulesOf(func(r *health.Rules) { half(&r.SilentAfter) }), list{"client-stuck-below"}},
		{"silent_after doubled", rulesOf(func(r *health.Rules) { twice(&r.SilentAfter) }), list{"client-stuck"}},
		{"stability halved", rulesOf(func(r *health.Rules) { half(&r.Stability) }), list{"failback-below-stability"}},
		{"stability doubled", rulesOf(func(r *health.Rules) { twice(&r.Stability) }), list{"failover-and-back"}},
		{"degraded_after halved", rulesOf(func(r *health.Rules) { half(&r.DegradedAfter) }), list{"degraded-short", "degraded-slow"}},
		{"degraded_after doubled", rulesOf(func(r *health.Rules) { twice(&r.DegradedAfter) }), list{"degraded-slow"}},
		{"latency lowered", rulesOf(func(r *health.Rules) { r.Latency = 800 * time.Millisecond }), list{"degraded-slow-below"}},
		{"latency doubled", rulesOf(func(r *health.Rules) { twice(&r.Latency) }), list{"degraded-slow"}},
		{"error rate lowered", rulesOf(func(r *health.Rules) { r.ErrorRate = 0.05 }), list{"degraded-errors-below"}},
		{"error rate raised", rulesOf(func(r *health.Rules) { r.ErrorRate = 0.7 }), list{"degraded-errors"}},
		{"stall slots lowered", rulesOf(func(r *health.Rules) { r.StallSlots = 8 }), list{"chain-halt-apart", "quiet-skipping-chain"}},
		{"stall slots raised", rulesOf(func(r *health.Rules) { r.StallSlots = 600 }), list{"stalled"}},
		{"lag noise lowered", rulesOf(func(r *health.Rules) { r.LagNoise = 10 }), list{"client-saw-tooth", "client-gc", "quiet-restarts"}},
		{"lag noise raised", rulesOf(func(r *health.Rules) { r.LagNoise = 1e6 }), list{"client-slow"}},
		{"urgent too late", rulesOf(func(r *health.Rules) { half(&r.UrgentBefore) }), list{"retention-countdown"}},
		{"age of evidence unbounded", rulesOf(func(r *health.Rules) { r.MaxAge = 24 * time.Hour }), list{"suspended", "suspended-in-outage"}},
		{"a verdict at the first look", rulesOf(func(r *health.Rules) { r.FirstSamples = 1 }), list{"first-verdict"}},
		{"auth is an outage", asOutage(model.ClassAuth), list{"refusing-token"}},
		{"throttling is an outage", asOutage(model.ClassThrottled), list{"refusing-throttled"}},
		{"a bad certificate is an outage", asOutage(model.ClassIncompatible), list{"refusing-certificate"}},
		{"dns is an outage", asOutage(model.ClassDNS), list{"console-dns", "dns-one-cluster"}},
		{"clients are not looked at", without(model.KindMetrics, model.KindCursor), list{"unreachable-from-here"}},
		{"cursors are not looked at", without(model.KindCursor), list{"unreachable-from-here-cursor", "metrics-gone"}},
		{"metrics are not looked at", without(model.KindMetrics), list{"client-stopped"}},
		{"slots are not looked at", without(model.KindSlotRange), list{"stalled"}},
		{"subscribers are not looked at", without(model.KindSubscribers), list{"subscriber-lost", "subscriber-stale"}},
		{"the canary is not looked at", without(model.KindCanary), list{"canary-standby"}},
		{"lag alone", saying(lagAlone), list{"replay"}},
		{"lag alone, frozen", saying(lagAlone), list{"down-frozen-tip"}},
		{"lag alone, at a stall", saying(lagAlone), list{"stalled"}},
		{"lag alone, at a restart", saying(lagAlone), list{"client-restart-late-commit"}},
		{"a failed scrape alone", saying(scrapeAlone), list{"metrics-gone"}},
		{"an answering cluster alone", saying(versionAlone), list{"withheld-data"}},
		{"nothing is ever said", func(health.Rules, []model.Cluster, []model.Pipeline) Judge { return idle{} }, list{"down-refused"}},
	}
}

// TestCorpusFindsMutants checks that the corpus can fail: each wrong judge must
// be found by one of the scenarios named for it.
func TestCorpusFindsMutants(t *testing.T) {
	for _, m := range mutants() {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			for _, name := range m.by {
				data, err := os.ReadFile(filepath.Join(corpusDir, name+".yaml"))
				if err != nil {
					t.Fatal(err)
				}
				s, err := Parse(name, data)
				if err != nil {
					t.Fatal(err)
				}
				if len(Run(s, m.judge)) > 0 {
					return
				}
			}
			t.Errorf("none of %v finds it", m.by)
		})
	}
}

// TestCampaignFindsMutants checks that the random campaign can fail in each of
// its ways.
func TestCampaignFindsMutants(t *testing.T) {
	noFailOver := saying(func(p *model.PipelineState, _ []model.ClusterState) {
		if p.Advice.Action == model.ActionFailOver {
			p.Advice.Action = model.ActionWait
		}
	})
	hasty := rulesOf(func(r *health.Rules) { r.DownAfter /= 2 })
	slow := rulesOf(func(r *health.Rules) { r.DownAfter += 4 * time.Second })
	const first, n = 20, 14 // seeds that hold an outage, short trouble and a refusal
	for _, c := range []struct {
		name  string
		judge NewJudge
		bad   func(*Report) int
	}{
		{"hasty", hasty, func(r *Report) int { return r.False }},
		{"never", noFailOver, func(r *Report) int { return r.Missed }},
		{"slow", slow, func(r *Report) int { return r.Late }},
		{"auth is an outage", asOutage(model.ClassAuth, model.ClassThrottled, model.ClassIncompatible), func(r *Report) int { return r.False }},
		{"lag alone", saying(lagAlone), func(r *Report) int { return r.False + r.Missed }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if r := Campaign(first, n, 1, c.judge); c.bad(r) == 0 {
				t.Errorf("a wrong judge passes:\n%s", r)
			}
		})
	}
}
