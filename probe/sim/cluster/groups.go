package cluster

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/fumtui/fumtui/model"
)

// How a session learns what became of its subscriber.
var (
	errLost  = status.Error(codes.NotFound, "the consumer group does not exist")
	errStale = status.Error(codes.FailedPrecondition,
		"the consumer group is stale: its position left the retention window; delete it and create it again")
	errExists = status.Error(codes.AlreadyExists, "a consumer group of this name exists already")
)

// tenant is whose subscribers a call may see.
type tenant struct{ token, subscription string }

// group is a persistent subscriber. All of it is guarded by groups.mu.
type group struct {
	id        string
	name      string
	committed model.Offset
	stale     bool
	sessions  map[*call]struct{}
}

// view copies what may be seen of a group.
func (g *group) view() Subscriber {
	return Subscriber{ID: g.id, Name: g.name, Committed: g.committed, Stale: g.stale, Sessions: len(g.sessions)}
}

// end ends all sessions of the group.
func (g *group) end(why error) {
	for s := range g.sessions {
		s.end(why)
	}
}

// groups are the subscribers of a cluster. Safe for concurrent use.
type groups struct {
	mu      sync.Mutex
	tenants map[tenant]map[string]*group
}

func newGroups() *groups { return &groups{tenants: make(map[tenant]map[string]*group)} }

// create makes a subscriber that stands at an offset, and returns its id.
func (s *groups) create(t tenant, name string, at model.Offset) (string, error) {
	id, err := uuid.NewRandom()
	if err != nil {
		return "", status.Errorf(codes.Internal, "make an id: %v", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tenants[t][name] != nil {
		return "", errExists
	}
	if s.tenants[t] == nil {
		s.tenants[t] = make(map[string]*group)
	}
	s.tenants[t][name] = &group{id: id.String(), name: name, committed: at, sessions: make(map[*call]struct{})}
	return id.String(), nil
}

// remove deletes a subscriber, ends its sessions and reports whether there was
// one.
func (s *groups) remove(t tenant, name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.tenants[t][name]
	if g == nil {
		return false
	}
	delete(s.tenants[t], name)
	g.end(errLost)
	return true
}

// get describes a subscriber.
func (s *groups) get(t tenant, name string) (Subscriber, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g := s.tenants[t][name]; g != nil {
		return g.view(), nil
	}
	return Subscriber{}, errLost
}

// list describes a tenant's subscribers, sorted by name.
func (s *groups) list(t tenant) []Subscriber {
	s.mu.Lock()
	defer s.mu.Unlock()
	return views(nil, s.tenants[t])
}

// all describes every subscriber, sorted by name.
func (s *groups) all() []Subscriber {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Subscriber
	for _, mine := range s.tenants {
		list = views(list, mine)
	}
	return list
}

// views adds a tenant's subscribers to a sorted list.
func views(list []Subscriber, of map[string]*group) []Subscriber {
	for _, g := range of {
		list = append(list, g.view())
	}
	slices.SortFunc(list, func(a, b Subscriber) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// join adds a session to a subscriber. The session's call is ended when the
// subscriber is lost or becomes stale; leave has to be called in the end.
func (s *groups) join(ctx context.Context, t tenant, name string) (*group, model.Offset, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.tenants[t][name]
	if g == nil {
		return nil, 0, errLost
	}
	if g.stale {
		return nil, 0, errStale
	}
	g.sessions[callOf(ctx)] = struct{}{}
	return g, g.committed, nil
}

// leave ends a session's membership.
func (s *groups) leave(ctx context.Context, g *group) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(g.sessions, callOf(ctx))
}

// commit stores a position. It never moves back.
func (s *groups) commit(g *group, offset model.Offset) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g.committed = max(g.committed, offset)
}

// expire makes the subscribers stale whose next event is gone from the log,
// which begins at start.
func (s *groups) expire(start model.Offset) {
	s.each(func(g *group) {
		if !g.stale && g.committed < start-1 {
			g.stale = true
			g.end(errStale)
		}
	})
}

// staleAll makes all subscribers stale.
func (s *groups) staleAll() {
	s.each(func(g *group) {
		g.stale = true
		g.end(errStale)
	})
}

// loseAll deletes all subscribers.
func (s *groups) loseAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, mine := range s.tenants {
		for _, g := range mine {
			g.end(errLost)
		}
	}
	clear(s.tenants)
}

// each visits every subscriber under the lock.
func (s *groups) each(visit func(*group)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, mine := range s.tenants {
		for _, g := range mine {
			visit(g)
		}
	}
}
