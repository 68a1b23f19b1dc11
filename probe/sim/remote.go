package sim

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

const (
	remoteTimeout = 10 * time.Second // for what is done at once
	pingTimeout   = 500 * time.Millisecond
)

// errNotServing says that nobody serves the folder now.
var errNotServing = errors.New("no simulator serves this folder now: start one with fumtui sim --dir")

// ErrUnknown says that there is no such cluster, fault or RPC, or that the fault
// cannot be limited to RPCs.
var ErrUnknown = errors.New("unknown")

// unknownError is an error that is [ErrUnknown] and says what there is.
type unknownError string

// Error implements error.
func (e unknownError) Error() string { return string(e) }

// Is serves errors.Is.
func (unknownError) Is(target error) bool { return target == ErrUnknown }

// Fault breaks a cluster, or all with the name "all", of the simulator that
// serves a folder, for some of [RPCs] or, without any, for all. The kinds are
// those of [AllKinds]. [ErrUnknown]: there is no such cluster, kind or RPC.
func Fault(ctx context.Context, dir, clusterName, kind string, rpcs ...string) error {
	if err := checkKind(kind, rpcs); err != nil {
		return err
	}
	return change(ctx, dir, request{Act: actFault, Cluster: clusterName, Kind: kind, RPCs: rpcs})
}

// Heal ends all faults of a cluster, or of all with the name "all". The
// clusters listen where they listened before. [ErrUnknown]: no such cluster.
func Heal(ctx context.Context, dir, clusterName string) error {
	return change(ctx, dir, request{Act: actHeal, Cluster: clusterName})
}

// change asks for a fault or a heal of a cluster that there is.
func change(ctx context.Context, dir string, req request) error {
	s, err := readState(dir)
	if err != nil {
		return err
	}
	if _, ok := s.cluster(req.Cluster); !ok && req.Cluster != allClusters {
		return errNoCluster(req.Cluster, s)
	}
	ctx, cancel := context.WithTimeout(ctx, remoteTimeout)
	defer cancel()
	_, err = ask(ctx, dir, req)
	return err
}

// errNoCluster says which clusters there are.
func errNoCluster(name string, s *state) error {
	names := make([]string, 0, len(s.Clusters))
	for _, c := range s.Clusters {
		names = append(names, c.Name)
	}
	return unknownError(fmt.Sprintf("no cluster is called %q: use one of %s or %s", name, strings.Join(names, ", "), allClusters))
}

// Exit codes of a status hook.
const (
	statusRunning = 0
	statusStopped = 3
)

// RunHook is what the hooks of the written configuration run: start, stop,
// drain or status of a pipeline's client at a cluster. It gives the exit code:
// for status 0 is running and 3 stopped. Drain and stop print the last fully
// consumed slot as a line cursor=SLOT.
func RunHook(ctx context.Context, dir, act, pipeline, clusterName string, out io.Writer) (int, error) {
	switch act {
	case actStart, actStop, actDrain, actStatus:
	default:
		return 1, fmt.Errorf("no hook %q: use start, stop, drain or status", act)
	}
	resp, err := ask(ctx, dir, request{Act: act, Pipeline: pipeline, Cluster: clusterName, Resume: os.Getenv(resumeEnv)})
	if err != nil {
		return 1, err
	}
	if resp.Cursor != nil {
		if _, err := fmt.Fprintf(out, "cursor=%d\n", *resp.Cursor); err != nil {
			return 1, err
		}
	}
	if act == actStatus {
		if resp.Running {
			_, err = fmt.Fprintln(out, "running")
			return statusRunning, err
		}
		_, err = fmt.Fprintln(out, "stopped")
		return statusStopped, err
	}
	return 0, nil
}

// ask asks the simulator that serves a folder.
func ask(ctx context.Context, dir string, req request) (answer, error) {
	s, err := readState(dir)
	if err != nil {
		return answer{}, err
	}
	resp, err := askState(ctx, s, req)
	if err != nil {
		return answer{}, fmt.Errorf("folder %s: %w", dir, err)
	}
	if resp.Error != "" {
		return answer{}, errors.New(resp.Error)
	}
	return resp, nil
}

func askState(ctx context.Context, s *state, req request) (answer, error) {
	body, err := json.Marshal(req)
	if err != nil {
		return answer{}, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.Control+"/", bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	r.Header.Set("Authorization", "Bearer "+s.Secret)
	transport := &http.Transport{DisableKeepAlives: true} // no proxy: it is this machine
	defer transport.CloseIdleConnections()
	resp, err := (&http.Client{Transport: transport}).Do(r)
	if err != nil {
		if ctx.Err() != nil {
			return answer{}, ctx.Err()
		}
		return answer{}, fmt.Errorf("%w (%w)", errNotServing, err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return answer{}, fmt.Errorf("%w (its port now answers %s)", errNotServing, resp.Status)
	}
	var a answer
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxRequest)).Decode(&a); err != nil {
		return answer{}, fmt.Errorf("the simulator's answer: %w", err)
	}
	return a, nil
}

// alive reports whether the simulator of a state still serves.
func alive(s *state) bool {
	ctx, cancel := context.WithTimeout(context.Background(), pingTimeout)
	defer cancel()
	_, err := askState(ctx, s, request{Act: actPing})
	return err == nil
}
