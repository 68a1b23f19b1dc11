package plain

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/change"
	"github.com/fumtui/fumtui/ui"
)

const (
	// firstWithin is how long the first report waits for a verdict on everything.
	firstWithin = 5 * time.Second
	// mostEarly bounds the lines that are kept until the first report.
	mostEarly = 100
	// mostEvents bounds the changes that are remembered.
	mostEvents = 500
	// unseenWithin is how long a run that was begun or taken up here may stay away
	// from the snapshots.
	unseenWithin = 10 * time.Second
)

// work is something that takes time: it is done elsewhere, and what comes back is
// done to the session.
type work func(ctx context.Context) (then func(*session))

// session is the core of the console. It does nothing but to note what it is told,
// and to say what is to be printed and done because of it.
type session struct {
	opts  ui.Options
	verbs []verb
	now   time.Time
	begun time.Time
	day   string // that was told last

	snap    *model.Snapshot
	started bool // the first report was given
	early   []typedLine
	news    *news
	seen    []string // changes that were told, the oldest first

	ask     *question
	again   func(*session) // asks anew what was asked last; nil: nothing was
	req     model.Request  // of the newest plan
	only    bool           // that one is only to be read
	made    *model.Plan    // the newest plan; nil: it is being made, or there is none
	making  bool           // a plan is being made, to be asked about
	typedAt time.Time      // the newest line
	quitAt  time.Time      // when leaving was asked for last
	closing bool           // no more lines will come
	leaving bool           // somebody quit

	seq  int // of the newest plan or question: what comes for older ones is late
	busy int // works under way that a person asked for
	acts int // those of them that were confirmed

	driven map[string]drivenRun // runs begun or taken up here that are under way, by id
	empty  map[string]bool      // clusters whose evacuation of this console goes on

	trail following
	hooks hearing

	reloading bool

	out  []string
	todo []work
	post func(func(*session)) // has something done to the session, from anywhere
	over bool                 // the console is left
}

// typedLine is a line that a person typed.
type typedLine struct {
	text string
	at   time.Time // when it was read
}

// drivenRun is a run that this console began or took up.
type drivenRun struct {
	pipeline string
	begun    time.Time
	after    int64 // our lease has a higher epoch than this
}

// newSession begins a session. The options have their defaults.
func newSession(opts ui.Options, now time.Time) *session {
	s := &session{
		opts: opts, now: now, begun: now, news: newNews(),
		driven: map[string]drivenRun{}, empty: map[string]bool{},
		hooks: hearing{told: map[hookKey][]string{}},
		post:  func(func(*session)) {},
	}
	s.verbs = verbsOf(opts)
	s.print(opening(opts)...)
	return s
}

// opening is what a console says first.
func opening(opts ui.Options) []string {
	name := strings.TrimSpace(opts.Title + " " + tidy(opts.Version))
	text := name + ", in lines. Times are UTC. Type help for the commands, and quit to leave."
	if opts.ReadOnly {
		text += " This console is read-only."
	}
	return []string{text}
}

// print adds lines that answer a person.
func (s *session) print(lines ...string) { s.out = append(s.out, lines...) }

// tell adds a line that says when it happened.
func (s *session) tell(text string, at time.Time) {
	at = at.UTC()
	if day := at.Format("2006-01-02"); day != s.day {
		s.day = day
		s.out = append(s.out, "It is "+day+".")
	}
	s.out = append(s.out, at.Format("15:04:05")+" "+text)
}

// take gives what is to be printed and done.
func (s *session) take() (lines []string, todo []work) {
	lines, todo = s.out, s.todo
	s.out, s.todo = nil, nil
	return lines, todo
}

// asked has work done that a person waits for.
func (s *session) asked(w work) {
	s.busy++
	s.todo = append(s.todo, func(ctx context.Context) func(*session) {
		then := w(ctx)
		return func(s *session) {
			s.busy--
			if then != nil {
				then(s)
			}
		}
	})
}

// confirmed has something done that a person confirmed. It goes on where the console
// is left.
func (s *session) confirmed(w work) {
	s.acts++
	s.asked(func(ctx context.Context) func(*session) {
		then := w(ctx)
		return func(s *session) {
			s.acts--
			then(s)
		}
	})
}

// idle reports whether nothing is awaited.
func (s *session) idle() bool { return s.busy == 0 && len(s.todo) == 0 && s.started }

// arrived takes a snapshot.
func (s *session) arrived(snap model.Snapshot, now time.Time) {
	s.now = now
	if s.snap != nil && snap.Generation < s.snap.Generation {
		return
	}
	s.snap = &snap
	if !s.started {
		s.start()
		return
	}
	s.news.note(change.Facts(&snap), now)
	s.noteRuns()
	s.watchQuestion()
	s.readTrail()
}

