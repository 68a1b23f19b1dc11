package main

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestFarewell(t *testing.T) {
	f := &farewell{}
	ctx := f.into(context.Background())
	over := goOnBy(ctx, "fumtui resume r1")
	defer goOnBy(ctx, "fumtui resume r2")()
	defer goOnBy(ctx, "")()
	over()
	goOnBy(context.Background(), "fumtui resume r3")() // no process waits for it
	var out strings.Builder
	f.say(&out)
	if got, want := out.String(), "ended at once: go on with: fumtui resume r2\n"; got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
}

// A terminal that takes nothing does not keep the process.
func TestFarewellToATerminalThatStalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &farewell{}
		defer goOnBy(f.into(t.Context()), "fumtui resume r1")()
		stalled := make(stall)
		began := time.Now()
		f.say(stalled)
		if took := time.Since(began); took > time.Second {
			t.Errorf("it took %s", took)
		}
		close(stalled)
	})
}

// stall takes nothing until it is closed.
type stall chan struct{}

func (s stall) Write(p []byte) (int, error) {
	<-s
	return len(p), nil
}
