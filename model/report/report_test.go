package report

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

var update = flag.Bool("update", false, "write the golden files anew")

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func ptr[T any](v T) *T { return &v }

// after is a moment of a run, in seconds after its decision.
func after(seconds float64) *time.Time {
	return ptr(noon.Add(time.Duration(seconds * float64(time.Second))))
}

// journal gives a run its steps: each took a second, up to the last that is done.
func journal(run *model.Run, last model.StepName) {
	at, reached := 0.0, false
	for _, name := range model.Steps() {
		s := model.Step{Name: name, State: model.StepPending}
		if !reached {
			s.State, s.StartedAt, s.EndedAt, s.Detail = model.StepDone, after(at), after(at+1), "was "+string(name)
			at++
		}
		reached = reached || name == last
		run.Steps = append(run.Steps, s)
	}
}

// aRun is one from ams to nyc.
func aRun() model.Run {
	return model.Run{
		ID: "20260304-120000-abcdef", Pipeline: "trades", Subscriber: "trades-prod", Kind: model.Cutover, Mode: model.Reactive,
		From: "ams", To: "nyc", State: model.RunRunning, RequestedBy: "ada@bastion", StartedAt: noon,
		Holder: model.Holder{Host: "bastion", PID: 4711, User: "ada"},
	}
}

// entry is one of the audit trail, as the engine writes it.
func entry(seconds float64, action, detail string) failover.AuditEntry {
	return failover.AuditEntry{
		At: *after(seconds), Actor: "ada@bastion", Action: action,
		Detail: "run 20260304-120000-abcdef of pipeline trades: " + detail,
	}
}

func cases() map[string]Facts {
	all := map[string]Facts{}

	r := aRun()
	journal(&r, model.StepActivate)
	r.Origin, r.Reason, r.EndedAt = "203.0.113.9", "ams is down", after(42)
	r.Evidence = []string{"ams: down for 3m14s: connection refused", "nyc: healthy, newest slot 391204500"}
	r.DetectedAt, r.FirstSlotAt, r.LiveAt = after(-194.5), after(12.3), after(27)
	r.Cursor, r.ResumeSlot, r.FirstSlot = ptr(model.Slot(391204417)), ptr(model.Slot(391204418)), ptr(model.Slot(391204418))
	r.GapSlots, r.DuplicateSlots, r.SubscriberID = ptr(uint64(0)), ptr(uint64(32)), "3f6c"
	r.Step(model.StepPreflight).Detail = "14 checks passed; warned of source: ams does not answer"
	all["done"] = Facts{
		Run: r, State: model.RunDone, SlotsPerSecond: 2.5, Home: "ams",
		WayBack: "trades-prod at ams stands at slot 391204418, leaves the window in about 3h12m",
		Audit: []failover.AuditEntry{
			entry(0, "begin", "reactive cutover from ams to nyc: ams is down"),
			entry(2, "hook stop", "client at ams: exit code 0:\nstopping trades\ncursor=391204417"),
			entry(2.5, "stop", "the hook ended with exit code 0"),
			entry(9, "hook start", "client at nyc: exit code 0"),
			entry(42, "done", "active on nyc"),
		},
	}

	r = aRun()
	journal(&r, model.StepPosition)
	r.Mode, r.Forced, r.Evacuation, r.Latest = model.Hybrid, true, "20260304-115900-000001", true
	r.EndedAt, r.ApprovedGap, r.GapSlots, r.DuplicateSlots = after(9), ptr(uint64(2000)), ptr(uint64(1204)), ptr(uint64(0))
	r.Cursor, r.ReportedCursor, r.ResumeSlot = ptr(model.Slot(100)), ptr(model.Slot(99)), ptr(model.Slot(1305))
	s := r.Step(model.StepDelete)
	s.State, s.StartedAt, s.EndedAt, s.Error = model.StepFailed, after(7), after(8), "delete the subscriber trades-prod at nyc: permission denied"
	r.Note = "mend the token, then begin again"
	all["failed"] = Facts{Run: r, State: model.RunFailed, SlotsPerSecond: 2.5, Home: "ams"}

	r = aRun()
	journal(&r, model.StepStop)
	r.Mode, r.EndedAt = model.Planned, after(6)
	r.Step(model.StepStop).State, r.Step(model.StepStop).Error = model.StepFailed, "the drain timed out after 10s"
	r.Steps = append(r.Steps,
		model.Step{Name: model.StepRevert, State: model.StepDone, StartedAt: after(3), EndedAt: after(4)},
		model.Step{Name: model.StepRestart, State: model.StepDone, StartedAt: after(4), EndedAt: after(6)})
	all["aborted"] = Facts{Run: r, State: model.RunAborted, Home: "ams"}

	r = aRun()
	journal(&r, model.StepLease)
	r.Step(model.StepPreflight).State, r.Step(model.StepPreflight).StartedAt = model.StepRunning, after(1)
	r.Question, r.FromSlot = "a gap of 1,204 slots: type the number to approve", ptr(model.Slot(77))
	all["waiting"] = Facts{
		Run: r, State: model.RunWaiting, Home: "ams",
		Audit: []failover.AuditEntry{
			entry(1, "question", "how many may be skipped?"), entry(60, "resume", "at step preflight"), entry(61, "answer", "5"),
			entry(62, "question", "a gap of 1,204 slots: type the number to approve"),
		},
		Resume: "fumtui resume 20260304-120000-abcdef --confirm nyc --answer VALUE", Abort: "fumtui abort 20260304-120000-abcdef",
	}

	r = aRun()
	journal(&r, model.StepActivate)
	r.Kind, r.From, r.Mode, r.EndedAt = model.Recreate, "nyc", model.Planned, after(20)
	r.LiveAt, r.GapSlots, r.DuplicateSlots = after(18), ptr(uint64(0)), ptr(uint64(32))
	all["recreate"] = Facts{Run: r, State: model.RunDone, Home: "ams"}

	all["hostile"] = hostile()
	return all
}

