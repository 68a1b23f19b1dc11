package sim_test

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model/failover"
	pb "github.com/fumtui/fumtui/probe/fumarolepb"
	"github.com/fumtui/fumtui/probe/sim"
)

func TestWrittenConfiguration(t *testing.T) {
	r := start(t, func(o *sim.Options) { o.Pipelines, o.TLS, o.Shards = 5, true, 4 })
	if len(r.cfg.Clusters) != 2 || len(r.cfg.Pipelines) != 5 {
		t.Fatalf("%d clusters and %d pipelines", len(r.cfg.Clusters), len(r.cfg.Pipelines))
	}
	if c := r.cfg.Clusters[0]; c.Name != "ams" || c.Region != "eu" || c.CAFile == "" || !strings.HasPrefix(c.Endpoint, "https://") {
		t.Errorf("cluster %+v", c)
	}
	if p := r.cfg.Pipelines[4]; p.Name != "pipeline-05" || p.Subscriber != "pipeline-05-prod" || p.Home != "ams" {
		t.Errorf("pipeline %+v", p)
	}
	if r.cfg.Probe.Interval != 100*time.Millisecond || r.cfg.Probe.Timeout != 1500*time.Millisecond {
		t.Errorf("probe %+v", r.cfg.Probe)
	}
	f, want := r.cfg.Failover, failover.DefaultSettings()
	if f.Settle != 750*time.Millisecond || f.Stability != 15*time.Second || f.DrainTimeout != want.DrainTimeout || f.Lease != want.Lease {
		t.Errorf("failover %+v", f)
	}
	for _, p := range r.cfg.Pipelines {
		if !serves(t, p.Clients["ams"].Metrics) || serves(t, p.Clients["nyc"].Metrics) {
			t.Errorf("pipeline %s: want metrics at ams and none at nyc", p.Name)
		}
	}
	fume, err := os.ReadFile(filepath.Join(r.dir, "fume", "nyc.yaml"))
	if err != nil || !strings.Contains(string(fume), "\nendpoint: ") || !strings.Contains(string(fume), "\nx-token: ") {
		t.Errorf("fume file: %v\n%s", err, fume)
	}
}

func TestFaultAndHealOnTheSamePort(t *testing.T) {
	r := start(t, nil)
	ctx := context.Background()
	if err := sim.Fault(ctx, r.dir, "all", "down"); err != nil {
		t.Fatal(err)
	}
	for _, c := range r.cfg.Clusters {
		if serves(t, c.Endpoint) {
			t.Errorf("cluster %s is not down", c.Name)
		}
	}
	before, _ := r.cursor("ams")
	if err := sim.Heal(ctx, r.dir, "ams"); err != nil {
		t.Fatal(err)
	}
	if !r.answers("ams") || r.answers("nyc") {
		t.Error("want ams healed, and nyc down")
	}
	until(t, "the client is back", func() bool { slot, _ := r.cursor("ams"); return slot > before+50 })
	if a := r.audit(); a.Missing != 0 {
		t.Errorf("%d slots are missing", a.Missing)
	}
	for cluster, kind := range map[string]string{"nowhere": "down", "ams": "tired"} {
		if err := sim.Fault(ctx, r.dir, cluster, kind); !errors.Is(err, sim.ErrUnknown) {
			t.Errorf("fault %s of %s: %v", kind, cluster, err)
		}
	}
	if err := sim.Heal(ctx, r.dir, "nowhere"); !errors.Is(err, sim.ErrUnknown) || !strings.Contains(err.Error(), "ams, nyc or all") {
		t.Errorf("heal of a cluster that is not there: %v", err)
	}
}

func TestHooksMoveAPipeline(t *testing.T) {
	r := start(t, nil)
	r.want("ams", failover.HookStatus, 0)
	r.want("nyc", failover.HookStatus, 3)
	r.want("ams", failover.HookStart, 0) // it runs already
	cursor := cursorOf(t, r.want("ams", failover.HookDrain, 0))
	for _, hook := range []failover.Hook{failover.HookDrain, failover.HookStop} {
		if again := cursorOf(t, r.want("ams", hook, 0)); again != cursor {
			t.Errorf("%s says %d, the drain said %d", hook, again, cursor)
		}
	}
	r.want("ams", failover.HookStatus, 3)
	if slot, _ := r.cursor("ams"); slot != cursor || serves(t, r.cfg.Pipelines[0].Clients["ams"].Metrics) {
		t.Errorf("drained at %d, published %d; its metrics must be gone", cursor, slot)
	}

	r.create("nyc", cursor+1)
	r.want("nyc", failover.HookStart, 0)
	r.want("nyc", failover.HookStatus, 0)
	until(t, "the cursor at nyc moves", func() bool { slot, _ := r.cursor("nyc"); return slot > cursor+100 })
	if _, first := r.cursor("nyc"); !first.Valid || first.V <= cursor || first.V > cursor+9 {
		t.Errorf("first slot %+v, want one just above %d", first, cursor)
	}
	last := cursorOf(t, r.want("nyc", failover.HookStop, 0))
	a := r.audit()
	if a.Missing != 0 || a.Owed < 90 || a.Repeated == 0 || a.Cursor == nil || *a.Cursor != last {
		t.Errorf("audit %+v, want the cursor at %d", a, last)
	}
}

