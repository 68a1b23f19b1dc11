package plain

import (
	"slices"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/ui"
)

// verb is a command that can be typed. Its name is one of the vocabulary that this
// console has in common with the one on a screen.
type verb struct {
	name, usage, about string
	words              int  // that may follow, at most; below 0: any
	acts               bool // it may change something that is somebody's: not where this console only looks
	do                 func(s *session, args []string)
}

// verbsOf are the commands of a console.
func verbsOf(opts ui.Options) []verb {
	all := []verb{
		{name: "help", usage: "[COMMAND]", words: 1, about: "the commands", do: (*session).help},
		{name: "status", about: "how all stands, and what to do", do: func(s *session, _ []string) { s.status() }},
		{name: "pipelines", usage: "[TEXT]", words: -1, about: "every pipeline, or those whose line contains a text", do: (*session).pipelines},
		{name: "explain", usage: "[PIPELINE]", words: 1, about: "how the verdict on a pipeline came about: all evidence and the rules", do: (*session).explain},
		{name: "events", usage: "[COUNT]", words: 1, about: "the newest changes, and what was done by whom", do: (*session).events},
		{name: "runs", usage: "[COUNT]", words: 1, about: "the newest runs, and what became of them", do: (*session).runs},
		{name: "unended", about: "the runs that have not ended", do: (*session).unended},
		{name: "report", usage: "RUN", words: 1, about: "the report of a run, fit for a post-mortem", do: (*session).report},
		{name: "config", about: "the configuration in force, without secrets", do: (*session).config},
		{name: "reload", about: "put the configuration in force that changed, and say what differs", do: (*session).reload},
		{name: "plan", usage: "[PIPELINE [CLUSTER [CHOICES]]]", words: -1, about: "what a cutover would do and cost; nothing is asked, so that it can be read in peace", acts: true, do: (*session).planOnly},
		{name: "cutover", usage: "[PIPELINE [CLUSTER [CHOICES]]]", words: -1, about: "plan to move a pipeline to another cluster, and ask whether to do it", acts: true, do: (*session).cutover},
		{name: "failback", usage: "[PIPELINE [CHOICES]]", words: -1, about: "plan to move a pipeline to its home cluster, and ask", acts: true, do: (*session).failback},
		{name: "recreate", usage: "[PIPELINE [CHOICES]]", words: -1, about: "plan to make a lost or stale subscriber again where it is, and ask", acts: true, do: (*session).recreate},
		{name: "home", usage: "[PIPELINE]", words: 1, about: "make the cluster where a pipeline is active its home, after asking", acts: true, do: (*session).home},
		{name: "evacuate", usage: "CLUSTER [CLUSTER] [PIPELINE ...]", words: -1, about: "plan to move all pipelines of a cluster, or those named, to another one, and ask", acts: true, do: (*session).evacuate},
		{name: "mode", usage: "[planned, reactive or hybrid]", words: 1, about: "plan again in the next mode, or in the one that is named", acts: true, do: (*session).mode},
		{name: "force", about: "plan a refused failback again without the wait for home to have been stable", acts: true, do: (*session).force},
		{name: "plan-again", about: "plan or ask again what expired, was refused or was cancelled", acts: true, do: (*session).planAgain},
		{name: "resume", usage: "[RUN]", words: 1, about: "go on with a run that its driver left, after asking", acts: true, do: (*session).resume},
		{name: "answer", usage: "[RUN]", words: 1, about: "be asked what a run asks, and answer it", acts: true, do: (*session).answer},
		{name: "give-up", usage: "[RUN]", words: 1, about: "give a run up while that is possible, after asking", acts: true, do: (*session).giveUp},
		{name: "canary", usage: "[on or off]", words: 1, about: "switch the canary, fumtui's own small subscriber in each cluster, which sees whether data comes", acts: true, do: (*session).switchCanary},
		{name: "back", about: "take back a question that stands, without doing anything", do: func(s *session, _ []string) { s.cancel("you went back") }},
		{name: "quit", about: "leave; a run that is driven here goes on to its end or its next question", do: (*session).quit},
	}
	if opts.Faults != nil {
		all = append(all, verb{name: "fault", usage: "[CLUSTER KIND, or CLUSTER heal]", words: 2, about: "demo: break or heal a cluster; alone it names the kinds", do: (*session).fault})
	}
	return all
}

// elsewhere are commands whose other name is the one of the screen.
var elsewhere = map[string]string{"overview": "status", "pipeline": "explain", "?": "help"}

