-- Slots that may be lost besides the gap, as far as anyone can tell.
ALTER TABLE run ADD COLUMN possible_loss_slots INTEGER NOT NULL DEFAULT 0;

-- A source that could not be read when the engine set the row: what it says
-- first after that is of an earlier stay, whatever it is, and slot says nothing.
ALTER TABLE stale_cursor ADD COLUMN known INTEGER NOT NULL DEFAULT 1 CHECK (known IN (0, 1));
