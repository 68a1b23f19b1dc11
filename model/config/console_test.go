package config

import (
	"context"
	"slices"
	"strings"
	"testing"
)

func TestConsole(t *testing.T) {
	const head = "clusters: {ams: {endpoint: https://ams.example}}\n"
	cfg, err := load(t, head, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if c := cfg.Console; c.Theme != "auto" || c.ASCII != "auto" || c.Mouse || c.ReadOnly || c.Keys != nil {
		t.Errorf("defaults = %+v", c)
	}
	cfg, err = load(t, head+"console: {theme: color-blind, ascii: false, mouse: true, read_only: true, keys: {quit: Q, down: [1, ' ']}}", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	c := cfg.Console
	if c.Theme != "colour-blind" || c.ASCII != "false" || !c.Mouse || !c.ReadOnly || cfg.Lines["console.read_only"] != 2 ||
		strings.Join(c.Keys["quit"], " ") != "Q" || strings.Join(c.Keys["down"], " ") != "1 space" {
		t.Errorf("console = %+v, lines %v", c, cfg.Lines)
	}
}

func TestConsoleProblems(t *testing.T) {
	const head = "clusters: {ams: {endpoint: https://ams.example}}\nconsole:\n  "
	sys := func(text string) System {
		s := machine(map[string]string{"f": head + text}, nil)
		s.Commands = []string{"cutover", "quit", "down"}
		s.CheckKeys = func(keys map[string][]string) []KeyFault {
			if slices.Contains(keys["quit"], "esc") {
				return []KeyFault{{"quit", "esc", "esc stays what it is"}}
			}
			return nil
		}
		return s
	}
	for text, want := range map[string]string{
		"theme: neon":                       `f:3:10: must be auto or dark or light or high-contrast or colour-blind, but is "neon"`,
		"thema: dark":                       `f:3:3: unknown key "thema" in console: did you mean "theme"?`,
		"mouse: maybe":                      "f:3:10: must be true or false",
		"ascii: 1":                          "f:3:10: must be auto or true or false",
		"keys: {cutovr: x}":                 `f:3:10: there is no command "cutovr" that could have a key: did you mean "cutover"?`,
		"keys: {fly: x}":                    `f:3:10: there is no command "fly" that could have a key: remove it; the keys here are cutover, down, quit`,
		"keys: {quit: [Q, esc]}":            "f:3:20: esc stays what it is",
		"keys: {quit: []}":                  "f:3:10: quit must have 1 to 8 keys, but has 0",
		"keys: {quit: [x, x]}":              "f:3:20: x stands here twice",
		"keys: {quit: true}":                "f:3:16: must be a key, such as x, ctrl+d, f5 or space, but is true or false: put it in quotes",
		"keys: {quit: {a: b}}":              "must be a key",
		"keys: {quit: ~}":                   "must be a key",
		"keys: {quit: \"\\e[31m\"}":         "is no key",
		"keys: {quit: ''}":                  "is no key",
		"keys: [a]":                         "f:3:9: keys must be a mapping",
		"keys: {quit: a, quit: b}":          "a second time",
		"keys: {down: &a [*a]}":             "must be a key",
		"keys: {quit: [a,b,c,d,e,f,g,h,i]}": "quit must have 1 to 8 keys, but has 9",
	} {
		_, err := Load(context.Background(), sys(text), "f")
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "f:3:") {
			t.Errorf("%s: %v\nwant %s", text, err, want)
		}
	}
}
