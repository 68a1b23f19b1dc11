package probe

import (
	"context"
	"errors"
	"fmt"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

// The bounds of texts and lists from a cluster.
const (
	maxName        = 256 // bytes of a subscriber's name or id
	maxSubscribers = 10_000
)

var _ failover.Cluster = (*Client)(nil)

// Version tells the version of the service. A version that the clients' SDKs
// refuse comes back beside a failure of class incompatible, so that it can
// still be shown.
func (c *Client) Version(ctx context.Context) (string, error) {
	reply, err := invoke(ctx, c, func(ctx context.Context, f pb.FumaroleClient) (*pb.VersionResponse, error) {
		return f.Version(ctx, &pb.VersionRequest{})
	})
	if err != nil {
		return "", err
	}
	version := model.Clean(reply.GetVersion(), maxVersion)
	return version, SupportedVersion(reply.GetVersion())
}

// Tip tells the newest offset of the cluster: the highest of all shards. A
// cluster that names no shard has an unknown tip, which is a failure and not 0.
func (c *Client) Tip(ctx context.Context) (model.Offset, error) {
	reply, err := invoke(ctx, c, func(ctx context.Context, f pb.FumaroleClient) (*pb.GetChainTipResponse, error) {
		return f.GetChainTip(ctx, &pb.GetChainTipRequest{})
	})
	if err != nil {
		return 0, err
	}
	tip := int64(-1)
	for _, offset := range reply.GetShardToMaxOffsetMap() {
		tip = max(tip, offset)
	}
	if tip < 0 {
		return 0, c.nonsense("names no newest offset: it may not have read the chain yet")
	}
	return model.Offset(tip), nil
}

// SlotRange tells the retention window.
func (c *Client) SlotRange(ctx context.Context) (model.SlotRange, error) {
	reply, err := invoke(ctx, c, func(ctx context.Context, f pb.FumaroleClient) (*pb.GetSlotRangeResponse, error) {
		return f.GetSlotRange(ctx, &pb.GetSlotRangeRequest{})
	})
	if err != nil {
		return model.SlotRange{}, err
	}
	low, high := reply.GetMinSlot(), reply.GetMaxSlot()
	if low < 0 || high < low {
		return model.SlotRange{}, c.nonsense(fmt.Sprintf("names an impossible retention window [%d, %d]", low, high))
	}
	return model.SlotRange{Min: model.Slot(low), Max: model.Slot(high)}, nil
}

// Subscribers lists all subscribers of the account behind the token.
func (c *Client) Subscribers(ctx context.Context) ([]model.Subscriber, error) {
	reply, err := invoke(ctx, c, func(ctx context.Context, f pb.FumaroleClient) (*pb.ListConsumerGroupsResponse, error) {
		return f.ListConsumerGroups(ctx, &pb.ListConsumerGroupsRequest{})
	})
	if err != nil {
		return nil, err
	}
	groups := reply.GetConsumerGroups()
	if len(groups) > maxSubscribers {
		return nil, c.nonsense(fmt.Sprintf("lists %d subscribers, more than %d", len(groups), maxSubscribers))
	}
	all := make([]model.Subscriber, 0, len(groups))
	for _, g := range groups {
		all = append(all, subscriber(g))
	}
	return all, nil
}

// Subscriber describes one subscriber; class not_found: there is none of that
// name.
func (c *Client) Subscriber(ctx context.Context, name string) (model.Subscriber, error) {
	reply, err := invoke(ctx, c, func(ctx context.Context, f pb.FumaroleClient) (*pb.ConsumerGroupInfo, error) {
		return f.GetConsumerGroupInfo(ctx, &pb.GetConsumerGroupInfoRequest{ConsumerGroupName: name})
	})
	if err != nil {
		return model.Subscriber{}, err
	}
	if reply.GetConsumerGroupName() != name || reply.GetId() == "" {
		return model.Subscriber{}, c.nonsense(fmt.Sprintf("was asked for subscriber %q and described %q with id %q",
			name, reply.GetConsumerGroupName(), reply.GetId()))
	}
	return subscriber(reply), nil
}

// CreateFromSlot creates a subscriber that begins at slot from, and gives its
// id. [failover.ErrAlreadyExists] is in the error when there is one of that
// name. Any other failure of an outage class leaves open whether it was
// created: look.
func (c *Client) CreateFromSlot(ctx context.Context, name string, from model.Slot) (string, error) {
	slot := uint64(from)
	return c.create(ctx, &pb.CreateConsumerGroupRequest{
		ConsumerGroupName: name,
		// The policy's zero value is LATEST, which would skip slots.
		InitialOffsetPolicy: pb.InitialOffsetPolicy_FROM_SLOT,
		FromSlot:            &slot,
	})
}

// CreateLatest creates a subscriber that begins at the tip, and gives its id.
// Its errors are those of [Client.CreateFromSlot].
func (c *Client) CreateLatest(ctx context.Context, name string) (string, error) {
	return c.create(ctx, &pb.CreateConsumerGroupRequest{
		ConsumerGroupName:   name,
		InitialOffsetPolicy: pb.InitialOffsetPolicy_LATEST,
	})
}

// create makes a subscriber and gives its id.
func (c *Client) create(ctx context.Context, request *pb.CreateConsumerGroupRequest) (string, error) {
	reply, err := invoke(ctx, c, func(ctx context.Context, f pb.FumaroleClient) (*pb.CreateConsumerGroupResponse, error) {
		return f.CreateConsumerGroup(ctx, request)
	})
	if err != nil {
		return "", err
	}
	if reply.GetConsumerGroupId() == "" {
		return "", c.nonsense(fmt.Sprintf("created subscriber %q without an id", request.GetConsumerGroupName()))
	}
	return model.Clean(reply.GetConsumerGroupId(), maxName), nil
}

// Delete removes a subscriber; existed is false when there was none.
func (c *Client) Delete(ctx context.Context, name string) (existed bool, err error) {
	reply, err := invoke(ctx, c, func(ctx context.Context, f pb.FumaroleClient) (*pb.DeleteConsumerGroupResponse, error) {
		return f.DeleteConsumerGroup(ctx, &pb.DeleteConsumerGroupRequest{ConsumerGroupName: name})
	})
	var failure *model.Failure
	if errors.As(err, &failure) && failure.Class == model.ClassNotFound {
		return false, nil // gone is what was asked for
	}
	return reply.GetSuccess(), err
}

// nonsense is the failure of a cluster that answered what cannot be.
func (c *Client) nonsense(what string) error {
	return model.NewFailure(model.ClassServer, c.mask(c.addr.target+" "+what), nil)
}

// subscriber makes what the API says of a subscriber fit to be shown.
func subscriber(info *pb.ConsumerGroupInfo) model.Subscriber {
	return model.Subscriber{
		ID:    model.Clean(info.GetId(), maxName),
		Name:  model.Clean(info.GetConsumerGroupName(), maxName),
		Stale: info.GetIsStale(),
	}
}
