-- Series of any measure, where there was only lag; and coarser copies of them,
-- so that a month of history stays small.
CREATE TABLE series (
  id       INTEGER PRIMARY KEY,
  measure  TEXT NOT NULL,
  pipeline TEXT NOT NULL, -- empty: of a cluster as a whole
  cluster  TEXT NOT NULL,
  UNIQUE (measure, pipeline, cluster)
) STRICT;

-- Small integers and no row id: about 17 bytes a sample.
CREATE TABLE sample (
  series INTEGER NOT NULL REFERENCES series (id),
  at     INTEGER NOT NULL, -- milliseconds since 1970
  value  INTEGER NOT NULL, -- in the unit of the measure
  PRIMARY KEY (series, at)
) STRICT, WITHOUT ROWID;

-- What a series was in each minute and in each hour that has a sample.
CREATE TABLE rollup (
  span   INTEGER NOT NULL, -- milliseconds
  series INTEGER NOT NULL REFERENCES series (id),
  at     INTEGER NOT NULL, -- a multiple of span
  low    INTEGER NOT NULL,
  high   INTEGER NOT NULL,
  last   INTEGER NOT NULL,
  PRIMARY KEY (span, series, at)
) STRICT, WITHOUT ROWID;

INSERT INTO series (id, measure, pipeline, cluster)
SELECT id, 'lag', pipeline, cluster FROM lag_series;

INSERT INTO rollup (span, series, at, low, high, last)
SELECT 60000, part.series, part.at, part.low, part.high, lag.lag
FROM (
  SELECT series, at / 60000 * 60000 AS at, min(lag) AS low, max(lag) AS high, max(at) AS newest
  FROM lag GROUP BY series, at / 60000
) AS part CROSS JOIN lag ON lag.series = part.series AND lag.at = part.newest;

INSERT INTO rollup (span, series, at, low, high, last)
SELECT 3600000, part.series, part.at, part.low, part.high, minute.last
FROM (
  SELECT series, at / 3600000 * 3600000 AS at, min(low) AS low, max(high) AS high, max(at) AS newest
  FROM rollup WHERE span = 60000 GROUP BY series, at / 3600000
) AS part CROSS JOIN rollup AS minute ON minute.span = 60000 AND minute.series = part.series AND minute.at = part.newest;

INSERT INTO sample (series, at, value)
SELECT series, at, lag FROM lag WHERE at > (SELECT max(at) FROM lag) - 6 * 3600000;

DROP TABLE lag;
DROP TABLE lag_series;

-- Changes of verdicts, for people who look back.
CREATE TABLE verdict_change (
  id       INTEGER PRIMARY KEY,
  at       INTEGER NOT NULL, -- milliseconds since 1970
  pipeline TEXT NOT NULL,    -- empty: of a cluster
  cluster  TEXT NOT NULL,    -- empty: of a pipeline
  before   TEXT NOT NULL,
  verdict  TEXT NOT NULL
) STRICT;

CREATE INDEX verdict_change_at ON verdict_change (at);
CREATE INDEX verdict_change_newest ON verdict_change (pipeline, cluster, at);
