-- When the driver of a run took it up from another one: a step that was under way
-- then counts its time from there.
ALTER TABLE run ADD COLUMN taken_up_at TEXT;