// create does what the engine does before it starts a client.
func (r *rig) create(cluster string, from uint64) {
	r.t.Helper()
	err := r.call(cluster, func(ctx context.Context, api pb.FumaroleClient) error {
		_, err := api.CreateConsumerGroup(ctx, &pb.CreateConsumerGroupRequest{
			ConsumerGroupName: "trades-prod", InitialOffsetPolicy: pb.InitialOffsetPolicy_FROM_SLOT, FromSlot: &from,
		})
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	r.db("fumtui.db", func(db *sql.DB) error {
		_, err := db.Exec(`INSERT INTO cursor (pipeline, cluster, slot, updated_at) VALUES ('trades', ?, ?, '2026-01-02T03:04:05.678Z')`, cluster, from-1)
		return err
	})
}

func TestClientsThatDoNotObey(t *testing.T) {
	r := start(t, nil)
	ctx := context.Background()
	if err := sim.Fault(ctx, r.dir, "ams", "ignore-stop"); err != nil {
		t.Fatal(err)
	}
	r.want("ams", failover.HookDrain, 0)
	r.want("ams", failover.HookStop, 0)
	before, _ := r.cursor("ams")
	until(t, "the client runs on", func() bool { slot, _ := r.cursor("ams"); return slot > before+10 })
	if err := sim.Heal(ctx, r.dir, "ams"); err != nil {
		t.Fatal(err)
	}
	if err := sim.Fault(ctx, r.dir, "ams", "slow-drain"); err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	if _, code := r.hookIn(short, "ams", failover.HookDrain); code == 0 {
		t.Error("a slow drain ended")
	}
	r.want("ams", failover.HookStatus, 0)
	r.want("ams", failover.HookStop, 0)
	r.want("ams", failover.HookStatus, 3)
}

// However the simulator ends, its clients end.
func TestClientsEndWithAKilledSimulator(t *testing.T) {
	dir := t.TempDir()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, "sim", "serve", dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(2*patience, func() { _ = cmd.Process.Kill() }) // ends the reading as well
	defer late.Stop()
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		_ = cmd.Process.Kill()
		t.Fatalf("the simulator said %q: %v", line, err)
	}
	metrics := load(t, filepath.Join(dir, "fumtui.yaml")).Pipelines[0].Clients["ams"].Metrics
	if !serves(t, metrics) {
		t.Error("no client serves")
	}
	if _, err := sim.Start(context.Background(), options(dir)); err == nil || !strings.Contains(err.Error(), "another simulator") {
		t.Errorf("a second simulator began: %v", err)
	}
	until(t, "blocks are owed", func() bool {
		a, err := sim.ReadAudit(context.Background(), dir)
		return err == nil && a.Pipelines[0].Owed > 0
	})
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	until(t, "the client has ended", func() bool { return !serves(t, metrics) })
	a, err := sim.ReadAudit(context.Background(), dir)
	if err != nil || a.Missing() != 0 || a.Pipelines[0].Owed == 0 {
		t.Errorf("audit afterwards: %+v, %v", a, err)
	}
	if err := sim.Heal(context.Background(), dir, "all"); err == nil {
		t.Error("a dead simulator was healed")
	}

	var told []string
	o := options(dir)
	o.Notice = func(text string) { told = append(told, text) }
	again, err := sim.Start(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if len(told) != 1 || !strings.Contains(told[0], "starting afresh in "+dir) || !strings.Contains(told[0], "fumtui.db with its runs") {
		t.Errorf("a new simulator where one was says %q", told)
	}
	if err := closed(t, again); err != nil {
		t.Error(err)
	}
}

func TestFolderOfSomebodyElse(t *testing.T) {
	dir := t.TempDir()
	mine := filepath.Join(dir, "fumtui.yaml")
	if err := os.WriteFile(mine, []byte("store: precious.db\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if h, err := sim.Start(context.Background(), options(dir)); err == nil {
		_ = closed(t, h)
		t.Error("somebody's configuration was replaced")
	}
	if err := os.Rename(mine, filepath.Join(dir, "notes.txt")); err != nil {
		t.Fatal(err)
	}
	h, err := sim.Start(context.Background(), options(dir))
	if err != nil {
		t.Fatal(err)
	}
	if err := closed(t, h); err != nil {
		t.Error(err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "notes.txt")); err != nil || string(text) != "store: precious.db\n" {
		t.Errorf("another file was touched: %q, %v", text, err)
	}
}

// A simulator ends in time whatever its clusters suffer from.
func TestEndsInABlackHole(t *testing.T) {
	r := start(t, nil)
	if err := sim.Fault(context.Background(), r.dir, "all", "blackhole"); err != nil {
		t.Fatal(err)
	}
	if r.answers("ams") {
		t.Error("a black hole answers")
	}
}
