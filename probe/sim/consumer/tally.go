package consumer

import (
	"errors"
	"fmt"

	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

// tally counts what came with a shard or a slot.
type tally struct {
	updates, transactions, entries, accounts uint64
	meta                                     *pb.SubscribeUpdateBlockMeta
}

// add takes in one update.
func (t *tally) add(u *pb.SubscribeUpdate) {
	t.updates++
	switch u.GetUpdateOneof().(type) {
	case *pb.SubscribeUpdate_Transaction, *pb.SubscribeUpdate_TransactionStatus:
		t.transactions++
	case *pb.SubscribeUpdate_Entry:
		t.entries++
	case *pb.SubscribeUpdate_Account:
		t.accounts++
	case *pb.SubscribeUpdate_BlockMeta:
		t.meta = u.GetBlockMeta()
	}
}

// merge adds another shard's counts.
func (t *tally) merge(o tally) {
	t.updates += o.updates
	t.transactions += o.transactions
	t.entries += o.entries
	t.accounts += o.accounts
	if o.meta != nil {
		t.meta = o.meta
	}
}

// check reports what is missing of a block that is not dead, as far as the
// filters let it be known.
func (t tally) check(slot uint64, filters *pb.BlockFilters) error {
	if len(filters.GetBlocksMeta()) == 0 {
		return nil
	}
	if t.meta == nil {
		return errors.New("the block came without its meta data")
	}
	if t.meta.GetSlot() != slot {
		return fmt.Errorf("the block came with the meta data of slot %d", t.meta.GetSlot())
	}
	if want := t.meta.GetExecutedTransactionCount(); wantsAllTransactions(filters) && t.transactions != want {
		return fmt.Errorf("%d of its %d transactions came", t.transactions, want)
	}
	if want := t.meta.GetEntriesCount(); len(filters.GetEntries()) > 0 && t.entries != want {
		return fmt.Errorf("%d of its %d entries came", t.entries, want)
	}
	return nil
}

// wantsAllTransactions reports whether one of the filters is empty.
func wantsAllTransactions(filters *pb.BlockFilters) bool {
	for _, f := range filters.GetTransactions() {
		if f.Vote == nil && f.Failed == nil && f.Signature == nil && f.TokenAccounts == nil &&
			f.CuckooAccountInclude == nil &&
			len(f.GetAccountInclude())+len(f.GetAccountExclude())+len(f.GetAccountRequired()) == 0 {
			return true
		}
	}
	return false
}
