package cursor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/probe/hook"
)

// commandKey makes the test binary play a command instead of running tests.
const commandKey = "CURSOR_TEST_COMMAND"

// runAsCommand plays a command where the environment asks for it.
func runAsCommand() bool {
	switch os.Getenv(commandKey) {
	case "":
		return false
	case "say": // exit code, standard output, standard error
		fmt.Print(os.Args[2])
		fmt.Fprint(os.Stderr, os.Args[3])
		code, _ := strconv.Atoi(os.Args[1])
		os.Exit(code)
	case "env":
		fmt.Println(os.Getenv("FUMTUI_PIPELINE"), os.Getenv("FUMTUI_CLUSTER"), os.Getenv("FUMTUI_RUN_ID"))
	case "flood":
		line := strings.Repeat("x", 1<<10) + "\n"
		for range 10 << 10 {
			fmt.Print(line)
		}
		fmt.Println("cursor=7")
	case "hang":
		time.Sleep(time.Minute)
	}
	return true
}

func exec(t *testing.T, role string, args ...string) Source {
	t.Helper()
	t.Setenv(commandKey, role)
	return Exec(append([]string{os.Args[0]}, args...), "trades", "ams")
}

func TestExec(t *testing.T) {
	for _, tt := range []struct{ code, out, err, want string }{
		{"0", "391204417\n", "", "391204417"},
		{"0", "391204417", "Warning: host key added\n", "391204417"},
		{"0", "cursor=7\n", "", "7"},
		{"0", "hello\ncursor=6\ncursor=7\n", "", "7"},
		{"0", "", "", "nil"},
		{"0", " \n", "", "nil"},
		{"0", "", "7\n", "nil"}, // on standard error it is no answer
		{"0", "7\n8\n", "", "several lines"},
		{"0", "seven\n", "", `prints "seven"`},
		{"0", "cursor=x\n", "", `prints "cursor=x"`},
		{"0", "\x1b[31m", "", `prints "[31m"`},
		{"1", "7\n", "no such host\n", `exit code 1 ("no such host")`},
		{"3", "7\n", "", `exit code 3 ("7")`},
	} {
		slot, err := exec(t, "say", tt.code, tt.out, tt.err).Read(t.Context())
		slotIs(t, tt.want, slot, err)
	}
	slot, err := exec(t, "flood").Read(t.Context())
	slotIs(t, "7", slot, err)
	slot, err = Exec([]string{"no-such-program-anywhere"}, "p", "c").Read(t.Context())
	slotIs(t, "could not be started", slot, err)
}

func TestExecIsToldWhatItIsAskedFor(t *testing.T) {
	t.Setenv("FUMTUI_RUN_ID", "of another")
	slot, err := exec(t, "env").Read(t.Context())
	slotIs(t, `prints "trades ams"`, slot, err)
}

func TestExecEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	slot, err := exec(t, "hang").Read(ctx)
	slotIs(t, "did not end in time", slot, err)
	if !errors.Is(err, hook.ErrTimeout) {
		t.Error(err)
	}
}
