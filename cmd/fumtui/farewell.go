package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"
)

// farewell is what a process that ends at once leaves to be done. It travels in
// the context of the command.
type farewell struct {
	mu       sync.Mutex
	commands []string
}

// farewellKey is where a context carries it.
type farewellKey struct{}

func (f *farewell) into(ctx context.Context) context.Context {
	return context.WithValue(ctx, farewellKey{}, f)
}

// goOnBy notes the command by which a person goes on with what is under way,
// until the function that comes back is called.
func goOnBy(ctx context.Context, command string) (end func()) {
	f, ok := ctx.Value(farewellKey{}).(*farewell)
	if !ok || command == "" {
		return func() {}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.commands = append(f.commands, command)
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if i := slices.Index(f.commands, command); i >= 0 {
			f.commands = slices.Delete(f.commands, i, i+1)
		}
	}
}

// left reports whether there is anything.
func (f *farewell) left() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.commands) > 0
}

// say says it. A terminal that stalls does not hold it up for long.
func (f *farewell) say(out io.Writer) {
	f.mu.Lock()
	commands := slices.Clone(f.commands)
	f.mu.Unlock()
	said := make(chan struct{})
	go func() {
		defer close(said)
		for _, command := range commands {
			fmt.Fprintln(out, "ended at once: go on with: "+command)
		}
	}()
	select {
	case <-said:
	case <-time.After(200 * time.Millisecond):
	}
}
