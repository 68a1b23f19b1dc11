// How many processors there are is read once, and not anew every second.
//
//go:debug updatemaxprocs=0

// Command fumtui is a terminal console for failing Yellowstone Fumarole
// pipelines over between regional clusters, and back.
//
// This package is the command line only: flags in, wiring, exit codes out. What
// all commands share is a [console].
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/fumtui/fumtui/model/config"
	"github.com/fumtui/fumtui/probe"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:]))
}

// run executes the command line and gives the exit code of the process.
func run(ctx context.Context, args []string) int {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	last, next := &farewell{}, &interrupts{}
	defer onSignals(next, cancel, func() { last.say(os.Stderr) })()
	ctx = next.into(last.into(ctx))

	probe.QuietGRPC()
	err := runCommand(ctx, args)
	if err == nil {
		return exitDone
	}
	var coded *exitError
	if !errors.As(err, &coded) {
		coded = &exitError{code: exitUsage, err: err}
	}
	var plugin *pluginError
	switch {
	case coded.err == nil:
	case errors.As(coded.err, &plugin): // a monitoring system reads nothing else
		fmt.Fprintln(os.Stdout, plugin.line)
	case config.IsProblem(coded.err): // each line begins with its place in the file
		fmt.Fprintln(os.Stderr, coded.err)
		fmt.Fprintln(os.Stderr, "fumtui: nothing was done: mend the configuration (docs/fumtui.example.yaml explains every key), or write another with `fumtui init`")
	case coded.code == exitFailed && ctx.Err() != nil && errors.Is(coded.err, context.Canceled):
		fmt.Fprintln(os.Stderr, "fumtui: interrupted")
	default:
		fmt.Fprintln(os.Stderr, "fumtui: "+coded.err.Error())
	}
	return coded.code
}

// onSignals calls leave at the first interrupt or termination, and ends the
// process at the second, as whoever sends two will not wait, after last. Those that
// somebody else keeps do not count. Once stop was called they change nothing, up to
// the end of the process: one that comes between its last words and its exit must
// not take the exit code away.
func onSignals(next *interrupts, leave, last func()) (stop func()) {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		for left := false; ; {
			select {
			case <-ctx.Done():
				return
			case got := <-signals:
				switch {
				case ctx.Err() != nil: // both had come
					return
				case next.takes(got):
				case left:
					last()
					os.Exit(exitUnknown)
				default:
					leave()
					left = true
				}
			}
		}
	}()
	return stop
}
