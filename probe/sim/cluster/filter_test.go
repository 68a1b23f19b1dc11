package cluster

import (
	"encoding/base64"
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"

	pb "github.com/fumtui/fumtui/probe/fumarolepb"
	"github.com/fumtui/fumtui/probe/sim/chain"
)

func TestAccountFilters(t *testing.T) {
	c := chain.New(1)
	a := chain.Account{Key: c.AccountKey(2), Owner: c.TokenProgram(), Lamports: 500, Data: make([]byte, 165)}
	copy(a.Data, "xxhello")
	key, other, owner := a.Key.String(), c.AccountKey(3).String(), a.Owner.String()
	part := func(parts ...*pb.SubscribeRequestFilterAccountsFilter) *pb.SubscribeRequestFilterAccounts {
		return &pb.SubscribeRequestFilterAccounts{Filters: parts}
	}
	size := func(n uint64) *pb.SubscribeRequestFilterAccountsFilter {
		return &pb.SubscribeRequestFilterAccountsFilter{Filter: &pb.SubscribeRequestFilterAccountsFilter_Datasize{Datasize: n}}
	}
	token := func(v bool) *pb.SubscribeRequestFilterAccountsFilter {
		return &pb.SubscribeRequestFilterAccountsFilter{Filter: &pb.SubscribeRequestFilterAccountsFilter_TokenAccountState{TokenAccountState: v}}
	}
	lamports := func(l *pb.SubscribeRequestFilterAccountsFilterLamports) *pb.SubscribeRequestFilterAccounts {
		return part(&pb.SubscribeRequestFilterAccountsFilter{Filter: &pb.SubscribeRequestFilterAccountsFilter_Lamports{Lamports: l}})
	}
	compare := func(m *pb.SubscribeRequestFilterAccountsFilterMemcmp) *pb.SubscribeRequestFilterAccounts {
		return part(&pb.SubscribeRequestFilterAccountsFilter{Filter: &pb.SubscribeRequestFilterAccountsFilter_Memcmp{Memcmp: m}})
	}
	hello := []byte("hello")
	for name, test := range map[string]struct {
		filter *pb.SubscribeRequestFilterAccounts
		want   bool
	}{
		"empty":                  {&pb.SubscribeRequestFilterAccounts{}, true},
		"account":                {&pb.SubscribeRequestFilterAccounts{Account: []string{other, key}}, true},
		"other account":          {&pb.SubscribeRequestFilterAccounts{Account: []string{other}}, false},
		"account and owner":      {&pb.SubscribeRequestFilterAccounts{Account: []string{key}, Owner: []string{owner}}, true},
		"account, not its owner": {&pb.SubscribeRequestFilterAccounts{Account: []string{key}, Owner: []string{other}}, false},
		"from a transaction":     {&pb.SubscribeRequestFilterAccounts{NonemptyTxnSignature: proto.Bool(true)}, true},
		"from no transaction":    {&pb.SubscribeRequestFilterAccounts{NonemptyTxnSignature: proto.Bool(false)}, false},
		"size and token":         {part(size(165), token(true)), true},
		"size, but no token":     {part(size(165), token(false)), false},
		"other size":             {part(size(8)), false},
		"lamports eq":            {lamports(&pb.SubscribeRequestFilterAccountsFilterLamports{Cmp: &pb.SubscribeRequestFilterAccountsFilterLamports_Eq{Eq: 500}}), true},
		"lamports ne":            {lamports(&pb.SubscribeRequestFilterAccountsFilterLamports{Cmp: &pb.SubscribeRequestFilterAccountsFilterLamports_Ne{Ne: 500}}), false},
		"lamports lt":            {lamports(&pb.SubscribeRequestFilterAccountsFilterLamports{Cmp: &pb.SubscribeRequestFilterAccountsFilterLamports_Lt{Lt: 500}}), false},
		"lamports gt":            {lamports(&pb.SubscribeRequestFilterAccountsFilterLamports{Cmp: &pb.SubscribeRequestFilterAccountsFilterLamports_Gt{Gt: 499}}), true},
		"memcmp bytes": {compare(&pb.SubscribeRequestFilterAccountsFilterMemcmp{
			Offset: 2, Data: &pb.SubscribeRequestFilterAccountsFilterMemcmp_Bytes{Bytes: hello},
		}), true},
		"memcmp base58": {compare(&pb.SubscribeRequestFilterAccountsFilterMemcmp{
			Offset: 2, Data: &pb.SubscribeRequestFilterAccountsFilterMemcmp_Base58{Base58: chain.Base58(hello)},
		}), true},
		"memcmp base64": {compare(&pb.SubscribeRequestFilterAccountsFilterMemcmp{
			Offset: 2, Data: &pb.SubscribeRequestFilterAccountsFilterMemcmp_Base64{Base64: base64.StdEncoding.EncodeToString(hello)},
		}), true},
		"memcmp elsewhere": {compare(&pb.SubscribeRequestFilterAccountsFilterMemcmp{
			Offset: 3, Data: &pb.SubscribeRequestFilterAccountsFilterMemcmp_Bytes{Bytes: hello},
		}), false},
		"memcmp past the end": {compare(&pb.SubscribeRequestFilterAccountsFilterMemcmp{
			Offset: 1 << 63, Data: &pb.SubscribeRequestFilterAccountsFilterMemcmp_Bytes{Bytes: hello},
		}), false},
	} {
		t.Run(name, func(t *testing.T) {
			set, err := compileFilters(&pb.BlockFilters{Accounts: map[string]*pb.SubscribeRequestFilterAccounts{"f": test.filter}})
			if err != nil {
				t.Fatal(err)
			}
			if got := matching(set.accounts, accountFilter.match, &a) != nil; got != test.want {
				t.Errorf("matches %v, want %v", got, test.want)
			}
		})
	}
}

