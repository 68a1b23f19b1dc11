package crash_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/fumtui/fumtui/model/crash"
)

func blowUp() { panic("boom") }

func TestGo(t *testing.T) {
	var caught *crash.Panic
	ctx := crash.Into(t.Context(), func(p *crash.Panic) { caught = p })
	var wg sync.WaitGroup
	crash.Go(ctx, &wg, func() {})
	wg.Wait()
	if caught != nil {
		t.Fatal("nothing panicked")
	}
	crash.Go(context.WithoutCancel(ctx), &wg, blowUp)
	wg.Wait()
	if caught == nil || caught.Value != "boom" || !strings.Contains(string(caught.Stack), "blowUp") || caught.Error() != "fumtui panicked: boom" {
		t.Fatalf("%+v", caught)
	}
}

func TestNobodyCatches(t *testing.T) {
	defer func() {
		if recover() != "boom" {
			t.Error("the panic is lost")
		}
	}()
	defer crash.Catch(t.Context())
	blowUp()
}
