package main

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/fumtui/fumtui/model/config"
	"github.com/fumtui/fumtui/model/failover"
)

func TestNameOf(t *testing.T) {
	for endpoint, want := range map[string]string{
		"https://ams.fumarole.example": "ams", "https://ams.fumarole.provider.example:443": "ams", "https://fumarole-nyc.provider.example": "nyc",
		"https://fra1.fumarole.example/x": "fra1", "https://api.eu.fra.provider.example": "fra",
		"https://fumarole.example": "", "http://127.0.0.1:80": "", "http://[::1]:80": "", "http://localhost": "", "https://fumarole.provider.example": "",
		"https://12.fumarole.example": "", "::": "",
	} {
		if got := nameOf(endpoint); got != want {
			t.Errorf("%s: %q, want %q", endpoint, got, want)
		}
	}
}

func TestHooksOf(t *testing.T) {
	got, err := hooksOf("ssh:eu-1:trades.service")
	want := map[failover.Hook][]string{
		"start": {"ssh", "eu-1", "systemctl", "start", "trades.service"}, "stop": {"ssh", "eu-1", "systemctl", "stop", "trades.service"},
		"status": {"ssh", "eu-1", fmt.Sprintf(unitStatus, "trades.service")},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := hooksOf("manual"); got != nil || err != nil {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := hooksOf("systemd t"); err != nil || strings.Join(got["stop"], " ") != "systemctl stop t" {
		t.Errorf("%v, %v", got, err)
	}
	for _, wrong := range []string{"", "ssh", "ssh:h", "ssh:-oProxyCommand=x:t", "systemd:-t", "systemd:a:b", "systemd:a;b", "ssh:h:$(b)", "manual:x", "rm -rf"} {
		if _, err := hooksOf(wrong); err == nil {
			t.Errorf("%q is taken", wrong)
		}
	}
}

func TestPipelineNamed(t *testing.T) {
	had := []config.DraftPipeline{{Name: "a", Subscriber: "a-prod"}}
	for text, want := range map[string][2]string{
		"trades": {"trades", "trades"}, "t=trades prod": {"t", "trades prod"}, "x y/z": {"x-y-z", "x y/z"},
	} {
		if p, err := pipelineNamed(text, had); err != nil || p.Name != want[0] || p.Subscriber != want[1] {
			t.Errorf("%s: %+v, %v", text, p, err)
		}
	}
	for _, wrong := range []string{"", "=", "t=", "a=b", "b=a-prod", "é", "x y=z", "fumtui-canary-1"} {
		if p, err := pipelineNamed(wrong, had); err == nil {
			t.Errorf("%q gives %+v", wrong, p)
		}
	}
}

func TestWriteConfig(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "fumtui.yaml")
	if err := writeConfig(path, []byte("one"), false); err != nil {
		t.Fatal(err)
	}
	if err := writeConfig(path, []byte("two"), false); err == nil || mayWrite(path, false) == nil || mayWrite(filepath.Dir(path), true) == nil {
		t.Error("it overwrites what it was not told to")
	}
	link := filepath.Join(filepath.Dir(path), "link.yaml")
	if err := os.Symlink(path, link); err != nil && runtime.GOOS != "windows" {
		t.Fatal(err)
	}
	if err := writeConfig(link, []byte("three"), true); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	info, statErr := os.Lstat(link)
	if err != nil || statErr != nil || runtime.GOOS != "windows" && (string(got) != "three" || info.Mode()&os.ModeSymlink == 0) {
		t.Errorf("%q, %v, %v %v", got, err, info, statErr)
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".fumtui-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
}
