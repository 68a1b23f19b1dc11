package main

import (
	"context"
	"os"
	"sync/atomic"
)

// interrupts says who the next interrupt is for. It travels in the context of the
// command.
type interrupts struct{ kept atomic.Bool }

// interruptsKey is where a context carries it.
type interruptsKey struct{}

func (i *interrupts) into(ctx context.Context) context.Context {
	return context.WithValue(ctx, interruptsKey{}, i)
}

// takes reports whether a signal is for who keeps the next interrupt.
func (i *interrupts) takes(signal os.Signal) bool {
	return signal == os.Interrupt && i.kept.CompareAndSwap(true, false)
}

// keepInterrupt keeps the next interrupt for the console, which leaves because of
// it as it does where q is pressed: what it drives goes on, and another interrupt
// is for that. It does so until the function that comes back is called.
func keepInterrupt(ctx context.Context) (release func()) {
	i, ok := ctx.Value(interruptsKey{}).(*interrupts)
	if !ok {
		return func() {}
	}
	i.kept.Store(true)
	return func() { i.kept.Store(false) }
}
