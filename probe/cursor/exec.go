package cursor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/probe/hook"
)

// command runs a command and reads what it prints.
type command struct {
	args              []string
	pipeline, cluster string
}

// Exec is what a command prints on its standard output: one slot and nothing
// else, or a line cursor=SLOT, the last of which counts. It is an argument list,
// run without a shell until the context ends, and finds the pipeline and cluster
// it is asked for in its environment, as hooks do. Nothing printed is a client
// without a cursor yet.
func Exec(args []string, pipeline, cluster string) Source {
	return &command{args: args, pipeline: pipeline, cluster: cluster}
}

// String implements [Source].
func (c *command) String() string { return "the command " + model.Clean(c.args[0], model.MaxMessage) }

// Read implements [Source].
func (c *command) Read(ctx context.Context) (*model.Slot, error) {
	out, err := hook.Run(ctx, hook.Command{
		Args: c.args, Apart: true,
		Env: hook.Environment(os.Environ(), map[string]string{
			"FUMTUI_PIPELINE": c.pipeline, "FUMTUI_CLUSTER": c.cluster,
			// Of a run that this console may be a child of.
			"FUMTUI_RUN_ID": "", "FUMTUI_EPOCH": "", "FUMTUI_FROM": "", "FUMTUI_TO": "", "FUMTUI_MODE": "", "FUMTUI_RESUME_SLOT": "",
		}),
	})
	if err == nil && out.ExitCode != 0 {
		err = fmt.Errorf("it ended with exit code %d%s: run it by hand", out.ExitCode, lastWords(out))
	}
	var slot *model.Slot
	if err == nil {
		slot, err = parseOutput(out)
	}
	if err != nil {
		return nil, fmt.Errorf("read the cursor from %s: %w", c, err)
	}
	return slot, nil
}

// parseOutput reads what the command printed.
func parseOutput(out hook.Result) (*model.Slot, error) {
	if out.Cursor != nil {
		return out.Cursor, nil
	}
	text := strings.TrimSpace(out.Output)
	if text == "" {
		return nil, nil
	}
	slot, ok := hook.Slot(text)
	switch {
	case ok:
		return &slot, nil
	case strings.Contains(text, "\n"):
		return nil, errors.New("it prints several lines and none is cursor=SLOT: have it print the slot alone")
	}
	return nil, fmt.Errorf("it prints %s: have it print the last fully consumed slot, a whole number", quoted(text))
}

// lastWords quotes the last line that a command printed.
func lastWords(out hook.Result) string {
	for _, text := range []string{out.Errors, out.Output} {
		if text != "" {
			return " (" + quoted(text[strings.LastIndexByte(text, '\n')+1:]) + ")"
		}
	}
	return ""
}
