-- The public contract: clients of other programs write this table with the
-- upsert that the documentation gives. Its columns must never change their
-- meaning, and it has no triggers, so that nothing of ours can fail their
-- writes. The checks keep out text, which SQLite sorts above every number: such
-- a slot could never be overtaken.
CREATE TABLE IF NOT EXISTS cursor (
  pipeline   TEXT NOT NULL,
  cluster    TEXT NOT NULL,
  slot       INTEGER NOT NULL CHECK (typeof(slot) = 'integer' AND slot >= 0),
  updated_at TEXT NOT NULL,
  first_slot INTEGER NULL CHECK (first_slot IS NULL OR typeof(first_slot) = 'integer'),
  PRIMARY KEY (pipeline, cluster)
);

-- Times are RFC 3339 in UTC with nine decimals, so that they sort as text.
-- Slots and numbers of slots in this table are the 64 bits of an unsigned
-- number.
CREATE TABLE run (
  id                   TEXT PRIMARY KEY,
  pipeline             TEXT NOT NULL,
  subscriber           TEXT NOT NULL,
  kind                 TEXT NOT NULL,
  mode                 TEXT NOT NULL,
  from_cluster         TEXT NOT NULL,
  to_cluster           TEXT NOT NULL,
  state                TEXT NOT NULL,
  requested_by         TEXT NOT NULL,
  reason               TEXT NOT NULL,
  forced               INTEGER NOT NULL,
  started_at           TEXT NOT NULL,
  ended_at             TEXT,
  epoch                INTEGER NOT NULL,
  sequence             INTEGER NOT NULL,
  holder_host          TEXT NOT NULL,
  holder_boot_id       TEXT NOT NULL,
  holder_pid           INTEGER NOT NULL,
  holder_started_at    TEXT NOT NULL,
  holder_user          TEXT NOT NULL,
  cursor_slot          INTEGER,
  reported_cursor_slot INTEGER,
  resume_slot          INTEGER,
  approved_gap_slots   INTEGER,
  gap_slots            INTEGER,
  duplicate_slots      INTEGER,
  subscriber_id        TEXT NOT NULL,
  source_answered      INTEGER NOT NULL,
  question             TEXT NOT NULL,
  note                 TEXT NOT NULL
) STRICT;

CREATE INDEX run_newest ON run (started_at, id);
CREATE INDEX run_newest_of_pipeline ON run (pipeline, started_at, id);

-- The database itself keeps a second run of a pipeline from beginning.
CREATE UNIQUE INDEX run_unended ON run (pipeline)
  WHERE state NOT IN ('done', 'aborted', 'failed');

CREATE TABLE step (
  run_id     TEXT NOT NULL REFERENCES run (id),
  position   INTEGER NOT NULL,
  name       TEXT NOT NULL,
  state      TEXT NOT NULL,
  started_at TEXT,
  ended_at   TEXT,
  error      TEXT NOT NULL,
  detail     TEXT NOT NULL,
  PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID;

-- A row stays for ever, also when nobody holds the lease: epochs never repeat.
CREATE TABLE lease (
  pipeline          TEXT PRIMARY KEY,
  epoch             INTEGER NOT NULL CHECK (epoch > 0),
  held              INTEGER NOT NULL CHECK (held IN (0, 1)),
  run_id            TEXT NOT NULL REFERENCES run (id),
  renewals          INTEGER NOT NULL,
  expires_at        TEXT NOT NULL,
  holder_host       TEXT NOT NULL,
  holder_boot_id    TEXT NOT NULL,
  holder_pid        INTEGER NOT NULL,
  holder_started_at TEXT NOT NULL,
  holder_user       TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE active (
  pipeline TEXT PRIMARY KEY,
  cluster  TEXT NOT NULL,
  run_id   TEXT NOT NULL REFERENCES run (id),
  since    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  id       INTEGER PRIMARY KEY,
  at       TEXT NOT NULL,
  pipeline TEXT NOT NULL,
  run_id   TEXT NOT NULL, -- empty: not part of a run
  actor    TEXT NOT NULL,
  action   TEXT NOT NULL,
  detail   TEXT NOT NULL
) STRICT;

-- One row, written to find out whether the file can be written at all.
CREATE TABLE write_check (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  at TEXT NOT NULL
) STRICT;

-- History: watched, pruned, agreed on by nobody.
CREATE TABLE evidence (
  id       INTEGER PRIMARY KEY,
  answered INTEGER NOT NULL, -- microseconds since 1970
  body     TEXT NOT NULL     -- JSON
) STRICT;

CREATE INDEX evidence_answered ON evidence (answered, id);

CREATE TABLE lag_series (
  id       INTEGER PRIMARY KEY,
  pipeline TEXT NOT NULL,
  cluster  TEXT NOT NULL,
  UNIQUE (pipeline, cluster)
) STRICT;

-- Small integers and no row id: about 17 bytes a sample.
CREATE TABLE lag (
  series INTEGER NOT NULL REFERENCES lag_series (id),
  at     INTEGER NOT NULL, -- milliseconds since 1970
  lag    INTEGER NOT NULL, -- offsets
  PRIMARY KEY (series, at)
) STRICT, WITHOUT ROWID;
