package failover

import (
	"regexp"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
)

// scene is where the journeys of an exploration take place.
type scene struct {
	name     string
	prepare  func(*universe)
	request  model.Request // zero: to nyc
	consoles int           // persons who begin at once; 0 is one
	core     bool          // it matters most
	aborts   bool          // a person may abort
	looks    bool          // looks may fail too
	refuses  bool          // no run begins
	varies   bool          // a death of a driver may change the end, for a reason
	before   int           // runs that have ended before
	skips    bool          // a person chose to skip what is skipped
	says     string        // where to resume without a cursor
	works    []string      // clusters whose client runs where the run is aborted; nil: ams
}

// asks is the request of the scene.
func (s *scene) asks() model.Request {
	if s.request.Pipeline == "" {
		return request("nyc", "")
	}
	return s.request
}

// settings are those of an engine of the scene.
func (s *scene) settings() Settings { return testSettings() }

// scenes are all that is explored.
func scenes() []scene {
	var list []scene
	for _, some := range [][]scene{modeScenes(), positionScenes(), clientScenes(), hiddenScenes(), refusedScenes()} {
		list = append(list, some...)
	}
	for i := range list {
		if list[i].works == nil {
			list[i].works = []string{"ams"}
		}
	}
	return list
}

func sourceDown(u *universe) { u.fail("ams", model.ClassUnreachable) }

// then adds to what happens at an effect.
func (u *universe) then(happens func(effect string)) {
	before := u.onLog
	u.onLog = func(effect string) {
		before(effect)
		happens(effect)
	}
}

func slowDrain(u *universe) { u.clients["ams"].drainTakes = 15 * time.Second }

// modeScenes are the modes and kinds of runs.
func modeScenes() []scene {
	revives := func(lose func(*universe)) func(*universe) {
		return func(u *universe) {
			lose(u)
			u.then(func(effect string) {
				if strings.HasPrefix(effect, "create") {
					u.clients["ams"].mute = false
				}
			})
		}
	}
	return []scene{
		{core: true, name: "planned"},
		{name: "planned, or aborted", aborts: true},
		{core: true, name: "reactive", prepare: sourceDown, works: []string{}},
		{name: "reactive, or aborted", prepare: sourceDown, aborts: true},
		{name: "hybrid", request: request("nyc", model.Hybrid)},
		{core: true, name: "hybrid, and the drain hangs, or aborted", request: request("nyc", model.Hybrid), prepare: slowDrain, aborts: true},
		{name: "a drain that is too slow", prepare: slowDrain, varies: true},
		{name: "two consoles", consoles: 2},
		{core: true, name: "two consoles, or aborted", consoles: 2, aborts: true},
		{name: "looks that fail", looks: true},
		{name: "looks that fail, reactive", looks: true, prepare: sourceDown},
		{name: "back home", before: 1, request: request("ams", ""), prepare: func(u *universe) { u.moved() }, works: []string{"nyc"}},
		// One who sleeps before it begins finds it done by another.
		{core: true, name: "recreate, stale", request: again1(), prepare: revives(staleSub), varies: true},
		{name: "recreate, lost, or aborted", request: again1(), prepare: revives(lostSub), aborts: true, works: []string{}, varies: true},
	}
}

// positionScenes differ in where the target begins.
func positionScenes() []scene {
	approved := uint64(100000)
	latest, slot := request("nyc", ""), model.Slot(20120)
	latest.Latest, latest.ApproveGap = true, &approved
	asked, low := request("nyc", ""), request("nyc", "")
	asked.Latest, low.FromSlot = true, &slot
	noCursor := func(u *universe) {
		u.fold()
		u.clients["ams"].mute = true
		delete(u.rows, "ams")
	}
	return []scene{
		{core: true, name: "the target has an old subscriber", prepare: func(u *universe) {
			u.clusters["nyc"].sub = &fakeSub{id: "old", next: 30000}
			u.rows["nyc"] = &model.Cursor{Pipeline: "trades", Cluster: "nyc", Slot: 99999}
		}},
		{name: "a gap to approve", prepare: func(u *universe) {
			sourceDown(u)
			u.clusters["nyc"].top += 500
			u.then(func(effect string) {
				if effect == "stop ams" {
					u.clusters["nyc"].min = 20200
				}
			})
		}},
		{name: "a gap to approve first", prepare: func(u *universe) {
			sourceDown(u)
			u.clusters["nyc"].top, u.clusters["nyc"].min = 20500, 20200
		}},
		{name: "the newest slot, approved", request: latest, prepare: func(u *universe) { u.clusters["nyc"].top += 500 }},
		{name: "the newest slot, asked for", request: asked, prepare: func(u *universe) { u.clusters["nyc"].top += 500 }},
		{name: "a lower slot", request: low},
		{name: "no cursor, the newest slot", prepare: noCursor, says: "latest", skips: true},
		{core: true, name: "no cursor, a slot", prepare: noCursor, says: "20140"},
		{name: "a cursor of its own", prepare: func(u *universe) { u.ownSource() }},
		{name: "a cursor of its own that is gone", prepare: func(u *universe) {
			sourceDown(u)
			u.ownSource().pages = true
		}},
		{name: "the two cursors differ", prepare: func(u *universe) {
			says := model.Slot(20100)
			u.clients["ams"].drainSays = &says
		}},
		{name: "a proof of data", prepare: func(u *universe) { u.canary = true }},
	}
}

