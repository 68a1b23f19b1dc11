package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/model/config"
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
func firstRun(cmd *cobra.Command, path string, how shown) error {
	if how.inLines() || !onTerminal() {
		return usage(errors.New("there is no configuration\n\n" + strings.TrimRight(ui.WelcomeText(path), "\n")))
	}
	opts := ui.Options{Version: versionText()}
	how.face.on(&opts, config.Console{})
	choice, err := ui.Welcome(cmd.Context(), opts, path)
	if err != nil {
		return failed(err)
	}
	switch choice {
	case ui.ChoseDemo:
		return demo(cmd, demoOptions(), how)
	case ui.ChoseInit:
		return initAndOpen(cmd, how)
	case ui.ChoseQuit:
	}
	return nil
}

// initAndOpen writes a configuration, and opens the console on it if a person
// wants that.
func initAndOpen(cmd *cobra.Command, how shown) error {
	fmt.Fprintln(cmd.OutOrStdout(), "fumtui init writes a configuration; ctrl-c leaves without one")
	if err := initialize(cmd, initFlags{}); err != nil {
		return err
	}
	i := &interview{out: cmd.OutOrStdout(), asks: true, in: newLines(os.Stdin)}
	answer, err := i.ask(cmd.Context(), question{text: "Open the console now?", why: "yes or no", def: "yes"})
	if err != nil || !strings.HasPrefix(strings.ToLower(answer), "y") {
		return nil //nolint:nilerr // what was asked for is done
	}
	return openScreen(cmd, "", how)
}
