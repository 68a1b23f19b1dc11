// Package crash leads panics of goroutines to whoever can put the terminal in
// order and tell of them. A goroutine that panics ends the process at once
// otherwise, with the terminal as the screen had it and the trace on a page that
// nobody sees.
//
// Who catches travels in the context. Where nobody does, a panic is what it always
// was.
package crash

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
)

// Panic is a panic that was caught.
type Panic struct {
	Value any
	Stack []byte // of its goroutine
}

// Error implements error. It says nothing of the stack.
func (p *Panic) Error() string { return fmt.Sprintf("fumtui panicked: %v", p.Value) }

// Recovered makes a panic of what recover gave, in the function that recovers.
func Recovered(value any) *Panic { return &Panic{Value: value, Stack: debug.Stack()} }

// catcherKey is where a context carries who catches.
type catcherKey struct{}

// Into gives a context whose panics go to catch, which is called by the goroutine
// that panicked and should not return: what that was about is not done.
func Into(ctx context.Context, catch func(*Panic)) context.Context {
	return context.WithValue(ctx, catcherKey{}, catch)
}

// Catch hands a panic of the function that defers it to whoever catches those of
// ctx. It must be deferred itself.
func Catch(ctx context.Context) {
	value := recover()
	if value == nil {
		return
	}
	catch, ok := ctx.Value(catcherKey{}).(func(*Panic))
	if !ok {
		panic(value)
	}
	catch(Recovered(value))
}

// Go runs fn in a goroutine of wg, whose panic goes to whoever catches those of
// ctx.
func Go(ctx context.Context, wg *sync.WaitGroup, fn func()) {
	wg.Go(func() {
		defer Catch(ctx)
		fn()
	})
}
