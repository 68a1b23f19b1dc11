package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/model"
)

// supervised runs the check in a child and prints what that found.
func supervised(cmd *cobra.Command, o checkOptions) error {
	self, err := os.Executable()
	if err != nil {
		return pluginUnknown("this program cannot find itself: %v", err)
	}
	argv := []string{
		self, "check", "--alone", "--timeout", o.timeout.String(),
		"--pipeline", o.of.pipeline, "--cluster", o.of.cluster, "--config", o.config,
	}
	line, alert := superviseCheck(cmd.Context(), argv, o.timeout)
	return endCheck(cmd.OutOrStdout(), line, alert)
}

// superviseCheck runs a check to its end and gives its line and its alert:
// unknown where it does not end in time, does not print a line of a plugin, or
// ends with a code that is not that of its line.
func superviseCheck(ctx context.Context, argv []string, timeout time.Duration) (string, model.Alert) {
	unknown := func(format string, args ...any) (string, model.Alert) {
		return pluginLine(model.AlertUnknown, fmt.Sprintf(format, args...), nil), model.AlertUnknown
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	child := exec.CommandContext(ctx, argv[0], argv[1:]...)
	stdout, stderr := &boundedBuffer{limit: 4 * maxPluginLine}, &headBuffer{}
	child.Stdout, child.Stderr = stdout, stderr
	child.WaitDelay = time.Second
	err := child.Run()
	var exit *exec.ExitError
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return unknown("no result within %s", timeout)
	case ctx.Err() != nil:
		return unknown("it was told to end")
	case err != nil && !errors.As(err, &exit):
		return unknown("the check could not be run: %v", err)
	}
	code := child.ProcessState.ExitCode()
	line := strings.TrimSuffix(stdout.String(), "\n")
	for _, alert := range []model.Alert{model.AlertOK, model.AlertWarning, model.AlertCritical, model.AlertUnknown} {
		if code == int(alert) && len(line) <= maxPluginLine && !strings.Contains(line, "\n") &&
			strings.HasPrefix(line, "FUMTUI "+alert.String()+" - ") {
			return line, alert
		}
	}
	said := stderr.first()
	if said == "" {
		said = "it said nothing"
	}
	return unknown("the check broke off with exit code %d: %s", code, said)
}

// headBuffer keeps the beginning of what is written to it and lets the rest go.
type headBuffer struct{ kept bytes.Buffer }

// Write implements io.Writer.
func (b *headBuffer) Write(p []byte) (int, error) {
	if room := maxPluginLine - b.kept.Len(); room > 0 {
		b.kept.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

// first is the first line that was written.
func (b *headBuffer) first() string {
	line, _, _ := strings.Cut(b.kept.String(), "\n")
	return line
}
