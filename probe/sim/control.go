package sim

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/fumtui/fumtui/probe/sim/cluster"
)

// slowDrain is how long a drain takes to begin under the fault of that name.
const slowDrain = 60 * time.Second

// maxRequest bounds, in bytes, what the control endpoint reads.
const maxRequest = 4096

// The acts of the control endpoint, and of hooks.
const (
	actPing   = "ping"
	actFault  = "fault"
	actHeal   = "heal"
	actStart  = "start"
	actStop   = "stop"
	actDrain  = "drain"
	actStatus = "status"
)

// request is what is asked of the control endpoint.
type request struct {
	Act      string   `json:"act"`
	Cluster  string   `json:"cluster,omitempty"`
	Pipeline string   `json:"pipeline,omitempty"`
	Kind     string   `json:"kind,omitempty"`   // of fault
	RPCs     []string `json:"rpcs,omitempty"`   // of fault; none: all
	Resume   string   `json:"resume,omitempty"` // of start: first slot without a cursor
}

// answer is what it says.
type answer struct {
	Error   string  `json:"error,omitempty"`
	Running bool    `json:"running,omitempty"` // of status
	Cursor  *uint64 `json:"cursor,omitempty"`  // of drain and stop
}

// controlHandler answers those who know the secret.
func (h *Host) controlHandler() http.Handler {
	want := []byte("Bearer " + h.state.Secret)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), want) != 1 {
			http.Error(w, "not allowed", http.StatusForbidden)
			return
		}
		var req request
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequest)).Decode(&req); err != nil {
			http.Error(w, "not understood", http.StatusBadRequest)
			return
		}
		resp, err := h.act(r.Context(), req)
		if err != nil {
			resp.Error = err.Error()
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(resp)
	})
}

// act does what is asked. The context ends when the asker goes away.
func (h *Host) act(ctx context.Context, req request) (answer, error) {
	switch req.Act {
	case actPing:
		return answer{}, nil
	case actFault, actHeal:
		return answer{}, h.change(req)
	}
	c, ok := h.clients[clientKey{req.Pipeline, req.Cluster}]
	if !ok {
		return answer{}, fmt.Errorf("no pipeline %q with a client at cluster %q", req.Pipeline, req.Cluster)
	}
	switch req.Act {
	case actStatus:
		return answer{Running: c.alive() != nil}, nil
	case actStart:
		return answer{}, c.start(ctx, req.Resume)
	case actStop:
		if !h.clientFault(req.Cluster, faultIgnoreStop) {
			c.stop()
		}
	case actDrain:
		if err := h.drain(ctx, c); err != nil {
			return answer{}, err
		}
	default:
		return answer{}, fmt.Errorf("no act %q", req.Act)
	}
	slot, err := c.cursor(ctx)
	return answer{Cursor: slot}, err
}

// drain drains a client as its cluster's faults let it.
func (h *Host) drain(ctx context.Context, c *clientProc) error {
	if h.clientFault(c.cluster, faultIgnoreStop) {
		return nil
	}
	if h.clientFault(c.cluster, faultSlowDrain) && c.alive() != nil {
		t := time.NewTimer(slowDrain)
		defer t.Stop()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-t.C:
		}
	}
	return c.drainNow(ctx)
}

// change sets or heals faults, of one cluster or of all at the same instant.
func (h *Host) change(req request) error {
	names := []string{req.Cluster}
	if req.Cluster == allClusters {
		names = h.opts.Clusters
	} else if _, ok := h.clusters[req.Cluster]; !ok {
		return errNoCluster(req.Cluster, h.state)
	}
	if req.Act == actFault {
		if err := checkKind(req.Kind, req.RPCs); err != nil {
			return err
		}
	}
	var wg sync.WaitGroup
	errs := make([]error, len(names))
	for i, name := range names {
		wg.Go(func() {
			if req.Act == actHeal {
				errs[i] = h.heal(name)
			} else {
				errs[i] = h.fault(name, req.Kind, req.RPCs)
			}
		})
	}
	wg.Wait()
	return errors.Join(errors.Join(errs...), h.writeFaults())
}

func (h *Host) fault(name, kind string, rpcs []string) error {
	if !ofClients(kind) {
		return h.clusters[name].SetFault(cluster.Fault(kind), rpcs...)
	}
	h.faultMu.Lock()
	defer h.faultMu.Unlock()
	if h.faulty[name] == nil {
		h.faulty[name] = map[string]bool{}
	}
	h.faulty[name][kind] = true
	return nil
}

func (h *Host) heal(name string) error {
	h.faultMu.Lock()
	delete(h.faulty, name)
	h.faultMu.Unlock()
	return h.clusters[name].Heal()
}

// writeFaults tells in the state file which faults hold.
func (h *Host) writeFaults() error {
	h.faultMu.Lock()
	defer h.faultMu.Unlock()
	now := *h.state
	now.Clusters = slices.Clone(now.Clusters)
	for i := range now.Clusters {
		c := &now.Clusters[i]
		for _, f := range h.clusters[c.Name].Faults() {
			c.Faults = append(c.Faults, f.String())
		}
		c.Faults = append(c.Faults, slices.Sorted(maps.Keys(h.faulty[c.Name]))...)
	}
	return now.write(h.opts.Dir)
}

func (h *Host) clientFault(name, kind string) bool {
	h.faultMu.Lock()
	defer h.faultMu.Unlock()
	return h.faulty[name][kind]
}
