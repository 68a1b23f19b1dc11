package health

import (
	"strconv"
	"time"

	"github.com/fumtui/fumtui/model"
)

// row is one rule of a table, about a case S, and leads to V. Deciding and
// explaining both ask test; texts are only made for the row that decided, and
// when somebody wants to have the table explained.
type row[S, V any] struct {
	name    string // of the rule, for a person
	leads   V
	setting string                  // key of the bound in the configuration; "" without one
	test    func(S) model.RuleState // fired: it holds
	says    func(S) string          // the reason or the advice; only asked where it holds
	sofar   func(S) string          // what was measured, where says would not do; may be nil
	bound   func(S) string          // what that is held against; may be nil
	change  func(S) string          // what would change it; may be nil
	from    func(S) time.Time       // when what it is about began; may be nil
	target  func(S) string          // the cluster it points to; may be nil
	group   *group[S]               // that it is of; may be nil
}

// group is what rows of a table have in common, so that deciding may pass over
// all of them at once: none of them holds where it does not fit.
type group[S any] struct{ fits func(S) bool }

// grouped puts rows into a group.
func grouped[S, V any](fits func(S) bool, rows []row[S, V]) []row[S, V] {
	g := &group[S]{fits}
	for i := range rows {
		rows[i].group = g
	}
	return rows
}

// decide finds the first row of the table that holds. The last one always does.
func decide[S, V any](table []row[S, V], s S) *row[S, V] {
	var newest *group[S]
	fits := true
	for i := range table {
		r := &table[i]
		if r.group != newest {
			newest, fits = r.group, r.group == nil || r.group.fits(s)
		}
		if fits && r.test(s) == model.RuleFired {
			return r
		}
	}
	return &table[len(table)-1]
}

// explain says of each row how it stands.
func explain[S, V any](table []row[S, V], s S, subject string) []model.RuleCheck {
	checks := make([]model.RuleCheck, 0, len(table))
	decided := false
	for i := range table {
		r := &table[i]
		c := model.RuleCheck{Rule: r.name, Subject: subject, State: r.test(s), Setting: r.setting}
		switch {
		case c.State == model.RuleFired && !decided:
			decided = true
		case c.State == model.RuleFired && i == len(table)-1:
			c.State = model.RuleQuiet // it only holds where no other does
		case c.State == model.RuleFired:
			c.State = model.RuleHolds
		}
		speaks := c.State == model.RuleFired || c.State == model.RuleHolds
		switch {
		case r.sofar != nil:
			c.Measured = r.sofar(s)
		case speaks:
			c.Measured = r.says(s)
		}
		if r.bound != nil {
			c.Bound = r.bound(s)
		}
		if r.change != nil && (speaks || c.State == model.RuleNear) {
			c.Change = r.change(s)
		}
		checks = append(checks, c)
	}
	return checks
}

// holds is fired where yes, else quiet.
func holds(yes bool) model.RuleState { return graded(yes, false) }

// graded is fired where yes, else near where almost, else quiet.
func graded(yes, almost bool) model.RuleState {
	switch {
	case yes:
		return model.RuleFired
	case almost:
		return model.RuleNear
	}
	return model.RuleQuiet
}

// perSecond writes a number of things a second, for a sentence.
func perSecond(x float64) string {
	if x >= 100 {
		return strconv.FormatFloat(x, 'f', 0, 64) + " a second"
	}
	return strconv.FormatFloat(x, 'f', 1, 64) + " a second"
}

// percent writes a share, 0 to 1.
func percent(x float64) string { return strconv.Itoa(int(x*100+0.5)) + " %" }
