package cluster

import (
	"errors"
	"slices"

	pb "github.com/fumtui/fumtui/probe/fumarolepb"
	"github.com/fumtui/fumtui/probe/sim/chain"
)

// Fields that this cluster knows but does not serve.
var (
	errCuckoo = errors.New("cuckoo filters are not supported")
	errTokens = errors.New("token_accounts is not supported")
)

// compileAccounts reads an account filter: its fields all have to hold, of a
// list's values any.
func compileAccounts(f *pb.SubscribeRequestFilterAccounts) (accountFilter, error) {
	if f.GetCuckooAccountsFilter() != nil {
		return nil, errCuckoo
	}
	var checks accountFilter
	if len(f.GetAccount()) > 0 {
		keys, err := parseKeys(f.GetAccount())
		if err != nil {
			return nil, err
		}
		checks = append(checks, func(a *chain.Account) bool { return keys[a.Key] })
	}
	if len(f.GetOwner()) > 0 {
		owners, err := parseKeys(f.GetOwner())
		if err != nil {
			return nil, err
		}
		checks = append(checks, func(a *chain.Account) bool { return owners[a.Owner] })
	}
	if f.NonemptyTxnSignature != nil {
		want := f.GetNonemptyTxnSignature()
		checks = append(checks, func(*chain.Account) bool { return want }) // every change comes from a transaction
	}
	for _, part := range f.GetFilters() {
		check, err := compileAccountPart(part)
		if err != nil {
			return nil, err
		}
		checks = append(checks, check)
	}
	return checks, nil
}

// compileAccountPart reads one of an account filter's conditions.
func compileAccountPart(f *pb.SubscribeRequestFilterAccountsFilter) (func(*chain.Account) bool, error) {
	switch part := f.GetFilter().(type) {
	case *pb.SubscribeRequestFilterAccountsFilter_Memcmp:
		return memcmp(part.Memcmp)
	case *pb.SubscribeRequestFilterAccountsFilter_Datasize:
		return func(a *chain.Account) bool { return uint64(len(a.Data)) == part.Datasize }, nil
	case *pb.SubscribeRequestFilterAccountsFilter_TokenAccountState:
		return func(a *chain.Account) bool { return a.Token() == part.TokenAccountState }, nil
	case *pb.SubscribeRequestFilterAccountsFilter_Lamports:
		return compileLamports(part.Lamports)
	default:
		return nil, errors.New("an empty account condition")
	}
}

// compileLamports reads a comparison of an account's lamports.
func compileLamports(f *pb.SubscribeRequestFilterAccountsFilterLamports) (func(*chain.Account) bool, error) {
	switch c := f.GetCmp().(type) {
	case *pb.SubscribeRequestFilterAccountsFilterLamports_Eq:
		return func(a *chain.Account) bool { return a.Lamports == c.Eq }, nil
	case *pb.SubscribeRequestFilterAccountsFilterLamports_Ne:
		return func(a *chain.Account) bool { return a.Lamports != c.Ne }, nil
	case *pb.SubscribeRequestFilterAccountsFilterLamports_Lt:
		return func(a *chain.Account) bool { return a.Lamports < c.Lt }, nil
	case *pb.SubscribeRequestFilterAccountsFilterLamports_Gt:
		return func(a *chain.Account) bool { return a.Lamports > c.Gt }, nil
	default:
		return nil, errors.New("lamports needs a comparison")
	}
}

// compileTransactions reads a transaction filter.
func compileTransactions(f *pb.SubscribeRequestFilterTransactions) (transactionFilter, error) {
	switch {
	case f.GetCuckooAccountInclude() != nil:
		return nil, errCuckoo
	case f.TokenAccounts != nil:
		return nil, errTokens
	}
	checks, err := compileTransactionKeys(f)
	if err != nil {
		return nil, err
	}
	if f.Vote != nil {
		checks = append(checks, func(t *chain.Transaction) bool { return t.Vote == f.GetVote() })
	}
	if f.Failed != nil {
		checks = append(checks, func(t *chain.Transaction) bool { return t.Failed == f.GetFailed() })
	}
	if f.Signature != nil {
		raw, err := chain.ParseBase58(f.GetSignature())
		if err != nil || len(raw) != len(chain.Signature{}) {
			return nil, errors.New("signature is not 64 bytes in base58")
		}
		checks = append(checks, func(t *chain.Transaction) bool { return t.Signature == chain.Signature(raw) })
	}
	return checks, nil
}

// compileTransactionKeys reads which accounts a transaction has to name.
func compileTransactionKeys(f *pb.SubscribeRequestFilterTransactions) (transactionFilter, error) {
	include, err := parseKeys(f.GetAccountInclude())
	if err != nil {
		return nil, err
	}
	exclude, err := parseKeys(f.GetAccountExclude())
	if err != nil {
		return nil, err
	}
	required, err := parseKeys(f.GetAccountRequired())
	if err != nil {
		return nil, err
	}
	var checks transactionFilter
	if len(include) > 0 {
		checks = append(checks, func(t *chain.Transaction) bool { return count(t, include) > 0 })
	}
	if len(exclude) > 0 {
		checks = append(checks, func(t *chain.Transaction) bool { return count(t, exclude) == 0 })
	}
	if len(required) > 0 {
		checks = append(checks, func(t *chain.Transaction) bool { return count(t, required) == len(required) })
	}
	return checks, nil
}

// count is how many of the keys a transaction names.
func count(t *chain.Transaction, keys map[chain.Key]bool) int {
	n := 0
	if keys[t.Program] {
		n++
	}
	for i := range t.Accounts {
		if keys[t.Accounts[i].Key] && !slices.ContainsFunc(t.Accounts[:i], func(a chain.Account) bool { return a.Key == t.Accounts[i].Key }) {
			n++
		}
	}
	return n
}
