package sim_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	"github.com/fumtui/fumtui/model/config"
	"github.com/fumtui/fumtui/model/failover"
	pb "github.com/fumtui/fumtui/probe/fumarolepb"
	"github.com/fumtui/fumtui/probe/sim"
)

const (
	speed    = 20
	patience = 30 * time.Second
)

// TestMain makes the test binary serve as the fumtui binary, which the
// simulator runs as its clients and which hooks run.
func TestMain(m *testing.M) {
	if len(os.Args) < 3 || os.Args[1] != "sim" {
		goleak.VerifyTestMain(m)
		return
	}
	code, err := command(context.Background(), os.Args[2], os.Args[3:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

// command is a command line of the binary: client and hook as they are, and
// "serve DIR" for a simulator in a process of its own.
func command(ctx context.Context, name string, args []string) (int, error) {
	var err error
	switch {
	case name == "client" && len(args) == 4: // --dir DIR PIPELINE CLUSTER
		err = sim.RunClient(ctx, args[1], args[2], args[3], os.Stdin, os.Stdout, os.Stderr)
	case name == "hook" && len(args) == 5: // ACT --dir DIR PIPELINE CLUSTER
		return sim.RunHook(ctx, args[2], args[0], args[3], args[4], os.Stdout)
	case name == "serve" && len(args) == 1:
		var h *sim.Host
		if h, err = sim.Start(ctx, options(args[0])); err == nil {
			fmt.Println("ready")
			err = h.Wait()
		}
	default:
		err = fmt.Errorf("no command %s %v", name, args)
	}
	if err != nil {
		return 1, err
	}
	return 0, nil
}

func options(dir string) sim.Options {
	return sim.Options{Dir: dir, Pipelines: 1, Speed: speed, Seed: 3}
}

// rig is a simulator in this process and its configuration.
type rig struct {
	t    *testing.T
	host *sim.Host
	dir  string
	cfg  *config.Config
}

func start(t *testing.T, change func(*sim.Options)) *rig {
	t.Helper()
	o := options(t.TempDir())
	if change != nil {
		change(&o)
	}
	h, err := sim.Start(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		begin := time.Now()
		if err := closed(t, h); err != nil {
			t.Error(err)
		}
		if took := time.Since(begin); took > 3*time.Second {
			t.Errorf("the simulator took %s to end", took)
		}
	})
	return &rig{t: t, host: h, dir: o.Dir, cfg: load(t, h.Config())}
}

// closed ends a simulator. Where that does not come, the test fails with what
// all goroutines do.
func closed(t *testing.T, h *sim.Host) error {
	t.Helper()
	end := make(chan error, 1)
	go func() { end <- h.Close() }()
	select {
	case err := <-end:
		return err
	case <-time.After(patience):
		stacks := make([]byte, 1<<20)
		t.Fatalf("the simulator did not end in %s:\n%s", patience, stacks[:runtime.Stack(stacks, true)])
		return nil
	}
}

// load reads a configuration as the commands do.
func load(t *testing.T, path string) *config.Config {
	t.Helper()
	cfg, err := config.Load(context.Background(), config.System{
		ReadFile: os.ReadFile, LookupEnv: os.LookupEnv, HomeDir: os.UserHomeDir,
	}, path)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// hook runs a hook of the first pipeline as a process.
func (r *rig) hook(cluster string, hook failover.Hook) (out string, code int) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return r.hookIn(ctx, cluster, hook)
}

func (r *rig) hookIn(ctx context.Context, cluster string, hook failover.Hook) (out string, code int) {
	r.t.Helper()
	argv := r.cfg.Pipelines[0].Clients[cluster].Hooks[hook]
	if len(argv) == 0 {
		r.t.Fatalf("no hook %s at %s", hook, cluster)
	}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.WaitDelay = time.Second
	text, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		r.t.Fatal(err)
	}
	code = 0
	if exit != nil {
		code = exit.ExitCode()
	}
	return strings.TrimSpace(string(text)), code
}

// want runs a hook and fails the test unless it exits with the code.
func (r *rig) want(cluster string, hook failover.Hook, code int) string {
	r.t.Helper()
	out, got := r.hook(cluster, hook)
	if got != code {
		r.t.Fatalf("hook %s at %s: exit code %d, want %d\n%s", hook, cluster, got, code, out)
	}
	return out
}

// cursorOf reads a line cursor=SLOT.
func cursorOf(t *testing.T, out string) uint64 {
	t.Helper()
	var slot uint64
	if _, err := fmt.Sscanf(out, "cursor=%d", &slot); err != nil {
		t.Fatalf("no cursor in %q", out)
	}
	return slot
}

// serves reports whether something listens at an URL's address.
func serves(t *testing.T, address string) bool {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	c, err := net.DialTimeout("tcp", u.Host, time.Second)
	if err != nil {
		return false
	}
	_ = c.Close()
	return true
}

// until waits for something that must become true.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("in %s it did not come to this: %s", patience, what)
		}
	}
}

// audit gives the audit of the first pipeline.
func (r *rig) audit() sim.PipelineAudit {
	r.t.Helper()
	a, err := sim.ReadAudit(context.Background(), r.dir)
	if err != nil {
		r.t.Fatal(err)
	}
	return a.Pipelines[0]
}

// db runs do on a database of the simulator's folder.
func (r *rig) db(name string, do func(*sql.DB) error) {
	r.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(r.dir, name)+"?_pragma=busy_timeout(5000)")
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := do(db); err != nil {
		r.t.Fatal(err)
	}
}

// cursor is the published cursor of the first pipeline, and its first slot.
func (r *rig) cursor(cluster string) (slot uint64, first sql.Null[uint64]) {
	r.db("fumtui.db", func(db *sql.DB) error {
		err := db.QueryRow(`SELECT slot, first_slot FROM cursor WHERE pipeline = 'trades' AND cluster = ?`, cluster).Scan(&slot, &first)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return slot, first
}

// call runs do with a connection to a cluster.
func (r *rig) call(cluster string, do func(context.Context, pb.FumaroleClient) error) error {
	r.t.Helper()
	c, _ := r.cfg.Cluster(cluster)
	u, err := url.Parse(c.Endpoint)
	if err != nil {
		r.t.Fatal(err)
	}
	conn, err := grpc.NewClient("passthrough:///"+u.Host, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return do(metadata.AppendToOutgoingContext(ctx, "x-token", c.Token.Reveal()), pb.NewFumaroleClient(conn))
}

// answers reports whether a cluster answers.
func (r *rig) answers(cluster string) bool {
	return r.call(cluster, func(ctx context.Context, api pb.FumaroleClient) error {
		_, err := api.Version(ctx, &pb.VersionRequest{})
		return err
	}) == nil
}
