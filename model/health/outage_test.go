package health

import (
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

func TestFailOver(t *testing.T) {
	for name, fault := range map[string]func(*simCluster){
		"down":    func(c *simCluster) { c.fail = model.ClassServer },
		"stalled": func(c *simCluster) { c.frozen = true },
	} {
		t.Run(name, func(t *testing.T) {
			x := newWorld(t)
			x.run(time.Minute)
			fault(x.clusters["ams"])
			x.clients["trades@ams"].stopped = true
			x.run(3*time.Minute - 2*time.Second)
			if a := x.pipeline("trades").Advice; a.Action != model.ActionWait {
				t.Errorf("before the threshold: %s: %s", a.Action, a.Text)
			}
			x.run(8 * time.Second)
			p := x.wantPipeline(model.PipelineCutOff, model.ActionFailOver)
			if p.Advice.Target != "nyc" || strings.Contains(p.Advice.Text, "cannot be seen") {
				t.Errorf("advice: %+v", p.Advice)
			}
		})
	}
}

func TestOutageRows(t *testing.T) {
	for _, test := range []struct {
		name  string
		setup func(x *world)
		want  model.Action
		text  string
	}{
		{"client goes on", func(x *world) { x.clients["trades@ams"].stopped = false }, model.ActionCheckConsole, "the client of trades there goes on"},
		{"nothing to be seen of the client", func(x *world) {
			x.clients["trades@ams"].hidden, x.clients["trades@ams"].noCursor = true, true
		}, model.ActionFailOver, "from this console only"},
		{"another pipeline goes on", func(x *world) { x.clients["orders@ams"] = &simClient{pace: 1} }, model.ActionCheckYourSide, "orders goes on"},
		{"target refuses us", func(x *world) { x.clusters["nyc"].fail = model.ClassAuth }, model.ActionCannotFailOver, "refuses"},
		{"target is not watched", func(x *world) { x.clusters["nyc"].unprobed = true }, model.ActionCannotFailOver, "not known to be healthy"},
		{"cursor left the target's window", func(x *world) { x.clusters["nyc"].windowSize = 100 }, model.ActionCannotFailOver, "no longer has"},
		{"recently moved, but down", func(x *world) { x.w.SetLastFailover("trades", x.now) }, model.ActionFailOver, "down"},
		{"a client in a restart loop", func(x *world) { x.clients["trades@ams"].tipZero = true }, model.ActionFailOver, "nyc is healthy"},
	} {
		t.Run(test.name, func(t *testing.T) {
			x := newWorld(t)
			x.run(time.Minute)
			x.clients["trades@ams"].stopped = true
			x.clusters["ams"].fail = model.ClassUnreachable
			test.setup(x)
			x.run(200 * time.Second)
			a := x.pipeline("trades").Advice
			if a.Action != test.want || !strings.Contains(a.Text, test.text) {
				t.Errorf("advice %s: %s, want %s with %q", a.Action, a.Text, test.want, test.text)
			}
		})
	}
}

func TestRestartLoopDoesNotHideAnOutage(t *testing.T) {
	x := newWorld(t)
	x.run(time.Minute)
	x.clusters["ams"].fail = model.ClassUnreachable
	k := x.clients["trades@ams"]
	k.stopped = true
	for range 20 {
		k.down = !k.down
		x.run(10 * time.Second)
	}
	x.wantPipeline(model.PipelineCutOff, model.ActionFailOver)
}

func TestRecentMoveHoldsBack(t *testing.T) {
	x := newWorld(t)
	x.run(time.Minute)
	x.w.SetLastFailover("trades", x.now)
	x.clusters["ams"].frozen, x.clients["trades@ams"].stopped = true, true
	x.run(9 * time.Minute)
	x.wantPipeline(model.PipelineCutOff, model.ActionWait)
	x.run(90 * time.Second)
	x.wantPipeline(model.PipelineCutOff, model.ActionFailOver)
}

func TestSecondOutageAfterTheFirst(t *testing.T) {
	x := newWorld(t)
	x.run(time.Minute)
	x.clients["trades@ams"].stopped = true
	x.clusters["ams"].fail = model.ClassUnreachable
	x.run(2 * time.Minute)
	x.clusters["nyc"].fail = model.ClassUnreachable
	x.run(4 * time.Minute)
	x.wantPipeline(model.PipelineCutOff, model.ActionCannotFailOver)
}

func TestClientsProveAnOutageToAConsoleThatIsOffline(t *testing.T) {
	x := newWorld(t)
	x.clients["orders@nyc"] = &simClient{pace: 1}
	x.w.SetActive("orders", "nyc")
	x.run(time.Minute)
	x.failAll(model.ClassTimeout)
	x.run(5 * time.Minute)
	if a := x.pipeline("trades").Advice; a.Action != model.ActionCheckConsole {
		t.Errorf("advice %s: %s", a.Action, a.Text)
	}
	x.clients["trades@ams"].stopped, x.clients["trades@ams"].seesTip = true, true
	x.run(200 * time.Second)
	if a := x.pipeline("trades").Advice; a.Action != model.ActionCheckConsole {
		t.Errorf("its own tip moves, so its cluster is there, yet %s: %s", a.Action, a.Text)
	}
	x.clients["trades@ams"].seesTip = false
	x.run(70 * time.Second)
	if a := x.pipeline("trades").Advice; a.Action != model.ActionFailOver || a.Target != "nyc" {
		t.Errorf("advice %s: %s", a.Action, a.Text)
	}
}
