package recording

import (
	"slices"
	"time"
)

// Row is a moment at which something changed in at least one of two timelines.
type Row struct {
	At      time.Time
	Of      string
	Subject string
	A, B    *Change // nil: nothing changed there
}

// Compare puts two timelines of one recording side by side, in the order of
// time. Changes of the same thing to the same at the same moment share a row.
func Compare(a, b Timeline) []Row {
	var rows []Row
	i, j := 0, 0
	for i < len(a.Changes) || j < len(b.Changes) {
		switch {
		case j >= len(b.Changes) || i < len(a.Changes) && a.Changes[i].At.Before(b.Changes[j].At):
			rows = append(rows, row(&a.Changes[i], nil))
			i++
		case i >= len(a.Changes) || b.Changes[j].At.Before(a.Changes[i].At):
			rows = append(rows, row(nil, &b.Changes[j]))
			j++
		default:
			rows, i, j = sameMoment(rows, a.Changes, b.Changes, i, j)
		}
	}
	return rows
}

// sameMoment pairs the changes of one moment.
func sameMoment(rows []Row, a, b []Change, i, j int) (all []Row, nextA, nextB int) {
	at, first := a[i].At, len(rows)
	for ; i < len(a) && a[i].At.Equal(at); i++ {
		rows = append(rows, row(&a[i], nil))
	}
	for ; j < len(b) && b[j].At.Equal(at); j++ {
		c := &b[j]
		paired := slices.IndexFunc(rows[first:], func(r Row) bool {
			return r.B == nil && r.Of == c.Of && r.Subject == c.Subject
		})
		if paired >= 0 {
			rows[first+paired].B = c
		} else {
			rows = append(rows, row(nil, c))
		}
	}
	return rows, i, j
}

func row(a, b *Change) Row {
	of := a
	if of == nil {
		of = b
	}
	return Row{At: of.At, Of: of.Of, Subject: of.Subject, A: a, B: b}
}

// Same reports whether the row says the same of both timelines.
func (r *Row) Same() bool {
	return r.A != nil && r.B != nil && r.A.To == r.B.To && r.A.Target == r.B.Target
}
