// Command testreport turns the events of `go test -json` into a short report:
// all output of what failed, one line for each package, and the totals alone
// on the last line. It fails when a test failed or when none ran.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// event is one line of `go test -json`; see `go doc test2json`.
type event struct {
	Action     string
	Package    string
	ImportPath string // in build events, in place of Package
	Test       string
	Elapsed    float64
	Output     string
}

// suite is what is known of one package while its tests run.
type suite struct {
	output  map[string]*strings.Builder // by test; "" is the package itself
	running []string
	passed  int
	failed  int
}

// report is the whole account.
type report struct {
	suites         map[string]*suite
	passed, failed int
	failures       []string
	skipped        []string
}

func main() {
	start := time.Now()
	r := &report{suites: map[string]*suite{}}
	in := bufio.NewReader(os.Stdin)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 0 {
			r.line(line)
		}
		if err != nil {
			break
		}
	}
	r.unfinished()
	for _, s := range r.skipped {
		fmt.Println("skip\t" + s)
	}
	for _, f := range r.failures {
		fmt.Println("FAIL\t" + f)
	}
	fmt.Printf("== tests: %ds\n", int(time.Since(start).Seconds()))
	fmt.Printf("%d passed, %d failed\n", r.passed, r.failed)
	if r.failed > 0 || r.passed == 0 {
		os.Exit(1)
	}
}

// line takes one line of input. What is no event is passed on.
func (r *report) line(line []byte) {
	var e event
	if json.Unmarshal(line, &e) != nil || e.Action == "" {
		os.Stdout.Write(line)
		return
	}
	switch e.Action {
	case "build-output":
		fmt.Print(e.Output)
		return
	case "build-fail":
		return // the package's own failure follows
	}
	s := r.suites[e.Package]
	if s == nil {
		s = &suite{output: map[string]*strings.Builder{}}
		r.suites[e.Package] = s
	}
	if e.Test != "" {
		r.test(s, e)
	} else {
		r.pkg(s, e)
	}
}

// test takes an event of a single test.
func (r *report) test(s *suite, e event) {
	switch e.Action {
	case "run":
		s.running = append(s.running, e.Test)
	case "output":
		s.write(e)
	case "pass":
		s.passed++
		s.done(e.Test)
	case "skip":
		r.skipped = append(r.skipped, e.Package+"\t"+e.Test)
		s.done(e.Test)
	case "fail":
		r.fail(s, e.Package, e.Test)
	}
}

// fail accounts for a failed test and shows all that it printed.
func (r *report) fail(s *suite, pkg, test string) {
	fmt.Printf("--- %s %s\n%s", pkg, test, s.done(test))
	s.failed++
	r.failures = append(r.failures, pkg+"\t"+test)
}

// pkg takes an event of a package as a whole.
func (r *report) pkg(s *suite, e event) {
	switch e.Action {
	case "output":
		// The verdict of go test itself: this report has its own.
		if e.Output != "PASS\n" && e.Output != "FAIL\n" && !strings.HasPrefix(e.Output, "FAIL\t") {
			s.write(e)
		}
	case "pass":
		fmt.Printf("ok  \t%s\t%.2fs\t%d passed\n", e.Package, e.Elapsed, s.passed)
		r.end(s, e.Package)
	case "skip": // it has no tests
		r.end(s, e.Package)
	case "fail":
		// A panic or a timeout leaves tests without an end: they failed.
		for _, test := range slices.Clone(s.running) {
			r.fail(s, e.Package, test)
		}
		own := s.done("")
		if s.failed == 0 {
			s.failed = 1
			r.failures = append(r.failures, e.Package)
		}
		fmt.Printf("%sFAIL\t%s\t%.2fs\t%d passed, %d failed\n",
			own, e.Package, e.Elapsed, s.passed, s.failed)
		r.end(s, e.Package)
	}
}

// end adds a finished package to the totals.
func (r *report) end(s *suite, pkg string) {
	r.passed += s.passed
	r.failed += s.failed
	delete(r.suites, pkg)
}

// unfinished counts packages whose end never came: the run itself was cut off.
func (r *report) unfinished() {
	for pkg, s := range r.suites {
		fmt.Printf("%sFAIL\t%s\tno end\n", s.done(""), pkg)
		s.failed++
		r.failures = append(r.failures, pkg)
		r.end(s, pkg)
	}
}

func (s *suite) write(e event) {
	b := s.output[e.Test]
	if b == nil {
		b = &strings.Builder{}
		s.output[e.Test] = b
	}
	b.WriteString(e.Output)
}

// done forgets a test and gives what it printed.
func (s *suite) done(test string) string {
	s.running = slices.DeleteFunc(s.running, func(t string) bool { return t == test })
	b := s.output[test]
	delete(s.output, test)
	if b == nil {
		return ""
	}
	return b.String()
}
