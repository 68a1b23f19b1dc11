-- Slots from the resume slot to the target's newest, when the position was
-- decided: how fast a client caught up follows from it.
ALTER TABLE run ADD COLUMN replay_slots INTEGER;
