package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/model/config"
	"github.com/fumtui/fumtui/ui"
)

// face is how a screen looks by the flags of its command; what they leave out is
// as configured.
type face struct{ theme, ascii, mouse word }

// add adds the flags to a command that opens a console.
func (f *face) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	f.theme.of = append(config.Themes(), "color-blind")
	f.ascii.of, f.mouse.of = []string{"auto", "true", "false"}, []string{"true", "false"}
	flags.Var(&f.theme, "theme", "the colours: "+strings.Join(config.Themes(), ", ")+" (default: as configured, else auto)")
	flags.Var(&f.ascii, "ascii", "draw with ASCII alone, true, false or auto, which goes by the locale and TERM (default: as configured, else auto)")
	flags.Var(&f.mouse, "mouse", "take the mouse: the wheel scrolls and selects, a click selects a row or presses a key of the last line; it never confirms (default: as configured, else not)")
	flags.Lookup("ascii").NoOptDefVal = "true"
	flags.Lookup("mouse").NoOptDefVal = "true"
	for name, words := range map[string][]string{"theme": config.Themes(), "ascii": f.ascii.of, "mouse": f.mouse.of} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	}
}

// on gives a screen its looks: those of the flags first, then of the
// configuration.
func (f *face) on(opts *ui.Options, cfg config.Console) {
	ascii := f.ascii.or(cfg.ASCII)
	opts.Theme = f.theme.or(cfg.Theme)
	if opts.Theme == "color-blind" {
		opts.Theme = "colour-blind"
	}
	opts.ASCII, opts.Unicode = ascii == "true", ascii == "false"
	opts.Mouse = f.mouse.or(fmt.Sprint(cfg.Mouse)) == "true"
	opts.Keys = cfg.Keys
}

// word is a flag that is one of some words.
type word struct {
	of    []string
	given string // "": the flag was not given
}

// Set implements the interface of flags.
func (w *word) Set(text string) error {
	if !slices.Contains(w.of, text) {
		return fmt.Errorf("it is one of %s", strings.Join(w.of, ", "))
	}
	w.given = text
	return nil
}

// String implements the interface of flags.
func (w *word) String() string { return w.given }

// Type implements the interface of flags.
func (w *word) Type() string { return "word" }

// or is what was given, or else something else.
func (w *word) or(otherwise string) string {
	if w.given != "" {
		return w.given
	}
	return otherwise
}

// checkKeys asks the keymap which of the configured keys cannot be.
func checkKeys(keys map[string][]string) []config.KeyFault {
	var faults []config.KeyFault
	for _, f := range ui.CheckKeys(keys) {
		faults = append(faults, config.KeyFault(f))
	}
	return faults
}