func TestTransactionFilters(t *testing.T) {
	c := chain.New(1)
	tx := chain.Transaction{
		Signature: chain.Signature{1, 2, 3}, Vote: true, Program: c.VoteProgram(),
		Accounts: []chain.Account{{Key: c.AccountKey(1)}, {Key: c.AccountKey(2)}},
	}
	one, two, three := c.AccountKey(1).String(), c.AccountKey(2).String(), c.AccountKey(3).String()
	program := c.VoteProgram().String()
	for name, test := range map[string]struct {
		filter *pb.SubscribeRequestFilterTransactions
		want   bool
	}{
		"empty":             {&pb.SubscribeRequestFilterTransactions{}, true},
		"votes":             {&pb.SubscribeRequestFilterTransactions{Vote: proto.Bool(true)}, true},
		"no votes":          {&pb.SubscribeRequestFilterTransactions{Vote: proto.Bool(false)}, false},
		"failed":            {&pb.SubscribeRequestFilterTransactions{Failed: proto.Bool(true)}, false},
		"not failed":        {&pb.SubscribeRequestFilterTransactions{Failed: proto.Bool(false)}, true},
		"includes one":      {&pb.SubscribeRequestFilterTransactions{AccountInclude: []string{three, one}}, true},
		"includes none":     {&pb.SubscribeRequestFilterTransactions{AccountInclude: []string{three}}, false},
		"excludes":          {&pb.SubscribeRequestFilterTransactions{AccountExclude: []string{three, two}}, false},
		"excludes others":   {&pb.SubscribeRequestFilterTransactions{AccountExclude: []string{three}}, true},
		"requires all":      {&pb.SubscribeRequestFilterTransactions{AccountRequired: []string{one, two, program}}, true},
		"requires too much": {&pb.SubscribeRequestFilterTransactions{AccountRequired: []string{one, three}}, false},
		"signature":         {&pb.SubscribeRequestFilterTransactions{Signature: proto.String(chain.Base58(tx.Signature[:]))}, true},
		"other signature":   {&pb.SubscribeRequestFilterTransactions{Signature: proto.String(chain.Base58(make([]byte, 64)))}, false},
		"vote and excluded": {&pb.SubscribeRequestFilterTransactions{Vote: proto.Bool(true), AccountExclude: []string{one}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			set, err := compileFilters(&pb.BlockFilters{Transactions: map[string]*pb.SubscribeRequestFilterTransactions{"f": test.filter, "no": {Failed: proto.Bool(true)}}})
			if err != nil {
				t.Fatal(err)
			}
			got := matching(set.transactions, transactionFilter.match, &tx)
			if slices.Equal(got, []string{"f"}) != test.want {
				t.Errorf("matching filters are %v, want a match: %v", got, test.want)
			}
		})
	}
}
