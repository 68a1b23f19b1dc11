package main

import (
	"testing"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/model/config"
	"github.com/fumtui/fumtui/ui"
)

// TestFace: flags first, then the configuration.
func TestFace(t *testing.T) {
	configured := config.Console{Theme: "light", ASCII: "true", Mouse: true, Keys: map[string][]string{"quit": {"Q"}}}
	for _, c := range []struct {
		args []string
		want ui.Options
		bad  bool
	}{
		{nil, ui.Options{Theme: "light", ASCII: true, Mouse: true}, false},
		{[]string{"--theme", "high-contrast", "--ascii=false", "--mouse=false"}, ui.Options{Theme: "high-contrast", Unicode: true}, false},
		{[]string{"--theme=color-blind", "--ascii=auto"}, ui.Options{Theme: "colour-blind", Mouse: true}, false},
		{[]string{"--ascii", "--mouse"}, ui.Options{Theme: "light", ASCII: true, Mouse: true}, false},
		{[]string{"--theme", "neon"}, ui.Options{}, true},
		{[]string{"--ascii=maybe"}, ui.Options{}, true},
		{[]string{"--mouse=2"}, ui.Options{}, true},
	} {
		cmd, f := &cobra.Command{}, face{}
		f.add(cmd)
		err := cmd.ParseFlags(c.args)
		if (err != nil) != c.bad {
			t.Errorf("%v: %v", c.args, err)
		}
		if err != nil {
			continue
		}
		var got ui.Options
		f.on(&got, configured)
		if got.Theme != c.want.Theme || got.ASCII != c.want.ASCII || got.Unicode != c.want.Unicode || got.Mouse != c.want.Mouse || len(got.Keys) != 1 {
			t.Errorf("%v: %+v", c.args, got)
		}
	}
}
