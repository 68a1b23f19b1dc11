package main

import (
	"errors"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/ui"
)

// unconfigured reports whether nobody has written a configuration yet, and where
// it would be. One that is named but is not there is an error, and not this.
func unconfigured(configFlag string) (path string, none bool) {
	if configFlag != "" || os.Getenv(configEnv) != "" {
		return "", false
	}
	path, err := configPath("")
	if err != nil {
		return "", false
	}
	_, err = os.Stat(path)
	return path, errors.Is(err, fs.ErrNotExist)
}

// firstRun explains fumtui to who has not configured it, and does what a person
// chooses then.
func firstRun(cmd *cobra.Command, path string, readOnly bool) error {
	if needTerminal() != nil {
		return usage(errors.New("there is no configuration\n\n" + strings.TrimRight(ui.WelcomeText(path), "\n")))
	}
	choice, err := ui.Welcome(cmd.Context(), ui.Options{Version: versionText()}, path)
	if err != nil {
		return failed(err)
	}
	switch choice {
	case ui.ChoseDemo:
		return demo(cmd, demoOptions(), readOnly)
	case ui.ChoseInit:
		return errors.New("not yet")
	case ui.ChoseQuit:
	}
	return nil
}