// names are what can be typed.
func (s *session) names() []string {
	names := make([]string, len(s.verbs))
	for i := range s.verbs {
		names[i] = s.verbs[i].name
	}
	return names
}

// verb is the command that a line begins with, where its name was typed in full.
func (s *session) verb(text string) (*verb, bool) {
	name, _, _ := strings.Cut(text, " ")
	if other, ok := elsewhere[name]; ok {
		name = other
	}
	at := slices.IndexFunc(s.verbs, func(v verb) bool { return v.name == name })
	if at < 0 {
		return nil, false
	}
	return &s.verbs[at], true
}

// typed takes a line that a person typed, and when it was read.
func (s *session) typed(text string, at time.Time) {
	if at.After(s.now) {
		s.now = at
	}
	if !s.started {
		if len(s.early) < mostEarly {
			s.early = append(s.early, typedLine{text, at})
		}
		return
	}
	before := s.typedAt
	s.typedAt = at
	s.settleQuestion()
	l := typedLine{strings.TrimSpace(text), at}
	if s.ask != nil && s.answered(l, before) {
		return
	}
	if l.text != "" {
		s.command(model.Clean(l.text, mostTyped))
	}
}

// command does what was typed, or says why not.
func (s *session) command(text string) {
	if len(text) >= mostTyped {
		s.print("That line is too long: at most " + model.Units(mostTyped-1, "byte") + " count. Nothing was done.")
		return
	}
	v, ok := s.verb(text)
	if !ok {
		name, _, _ := strings.Cut(text, " ")
		full, why := s.find(name)
		if full == "" {
			s.print(why)
			return
		}
		v, _ = s.verb(full)
	}
	if v.acts && s.opts.ReadOnly {
		s.print("This console is read-only: nothing can be done here but to look.")
		return
	}
	words := strings.Fields(text)[1:]
	if v.words >= 0 && len(words) > v.words {
		s.print("The command " + v.name + " takes " + model.Units(v.words, "word") + " at most, and nothing was done. Type help " + v.name + ".")
		return
	}
	v.do(s, words)
}

// find is the command that begins with what was typed; where there is none, why
// says so. What is the name of another one on a screen is not taken for the
// beginning of one here.
func (s *session) find(name string) (full, why string) {
	for _, w := range ui.Vocabulary(s.opts.Faults != nil) {
		if w.Name == name && !slices.Contains(s.names(), name) {
			return "", stop("The command " + name + " belongs to the console on a screen: " + w.About)
		}
	}
	if full, why = ui.FindCommand(name, s.names()); full != "" {
		return full, ""
	}
	if s.making {
		return "", "The question is not printed yet, and what is typed before it does not count: " + name
	}
	return "", strings.Replace(stop(why), "there is", "There is", 1) + " Type help for all of them."
}

// quit leaves, or says first what goes on. A second time is the answer.
func (s *session) quit([]string) {
	goesOn := len(s.driven)+len(s.empty)+s.acts > 0
	if goesOn && (s.quitAt.IsZero() || s.now.Sub(s.quitAt) >= ui.ExpireAfter) {
		s.quitAt = s.now
		s.print("What this console drives goes on when you leave, to its end or its next question, and this process with it. Type quit again to leave.")
		return
	}
	s.cancel("you left")
	s.givePlanUp("you left")
	s.over = goesOn || s.busy == 0 || s.leaving
	if !s.over {
		s.print("Leaving, once what was asked before is answered. Type quit again to leave at once.")
	}
	s.closing, s.leaving = true, true
}

// ended notes that no more lines come: once all is answered the console is left.
func (s *session) ended() { s.closing = true }

// pipeline is the one that was named; without a name the only one. Where there is
// none, it says so.
func (s *session) pipeline(args []string) *model.PipelineState {
	all := s.snap.Pipelines
	switch {
	case len(all) == 0:
		s.print("No pipelines are configured.")
	case len(args) == 0 && len(all) == 1:
		return &all[0]
	case len(args) == 0:
		s.print("Name a pipeline: " + several(pipelineNames(all)) + ".")
	default:
		for i := range all {
			if all[i].Name == args[0] || tidy(all[i].Name) == args[0] {
				return &all[i]
			}
		}
		s.print("There is no pipeline " + args[0] + ", but " + several(pipelineNames(all)) + ".")
	}
	return nil
}

func pipelineNames(all []model.PipelineState) []string {
	names := make([]string, len(all))
	for i := range all {
		names[i] = tidy(all[i].Name)
	}
	return names
}
