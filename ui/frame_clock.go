package ui

import (
	"reflect"
	"time"

	tea "charm.land/bubbletea/v2"
)

const (
	// framesPerSecond is how often the framework looks for something new to draw
	// while a person does something: what a key changes is seen at once.
	framesPerSecond = 60
	// firstFrame is how often it looks at the very beginning, for as long as that is:
	// a person waits for the first picture.
	firstFrame, beginning = 2 * time.Millisecond, 100 * time.Millisecond
	// calmFrame is how often it looks otherwise. Looking costs processor time, and
	// pictures come only a few times a second.
	calmFrame = 200 * time.Millisecond
	// peaceFrame is how often it looks while nothing is to be seen but digits.
	peaceFrame = time.Second
	// calmAfter is how long nobody did anything by then.
	calmAfter = time.Second
)

// frameClock lets the framework look for new frames often while a person does
// something, and seldom otherwise. The framework has one rate for all times, but
// its clock can be set anew. Where a later version keeps it elsewhere, the rate
// stays the quick one. The zero value does nothing.
type frameClock struct {
	program *tea.Program
	began   time.Time     // when the first message came
	stirred time.Time     // when something happened last
	every   time.Duration // 0: as the framework has it
}

// heed takes note of a message, after which the console is at peace or not: where
// that ends something happened, as with a key. It must be called from the program's
// own loop, which starts the clock.
func (c *frameClock) heed(msg tea.Msg, peace bool, now time.Time) {
	if c.program == nil {
		return
	}
	if c.began.IsZero() {
		c.began, c.stirred = now, now
	}
	if !passive(msg) || (c.every == peaceFrame && !peace) {
		c.stirred = now
	}
	switch {
	case now.Sub(c.began) < beginning:
		c.set(firstFrame)
	case now.Sub(c.stirred) < calmAfter:
		c.set(time.Second / framesPerSecond)
	case peace:
		c.set(peaceFrame)
	default:
		c.set(calmFrame)
	}
}

// set changes the rate. A clock that is set anew begins anew: one that has the rate
// already is left alone.
func (c *frameClock) set(every time.Duration) {
	if c.every == every {
		return
	}
	c.every = every
	if ticker := tickerOf(c.program); ticker != nil {
		ticker.Reset(every)
	}
}

// tickerOf is the clock of a program that runs; nil where it is not known.
func tickerOf(program *tea.Program) *time.Ticker {
	field := reflect.ValueOf(program).Elem().FieldByName("ticker")
	if !field.IsValid() || field.Type() != reflect.TypeFor[*time.Ticker]() {
		return nil
	}
	return (*time.Ticker)(field.UnsafePointer())
}
