package sim

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/probe/sim/consumer"
)

// What the host and a client process say to each other, a line each: the host
// on the client's stdin, whose end also ends the client; the client on stdout.
const (
	sayDrain   = "drain"
	sayServing = "serving"
)

// resumeEnv tells a client the first slot to consume where it has no cursor.
const resumeEnv = "FUMTUI_RESUME_SLOT"

// clientProc is a pipeline's client at one cluster, running or not.
type clientProc struct {
	dir, pipeline, cluster string
	exe                    []string

	mu  sync.Mutex // of run; held while a process is started
	run *running
	end bool // the simulator ends: nothing is started any more
}

// running is one process of a client.
type running struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	exited chan struct{} // closed when it has ended
}

// alive is the process that runs now, nil without one.
func (c *clientProc) alive() *running {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.aliveLocked()
}

func (c *clientProc) aliveLocked() *running {
	if c.run == nil {
		return nil
	}
	select {
	case <-c.run.exited:
		return nil
	default:
		return c.run
	}
}

// start starts the client if it does not run, and returns when it serves its
// metrics. resume is the first slot for a client without a cursor; "" is none.
func (c *clientProc) start(ctx context.Context, resume string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.end {
		return errors.New("the simulator is ending")
	}
	if c.aliveLocked() != nil {
		return nil
	}
	serving, err := c.spawn(resume)
	if err != nil {
		return fmt.Errorf("start the client of %s at %s: %w", c.pipeline, c.cluster, err)
	}
	select {
	case <-serving:
		return nil
	case <-c.run.exited:
		return fmt.Errorf("the client of %s at %s ended at its start: %s", c.pipeline, c.cluster, c.lastWords())
	case <-ctx.Done():
		c.run.kill()
		return fmt.Errorf("start the client of %s at %s: %w", c.pipeline, c.cluster, ctx.Err())
	}
}

// spawn starts the process; serving is closed when it said that it serves.
func (c *clientProc) spawn(resume string) (serving <-chan struct{}, err error) {
	log, err := os.OpenFile(logPath(c.dir, c.pipeline, c.cluster), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }()
	args := append(slices.Clone(c.exe[1:]), "sim", "client", "--dir", c.dir, c.pipeline, c.cluster)
	cmd := exec.Command(c.exe[0], args...) //nolint:noctx // it ends by stdin or by kill
	cmd.Dir, cmd.Stderr = c.dir, log
	cmd.Env = os.Environ()
	if resume != "" {
		cmd.Env = append(cmd.Env, resumeEnv+"="+resume)
	}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	said, exited := make(chan struct{}), make(chan struct{})
	c.run = &running{cmd: cmd, stdin: stdin, exited: exited}
	go func() {
		defer close(exited)
		listen(stdout, said)
		_ = cmd.Wait()
	}()
	return said, nil
}

// listen reads what the client says until it ends.
func listen(r io.Reader, serving chan<- struct{}) {
	lines, said := bufio.NewScanner(r), false
	for lines.Scan() {
		if lines.Text() == sayServing && !said {
			said = true
			close(serving)
		}
	}
	_, _ = io.Copy(io.Discard, r)
}

// kill ends the process at once and waits until it has ended.
func (r *running) kill() {
	_ = r.cmd.Process.Kill()
	_ = r.stdin.Close()
	<-r.exited
}

// stop ends the client at once, if it runs.
func (c *clientProc) stop() {
	if run := c.alive(); run != nil {
		run.kill()
	}
}

// shut ends the client for good.
func (c *clientProc) shut() {
	c.mu.Lock()
	c.end = true
	run := c.aliveLocked()
	c.mu.Unlock()
	if run != nil {
		run.kill()
	}
}

// drainNow asks the client to drain and waits until it has ended.
func (c *clientProc) drainNow(ctx context.Context) error {
	run := c.alive()
	if run == nil {
		return nil
	}
	if _, err := io.WriteString(run.stdin, sayDrain+"\n"); err != nil {
		return fmt.Errorf("ask the client of %s at %s to drain: %w", c.pipeline, c.cluster, err)
	}
	select {
	case <-run.exited:
		if !run.cmd.ProcessState.Success() {
			return fmt.Errorf("the client of %s at %s did not drain: %s", c.pipeline, c.cluster, c.lastWords())
		}
		return nil
	case <-ctx.Done():
		return fmt.Errorf("drain the client of %s at %s: %w", c.pipeline, c.cluster, ctx.Err())
	}
}

// cursor is the last slot that the client fully consumed; nil: none.
func (c *clientProc) cursor(ctx context.Context) (*uint64, error) {
	slot, err := consumer.ReadCursor(ctx, recordPath(c.dir, c.pipeline), c.cluster)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return slot, err
}

// lastWords is the last line of the client's log.
func (c *clientProc) lastWords() string {
	data, err := os.ReadFile(logPath(c.dir, c.pipeline, c.cluster))
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	return model.Clean(lines[len(lines)-1], model.MaxMessage)
}
