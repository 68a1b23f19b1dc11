package config

import (
	"regexp"
	"strconv"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/fumtui/fumtui/model"
)

// windowRule is a window of the day; 24:00 is its end.
var windowRule = regexp.MustCompile(`^([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))$`)

// failback reads when a pipeline may come home.
func (l *loader) failback(n ast.Node, p *Pipeline) {
	l.mapping(n, "failback", fields{"quiet": func(n ast.Node) {
		l.set["pipelines."+p.Name+".failback.quiet"] = n
		list, ok := l.resolve(n).(*ast.SequenceNode)
		if !ok {
			l.window(n, p)
			return
		}
		if len(list.Values) == 0 {
			l.problem(n, "quiet is empty: name a window, such as \"02:00-05:00\", or remove the line")
		}
		for _, item := range list.Values {
			l.window(item, p)
		}
	}})
}

// window reads one window, such as "02:00-05:00".
func (l *loader) window(n ast.Node, p *Pipeline) {
	raw := scalarText(l.resolve(n))
	m := windowRule.FindStringSubmatch(raw)
	if m == nil {
		l.problem(n, "must be a window of the day in UTC, such as \"02:00-05:00\" or \"23:00-01:30\", but is %q", raw)
		return
	}
	hour, minute := m[3], m[4]
	if m[5] != "" {
		hour, minute = m[5], m[6]
	}
	w := model.DailyWindow{From: clock(m[1], m[2]), To: clock(hour, minute) % day}
	if w.From == w.To {
		l.problem(n, "the window %s begins when it ends: name one that is shorter than a day", raw)
		return
	}
	p.Quiet = append(p.Quiet, w)
}

// clock is a time of the day since midnight; the texts are digits.
func clock(hour, minute string) time.Duration {
	h, _ := strconv.Atoi(hour)
	m, _ := strconv.Atoi(minute)
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
}