// hostile is a run in which every text from outside is bad.
func hostile() Facts {
	const bad = "\x1b[2J\x1b]0;x\a| a | *b* _c_ `d` [e](http://evil.example) <script>alert(1)</script> ![i](x) \\ #1 @all\r\n\n# Title\n- item\u202e\x00"
	r := aRun()
	journal(&r, model.StepActivate)
	r.Reason, r.RequestedBy, r.Origin, r.Note, r.Evidence = bad, "eve"+bad, bad, bad, []string{"1. one", "- two", "--- three", bad, "+ four", "www.evil.example"}
	r.SubscriberID, r.Holder.User, r.EndedAt = bad, bad, after(3)
	r.Step(model.StepStart).Error = bad
	return Facts{
		Run: r, State: model.RunDone, Home: "ams",
		Audit: []failover.AuditEntry{
			{At: noon, Actor: bad, Action: bad, Detail: bad},
			{At: noon, Actor: "eve", Action: "hook stop", Detail: "client at ams: exit code 0:\n```\n" + bad + "\n`````` six\n~~~"},
		},
	}
}

func TestGolden(t *testing.T) {
	for name, facts := range cases() {
		report := New(facts)
		for ext, got := range map[string]string{".txt": report.Text(), ".md": report.Markdown()} {
			path := filepath.Join("testdata", name+ext)
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s: got\n%s\nwant\n%s", path, got, want)
			}
		}
	}
}

// outside reports what is left of a Markdown text when its fenced blocks are
// taken away.
func outside(markdown string) []string {
	var out []string
	fence := ""
	for line := range strings.Lines(markdown) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case fence != "":
			if line == fence {
				fence = ""
			}
		case strings.HasPrefix(line, "```"):
			fence = strings.TrimSuffix(line, "text")
		default:
			out = append(out, line)
		}
	}
	if fence != "" {
		out = append(out, "a block is not closed")
	}
	return out
}

// unescaped gives the first special character of a line that is not escaped.
func unescaped(line string) string {
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '\\':
			i++
		case strings.IndexByte("`*_[]<>|~&#!$", line[i]) >= 0:
			return line[i:]
		}
	}
	return ""
}

