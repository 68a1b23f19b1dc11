package cluster

import (
	"github.com/fumtui/fumtui/model"
	pb "github.com/fumtui/fumtui/probe/fumarolepb"
	"github.com/fumtui/fumtui/probe/sim/chain"
)

// The chain's clock, which is not the cluster's: a block's time depends on its
// slot alone.
const (
	genesisTime  = 1_600_000_000 // seconds since 1970
	slotsPer2Sec = 5
)

// transactionFailure is how Solana encodes "account in use".
var transactionFailure = [4]byte{}

// updates are the parts of a block's shard that the filters want. Together the
// shards hold what the whole block does. A dead block holds nothing.
func (c *Cluster) updates(block chain.Block, shard int, f *filterSet) []*pb.SubscribeUpdate {
	if f == nil || block.Kind == chain.Dead {
		return nil
	}
	content := c.opts.Chain.Content(block.Slot)
	b := &blockWriter{chain: c.opts.Chain, block: block, filters: f}
	for i := range content.Transactions {
		if c.inShard(i, shard) {
			b.transaction(&content.Transactions[i])
		}
	}
	for i := range content.Entries {
		if names := f.entries; len(names) > 0 && c.inShard(i, shard) {
			b.entry(&content.Entries[i], names)
		}
	}
	if shard <= 0 && len(f.metas) > 0 {
		b.meta(content)
	}
	return b.updates
}

// inShard reports whether the i-th part of its kind is in a shard.
func (c *Cluster) inShard(i, shard int) bool {
	return shard == wholeBlock || i%c.opts.Shards == shard
}

// blockWriter gathers the updates of a block.
type blockWriter struct {
	chain   chain.Chain
	block   chain.Block
	filters *filterSet
	updates []*pb.SubscribeUpdate
}

// transaction adds a transaction, its status and the accounts it changed.
func (b *blockWriter) transaction(t *chain.Transaction) {
	for i := range t.Accounts {
		if names := matching(b.filters.accounts, accountFilter.match, &t.Accounts[i]); names != nil {
			b.account(t, &t.Accounts[i], names)
		}
	}
	slot := uint64(b.block.Slot)
	if names := matching(b.filters.transactions, transactionFilter.match, t); names != nil {
		b.updates = append(b.updates, &pb.SubscribeUpdate{
			Filters: names,
			UpdateOneof: &pb.SubscribeUpdate_Transaction{Transaction: &pb.SubscribeUpdateTransaction{
				Transaction: b.transactionInfo(t), Slot: slot,
			}},
		})
	}
	if names := matching(b.filters.statuses, transactionFilter.match, t); names != nil {
		b.updates = append(b.updates, &pb.SubscribeUpdate{
			Filters: names,
			UpdateOneof: &pb.SubscribeUpdate_TransactionStatus{TransactionStatus: &pb.SubscribeUpdateTransactionStatus{
				Slot: slot, Signature: t.Signature[:], IsVote: t.Vote, Index: t.Index, Err: failure(t),
			}},
		})
	}
}

// account adds an account as a transaction left it.
func (b *blockWriter) account(t *chain.Transaction, a *chain.Account, names []string) {
	b.updates = append(b.updates, &pb.SubscribeUpdate{
		Filters: names,
		UpdateOneof: &pb.SubscribeUpdate_Account{Account: &pb.SubscribeUpdateAccount{
			Account: &pb.SubscribeUpdateAccountInfo{
				Pubkey: a.Key[:], Lamports: a.Lamports, Owner: a.Owner[:], RentEpoch: ^uint64(0),
				Data: a.Data, WriteVersion: a.WriteVersion, TxnSignature: t.Signature[:],
			},
			Slot: uint64(b.block.Slot),
		}},
	})
}

// transactionInfo is a transaction in full.
func (b *blockWriter) transactionInfo(t *chain.Transaction) *pb.SubscribeUpdateTransactionInfo {
	recent := b.chain.Hash(b.block.Parent)
	message := &pb.Message{
		Header:          &pb.MessageHeader{NumRequiredSignatures: 1, NumReadonlyUnsignedAccounts: 1},
		RecentBlockhash: recent[:],
	}
	meta := &pb.TransactionStatusMeta{Err: failure(t), Fee: t.Fee}
	instruction := &pb.CompiledInstruction{ProgramIdIndex: uint32(len(t.Accounts))}
	for i := range t.Accounts {
		a := &t.Accounts[i]
		message.AccountKeys = append(message.AccountKeys, a.Key[:])
		meta.PreBalances = append(meta.PreBalances, a.Lamports+t.Fee)
		meta.PostBalances = append(meta.PostBalances, a.Lamports)
		instruction.Accounts = append(instruction.Accounts, byte(i))
	}
	message.AccountKeys = append(message.AccountKeys, t.Program[:])
	meta.PreBalances = append(meta.PreBalances, 1)
	meta.PostBalances = append(meta.PostBalances, 1)
	message.Instructions = []*pb.CompiledInstruction{instruction}
	return &pb.SubscribeUpdateTransactionInfo{
		Signature:   t.Signature[:],
		IsVote:      t.Vote,
		Transaction: &pb.Transaction{Signatures: [][]byte{t.Signature[:]}, Message: message},
		Meta:        meta,
		Index:       t.Index,
	}
}

// failure is why a transaction failed, and nil where it did not.
func failure(t *chain.Transaction) *pb.TransactionError {
	if !t.Failed {
		return nil
	}
	return &pb.TransactionError{Err: transactionFailure[:]}
}

// entry adds an entry.
func (b *blockWriter) entry(e *chain.Entry, names []string) {
	b.updates = append(b.updates, &pb.SubscribeUpdate{
		Filters: names,
		UpdateOneof: &pb.SubscribeUpdate_Entry{Entry: &pb.SubscribeUpdateEntry{
			Slot: uint64(b.block.Slot), Index: e.Index, NumHashes: e.NumHashes, Hash: e.Hash[:],
			ExecutedTransactionCount: e.Transactions, StartingTransactionIndex: e.First,
		}},
	})
}

// meta adds the block's description, whose counts are those of all shards.
func (b *blockWriter) meta(content chain.Content) {
	slot := b.block.Slot
	b.updates = append(b.updates, &pb.SubscribeUpdate{
		Filters: b.filters.metas,
		UpdateOneof: &pb.SubscribeUpdate_BlockMeta{BlockMeta: &pb.SubscribeUpdateBlockMeta{
			Slot:                     uint64(slot),
			Blockhash:                b.chain.HashText(slot),
			BlockTime:                blockTime(slot),
			ParentSlot:               uint64(b.block.Parent),
			ParentBlockhash:          b.chain.HashText(b.block.Parent),
			ExecutedTransactionCount: uint64(len(content.Transactions)),
			EntriesCount:             uint64(len(content.Entries)),
		}},
	})
}

// blockTime is when a block was made, by the chain's clock.
func blockTime(slot model.Slot) *pb.UnixTimestamp {
	return &pb.UnixTimestamp{Timestamp: genesisTime + int64(slot)*2/slotsPer2Sec}
}
