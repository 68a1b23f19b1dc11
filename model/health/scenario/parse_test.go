package scenario

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestParseErrorsHavePlaces(t *testing.T) {
	const head = "name: a\nshows: b\nlength: 10m\n"
	for _, c := range []struct{ text, want string }{
		{"name: a\nshows: [", "x:2:"},
		{"name: a\nshows: b\nlentgh: 10m\n", "x:3:1: "},
		{head + "rules: {preset: brave}\n", `x:4:17: no preset "brave"`},
		{head + "events:\n  - {at: 5m, fail: {cluster: lon, class: timeout}}\n", `x:5:5: no cluster "lon"`},
		{head + "events:\n  - {at: 5m, fail: {cluster: ams, class: sad}}\n", `no class of errors "sad"`},
		{head + "events:\n  - at: 5m\n    fail: {cluster: ams, class: timeout, calls: [vision]}\n", `x:6:11: no call "vision"`},
		{head + "events:\n  - {at: 5m}\n", "this has 0"},
		{head + "events:\n  - {at: 50m, withhold: {cluster: ams}}\n", "x:5:10: 50m0s is not within"},
		{head + "events:\n  - {at: 5m, times: 3, withhold: {cluster: ams}}\n", "happens 3 times"},
		{head + "events:\n  - {at: 5m, client: {pipeline: trades, is: sad}}\n", `cannot be "sad"`},
		{head + "events:\n  - {at: 5m, client: {pipeline: orders, is: hung}}\n", `no client of "orders"`},
		{head + "events:\n  - {at: 5m, console: {is: tired}}\n", `cannot be "tired"`},
		{head + "events:\n  - {at: 5m, run: {pipeline: trades, to: nyc}}\n", "takes its time"},
		{head + "expect:\n  - {cluster: ams, verdict: sick, at: 5m}\n", `no verdict "sick"`},
		{head + "expect:\n  - {pipeline: trades, advice: panic, at: 5m}\n", `no action "panic"`},
		{head + "expect:\n  - {pipeline: trades, advice: none}\n", "says when"},
		{head + "expect:\n  - {pipeline: trades, at: 5m}\n", "says what"},
		{head + "expect:\n  - {verdict: down, at: 5m}\n", "of a cluster or of a pipeline"},
		{head + "pipelines: [{name: trades, home: lon}]\n", `no cluster "lon"`},
		{head + "clusters: [{name: ams}, {name: ams}]\n", "x:4:25: a cluster has a name of its own"},
		{head + "pipelines: [{name: trades}, {name: trades}]\n", "a name of its own"},
		{head + "pipelines: [{name: trades, client: {commit: -1s}}]\n", "above 0"},
		{head + "tick: 1ns\n", "ticks of 1ns"},
		{"name: a\nlength: 10m\n", "says what it shows"},
		{"name: a\nshows: b\n", "has a length"},
	} {
		_, err := Parse("x", []byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "x:") {
			t.Errorf("%q\ngives %v\nwant %s", c.text, err, c.want)
		}
	}
}

// TestFormatIsRead checks that what is written can be read, and plays the same.
func TestFormatIsRead(t *testing.T) {
	for seed := uint64(1); seed <= 40; seed++ {
		s := Draw(seed)
		s.Expect = []Expect{{Pipeline: all, Advice: Names{"fail_over", "wait"}, Never: &Span{From: time.Second}}}
		out, err := Format(s)
		if err != nil {
			t.Fatal(err)
		}
		back, err := Parse(s.Name, out)
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		again, err := Format(back)
		if err != nil || !bytes.Equal(out, again) {
			t.Fatalf("seed %d does not come back the same: %v\n%s\n%s", seed, err, out, again)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range corpus(f)[:10] {
		out, err := Format(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(out)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if s, err := Parse("x", data); err == nil && (s.Name == "" || s.Length <= 0) {
			t.Errorf("a scenario without a name or length: %+v", s)
		}
	})
}
