package cluster

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/reflect/protoreflect"

	pb "github.com/fumtui/fumtui/probe/fumarolepb"
	"github.com/fumtui/fumtui/probe/sim/chain"
)

// filterSet says which parts of a block are wanted. A nil set wants nothing.
type filterSet struct {
	accounts               map[string]accountFilter
	transactions, statuses map[string]transactionFilter
	entries, metas         []string // names
}

// accountFilter wants accounts that pass every check.
type accountFilter []func(*chain.Account) bool

// transactionFilter wants transactions that pass every check.
type transactionFilter []func(*chain.Transaction) bool

// match reports whether the filter wants the account.
func (f accountFilter) match(a *chain.Account) bool {
	return !slices.ContainsFunc(f, func(check func(*chain.Account) bool) bool { return !check(a) })
}

// match reports whether the filter wants the transaction.
func (f transactionFilter) match(t *chain.Transaction) bool {
	return !slices.ContainsFunc(f, func(check func(*chain.Transaction) bool) bool { return !check(t) })
}

// matching names, sorted, the filters that want an item.
func matching[F, T any](filters map[string]F, match func(F, T) bool, item T) []string {
	var names []string
	for name, f := range filters {
		if match(f, item) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// compileFilters reads the filters of a client. What this cluster does not know
// it refuses: to ignore it would deliver more than was asked for.
func compileFilters(wire *pb.BlockFilters) (*filterSet, error) {
	if wire == nil {
		return nil, nil //nolint:nilnil // no filters are a set that wants nothing
	}
	if hasUnknown(wire.ProtoReflect()) {
		return nil, badFilter("", "a field that this cluster does not know")
	}
	set := &filterSet{
		accounts:     make(map[string]accountFilter),
		transactions: make(map[string]transactionFilter),
		statuses:     make(map[string]transactionFilter),
		entries:      slices.Sorted(maps.Keys(wire.GetEntries())),
		metas:        slices.Sorted(maps.Keys(wire.GetBlocksMeta())),
	}
	for name, f := range wire.GetAccounts() {
		compiled, err := compileAccounts(f)
		if err != nil {
			return nil, badFilter(name, err.Error())
		}
		set.accounts[name] = compiled
	}
	kinds := []struct {
		from map[string]*pb.SubscribeRequestFilterTransactions
		to   map[string]transactionFilter
	}{{wire.GetTransactions(), set.transactions}, {wire.GetTransactionsStatus(), set.statuses}}
	for _, kind := range kinds {
		for name, f := range kind.from {
			compiled, err := compileTransactions(f)
			if err != nil {
				return nil, badFilter(name, err.Error())
			}
			kind.to[name] = compiled
		}
	}
	return set, nil
}

// badFilter refuses filters. Clients look for the word in the text.
func badFilter(name, why string) error {
	return status.Errorf(codes.InvalidArgument, "filter %q: %s", name, why)
}

// hasUnknown reports whether a message, or one inside of it, has fields that
// the schema does not.
func hasUnknown(m protoreflect.Message) bool {
	if len(m.GetUnknown()) > 0 {
		return true
	}
	found := false
	m.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case field.IsMap() && field.MapValue().Message() != nil:
			value.Map().Range(func(_ protoreflect.MapKey, v protoreflect.Value) bool {
				found = found || hasUnknown(v.Message())
				return !found
			})
		case field.IsMap():
		case field.IsList() && field.Message() != nil:
			for i := range value.List().Len() {
				found = found || hasUnknown(value.List().Get(i).Message())
			}
		case !field.IsList() && field.Message() != nil:
			found = found || hasUnknown(value.Message())
		}
		return !found
	})
	return found
}

// parseKeys reads a list of public keys.
func parseKeys(texts []string) (map[chain.Key]bool, error) {
	keys := make(map[chain.Key]bool, len(texts))
	for _, text := range texts {
		raw, err := chain.ParseBase58(text)
		if err != nil {
			return nil, fmt.Errorf("public key: %w", err)
		}
		if len(raw) != len(chain.Key{}) {
			return nil, fmt.Errorf("public key has %d bytes, not 32", len(raw))
		}
		keys[chain.Key(raw)] = true
	}
	return keys, nil
}

// memcmp compares an account's data with bytes at a place.
func memcmp(m *pb.SubscribeRequestFilterAccountsFilterMemcmp) (func(*chain.Account) bool, error) {
	var want []byte
	var err error
	switch d := m.GetData().(type) {
	case *pb.SubscribeRequestFilterAccountsFilterMemcmp_Bytes:
		want = d.Bytes
	case *pb.SubscribeRequestFilterAccountsFilterMemcmp_Base58:
		want, err = chain.ParseBase58(d.Base58)
	case *pb.SubscribeRequestFilterAccountsFilterMemcmp_Base64:
		want, err = base64.StdEncoding.DecodeString(d.Base64)
	default:
		return nil, fmt.Errorf("memcmp needs data")
	}
	if err != nil {
		return nil, fmt.Errorf("memcmp: %w", err)
	}
	offset := m.GetOffset()
	return func(a *chain.Account) bool {
		return offset <= uint64(len(a.Data)) && bytes.HasPrefix(a.Data[offset:], want)
	}, nil
}
