package plain

import (
	"context"
	"strings"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/ui"
)

// mostReloadLines bounds the lines that a reload tells.
const mostReloadLines = 100

// reload reads the configuration anew.
func (s *session) reload([]string) {
	port := s.opts.Reloader
	switch {
	case port == nil:
		s.print("There is nothing to reload here.")
		return
	case s.reloading:
		s.print("The configuration is being read already.")
		return
	}
	s.reloading = true
	s.asked(func(ctx context.Context) func(*session) {
		done, err := port.Reload(ctx)
		return func(s *session) { s.reloaded(&done, err) }
	})
}

// reloaded tells what came of it. A question that was asked before is taken back:
// what it was about may not hold any more.
func (s *session) reloaded(done *ui.Reloaded, err error) {
	s.reloading = false
	if err != nil {
		s.print("Not reloaded: all stays as it was.")
		s.print(bounded(textLines(err.Error()))...)
		s.print("Mend it, and type reload again.")
		return
	}
	if done.Settings != "" {
		s.opts.Settings = done.Settings
	}
	if done.Face != nil {
		s.opts.ReadOnly = done.Face.ReadOnly
	}
	path := tidy(done.Path)
	if len(done.Changes) == 0 {
		s.print(upper(stop("nothing changed: " + path + " says what is in force")))
	} else {
		s.cancel("the configuration was reloaded")
		s.again = nil
		s.print("Reloaded, with " + model.Units(len(done.Changes), "change") + " in " + path + ":")
		s.print(bounded(textLines(strings.Join(done.Changes, "\n")))...)
		s.print("A run that is under way goes on with what it was begun with.")
	}
	for _, w := range done.Warnings {
		s.print("Warning: " + stop(tidy(w)))
	}
}

// bounded are not more lines than a person listens to.
func bounded(lines []string) []string {
	if over := len(lines) - mostReloadLines; over > 0 {
		lines = append(lines[:mostReloadLines:mostReloadLines], "And "+model.Units(over, "line")+" more.")
	}
	return lines
}
