package cluster

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/fumtui/fumtui/model"
	pb "github.com/fumtui/fumtui/probe/fumarolepb"
)

// maxName bounds the name of a subscriber, in bytes.
const maxName = 255

// service answers the calls of a cluster.
type service struct {
	pb.UnimplementedFumaroleServer
	*Cluster
}

// Version tells the version of the service.
func (s *service) Version(context.Context, *pb.VersionRequest) (*pb.VersionResponse, error) {
	return &pb.VersionResponse{Version: s.opts.Version}, nil
}

// GetSlotRange tells the retention window.
func (s *service) GetSlotRange(_ context.Context, r *pb.GetSlotRangeRequest) (*pb.GetSlotRangeResponse, error) {
	if err := s.checkChain(r.GetBlockchainId()); err != nil {
		return nil, err
	}
	window := s.log.slots()
	return &pb.GetSlotRangeResponse{
		BlockchainId: s.chainID(), MinSlot: int64(window.Min), MaxSlot: int64(window.Max),
	}, nil
}

// GetChainTip tells the newest offset.
func (s *service) GetChainTip(_ context.Context, r *pb.GetChainTipRequest) (*pb.GetChainTipResponse, error) {
	if err := s.checkChain(r.GetBlockchainId()); err != nil {
		return nil, err
	}
	return &pb.GetChainTipResponse{
		BlockchainId: s.chainID(), ShardToMaxOffsetMap: map[int32]int64{0: int64(s.log.tip())},
	}, nil
}

// ListConsumerGroups lists the caller's subscribers.
func (s *service) ListConsumerGroups(ctx context.Context, _ *pb.ListConsumerGroupsRequest) (*pb.ListConsumerGroupsResponse, error) {
	answer := &pb.ListConsumerGroupsResponse{}
	for _, g := range s.groups.list(tenantOf(ctx)) {
		answer.ConsumerGroups = append(answer.ConsumerGroups, s.info(g))
	}
	return answer, nil
}

// GetConsumerGroupInfo describes a subscriber.
func (s *service) GetConsumerGroupInfo(ctx context.Context, r *pb.GetConsumerGroupInfoRequest) (*pb.ConsumerGroupInfo, error) {
	g, err := s.groups.get(tenantOf(ctx), r.GetConsumerGroupName())
	if err != nil {
		return nil, err
	}
	return s.info(g), nil
}

// CreateConsumerGroup makes a subscriber.
func (s *service) CreateConsumerGroup(ctx context.Context, r *pb.CreateConsumerGroupRequest) (*pb.CreateConsumerGroupResponse, error) {
	name := r.GetConsumerGroupName()
	if name == "" || len(name) > maxName {
		return nil, status.Errorf(codes.InvalidArgument, "a consumer group name has 1 to %d bytes", maxName)
	}
	if _, err := s.groups.get(tenantOf(ctx), name); err == nil {
		return nil, errExists
	}
	at, err := s.position(r)
	if err != nil {
		return nil, err
	}
	id, err := s.groups.create(tenantOf(ctx), name, at)
	if err != nil {
		return nil, err
	}
	return &pb.CreateConsumerGroupResponse{ConsumerGroupId: id}, nil
}

// DeleteConsumerGroup removes a subscriber, if there is one.
func (s *service) DeleteConsumerGroup(ctx context.Context, r *pb.DeleteConsumerGroupRequest) (*pb.DeleteConsumerGroupResponse, error) {
	return &pb.DeleteConsumerGroupResponse{Success: s.groups.remove(tenantOf(ctx), r.GetConsumerGroupName())}, nil
}

// position is the offset just before the first event that a new subscriber is
// to be given.
func (s *service) position(r *pb.CreateConsumerGroupRequest) (model.Offset, error) {
	switch r.GetInitialOffsetPolicy() {
	case pb.InitialOffsetPolicy_LATEST: // from_slot means nothing here
		return s.log.tip(), nil
	case pb.InitialOffsetPolicy_FROM_SLOT:
		if r.FromSlot == nil {
			return 0, status.Error(codes.InvalidArgument, "policy FROM_SLOT needs from_slot")
		}
		at, ok := s.log.before(model.Slot(r.GetFromSlot()))
		if !ok {
			return 0, status.Errorf(codes.OutOfRange, "slot %d is outside of the available slots %s", r.GetFromSlot(), s.log.slots())
		}
		return at, nil
	default:
		return 0, status.Errorf(codes.InvalidArgument, "unknown offset policy %d", r.GetInitialOffsetPolicy())
	}
}

// info describes a subscriber on the wire.
func (s *service) info(g Subscriber) *pb.ConsumerGroupInfo {
	return &pb.ConsumerGroupInfo{Id: g.ID, ConsumerGroupName: g.Name, IsStale: g.Stale, BlockchainId: s.chainID()}
}

// chainID is the blockchain id on the wire.
func (c *Cluster) chainID() []byte {
	id := c.opts.Chain.ID()
	return id[:]
}

// checkChain refuses a blockchain id that is neither ours nor nil, which means
// the default chain.
func (c *Cluster) checkChain(id []byte) error {
	if len(id) == 0 {
		return nil
	}
	if len(id) != 16 {
		return status.Errorf(codes.InvalidArgument, "a blockchain id has 16 bytes, not %d", len(id))
	}
	if got := [16]byte(id); got != [16]byte{} && got != c.opts.Chain.ID() {
		return status.Error(codes.NotFound, "unknown blockchain id")
	}
	return nil
}
