package health

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

// crowd is a watch on many pipelines, all active on the first cluster, and what
// is seen of them a tick.
type crowd struct {
	w          *Watch
	now        time.Time
	clusters   []string
	names      []string
	subs       []model.Subscriber
	everywhere bool // clients are looked at on all clusters
	outage     bool // of the first cluster, and its clients stand
	behind     bool // clients are far behind and catch up
	slot       float64
	committed  float64
}

var fourClusters = []string{"ams", "nyc", "sgp", "fra"}

// newCrowd has full windows: half an hour has passed.
func newCrowd(pipelines int, clusters []string, change func(*crowd)) *crowd {
	k := &crowd{now: epoch, clusters: clusters, slot: 1e6, committed: 3e6 - 30}
	var watched []model.Cluster
	for _, name := range clusters {
		watched = append(watched, model.Cluster{Name: name})
	}
	var cfg []model.Pipeline
	for i := range pipelines {
		name := fmt.Sprintf("p%03d", i)
		k.names = append(k.names, name)
		cfg = append(cfg, model.Pipeline{Name: name, Subscriber: name, Home: clusters[0], Clusters: clusters})
		k.subs = append(k.subs, model.Subscriber{ID: name, Name: name})
	}
	k.w = New(DefaultRules(), watched, cfg)
	if change != nil {
		change(k)
	}
	outage, behind := k.outage, k.behind
	k.outage, k.behind = false, false
	k.run(600)
	if behind {
		k.committed -= 1e6
	}
	k.outage, k.behind = outage, behind
	k.run(150)
	return k
}

// run lets ticks of 2 s pass.
func (k *crowd) run(ticks int) {
	for range ticks {
		k.tick()
	}
}

// tick folds what is seen in 2 s.
func (k *crowd) tick() {
	k.now = k.now.Add(2 * time.Second)
	k.slot += 5
	tip := 3 * k.slot
	switch {
	case k.outage:
	case k.behind:
		k.committed += 30
	default:
		k.committed = tip - 30
	}
	for i, cluster := range k.clusters {
		k.look(cluster, k.outage && i == 0)
		if i == 0 || k.everywhere {
			k.lookAtClients(cluster)
		}
	}
}

// look folds the calls to a cluster.
func (k *crowd) look(cluster string, fails bool) {
	slot, tip := model.Slot(k.slot), model.Offset(3*k.slot)
	slots := &model.SlotRange{Min: slot - 18000, Max: slot}
	e := model.Evidence{Cluster: cluster, Asked: k.now.Add(-20 * time.Millisecond), Answered: k.now}
	for _, kind := range []model.EvidenceKind{model.KindVersion, model.KindTip, model.KindSlotRange, model.KindSubscribers, model.KindCanary} {
		e.Kind, e.Version, e.Tip, e.Slots, e.Subscribers = kind, "0.40.0", &tip, slots, k.subs
		e.Canary = &model.CanaryData{Slot: slot, Offset: tip}
		if fails {
			e.Failure = model.NewFailure(model.ClassTimeout, "simulated", nil)
		}
		k.w.Observe(e)
	}
}

// lookAtClients folds metrics and cursors of all pipelines at a cluster.
func (k *crowd) lookAtClients(cluster string) {
	tip, committed := model.Offset(3*k.slot), model.Offset(k.committed)
	if k.outage {
		tip = committed + 30
	}
	metrics := &model.ClientMetrics{Tip: &tip, Committed: &committed}
	cursor := &model.Cursor{Slot: model.Slot(k.committed/3) - 2}
	if cluster != k.clusters[0] {
		cursor = nil // it stands by: it answers, and has nothing
		zero := model.Offset(0)
		metrics = &model.ClientMetrics{Tip: &tip, Committed: &zero}
	}
	e := model.Evidence{Cluster: cluster, Asked: k.now, Answered: k.now, Metrics: metrics, Cursor: cursor}
	for _, name := range k.names {
		e.Pipeline = name
		e.Kind = model.KindMetrics
		k.w.Observe(e)
		e.Kind = model.KindCursor
		k.w.Observe(e)
	}
}

// BenchmarkTick1000Pipelines4Clusters folds the new evidence of a tick and says
// what all of it means.
func BenchmarkTick1000Pipelines4Clusters(b *testing.B) {
	for _, test := range []struct {
		name   string
		change func(*crowd)
		want   model.PipelineVerdict
	}{
		{"calm", nil, model.PipelineStreaming},
		{"outage", func(k *crowd) { k.outage = true }, model.PipelineCutOff},
		{"catching-up", func(k *crowd) { k.behind = true }, model.PipelineCatchingUp},
		{"calm-looked-at-everywhere", func(k *crowd) { k.everywhere = true }, model.PipelineStreaming},
		{"outage-looked-at-everywhere", func(k *crowd) { k.outage, k.everywhere = true, true }, model.PipelineCutOff},
	} {
		b.Run(test.name, func(b *testing.B) {
			k := newCrowd(1000, fourClusters, test.change)
			if _, pipelines := k.w.Assess(k.now); pipelines[0].Verdict != test.want {
				b.Fatalf("the pipelines are %s (%s), want %s", pipelines[0].Verdict, pipelines[0].Reason, test.want)
			}
			b.ReportAllocs()
			for b.Loop() {
				k.tick()
				k.w.Assess(k.now)
			}
		})
	}
}

// TestMemoryIsBounded lets days pass and looks at what the watch has taken.
func TestMemoryIsBounded(t *testing.T) {
	k := newCrowd(3, fourClusters, nil)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for day := range 3 {
		k.outage = day == 1
		for range 43_200 {
			k.tick()
		}
		k.w.Assess(k.now)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 64<<10 {
		t.Errorf("three days took %d bytes", grown)
	}
	runtime.KeepAlive(k)
}

// TestTickAllocatesTheSameForEver compares a tick after an hour with one after a
// day.
func TestTickAllocatesTheSameForEver(t *testing.T) {
	k := newCrowd(5, fourClusters, nil)
	tick := func() {
		k.tick()
		k.w.Assess(k.now)
	}
	early := testing.AllocsPerRun(50, tick)
	k.run(43_200)
	if late := testing.AllocsPerRun(50, tick); late > early*1.02+1 {
		t.Errorf("%.0f allocations a tick after a day, %.0f before", late, early)
	}
}

// TestStatesShareNothing checks that later evidence leaves an earlier picture
// as it was.
func TestStatesShareNothing(t *testing.T) {
	k := newCrowd(1, fourClusters[:2], nil)
	clusters, pipelines := k.w.Assess(k.now)
	tip, slots, lag, cursor := *clusters[0].Tip, *clusters[0].Slots, *pipelines[0].LagOffsets, *pipelines[0].Seats[0].Cursor
	k.tick()
	k.w.Assess(k.now)
	if *clusters[0].Tip != tip || *clusters[0].Slots != slots || *pipelines[0].LagOffsets != lag || *pipelines[0].Seats[0].Cursor != cursor {
		t.Error("an earlier picture changed")
	}
}