// start gives the first report, once there is a verdict on everything, or enough
// time has passed.
func (s *session) start() {
	if s.started || s.snap == nil || (!judged(s.snap) && s.now.Sub(s.begun) < firstWithin) {
		return
	}
	s.started = true
	s.tell("Watching "+model.Units(len(s.snap.Clusters), "cluster")+" and "+model.Units(len(s.snap.Pipelines), "pipeline")+".", s.snap.Time)
	s.print(statusLines(s.snap, s.opts.ReadOnly)...)
	s.news.known(change.Facts(s.snap))
	s.readTrail()
	early := s.early
	s.early = nil
	for _, l := range early {
		s.typed(l.text, l.at)
	}
}

// status says how all stands, and takes that as told, but for the runs: how they
// go on is told step by step.
func (s *session) status() {
	s.print(statusLines(s.snap, s.opts.ReadOnly)...)
	s.news.known(slices.DeleteFunc(change.Facts(s.snap), func(f change.Fact) bool { return f.Run != nil }))
}

// judged reports whether there is a verdict on everything.
func judged(snap *model.Snapshot) bool {
	for i := range snap.Clusters {
		if snap.Clusters[i].Verdict == model.ClusterUnknown {
			return false
		}
	}
	for i := range snap.Pipelines {
		if snap.Pipelines[i].Verdict == model.PipelineUnknown {
			return false
		}
	}
	return true
}

// ticked lets time pass. What changed is told only where the terminal keeps up:
// otherwise it waits, and is told as it then is.
func (s *session) ticked(now time.Time, keepsUp bool) {
	s.now = now
	s.start()
	s.settleQuestion()
	if s.closing && s.idle() && (s.ask == nil || s.ask.held == nil) {
		s.cancel(map[bool]string{false: "no more lines come", true: "you left"}[s.leaving])
		s.over = true
	}
	if !s.started || !keepsUp {
		return
	}
	s.hearHooks()
	for _, l := range s.news.take(now) {
		s.tell(l.text, now)
		s.remember(now.UTC().Format("2006-01-02 15:04:05") + " " + l.text)
		for i := range l.facts {
			if r := l.facts[i].Run; len(l.facts) > 1 && r != nil && r.State == model.RunDone {
				continue // of many at once that ended well that is enough
			}
			s.follow(&l.facts[i])
		}
	}
}

// follow says what else is to be known of a change that was told: how a run ended
// and what to do then, and what it asks.
func (s *session) follow(f *change.Fact) {
	r := f.Run
	switch {
	case r == nil:
	case f.About == "run "+tidy(r.ID) && r.State.Ended():
		s.print(resultLines(r, s.now)...)
	case f.About == "run "+tidy(r.ID) && ui.NeedsPerson(r) && r.Question == "":
		if note := ui.StandingNote(r); note != "" {
			s.print(stop(upper(tidy(note))))
		}
		s.print(stop(takeUp(r, s.opts.ReadOnly)))
	case strings.HasSuffix(f.About, " question"):
		s.offerAnswer(r)
	}
}

// remember keeps a change for those who ask for the events.
func (s *session) remember(text string) {
	if len(s.seen) >= mostEvents {
		s.seen = s.seen[mostEvents/10:]
	}
	s.seen = append(s.seen, text)
}

// lost says that lines were dropped because the terminal took none.
func (s *session) lost() {
	if s.ask != nil && s.ask.printedAt.IsZero() {
		s.cancel("it may have been left out")
	}
	s.print("Some lines were left out, because the terminal took none for a while. Type status to hear how all stands.")
}

// feedFailed says that there is no new picture.
func (s *session) feedFailed(err error) { s.tell("This console: "+stop(tidy(err.Error())), s.now) }

// noteRuns forgets runs driven here that are not driven any more.
func (s *session) noteRuns() {
	for id, d := range s.driven {
		p, _ := s.snap.Pipeline(d.pipeline)
		switch r := p.Run; {
		case r != nil && r.ID == id && r.Epoch > d.after && r.State != model.RunRunning:
			delete(s.driven, id)
		case (r == nil || r.ID != id) && s.now.Sub(d.begun) >= unseenWithin:
			delete(s.driven, id)
		}
	}
}

// drives reports whether this console drives a run.
func (s *session) drives(r *model.Run) bool {
	_, ok := s.driven[r.ID]
	return ok && r.State == model.RunRunning
}

// pending reports whether a run was taken up here, and the snapshots do not show
// that yet.
func (s *session) pending(r *model.Run) bool {
	d, ok := s.driven[r.ID]
	return ok && r.Epoch <= d.after && s.now.Sub(d.begun) < unseenWithin
}
