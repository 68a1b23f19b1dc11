package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/model/crash"
	"github.com/fumtui/fumtui/ui"
)

// openScreen is the console on the configured clusters.
func openScreen(cmd *cobra.Command, configFlag string, how shown) error {
	if path, none := unconfigured(configFlag); none {
		return firstRun(cmd, path, how)
	}
	if err := how.canShow(); err != nil {
		return err
	}
	ctx := cmd.Context()
	mode := how.lookingOrActing()
	c, err := openConsole(ctx, configFlag, mode)
	if err != nil {
		return err
	}
	return c.screen(ctx, cmd.ErrOrStderr(), nil, how, mode)
}

// keepSmall has the memory collected more often than usual, unless a person chose
// otherwise: a console is left open for weeks beside what matters, and makes
// little that lives long.
func keepSmall() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
}

// screen shows the console until a person leaves it. Runs that were begun there
// go on without it, to their end or their next question.
func (c *console) screen(ctx context.Context, out io.Writer, faults ui.Faults, how shown, options ...consoleOption) error {
	surviveHangup()
	report := newCrashReport(ctx, c, out)
	ctx = crash.Into(ctx, report.end)
	keepSmall()
	l := newLive(ctx, c, how.face, options)
	l.taken = report.takes
	defer l.close()
	reloads, end := reloadSignals()
	defer end()
	err := how.show(ctx, c.cfg.Console, ui.Options{
		Feed: l, Operator: liveOperator{l}, Explainer: l, Canary: l, Faults: faults, Historian: historianOf(l),
		History: chartHistory(l), Reloader: l, Reloads: reloads, Rescue: report.rescue, Hooks: hookReader{c.hooks}, Waits: l.waitsFor,
		Settings: settingsText(c.cfg, c.storePath()), Keeper: keeper{}, ReadOnly: c.onlyLooks() != nil, Version: versionText(),
		ConfigPath: shownConfig(c.cfg.Path), Where: c.whereabouts(faults != nil),
	})
	return l.finish(out, report.told(failed(err)))
}

// whereabouts say who and where this console is, and what it shows.
func (c *console) whereabouts(demo bool) []string {
	if demo {
		return []string{c.actor(), "demo"}
	}
	return []string{c.actor(), filepath.Base(c.cfg.Path)}
}
