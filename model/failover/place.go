package failover

import (
	"fmt"

	"github.com/fumtui/fumtui/model"
)

// wish is where a target's subscriber is to begin.
type wish struct {
	cursor  *model.Slot // last slot consumed; nil: none is known
	overlap uint64      // slots to go back behind the one after it
	highest bool        // slots below the cursor may be missing: the overlap covers them
	from    *model.Slot // the slot that a person chose
	latest  bool        // after the newest slot of the target
}

// wishOf is what a request wishes, given the cursor. Without one a pipeline that
// is promised nothing begins at the newest slot, where its policy says so.
func wishOf(p model.Pipeline, req model.Request, cursor *model.Slot) wish {
	w := wish{cursor: cursor, overlap: p.Overlap, highest: p.Highest, from: req.FromSlot, latest: req.Latest}
	if cursor == nil && w.from == nil && allowsGaps(p) {
		w.latest = true
	}
	return w
}

// allowsGaps reports whether the policy lets slots be skipped without asking.
func allowsGaps(p model.Pipeline) bool {
	return p.Guarantee == model.NoGuarantee && p.Bootstrap == model.BootstrapAllow
}

// position is where a target's subscriber begins, and what that means.
type position struct {
	resume     model.Slot
	gap        uint64 // slots that are skipped; without a cursor only those that were chosen
	uncounted  bool   // without a cursor nobody knows how many are skipped besides
	duplicates uint64 // slots expected twice, about
}

// place applies the position rule: the slot that was chosen, or the one after
// the cursor less the overlap, but never below what the target can still serve.
// ok is false where that cannot be told.
func (w wish) place(window model.SlotRange, known bool) (pos position, ok bool) {
	switch {
	case w.latest:
		pos.resume, ok = window.Max+1, known
	case w.from != nil:
		pos.resume, ok = *w.from, true
	case w.cursor != nil:
		pos.resume, ok = back(*w.cursor+1, w.overlap), true
	}
	if !ok {
		return position{}, false
	}
	first := pos.resume // the first slot that must not be missing
	if w.cursor != nil {
		first = w.needed()
	}
	if known {
		pos.resume = max(pos.resume, window.Min)
	}
	pos.gap = model.SlotsBetween(first, pos.resume)
	pos.uncounted = w.cursor == nil
	pos.duplicates = model.RepeatedSlots
	if w.cursor != nil {
		pos.duplicates += model.SlotsBetween(pos.resume, *w.cursor+1)
	}
	return pos, true
}

// needed is the first slot that may not have been consumed, where there is a
// cursor: the one after it, or where that is only the highest slot seen, the one
// from which the overlap covers what may be missing.
func (w wish) needed() model.Slot {
	if w.highest {
		return back(*w.cursor+1, w.overlap)
	}
	return *w.cursor + 1
}

// growing reports whether the gap grows until the position is decided, so that a
// gap of none now says nothing.
func (w wish) growing() bool { return w.latest && w.cursor != nil }

// unserved is how many slots that a person chose, and that were consumed before,
// the target does not serve any more.
func (w wish) unserved(window model.SlotRange) uint64 {
	if w.from == nil || w.cursor == nil {
		return 0
	}
	return model.SlotsBetween(*w.from, min(window.Min, w.needed()))
}

// left reports whether the first slot that is needed has left the window.
func (w wish) left(window model.SlotRange) bool { return w.cursor != nil && w.needed() < window.Min }

// gapText says in a sentence how many slots are skipped at a target, and why.
func (w wish) gapText(pos position, to string, window model.SlotRange) string {
	text := "a gap of " + model.Units(pos.gap, "slot") + ": "
	switch {
	case w.latest:
		text += fmt.Sprintf("the newest slot of %s is %d", to, window.Max)
	case w.from != nil && *w.from >= window.Min:
		text += fmt.Sprintf("slot %d was chosen", *w.from)
	case w.from != nil:
		text += fmt.Sprintf("%s serves from slot %d, and slot %d was chosen", to, window.Min, *w.from)
	default:
		text += fmt.Sprintf("%s serves from slot %d", to, window.Min)
	}
	if w.cursor != nil {
		text += fmt.Sprintf(", the cursor is %d", *w.cursor)
	}
	if w.cursor != nil && w.highest && w.overlap > 0 {
		text += fmt.Sprintf(", the highest slot seen: of the %s below it any may be missing", model.Units(w.overlap, "slot"))
	}
	return text
}

// how says in words where a position comes from.
func (w wish) how(to string, resume model.Slot) string {
	switch {
	case w.latest:
		return "after the newest of " + to + ", as a number"
	case w.from != nil:
		return "chosen by a person"
	case w.cursor != nil && *w.cursor+1 < resume:
		return "the oldest that " + to + " serves"
	case w.overlap > 0 && w.cursor != nil && model.SlotsBetween(resume, *w.cursor+1) < w.overlap:
		return fmt.Sprintf("after the cursor, less %s, which is all that %s has of the overlap of %s",
			model.Count(model.SlotsBetween(resume, *w.cursor+1)), to, model.Count(w.overlap))
	case w.overlap > 0:
		return "after the cursor, less an overlap of " + model.Units(w.overlap, "slot")
	}
	return "after the cursor"
}

// back is the slot so many before another, or the first of all.
func back(s model.Slot, slots uint64) model.Slot {
	if slots >= uint64(s) {
		return 0
	}
	return s - model.Slot(slots)
}

// below is the slot before another; there is none before the first.
func below(s model.Slot) model.Slot { return back(s, 1) }
