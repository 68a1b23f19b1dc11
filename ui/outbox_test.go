package ui

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
)

// line is a terminal that can be stuck.
type line struct {
	mu    sync.Mutex
	stuck chan struct{} // nil: it moves
	got   bytes.Buffer
	fails error
}

func (l *line) Write(p []byte) (int, error) {
	l.mu.Lock()
	stuck := l.stuck
	l.mu.Unlock()
	if stuck != nil {
		<-stuck
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fails != nil {
		return 0, l.fails
	}
	return l.got.Write(p)
}

func (l *line) stall() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stuck = make(chan struct{})
}

func (l *line) move() {
	l.mu.Lock()
	defer l.mu.Unlock()
	close(l.stuck)
	l.stuck = nil
}

func (l *line) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.got.String()
}

// stalledBox is an outbox on a line that is stuck, with one write under way.
func stalledBox(t *testing.T) (*outbox, *line) {
	l := &line{}
	l.stall()
	o := newOutbox(l, mostBytes)
	t.Cleanup(func() { o.close(time.Second) })
	_, _ = o.Write([]byte("a"))
	synctest.Wait()
	return o, l
}

func TestOutboxNeverWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, l := stalledBox(t)
		if o.behind() {
			t.Error("behind at once")
		}
		begun := time.Now()
		for range 1000 {
			if n, err := o.Write(bytes.Repeat([]byte("b"), 4000)); n != 4000 || err != nil {
				t.Fatal(n, err)
			}
		}
		if d := time.Since(begun); d > 0 {
			t.Errorf("writing took %s", d)
		}
		time.Sleep(lateAfter)
		if !o.behind() || o.settled() || o.takeLost() {
			t.Error("a stuck line is not noticed")
		}
		select {
		case <-o.caughtUp:
			t.Error("caught up too early")
		default:
		}
		l.move()
		<-o.caughtUp
		if got := len(l.text()); got > mostBytes || got%4000 != 1 {
			t.Errorf("%d bytes came: more than fits, or a part of a write", got)
		}
		if o.behind() || !o.takeLost() || o.takeLost() || !o.settled() {
			t.Error("what was lost is not told once")
		}
		_, _ = o.Write([]byte("c"))
		if !o.flush(time.Second) || !strings.HasSuffix(l.text(), "c") {
			t.Error("it does not go on")
		}
	})
}

// One write always has room, however much it is: it would never be known that it was
// lost.
func TestOutboxTakesMuchAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &line{}
		o := newOutbox(l, mostBytes)
		defer o.close(time.Second)
		for _, p := range []string{strings.Repeat("a", 2*mostBytes), "b"} {
			if _, err := o.Write([]byte(p)); err != nil {
				t.Fatal(err)
			}
			if !o.flush(time.Second) || !o.settled() || o.takeLost() {
				t.Errorf("%d bytes were not taken", len(p))
			}
		}
		if got := len(l.text()); got != 2*mostBytes+1 {
			t.Errorf("%d bytes came", got)
		}
	})
}

func TestOutboxWayOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, l := stalledBox(t)
		o.leave()
		begun := time.Now()
		for range 5 {
			_, _ = o.Write([]byte("restore"))
		}
		if d := time.Since(begun); d != endWithin {
			t.Errorf("the way out took %s", d)
		}
		if o.flush(0) {
			t.Error("a stuck line has taken everything")
		}
		l.move()
	})
	synctest.Test(t, func(t *testing.T) {
		l := &line{}
		o := newOutbox(l, mostBytes)
		o.leave()
		_, _ = o.Write([]byte("restore"))
		if l.text() != "restore" { // before the mode of the terminal is changed
			t.Errorf("%q came", l.text())
		}
		o.close(time.Second)
		<-o.done
	})
}

func TestOutboxTellsAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &line{fails: errors.New("hung up")}
		o := newOutbox(l, mostBytes)
		_, _ = o.Write([]byte("a"))
		<-o.done
		if _, err := o.Write([]byte("b")); err == nil || o.flush(time.Second) {
			t.Error("the failure is not told")
		}
		o.close(time.Second)
	})
}

// TestFramesAreHeldBack: a terminal that is behind gets no frames, then the
// newest, and nothing that it has not painted can be confirmed.
func TestFramesAreHeldBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDriver(t, 80, 24, fakeSnapshot(1, 2, 0))
		d.m.armAfter = armAfter
		l := &line{}
		d.m.box = newOutbox(l, mostBytes)
		first := d.m.View().Content
		l.stall()
		_, _ = d.m.box.Write([]byte("frame"))
		time.Sleep(lateAfter)
		_, cmd := d.m.Update(keyPress("c"))
		_, arm := d.m.Update(cmd())
		if d.m.View().Content != first {
			t.Fatal("a frame was drawn for a terminal that is behind")
		}
		_, arm = d.m.Update(arm())
		d.m.Update(keyPress("n"))
		l.move()
		<-d.m.box.caughtUp
		d.now = d.now.Add(2 * armAfter)
		d.m.Update(caughtUpMsg{})
		d.sees("Type nyc", "do not count")
		d.m.Update(arm())
		d.m.burst = 0
		d.m.Update(keyPress("enter"))
		d.sees("type nyc first")
		d.m.box.close(time.Second)
	})
}

// TestLostFramesAreDrawnAnew: where something was dropped the whole screen is
// drawn again.
func TestLostFramesAreDrawnAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDriver(t, 80, 24, model.Snapshot{Generation: 1, Time: noon})
		o, l := stalledBox(t)
		d.m.box = o
		for range 2 * mostWaiting {
			_, _ = o.Write([]byte("x"))
		}
		l.move()
		<-o.caughtUp
		batch, ok := d.m.caughtUp()().(tea.BatchMsg)
		if want := tea.ClearScreen(); !ok || len(batch) == 0 || batch[0]() != want {
			t.Error("the screen is not cleared")
		}
		notify(o.caughtUp)
		for _, cmd := range batch {
			cmd()
		}
	})
}
