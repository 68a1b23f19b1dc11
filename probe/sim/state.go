package sim

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// The files of a simulator in its folder.
const (
	stateFile   = "sim.json"
	configFile  = "fumtui.yaml"
	storeFile   = "fumtui.db"
	caFile      = "ca.pem"
	lockFile    = "sim.lock"
	clientsDir  = "clients"
	fumeDir     = "fume"
	allClusters = "all"
)

// state is what other processes need to know of a simulator. It holds secrets:
// its file is 0600. It stays when the simulator ends, for the audit.
type state struct {
	PID            int             `json:"pid"`
	Control        string          `json:"control"` // host:port of the control endpoint
	Secret         string          `json:"secret"`  // of the control endpoint
	Token          string          `json:"token"`   // of the clusters
	Seed           uint64          `json:"seed"`
	StartSlot      uint64          `json:"start_slot"`
	SlotsPerSecond float64         `json:"slots_per_second"`
	Speed          float64         `json:"speed"`
	Shards         int             `json:"shards"`
	TLS            bool            `json:"tls"`
	AnyVersion     bool            `json:"any_version"` // the clients take whatever version the clusters say
	Clusters       []clusterState  `json:"clusters"`
	Pipelines      []pipelineState `json:"pipelines"`
}

type clusterState struct {
	Name     string `json:"name"`
	Endpoint string `json:"endpoint"`
	// Faults that held after the last change, with their RPCs: slow (Version).
	Faults []string `json:"faults,omitempty"`
}

type pipelineState struct {
	Name       string         `json:"name"`
	Subscriber string         `json:"subscriber"`
	Home       string         `json:"home"`
	Ports      map[string]int `json:"metrics_ports"` // by cluster
}

func (s *state) cluster(name string) (clusterState, bool) {
	for _, c := range s.Clusters {
		if c.Name == name {
			return c, true
		}
	}
	return clusterState{}, false
}

func (s *state) pipeline(name string) (pipelineState, bool) {
	for _, p := range s.Pipelines {
		if p.Name == name {
			return p, true
		}
	}
	return pipelineState{}, false
}

// caFile is the file of the authority that the clusters' certificates come
// from; "" without TLS.
func (s *state) caFile(dir string) string {
	if !s.TLS {
		return ""
	}
	return filepath.Join(dir, caFile)
}

// readState reads the state of the simulator that serves or served a folder.
func readState(dir string) (*state, error) {
	path := filepath.Join(dir, stateFile)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("no simulator ever served %s: start one with fumtui sim --dir: %w", dir, err)
	}
	if err != nil {
		return nil, err
	}
	var s state
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &s, nil
}

// write writes the state at once and whole.
func (s *state) write(dir string) error {
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, stateFile), append(data, '\n'))
}

// writeFile writes a file for this user alone, whole or not at all.
func writeFile(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-") // made 0600
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// recordPath is the database of a pipeline's clients.
func recordPath(dir, pipeline string) string {
	return filepath.Join(dir, clientsDir, pipeline+".db")
}

// logPath is where a client tells its troubles.
func logPath(dir, pipeline, cluster string) string {
	return filepath.Join(dir, clientsDir, pipeline+"-"+cluster+".log")
}
