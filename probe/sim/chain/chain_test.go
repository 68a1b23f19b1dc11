package chain_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/probe/sim/chain"
)

// span is how many slots the properties are checked over.
const span = 200_000

// origin is a slot in the middle of nowhere.
const origin model.Slot = 349_999_987

func TestSharesOfSlots(t *testing.T) {
	for _, seed := range []uint64{0, 1, 42, ^uint64(0)} {
		counts := map[string]int{}
		for slot := origin; slot < origin+span; slot++ {
			if b, ok := chain.New(seed).At(slot); ok {
				counts[b.Kind.String()]++
			} else {
				counts["skipped"]++
			}
		}
		for name, want := range map[string]float64{"skipped": 0.05, "dead": 0.005, "orphaned": 0.005} {
			if got := float64(counts[name]) / span; got < want*0.8 || got > want*1.2 {
				t.Errorf("seed %d: %.4f of the slots are %s, want about %.4f", seed, got, name, want)
			}
		}
	}
}

func TestMissingSlotsInARow(t *testing.T) {
	c := chain.New(7)
	run, longest := 0, 0
	for slot := origin; slot < origin+span; slot++ {
		if b, ok := c.At(slot); ok && b.Kind == chain.Canonical {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	if longest > chain.MaxSkips {
		t.Errorf("%d slots in a row have no canonical block, want at most %d", longest, chain.MaxSkips)
	}
	if longest < 4 {
		t.Errorf("the longest run of missing slots is %d: no leader ever skipped its four", longest)
	}
}

func TestParentIsTheCanonicalSlotBefore(t *testing.T) {
	c := chain.New(3)
	var before model.Slot
	for slot := origin; slot < origin+20_000; slot++ {
		b, ok := c.At(slot)
		if !ok {
			continue
		}
		if before != 0 && b.Parent != before {
			t.Fatalf("the parent of %s slot %d is %d, want %d", b.Kind, slot, b.Parent, before)
		}
		if b.Kind == chain.Canonical {
			before = slot
		}
	}
}

func TestGenesis(t *testing.T) {
	b, ok := chain.New(1).At(0)
	if !ok || b.Kind != chain.Canonical || b.Parent != 0 {
		t.Errorf("slot 0 is %+v, %v, want a canonical block that is its own parent", b, ok)
	}
}

func TestFinalizedAreTheCanonicalSlots(t *testing.T) {
	c := chain.New(11)
	var want []model.Slot
	for slot := origin; slot <= origin+1000; slot++ {
		if b, ok := c.At(slot); ok && b.Kind == chain.Canonical {
			want = append(want, slot)
		}
	}
	if got := slices.Collect(c.Finalized(origin, origin+1000)); !slices.Equal(got, want) {
		t.Errorf("Finalized gave %d slots, want the %d canonical ones", len(got), len(want))
	}
	if got := slices.Collect(c.Finalized(origin+1, origin)); len(got) != 0 {
		t.Errorf("an empty range gave %v", got)
	}
	for range c.Finalized(^model.Slot(0)-20, ^model.Slot(0)) { // must end
	}
}

func TestUIDsFindTheirBlocks(t *testing.T) {
	c, other := chain.New(5), chain.New(6)
	seen := map[[16]byte]bool{}
	for slot := origin; slot < origin+5000; slot++ {
		b, ok := c.At(slot)
		if !ok {
			continue
		}
		if seen[b.UID] {
			t.Fatalf("the UID of slot %d is taken", slot)
		}
		seen[b.UID] = true
		if got, ok := c.ByUID(b.UID[:]); !ok || got != b {
			t.Fatalf("UID of slot %d finds %+v, %v", slot, got, ok)
		}
		if _, ok := other.ByUID(b.UID[:]); ok {
			t.Fatalf("UID of slot %d is known on another chain", slot)
		}
	}
}

func FuzzByUID(f *testing.F) {
	c := chain.New(5)
	b, _ := c.At(origin - origin%9)
	f.Add(b.UID[:])
	f.Add([]byte("short"))
	f.Fuzz(func(t *testing.T, uid []byte) {
		if b, ok := c.ByUID(uid); ok && !bytes.Equal(b.UID[:], uid) {
			t.Errorf("%x found the block %x", uid, b.UID)
		}
	})
}

func TestContentIsConsistent(t *testing.T) {
	c := chain.New(9)
	for slot := origin; slot < origin+2000; slot++ {
		b, ok := c.At(slot)
		content := c.Content(slot)
		if !ok || b.Kind == chain.Dead {
			if len(content.Transactions)+len(content.Entries) > 0 {
				t.Fatalf("slot %d holds something though it has no living block", slot)
			}
			continue
		}
		checkContent(t, slot, content)
	}
}

// checkContent checks what a block holds.
func checkContent(t *testing.T, slot model.Slot, content chain.Content) {
	t.Helper()
	if len(content.Transactions) == 0 || len(content.Entries) == 0 {
		t.Fatalf("slot %d is empty", slot)
	}
	signatures := map[chain.Signature]bool{}
	for i, tx := range content.Transactions {
		if tx.Index != uint64(i) || signatures[tx.Signature] {
			t.Fatalf("slot %d: transaction %d has index %d, or a signature that is taken", slot, i, tx.Index)
		}
		signatures[tx.Signature] = true
		if tx.Accounts[0].Key == tx.Accounts[1].Key {
			t.Fatalf("slot %d: transaction %d writes an account twice", slot, i)
		}
	}
	var executed uint64
	for i, e := range content.Entries {
		if e.Index != uint64(i) || e.First != executed {
			t.Fatalf("slot %d: entry %d has index %d and begins at %d, want %d", slot, i, e.Index, e.First, executed)
		}
		executed += e.Transactions
	}
	if executed != uint64(len(content.Transactions)) {
		t.Fatalf("slot %d: the entries hold %d transactions of %d", slot, executed, len(content.Transactions))
	}
}

func TestTheSameEverywhere(t *testing.T) {
	// These must never change: an audit of an older run would be wrong.
	b, ok := chain.New(1).At(350_000_000)
	if !ok || b.Kind != chain.Canonical {
		t.Fatalf("slot 350000000 of chain 1 is %+v, %v", b, ok)
	}
	n := 0
	for range chain.New(1).Finalized(350_000_000, 350_010_000) {
		n++
	}
	if want := 9406; n != want {
		t.Errorf("chain 1 has %d canonical blocks in its first 10,001 slots, it had %d", n, want)
	}
}

func TestBase58(t *testing.T) {
	for text, data := range map[string][]byte{
		"":                  {},
		"1":                 {0},
		"11":                {0, 0},
		"2NEpo7TZRRrLZSi2U": []byte("Hello World!"),
		"1112":              {0, 0, 0, 1},
	} {
		if got := chain.Base58(data); got != text {
			t.Errorf("Base58(%x) = %q, want %q", data, got, text)
		}
		if got, err := chain.ParseBase58(text); err != nil || !bytes.Equal(got, data) {
			t.Errorf("ParseBase58(%q) = %x, %v, want %x", text, got, err, data)
		}
	}
	for _, bad := range []string{"0", "O", "a b", string(bytes.Repeat([]byte("z"), 1000))} {
		if _, err := chain.ParseBase58(bad); err == nil {
			t.Errorf("ParseBase58(%.10q) did not fail", bad)
		}
	}
}

func FuzzBase58(f *testing.F) {
	f.Add([]byte{0, 1, 255})
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 64 {
			return
		}
		if got, err := chain.ParseBase58(chain.Base58(data)); err != nil || !bytes.Equal(got, data) {
			t.Errorf("%x became %x, %v", data, got, err)
		}
	})
}

func BenchmarkContent(b *testing.B) {
	c := chain.New(1)
	for b.Loop() {
		c.Content(origin - origin%9)
	}
}
