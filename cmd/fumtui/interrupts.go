package main

import (
	"context"
	"os"
	"sync"
)

// interrupts says who the next interrupt is for. It travels in the context of the
// command.
type interrupts struct {
	mu    sync.Mutex
	leave context.CancelFunc // what keeps the next one is left by this; nil: nothing does
}

// interruptsKey is where a context carries it.
type interruptsKey struct{}

func (i *interrupts) into(ctx context.Context) context.Context {
	return context.WithValue(ctx, interruptsKey{}, i)
}

// takes reports whether a signal was for who keeps the next interrupt. It has been
// handed over then.
func (i *interrupts) takes(signal os.Signal) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if signal != os.Interrupt || i.leave == nil {
		return false
	}
	i.leave()
	i.leave = nil
	return true
}

// leftByInterrupt gives the console a context that the next interrupt ends: it is
// left as it is where q is pressed, what it drives goes on, and another interrupt is
// for that. The function that comes back ends this.
func leftByInterrupt(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, leave := context.WithCancel(ctx)
	i, ok := ctx.Value(interruptsKey{}).(*interrupts)
	if !ok {
		return ctx, leave
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.leave = leave
	return ctx, func() {
		i.mu.Lock()
		defer i.mu.Unlock()
		i.leave = nil
		leave()
	}
}
