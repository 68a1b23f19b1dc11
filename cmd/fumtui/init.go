package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/fumtui/fumtui/docs"
	"github.com/fumtui/fumtui/model/config"
)

// initFlags are the answers that a person gave beforehand.
type initFlags struct {
	fume      []string // [NAME=]PATH
	pipelines []string // NAME[=SUBSCRIBER]
	homes     []string // [PIPELINE=]CLUSTER
	hooks     []string // [PIPELINE.CLUSTER=]FORM
	metrics   []string // PIPELINE.CLUSTER=URL
	output    string
	force     bool // overwrite
	yes       bool // take the defaults
	check     bool
	checkSet  bool // check was given
}

func newInitCmd() *cobra.Command {
	var f initFlags
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write a configuration from the files of the fume command",
		Long: `init writes a configuration for the clusters that the fume command is configured
for, and asks for what it cannot find out: which subscribers are pipelines of
yours, where each is at home, and how its clients are stopped and started. Each
question has a flag; --yes takes the default of every other one. Tokens stay in
the files of fume: the configuration names those.

Without --fume it looks at FUMAROLE_CONFIG and in ~/.fumarole. Clusters that
answer are asked for their persistent subscribers, and what was written is
checked as ` + "`fumtui doctor`" + ` does it; --check=false looks at no cluster, --check
makes a finding the exit code.

How a client is stopped and started (--hooks) is one of
  manual           a person does it
  systemd:UNIT     systemctl on this host
  ssh:HOST:UNIT    systemctl on another one`,
		Example: `  fumtui init
  fumtui init --fume ams=~/.fume/ams.yaml --fume nyc=~/.fume/nyc.yaml
  fumtui init --yes --pipeline trades=trades-prod --home ams --hooks trades.ams=ssh:trades-eu:trades`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.checkSet = cmd.Flags().Changed("check")
			return initialize(cmd, f)
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&f.fume, "fume", nil, "`[NAME=]FILE` of the fume command, one for each cluster")
	flags.StringArrayVar(&f.pipelines, "pipeline", nil, "`NAME[=SUBSCRIBER]` of a pipeline, or none")
	flags.StringArrayVar(&f.homes, "home", nil, "`[PIPELINE=]CLUSTER` where pipelines consume when all is well")
	flags.StringArrayVar(&f.hooks, "hooks", nil, "`[PIPELINE.CLUSTER=]FORM`: how clients are stopped and started")
	flags.StringArrayVar(&f.metrics, "metrics", nil, "`PIPELINE.CLUSTER=URL` of the metrics page of a client, or none")
	flags.StringVarP(&f.output, "output", "o", "", "`FILE` to write (default: where fumtui looks for it)")
	flags.BoolVar(&f.force, "force", false, "overwrite the file")
	flags.BoolVarP(&f.yes, "yes", "y", false, "ask nothing: take the defaults")
	flags.BoolVar(&f.check, "check", true, "look at the clusters; where it is given, exit 1 if something is wrong")
	return cmd
}

// initialize writes a configuration and says so.
func initialize(cmd *cobra.Command, f initFlags) error {
	ctx, out := cmd.Context(), cmd.OutOrStdout()
	path, err := configPath(f.output)
	if err != nil {
		return err
	}
	if err := mayWrite(path, f.force); err != nil {
		return err
	}
	i := &interview{
		flags: f, out: out, looks: f.check || !f.checkSet,
		asks: !f.yes && term.IsTerminal(int(os.Stdin.Fd())), in: newLines(os.Stdin),
	}
	draft, err := i.hold(ctx)
	if err != nil {
		return err
	}
	text := draft.Text(docs.Example)
	if err := sound(ctx, path, text); err != nil {
		return failed(err)
	}
	if err := writeConfig(path, []byte(text), f.force); err != nil {
		return failed(fmt.Errorf("write the configuration: %w", err))
	}
	fmt.Fprintf(out, "\nwrote %s\n", path)
	err = i.checkWritten(ctx, path)
	config := ""
	if shown := shownConfig(path); shown != "" {
		config = " --config " + shown
	}
	fmt.Fprintf(out, "\nnext:  fumtui doctor%s   checks it, and explains what is in force\n       fumtui%s          opens the console\n", config, config)
	return err
}

// sound reads a text as the configuration at path, before it is written.
func sound(ctx context.Context, path, text string) error {
	sys := machine()
	read := sys.ReadFile
	sys.ReadFile = func(name string) ([]byte, error) {
		if name == path {
			return []byte(text), nil
		}
		return read(name)
	}
	if _, err := config.Load(ctx, sys, path); err != nil {
		return fmt.Errorf("what would be written is no configuration, so nothing was:\n%w", err)
	}
	return nil
}

// checkWritten looks at what the configuration names, as the doctor does, if a
// person wants that or all clusters answered before.
func (i *interview) checkWritten(ctx context.Context, path string) error {
	if !i.looks || (!i.flags.checkSet && !i.reachable) {
		return nil
	}
	fmt.Fprintln(i.out)
	c, err := openConsole(ctx, path)
	if err != nil {
		return err
	}
	defer c.close()
	troubles := printChecks(i.out, c.checks(ctx))
	if troubles > 0 && i.flags.checkSet {
		return failed(fmt.Errorf("%d of the above need a look", troubles))
	}
	return nil
}

// interview finds out what a configuration says: from flags, from the clusters,
// and from a person.
type interview struct {
	flags initFlags
	out   io.Writer
	asks  bool // there is somebody to ask
	looks bool // clusters may be looked at
	in    *lines

	clusters  []cluster
	reachable bool // all clusters answered
}

// question is one that a flag answers, too.
type question struct {
	text string
	why  string
	flag string // with what it would be answered
	def  string // "": it has no default
	none string // why; "": there is none for anybody
	// fits says what is wrong with an answer.
	fits func(answer string) error
}

// errNoAnswer says that the input ended.
var errNoAnswer = &exitError{code: exitFailed, err: errors.New("the input ended before all was answered: nothing was written")}

// ask gives the answer to a question.
func (i *interview) ask(ctx context.Context, q question) (string, error) {
	switch {
	case i.asks:
	case i.flags.yes && q.def != "":
		return q.def, nil
	case i.flags.yes:
		return "", usage(fmt.Errorf("%s There is no default: give %s", strings.TrimSpace(q.text+" "+q.none), q.flag))
	default:
		return "", usage(fmt.Errorf("%s There is no terminal to ask on: give %s, or --yes for the defaults", q.text, q.flag))
	}
	fmt.Fprintln(i.out)
	printWrapped(i.out, "", "", q.text)
	printWrapped(i.out, "  ", "  ", q.why)
	if q.def == "" && q.none != "" {
		printWrapped(i.out, "  ", "  ", q.none)
	}
	for {
		prompt := "> "
		if q.def != "" {
			prompt = "[" + q.def + "] > "
		}
		fmt.Fprint(i.out, prompt)
		answer, err := i.in.next(ctx)
		if err != nil {
			fmt.Fprintln(i.out)
			return "", err
		}
		if answer = strings.TrimSpace(answer); answer == "" {
			answer = q.def
		}
		switch {
		case answer == "":
			fmt.Fprintln(i.out, "  there is no default: type an answer, or ctrl-c to leave")
		case q.fits == nil:
			return answer, nil
		default:
			if err := q.fits(answer); err != nil {
				printWrapped(i.out, "  ", "  ", err.Error())
				continue
			}
			return answer, nil
		}
	}
}
