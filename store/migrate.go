package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"sort"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// applicationID, "fumt", marks a database as fumtui's in its header.
const applicationID = 0x66756d74

// migration is one numbered file; the schema's version is the number of the
// newest one applied.
type migration struct {
	version int
	sql     string
}

// migrations are all of them in order. Their numbers have no holes.
func migrations() ([]migration, error) {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		return nil, fmt.Errorf("list the migrations: %w", err)
	}
	sort.Strings(names)
	all := make([]migration, 0, len(names))
	for i, name := range names {
		text, err := migrationFiles.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read migration %s: %w", name, err)
		}
		m := migration{sql: string(text)}
		if _, err := fmt.Sscanf(name, "migrations/%04d_", &m.version); err != nil || m.version != i+1 {
			return nil, fmt.Errorf("migration %s: want number %04d", name, i+1)
		}
		all = append(all, m)
	}
	return all, nil
}

// schemaVersion tells how far a database is migrated, 0 for an empty one. It
// refuses one of another program. A table named cursor alone is no other
// program where it has the columns of the public contract: a client may have
// made it before us.
func schemaVersion(ctx context.Context, q querier, path string) (int, error) {
	const look = `SELECT
	  (SELECT application_id FROM pragma_application_id),
	  (SELECT user_version FROM pragma_user_version),
	  (SELECT count(*) FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' AND name <> 'cursor'),
	  (SELECT count(*) FROM pragma_table_info('cursor')),
	  (SELECT count(*) FROM pragma_table_info('cursor') WHERE name IN ('pipeline', 'cluster', 'slot', 'updated_at', 'first_slot'))`
	const contract = 5 // columns
	var id, version, others, columns, ours int
	if err := q.QueryRowContext(ctx, look).Scan(&id, &version, &others, &columns, &ours); err != nil {
		return 0, err
	}
	fresh := id == 0 && version == 0 && others == 0 && (columns == 0 || ours == contract)
	if id != applicationID && !fresh {
		return 0, &Error{Kind: KindForeign, Path: path, Doing: openDatabase}
	}
	return version, nil
}

// checkSchema refuses a foreign or newer database before anything is changed.
func checkSchema(ctx context.Context, q querier, path string) error {
	version, err := schemaVersion(ctx, q, path)
	if err != nil {
		return err
	}
	all, err := migrations()
	if err != nil {
		return err
	}
	return refuseNewer(path, version, len(all))
}

func refuseNewer(path string, version, known int) error {
	if version <= known {
		return nil
	}
	return &Error{
		Kind: KindNewer, Path: path, Doing: openDatabase,
		Saw: fmt.Sprintf("it was written by a newer fumtui (schema %d, this one knows %d)", version, known),
	}
}

// requireCurrent is checkSchema for a database that cannot be migrated.
func requireCurrent(ctx context.Context, q querier, path string) error {
	version, err := schemaVersion(ctx, q, path)
	if err != nil {
		return err
	}
	all, err := migrations()
	if err != nil {
		return err
	}
	if version < len(all) {
		return &Error{Kind: KindOlder, Path: path, Doing: openDatabase}
	}
	return refuseNewer(path, version, len(all))
}

// migrate applies what is missing, each migration in a transaction of its own
// that reads the version again: another console may have been first.
func migrate(ctx context.Context, db *sql.DB, path string) error {
	all, err := migrations()
	if err != nil {
		return err
	}
	// Without the write lock where nothing is to do, so that a console starts
	// while another process is writing.
	version, err := schemaVersion(ctx, db, path)
	if err != nil || version == len(all) {
		return err
	}
	for version < len(all) {
		if version, err = migrateOnce(ctx, db, path, all); err != nil {
			return err
		}
	}
	return refuseNewer(path, version, len(all))
}

// migrateOnce applies the next migration and gives the version reached.
func migrateOnce(ctx context.Context, db *sql.DB, path string, all []migration) (int, error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	version, err := schemaVersion(ctx, tx, path)
	if err != nil || version >= len(all) {
		return version, err
	}
	next := all[version]
	// PRAGMA takes no parameters; both numbers are our own.
	marks := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;", applicationID, next.version)
	if _, err := tx.ExecContext(ctx, next.sql+"\n"+marks); err != nil {
		return 0, err
	}
	return next.version, tx.Commit()
}
