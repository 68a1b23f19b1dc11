package ui

import (
	"strings"

	"github.com/fumtui/fumtui/model"
)

// needsPerson reports whether a run stands until somebody takes it up.
func needsPerson(r *model.Run) bool {
	return !r.State.Ended() && r.State != model.RunRunning
}

// takeUpCommands are the commands that take up a run that needs a person, each
// with what it does.
func takeUpCommands(r *model.Run) [][2]string {
	if !needsPerson(r) {
		return nil
	}
	resume := "resume " + shellWord(r.ID) + " --confirm " + shellWord(r.Toward())
	out := [][2]string{{"to go on", resume}}
	if r.GoingBack() {
		out[0][0] = GoOnPurpose(r)
	}
	if r.State == model.RunWaiting {
		out[0] = [2]string{"to answer", resume + " --answer ANSWER"}
	}
	if r.CanAbort() {
		out = append(out, [2]string{"to give it up", "abort " + shellWord(r.ID)})
	}
	return out
}

// takeUpLines say how to take up a run that needs a person.
func (s scene) takeUpLines(r *model.Run, w int) []string {
	var out []string
	for _, c := range takeUpCommands(r) {
		label := "   " + c[0] + ": "
		lines := wrapCommand(s.command(c[1]), w-1-width(label))
		for i := range lines {
			lines[i] = s.theme.paint(roleTitle, lines[i])
			if i == 0 {
				lines[i] = s.theme.paint(roleFaint, label) + lines[i]
			} else {
				lines[i] = blank(width(label)) + lines[i]
			}
		}
		out = append(out, lines...)
	}
	return out
}

// command is a whole command line for a shell.
func (s scene) command(text string) string {
	text = "fumtui " + text
	if s.config != "" {
		text += " --config " + shellWord(s.config)
	}
	return text
}

// commandLines are a command on lines of its own.
func (s scene) commandLines(text string, w int) []string {
	lines := wrapCommand(s.command(text), w-4)
	for i := range lines {
		lines[i] = "   " + s.theme.paint(roleTitle, lines[i])
	}
	return lines
}

// wrapCommand breaks a command line such that it can be copied: between words,
// and with a backslash where it goes on. A word that is too long for w columns,
// or quoted, is broken anyhow.
func wrapCommand(text string, w int) []string {
	if strings.Contains(text, "'") {
		return wrap(text, w)
	}
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		switch {
		case line == "":
			line = word
		case width(line)+1+width(word)+len(goesOn) <= w:
			line += " " + word
		default:
			lines = append(lines, line+goesOn)
			line = word
		}
	}
	lines = append(lines, line)
	for _, l := range lines {
		if width(l) > w {
			return wrap(text, w)
		}
	}
	return lines
}

// goesOn ends a line of a command that the next one continues.
const goesOn = " \\"

// shellWord writes text as one word of a shell.
func shellWord(text string) string {
	text = clean(text)
	plain := text != ""
	for _, r := range text {
		plain = plain && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:@+,", r))
	}
	if plain {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
