package plain

import (
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/ui"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// still gives one picture, and then waits.
type still struct {
	*ports
	snap model.Snapshot
}

func (f still) Next(ctx context.Context, after uint64) (model.Snapshot, error) {
	if after < f.snap.Generation {
		return f.snap, nil
	}
	<-ctx.Done()
	return model.Snapshot{}, ctx.Err()
}

// paper takes what is printed, unless it is stuck.
type paper struct {
	mu    sync.Mutex
	text  strings.Builder
	stuck chan struct{} // not nil: writes wait until it is closed
}

func (p *paper) Write(b []byte) (int, error) {
	if p.stuck != nil {
		<-p.stuck
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

func (p *paper) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// begin runs a console, and gives how it ended.
func begin(ctx context.Context, in io.Reader, out io.Writer) <-chan error {
	done := make(chan error, 1)
	p := &ports{}
	go func() {
		done <- Run(ctx, ui.Options{Feed: still{p, calm("trades")}, Operator: p, Historian: p, Explainer: p, Input: in, Output: out})
	}()
	return done
}

func ends(t *testing.T, done <-chan error) {
	t.Helper()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("it does not end")
	}
}

// TestRunAnswersAPipe: what a program asks through a pipe is answered, and then
// the console is left.
func TestRunAnswersAPipe(t *testing.T) {
	out := &paper{}
	ends(t, begin(t.Context(), strings.NewReader("unended\nruns\nexplain trades\n"+strings.Repeat("x", 2*mostTyped)+"\nreport trades\nquit\n"), out))
	for _, want := range []string{"Watching 2 clusters", "No run is under way", "The newest runs", "Evidence E1", "That line is too long", "what happened"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, out.String())
		}
	}
	checkPrinted(t, out.String(), false)
}

// TestRunDoesNotWaitForItsTerminal: one that takes nothing keeps the console from
// nothing, and not from being left.
func TestRunDoesNotWaitForItsTerminal(t *testing.T) {
	out := &paper{stuck: make(chan struct{})}
	in, typed := io.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	done := begin(ctx, in, out)
	for range 100 { // nobody waits for the answers
		if _, err := io.WriteString(typed, "help\n"); err != nil {
			t.Fatal(err)
		}
	}
	cancel()
	ends(t, done)
	close(out.stuck)
	_ = typed.Close()
}

// TestRunSaysWhatWasLeftOut once the terminal takes something again.
func TestRunSaysWhatWasLeftOut(t *testing.T) {
	out := &paper{stuck: make(chan struct{})}
	in, typed := io.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	done := begin(ctx, in, out)
	for range 400 {
		if _, err := io.WriteString(typed, "help\n"); err != nil {
			t.Fatal(err)
		}
	}
	close(out.stuck)
	for deadline := time.Now().Add(20 * time.Second); !strings.Contains(out.String(), "Some lines were left out"); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it does not say so")
		}
	}
	cancel()
	ends(t, done)
	_ = typed.Close()
}

// TestQuestionForgetsWhatWasTyped: the terminal is made to forget a line that was
// begun, once the question stands there and before an answer counts, and once.
func TestQuestionForgetsWhatWasTyped(t *testing.T) {
	r := newRig(t, nil)
	r.sees(moving(outage("trades"), 5, model.RunInterrupted))
	r.s.resume(nil)
	out, forgot := &paper{}, 0
	e := &edge{ctx: t.Context(), outlet: ui.OpenOutlet(out), session: r.s, mail: newMailbox(), opts: r.s.opts.Complete()}
	defer e.outlet.Close()
	e.discard = func() {
		forgot++
		if !strings.Contains(out.String(), "Type the target, nyc") || !r.s.unprinted() {
			t.Error("it is not between the question and its answer")
		}
	}
	for deadline := time.Now().Add(20 * time.Second); r.s.unprinted() || len(r.s.out) > 0; time.Sleep(time.Millisecond) {
		if e.flush(); time.Now().After(deadline) {
			t.Fatal("it is never printed")
		}
	}
	if e.flush(); forgot != 1 {
		t.Errorf("it forgot %d times", forgot)
	}
}
