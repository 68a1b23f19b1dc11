//go:build unix

package ui

import (
	"context"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"go.uber.org/goleak"

	"github.com/fumtui/fumtui/ui/terminaltest"
)

// TestKeysAfterTheEnd: what is typed after the key that quits neither delays the
// way out nor leaves a reader behind that waits to hand it over.
func TestKeysAfterTheEnd(t *testing.T) {
	if messagesOf(tea.NewProgram(nil)) == nil {
		t.Error("the framework keeps its messages elsewhere: see messagesOf")
	}
	x := terminaltest.Open(t, 100, 30)
	others := goleak.IgnoreCurrent() // the terminal's own, which end with the test
	done := make(chan error, 1)
	go func() {
		done <- Run(context.Background(), Options{
			Feed: newFakeFeed(fakeSnapshot(1, 2, 0)), Operator: &fakeOperator{plan: fakePlan}, Input: x.TTY(), Output: x.TTY(),
		})
	}()
	x.Await("accounts")
	x.Press("q" + strings.Repeat("j", 500))
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if left := x.Left(); len(left) > 0 {
		t.Errorf("the terminal was left in disorder: %q", left)
	}
	goleak.VerifyNone(t, append(frameworkTicks(), others)...)
}
