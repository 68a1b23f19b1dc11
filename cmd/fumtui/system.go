package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"github.com/fumtui/fumtui/model/config"
	"github.com/fumtui/fumtui/ui"
)

// configEnv names the configuration where no flag does.
const configEnv = "FUMTUI_CONFIG"

// tokenCommandTimeout bounds the command that prints a token.
const tokenCommandTimeout = 10 * time.Second

// maxToken bounds, in bytes, what such a command may print.
const maxToken = 64 << 10

// loadConfig reads the configuration named by the flag, else by the
// environment, else the one in the XDG configuration folder.
func loadConfig(ctx context.Context, flag string) (*config.Config, error) {
	return loadConfigWith(ctx, machine(), flag)
}

func loadConfigWith(ctx context.Context, sys config.System, flag string) (*config.Config, error) {
	path, err := configPath(flag)
	if err != nil {
		return nil, err
	}
	cfg, err := config.Load(ctx, sys, path)
	if err != nil {
		return nil, usage(err)
	}
	return cfg, nil
}

func configPath(flag string) (string, error) {
	path := flag
	if path == "" {
		path = os.Getenv(configEnv)
	}
	if path == "" {
		dir, err := configDir()
		if err != nil {
			return "", usage(fmt.Errorf("no place for a configuration: %w: name one with --config", err))
		}
		path = filepath.Join(dir, "fumtui", "fumtui.yaml")
	}
	return filepath.Abs(path)
}

// shownConfig is the path that commands shown to people have to name; "" where
// they find that configuration without.
func shownConfig(path string) string {
	if found, err := configPath(""); err == nil && found == path {
		return ""
	}
	return path
}

// configDir is XDG_CONFIG_HOME or its default; on Windows the user's AppData.
func configDir() (string, error) {
	if dir := os.Getenv("XDG_CONFIG_HOME"); filepath.IsAbs(dir) {
		return dir, nil
	}
	if runtime.GOOS == "windows" {
		return os.UserConfigDir()
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(home, ".config"), nil
}

// machine is this computer, as the configuration sees it.
func machine() config.System {
	return config.System{
		ReadFile:  readBounded,
		LookupEnv: os.LookupEnv,
		HomeDir:   os.UserHomeDir,
		Output:    tokenOutput,
		Commands:  ui.KeyCommands(),
		CheckKeys: checkKeys,
	}
}

// readBounded reads a file of at most 1 MiB and a byte, so that a device or a
// huge file named by mistake does not fill the memory.
func readBounded(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, &fs.PathError{Op: "read", Path: path, Err: errors.New("it is a folder")}
	}
	return io.ReadAll(io.LimitReader(f, 1<<20+1))
}

// tokenOutput runs the command that prints a token. Nothing of what it prints is
// shown, not even when it fails: a shell that traces its commands prints secrets.
func tokenOutput(ctx context.Context, argv []string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, tokenCommandTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	out := &boundedBuffer{limit: maxToken}
	cmd.Stdout = out
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	switch {
	case out.full:
		return "", fmt.Errorf("it printed more than %d bytes", maxToken)
	case ctx.Err() != nil:
		return "", fmt.Errorf("it did not end within %s", tokenCommandTimeout)
	case err != nil:
		return "", err
	}
	return out.String(), nil
}

// boundedBuffer fails the writer once it is full, which ends a command. It does
// not embed its buffer: the ReadFrom of that would know no bound.
type boundedBuffer struct {
	kept  bytes.Buffer
	limit int
	full  bool
}

// Write implements io.Writer.
func (b *boundedBuffer) Write(p []byte) (int, error) {
	if b.kept.Len()+len(p) > b.limit {
		b.full = true
		return 0, errors.New("too much output")
	}
	return b.kept.Write(p)
}

// String is what was written.
func (b *boundedBuffer) String() string { return b.kept.String() }
