package ui

import (
	"strconv"
	"strings"

	"github.com/fumtui/fumtui/model"
)

// planCommand is the command that begins a plan and approves its gap.
func planCommand(p *model.Plan) string {
	command := "cutover " + shellWord(p.Request.Pipeline) + " --to " + shellWord(p.To)
	if p.Kind == model.Failback {
		command = "failback " + shellWord(p.Request.Pipeline)
	}
	command += " --confirm " + shellWord(p.To) + " --approve-gap " + strconv.FormatUint(p.GapSlots, 10)
	if p.Request.Force {
		command += " --force"
	}
	return command
}

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
	resume := "resume " + shellWord(r.ID) + " --confirm " + shellWord(r.To)
	out := [][2]string{{"to go on", resume}}
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
		lines := wrapIndent(label, s.command(c[1]), w-1)
		lines[0] = s.theme.paint(roleFaint, label) + s.theme.paint(roleTitle, strings.TrimPrefix(lines[0], label))
		for i := 1; i < len(lines); i++ {
			lines[i] = s.theme.paint(roleTitle, lines[i])
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
	lines := wrapIndent("   ", s.command(text), w-1)
	for i := range lines {
		lines[i] = s.theme.paint(roleTitle, lines[i])
	}
	return lines
}

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
