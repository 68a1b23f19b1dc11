package chain

import (
	"encoding/binary"

	"github.com/fumtui/fumtui/model"
)

// Key is a public key: of an account or of a program.
type Key [32]byte

// String is the key as people write it.
func (k Key) String() string { return Base58(k[:]) }

// Signature names a transaction.
type Signature [64]byte

// Content is what a block holds. Dead blocks hold nothing.
type Content struct {
	Transactions []Transaction
	Entries      []Entry
}

// Transaction is a transaction and the accounts it changed.
type Transaction struct {
	// Index is the position in the block, from 0.
	Index     uint64
	Signature Signature
	Vote      bool
	Failed    bool
	Fee       uint64 // lamports
	// Accounts are its writable accounts, all different, as it left them.
	Accounts []Account
	Program  Key
}

// Account is the state of an account after a transaction.
type Account struct {
	Key      Key
	Owner    Key
	Lamports uint64
	Data     []byte
	// WriteVersion rises with every change on the chain.
	WriteVersion uint64
}

// Token reports whether the account holds the state of a token account.
func (a Account) Token() bool { return len(a.Data) == tokenDataSize }

// Entry is a batch of transactions of a block.
type Entry struct {
	Index        uint64
	NumHashes    uint64
	Hash         [32]byte
	Transactions uint64
	// First is the index of the first transaction of the batch.
	First uint64
}

// Sizes of a block. They are small on purpose: a cluster has to serve hundreds
// of blocks a second from a part of one core.
const (
	minTransactions = 2
	moreTransaction = 4 // 2 to 5
	poolSize        = 64
	tokenDataSize   = 165
	smallDataSize   = 8
	maxWrites       = 16 // room for write versions per slot
)

// AccountKey is the n-th of the accounts that transactions change, n from 0 to
// [Chain.AccountCount] - 1.
func (c Chain) AccountKey(n int) Key { return c.key(0x100 + uint64(n)) }

// AccountCount is the number of accounts on the chain.
func (c Chain) AccountCount() int { return poolSize }

// TokenProgram owns the accounts of an even number.
func (c Chain) TokenProgram() Key { return c.key(1) }

// SystemProgram owns the accounts of an odd number.
func (c Chain) SystemProgram() Key { return c.key(2) }

// VoteProgram is the program of vote transactions.
func (c Chain) VoteProgram() Key { return c.key(3) }

// Hash is the block hash of a slot.
func (c Chain) Hash(slot model.Slot) [32]byte { return c.wide(hashSalt, uint64(slot)) }

// HashText is the block hash of a slot as it is written.
func (c Chain) HashText(slot model.Slot) string {
	hash := c.Hash(slot)
	return Base58(hash[:])
}

// Content is what the block at a slot holds: nothing where there is none.
func (c Chain) Content(slot model.Slot) Content {
	kind, ok := c.fate(slot)
	if !ok || kind == Dead {
		return Content{}
	}
	count := minTransactions + c.mix(contentSalt, uint64(slot))%moreTransaction
	content := Content{Transactions: make([]Transaction, count)}
	for i := range content.Transactions {
		content.Transactions[i] = c.transaction(slot, uint64(i))
	}
	content.Entries = c.entries(slot, count)
	return content
}

// transaction is the i-th transaction of a slot.
func (c Chain) transaction(slot model.Slot, i uint64) Transaction {
	id := uint64(slot)*maxWrites + i
	dice := c.mix(contentSalt+1, id)
	t := Transaction{
		Index:     i,
		Signature: c.signature(id),
		Vote:      i == 0,
		Failed:    dice%10 == 1,
		Fee:       5000,
		Program:   c.TokenProgram(),
	}
	if t.Vote {
		t.Program = c.VoteProgram()
	}
	first := dice >> 8 % poolSize
	second := (first + 1 + dice>>16%(poolSize-1)) % poolSize
	t.Accounts = []Account{c.account(first, id*2), c.account(second, id*2+1)}
	return t
}

// account is the n-th account as a write left it.
func (c Chain) account(n, version uint64) Account {
	a := Account{Key: c.key(0x100 + n), Owner: c.SystemProgram(), WriteVersion: version}
	a.Lamports = 1 + c.mix(contentSalt+2, version)%1_000_000_000
	size := smallDataSize
	if n%2 == 0 {
		a.Owner, size = c.TokenProgram(), tokenDataSize
	}
	a.Data = make([]byte, size)
	binary.LittleEndian.PutUint64(a.Data, version)
	return a
}

// entries splits a number of transactions in two batches and ends with a tick.
func (c Chain) entries(slot model.Slot, transactions uint64) []Entry {
	first := transactions / 2
	entries := []Entry{
		{Transactions: first},
		{Transactions: transactions - first, First: first},
		{First: transactions},
	}
	for i := range entries {
		entries[i].Index = uint64(i)
		entries[i].NumHashes = 12_500
		entries[i].Hash = c.wide(hashSalt+1, uint64(slot)*uint64(len(entries))+uint64(i))
	}
	return entries
}

// key is the n-th key of the chain.
func (c Chain) key(n uint64) Key { return c.wide(contentSalt+3, n) }

// signature is the n-th signature of the chain.
func (c Chain) signature(n uint64) Signature {
	var s Signature
	high, low := c.wide(contentSalt+4, n), c.wide(contentSalt+5, n)
	copy(s[:32], high[:])
	copy(s[32:], low[:])
	return s
}

// wide hashes to 32 bytes.
func (c Chain) wide(salt, n uint64) [32]byte {
	var b [32]byte
	for i := range uint64(4) {
		binary.BigEndian.PutUint64(b[i*8:], c.mix(salt<<8|i, n))
	}
	return b
}
