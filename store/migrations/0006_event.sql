-- What changed, with the reason and whose console saw it: verdicts, as before,
-- and advices and runs that were left too. What people do is in the audit trail.
CREATE TABLE event (
  id       INTEGER PRIMARY KEY AUTOINCREMENT, -- readers go on from it
  at       INTEGER NOT NULL, -- milliseconds since 1970
  kind     TEXT NOT NULL,
  pipeline TEXT NOT NULL,    -- empty: of a cluster
  cluster  TEXT NOT NULL,    -- empty: of a pipeline
  run      TEXT NOT NULL,    -- empty: of none
  before   TEXT NOT NULL,
  word     TEXT NOT NULL,
  target   TEXT NOT NULL,
  reason   TEXT NOT NULL,
  seen_by  TEXT NOT NULL
) STRICT;

INSERT INTO event (at, kind, pipeline, cluster, run, before, word, target, reason, seen_by)
SELECT at, 'verdict', pipeline, cluster, '', before, verdict, '', '', '' FROM verdict_change ORDER BY at, id;

DROP TABLE verdict_change;

CREATE INDEX event_at ON event (at);
CREATE INDEX event_of ON event (pipeline, cluster, kind, run, at);
