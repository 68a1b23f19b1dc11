package failover

import (
	"fmt"

	"github.com/fumtui/fumtui/model"
)

// wish is where a target's subscriber is to begin.
type wish struct {
	cursor  *model.Slot // last slot consumed; nil: none is known
	overlap uint64      // slots to go back behind the one after it
	from    *model.Slot // the slot that a person chose
	latest  bool        // after the newest slot of the target
}

// wishOf is what a request wishes, given the cursor. Without one a pipeline that
// is promised nothing begins at the newest slot, where its policy says so.
func wishOf(p model.Pipeline, req model.Request, cursor *model.Slot) wish {
	w := wish{cursor: cursor, overlap: p.Overlap, from: req.FromSlot, latest: req.Latest}
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
	if w.cursor != nil && (w.from == nil || *w.cursor < first) {
		first = *w.cursor + 1
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

// left reports whether the slot after the cursor has left the window.
func (w wish) left(window model.SlotRange) bool { return w.cursor != nil && *w.cursor+1 < window.Min }

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
	return text
}

// how says in words where the position comes from.
func (w wish) how(to string) string {
	switch {
	case w.latest:
		return "after the newest of " + to + ", as a number"
	case w.from != nil:
		return "chosen by a person"
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
