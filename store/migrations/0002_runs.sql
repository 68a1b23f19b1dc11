-- What a run was asked for beyond its target, and when it was measured to be
-- where.
ALTER TABLE run ADD COLUMN origin TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN evacuation TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN evidence TEXT NOT NULL DEFAULT ''; -- lines
ALTER TABLE run ADD COLUMN detected_at TEXT;
ALTER TABLE run ADD COLUMN from_slot INTEGER;
ALTER TABLE run ADD COLUMN latest INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run ADD COLUMN first_slot INTEGER;
ALTER TABLE run ADD COLUMN first_slot_at TEXT;
ALTER TABLE run ADD COLUMN live_at TEXT;

CREATE INDEX run_of_evacuation ON run (evacuation) WHERE evacuation <> '';

-- A home that a person chose stands while the configured one is the same as
-- then.
CREATE TABLE home (
  pipeline   TEXT PRIMARY KEY,
  cluster    TEXT NOT NULL,
  configured TEXT NOT NULL,
  since      TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What a cursor source said before its client was started: of an earlier stay,
-- and not to be believed until it says something else. Slots are the 64 bits of
-- an unsigned number.
CREATE TABLE stale_cursor (
  pipeline TEXT NOT NULL,
  cluster  TEXT NOT NULL,
  slot     INTEGER NOT NULL,
  PRIMARY KEY (pipeline, cluster)
) STRICT, WITHOUT ROWID;