// clientScenes have clients that do not do as they should, or by hand.
func clientScenes() []scene {
	return []scene{
		{name: "started by hand", prepare: func(u *universe) { u.clients["nyc"].hooks = nil }},
		{core: true, name: "stopped by hand, or aborted", prepare: func(u *universe) { u.clients["ams"].hooks = nil }, aborts: true},
		{name: "the stop is ignored", prepare: func(u *universe) { u.clients["ams"].ignoreStop = true }},
		{name: "the stop is ignored, reactive", request: request("nyc", model.Reactive), prepare: func(u *universe) { u.clients["ams"].ignoreStop = true }},
		{name: "the target does not stream", prepare: func(u *universe) { u.clients["nyc"].mute = true }},
		{name: "the target's start fails", prepare: func(u *universe) { u.clients["nyc"].startFails = true }},
	}
}

// hiddenScenes have a source that nobody can see from some moment on: whoever
// resumes needs a person's word.
func hiddenScenes() []scene {
	from := func(when string, more func(*universe)) func(*universe) {
		return func(u *universe) {
			more(u)
			u.then(func(effect string) {
				if strings.HasPrefix(effect, when) {
					hide(u.clients["ams"])
				}
			})
		}
	}
	return []scene{
		{core: true, name: "its host is gone", prepare: from("stop ams", sourceDown), works: []string{}},
		{name: "its host is gone, or aborted", prepare: from("stop ams", sourceDown), aborts: true, varies: true},
		{core: true, name: "its host goes later", prepare: from("create nyc", func(*universe) {})},
		{name: "its host is gone, started by hand", prepare: from("stop ams", func(u *universe) {
			sourceDown(u)
			u.clients["nyc"].hooks = nil
		})},
		{name: "its host is gone, the start fails", prepare: from("stop ams", func(u *universe) {
			sourceDown(u)
			u.clients["nyc"].startFails = true
		})},
		{name: "its host is gone, a gap to approve", prepare: from("stop ams", func(u *universe) {
			sourceDown(u)
			u.clusters["nyc"].top += 500
			u.then(func(effect string) {
				if effect == "stop ams" {
					u.clusters["nyc"].min = 20200
				}
			})
		})},
	}
}

// refusedScenes are those in which no run begins.
func refusedScenes() []scene {
	return []scene{
		refusedBy("the target refuses us", "", func(u *universe) { u.fail("nyc", model.ClassAuth) }),
		refusedBy("the target is down", "", func(u *universe) { u.fail("nyc", model.ClassUnreachable) }),
		refusedBy("the source is down", model.Planned, sourceDown),
		refusedBy("the target's client runs", "", func(u *universe) { u.clients["nyc"].statusLies = ClientRunning }),
		refusedBy("a hook is missing", "", func(u *universe) { u.clients["nyc"].hooks = []Hook{HookStop, HookStatus} }),
		refusedBy("not exactly once", "", func(u *universe) { u.pipes.Guarantee, u.pipes.Idempotent = model.ExactlyOnce, false }),
		refusedBy("no gap, by policy", "", func(u *universe) {
			u.pipes.Bootstrap = model.BootstrapReject
			u.clusters["nyc"].top, u.clusters["nyc"].min = 20900, 20500
		}),
		refusedBy("the ledger is full", "", func(u *universe) { u.full = errDisk }),
	}
}

// refusedBy is a scene in which no run begins.
func refusedBy(why string, mode model.Mode, prepare func(*universe)) scene {
	return scene{name: "refused: " + why, refuses: true, request: request("nyc", mode), prepare: prepare}
}

// moved has the pipeline stream at nyc for a while, after an earlier run.
func (u *universe) moved() {
	u.halt(u.clients["ams"])
	u.active = "nyc"
	ended := time.Now()
	u.clusters["nyc"].sub = &fakeSub{id: "nyc-0", next: u.rows["ams"].Slot + 1}
	run := model.Run{ID: "run-0", Pipeline: "trades", Kind: model.Cutover, From: "ams", To: "nyc", State: model.RunDone, EndedAt: &ended}
	for _, name := range model.Steps() {
		run.Steps = append(run.Steps, model.Step{Name: name, State: model.StepDone})
	}
	u.runs = append(u.runs, run)
	u.startClient(u.clients["nyc"])
	time.Sleep(time.Minute)
	u.fold()
}

// Numbers in questions.
var (
	gapNumber  = regexp.MustCompile(`type the number, \d+; .* up to (\d+), approves`)
	twoCursors = regexp.MustCompile(`up to slot (\d+), its durable cursor is (\d+)`)
)

// answer does what a question asks for, and gives the answer.
func (j *journey) answer(question string) string {
	u := j.u
	u.mu.Lock()
	defer u.mu.Unlock()
	u.fold()
	run := u.unended()
	if question == "" || run == nil {
		return ""
	}
	source, target := u.clients[run.From], u.clients[run.To]
	if m := gapNumber.FindStringSubmatch(question); m != nil {
		return m[1]
	}
	if m := twoCursors.FindStringSubmatch(question); m != nil {
		if len(m[1]) < len(m[2]) || (len(m[1]) == len(m[2]) && m[1] < m[2]) {
			return m[1]
		}
		return m[2]
	}
	switch {
	case strings.HasPrefix(question, startFailed):
		target.startFails = false
	case strings.HasPrefix(question, "start the client of trades at "+run.To):
		u.startClient(target)
	case strings.HasPrefix(question, "start the client"), strings.HasPrefix(question, uncertain):
		u.startClient(source)
	case strings.Contains(question, "stop the client"), strings.Contains(question, "Stop it"), strings.Contains(question, "Stop the client"):
		source.ignoreStop = false
		u.halt(source)
	case strings.HasPrefix(question, "there is no cursor"), strings.HasPrefix(question, "no cursor"):
		return j.x.scene.says
	default:
		j.breaks("a question that nobody understands: %s", question)
	}
	return "yes"
}
