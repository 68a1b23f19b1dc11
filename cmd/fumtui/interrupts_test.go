package main

import (
	"os"
	"syscall"
	"testing"
)

// TestNextInterrupt: one interrupt leaves what keeps it and not the command, and
// only while it is kept.
func TestNextInterrupt(t *testing.T) {
	next := &interrupts{}
	command := next.into(t.Context())
	if next.takes(os.Interrupt) {
		t.Error("an interrupt was taken that nothing keeps")
	}

	console, release := leftByInterrupt(command)
	if next.takes(syscall.SIGTERM) || console.Err() != nil {
		t.Error("a termination was taken for an interrupt")
	}
	if !next.takes(os.Interrupt) || console.Err() == nil || command.Err() != nil {
		t.Errorf("the interrupt left the console: %v, the command: %v", console.Err(), command.Err())
	}
	if next.takes(os.Interrupt) {
		t.Error("a second interrupt was taken")
	}
	release()

	console, release = leftByInterrupt(command)
	release()
	if next.takes(os.Interrupt) || console.Err() == nil {
		t.Error("an interrupt was taken for a console that was left")
	}
}