func TestHostileTextMeansNothing(t *testing.T) {
	report := New(hostile())
	text, markdown := report.Text(), report.Markdown()
	for name, got := range map[string]string{"text": text, "markdown": markdown} {
		for _, r := range got {
			if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
				t.Errorf("the %s has the character %q", name, r)
			}
		}
	}
	titles := 0
	for _, line := range outside(markdown) {
		inner := line
		switch {
		case strings.HasPrefix(line, "# "), strings.HasPrefix(line, "## "):
			titles++
			_, inner, _ = strings.Cut(line, " ")
		case strings.HasPrefix(line, "|"):
			inner = strings.ReplaceAll(strings.ReplaceAll(line, " | ", " "), " |", "")
			inner = strings.TrimPrefix(inner, "|")
		case strings.HasPrefix(line, "- **"):
			inner = strings.Replace(strings.TrimPrefix(line, "- **"), "**: ", "", 1)
		case strings.HasPrefix(line, "- "):
			inner = strings.TrimPrefix(line, "- ")
			if strings.HasPrefix(inner, "- ") || strings.HasPrefix(inner, "1. ") || strings.HasPrefix(inner, "+ ") {
				t.Errorf("a list in a list: %q", line)
			}
		}
		if at := unescaped(inner); at != "" {
			t.Errorf("markup at %q of %q", at, line)
		}
		if strings.Contains(inner, "http://") || strings.Contains(inner, "www.") {
			t.Errorf("a link in %q", line)
		}
	}
	if want := len(report.Sections) + 1; titles != want {
		t.Errorf("%d titles, want %d", titles, want)
	}
}

// What was seen after another driver took the run up may have been so before.
func TestWhatWasSeenLateIsSaidToBe(t *testing.T) {
	f := cases()["done"]
	if text := New(f).Text(); strings.Contains(text, "at most") || strings.Contains(text, "at the latest") {
		t.Errorf("one driver saw all of it:\n%s", text)
	}
	f.Audit = append(f.Audit, entry(20, "resume", "at step confirm"))
	text := New(f).Text()
	for _, want := range []string{
		"Recovery time: at most ", "recovered: it was at the live tip, and stayed, at the latest", "first data: its first slot was seen\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it lacks %q:\n%s", want, text)
		}
	}
}

// A run that asks and is resumed for ever has a trail without an end.
func TestALongTrailIsBounded(t *testing.T) {
	f := Facts{Run: aRun(), State: model.RunWaiting}
	for i := range 1000 {
		f.Audit = append(f.Audit, entry(float64(i), "resume", fmt.Sprintf("number %d", i)))
	}
	text := New(f).Text()
	if n := strings.Count(text, "number "); n != maxEntries {
		t.Errorf("%d entries, want %d", n, maxEntries)
	}
	for _, want := range []string{"number 0\n", "number 99\n", "number 900\n", "number 999\n", "left out here: 800"} {
		if !strings.Contains(text, want) {
			t.Errorf("it lacks %q", want)
		}
	}
}

// What is not known is said to be so, and nothing is divided by it.
func TestAnEmptyRun(t *testing.T) {
	text := New(Facts{}).Text()
	for _, want := range []string{"not known", "not decided"} {
		if !strings.Contains(text, want) {
			t.Errorf("it lacks %q:\n%s", want, text)
		}
	}
}

// What may be lost, and nobody can tell, is a number beside what is.
func TestPossibleLossIsTold(t *testing.T) {
	for gap, want := range map[uint64]string{
		0: "none that is known; up to 32 slots", 7: "7 slots",
	} {
		run := model.Run{GapSlots: &gap, PossibleLoss: 32, Steps: []model.Step{{Name: model.StepStart, State: model.StepDone, StartedAt: new(time.Time)}}}
		if got := loss(&Facts{Run: run}); !strings.HasPrefix(got, want) || !strings.Contains(got, "up to 32 slots") || !strings.Contains(got, "may be lost") {
			t.Errorf("gap %d: %q", gap, got)
		}
	}
}
