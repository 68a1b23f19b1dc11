-- When a run was last taken up again: a step that was under way then counts its
-- time from there.
ALTER TABLE run ADD COLUMN taken_up_at TEXT;
