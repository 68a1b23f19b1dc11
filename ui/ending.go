package ui

import (
	"reflect"
	"sync"

	tea "charm.land/bubbletea/v2"
)

// ending takes what comes for a program that has quit: keys typed after the one
// that quit it, answers of the terminal. The framework's reader hands them to the
// program's loop, which has ended by then; it would wait for ever, and the way out
// half a second for it.
type ending struct {
	once  sync.Once
	begun chan struct{} // closed when the program quits
}

func newEnding() *ending { return &ending{begun: make(chan struct{})} }

// begin says that the program's loop takes nothing more.
func (e *ending) begin() { e.once.Do(func() { close(e.begun) }) }

// swallow takes and drops all messages from then until the program has ended.
func (e *ending) swallow(program *tea.Program, ended <-chan struct{}) {
	select {
	case <-e.begun:
	case <-ended:
		return
	}
	for messages := messagesOf(program); ; {
		select {
		case <-messages:
		case <-ended:
			return
		}
	}
}

// messagesOf is where the loop of a program takes its messages from; nil where it
// is not known.
func messagesOf(program *tea.Program) <-chan tea.Msg {
	field := reflect.ValueOf(program).Elem().FieldByName("msgs")
	if !field.IsValid() || field.Type() != reflect.TypeFor[chan tea.Msg]() {
		return nil
	}
	messages, _ := reflect.NewAt(field.Type(), field.Addr().UnsafePointer()).Elem().Interface().(chan tea.Msg)
	return messages
}
