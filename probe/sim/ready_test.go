package sim_test

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"

	pb "github.com/fumtui/fumtui/probe/fumarolepb"
	"github.com/fumtui/fumtui/probe/sim"
)

// Whatever version the clusters are told to say, a simulator gets ready.
func TestAnyServiceVersion(t *testing.T) {
	told := 0
	r := start(t, func(o *sim.Options) { o.ServiceVersion, o.Notice = "garbage", func(string) { told++ } })
	err := r.call("ams", func(ctx context.Context, api pb.FumaroleClient) error {
		v, err := api.Version(ctx, &pb.VersionRequest{})
		if err == nil && v.GetVersion() != "garbage" {
			t.Errorf("version %q", v.GetVersion())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if told != 0 {
		t.Error("an empty folder is no earlier simulator's")
	}
}

// What a simulator writes is for its user alone.
func TestFilesArePrivate(t *testing.T) {
	r := start(t, nil)
	seen := 0
	err := filepath.WalkDir(r.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil // a file that comes and goes beside a database
		}
		if seen++; err == nil && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", path, info.Mode().Perm())
		}
		return err
	})
	if err != nil || seen < 6 {
		t.Errorf("%d files: %v", seen, err)
	}
}

// A simulator that does not get ready tells what its clients said last.
func TestNotReadyTellsTheClientsLastWords(t *testing.T) {
	o := options(t.TempDir())
	o.Prepare = func(ctx context.Context, path string) error {
		db, err := sql.Open("sqlite", path)
		if err != nil {
			return err
		}
		_, err = db.ExecContext(ctx, `CREATE TABLE cursor (pipeline TEXT, cluster TEXT, slot INTEGER, updated_at TEXT, first_slot INTEGER,
  PRIMARY KEY (pipeline, cluster));
CREATE TRIGGER full BEFORE INSERT ON cursor BEGIN SELECT RAISE(FAIL, 'there is no room'); END`)
		return errors.Join(err, db.Close())
	}
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Second)
	defer cancel()
	h, err := sim.Start(ctx, o)
	if err == nil {
		_ = closed(t, h)
	}
	if err == nil || !strings.Contains(err.Error(), "said last: ") || !strings.Contains(err.Error(), "there is no room") {
		t.Errorf("a simulator whose clients cannot publish: %v", err)
	}
}
