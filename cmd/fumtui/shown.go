package main

import (
	"context"
	"errors"
	"os"
	"runtime"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/fumtui/fumtui/model/config"
	"github.com/fumtui/fumtui/ui"
	"github.com/fumtui/fumtui/ui/plain"
)

// shown is how a console is shown, and whether anything can be done from it.
type shown struct {
	readOnly bool
	plain    bool
	face     face // of the screen
}

// add adds the flags to a command that opens a console.
func (v *shown) add(cmd *cobra.Command, readOnly string) {
	cmd.Flags().BoolVar(&v.readOnly, "read-only", false, readOnly)
	v.face.add(cmd)
	cmd.Flags().BoolVar(&v.plain, "plain", false,
		"the console in lines, for screen readers, braille, logs and dumb terminals: it prints what changes, and takes commands that are typed as lines")
}

// inLines reports whether the console is one of lines: it was asked for, or the
// terminal says that it can do no more than print.
func (v *shown) inLines() bool {
	kind := os.Getenv("TERM")
	dumb := kind == "dumb" || (kind == "" && runtime.GOOS != "windows")
	return v.plain || (dumb && term.IsTerminal(int(os.Stdout.Fd()))) //nolint:gosec // a descriptor
}

// canShow refuses to draw where nobody could see it.
func (v *shown) canShow() error {
	if v.inLines() || onTerminal() {
		return nil
	}
	return errors.New("the console needs a terminal: without one use `fumtui --plain`, which prints lines and takes commands, or `fumtui status` or `fumtui watch`")
}

// onTerminal reports whether a person sits at a terminal.
func onTerminal() bool {
	return term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stdout.Fd())) //nolint:gosec // a descriptor
}

// show shows a console until a person leaves it.
func (v *shown) show(ctx context.Context, cfg config.Console, opts ui.Options) error {
	v.face.on(&opts, cfg)
	if !v.inLines() {
		return ui.Run(ctx, opts)
	}
	ctx, release := leftByInterrupt(ctx)
	defer release()
	return plain.Run(ctx, opts)
}

// lookingOrActing is how the console is opened.
func (v *shown) lookingOrActing() consoleOption {
	if v.readOnly {
		return onlyLooking
	}
	return watchingLong
}
