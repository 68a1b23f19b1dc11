package change

// Said remembers how facts stood when they were told.
type Said map[string]Fact

// quiet reports whether a fact that is new is none to be told.
func (s Said) quiet(f *Fact) bool {
	_, told := s[f.PartOf]
	return f.Quiet && !told
}

// News are the facts that stand otherwise than they were told last; from then on
// they are told. Those that are quiet and new, and those that change all the time
// and were told already, are only remembered.
func (s Said) News(facts []Fact) []Fact {
	var out []Fact
	for _, f := range facts {
		was, known := s[f.About]
		if known && was.State == f.State {
			continue
		}
		s[f.About] = f
		if f.Text == "" || (!known && s.quiet(&f)) || (f.Slow && was.Slow) {
			continue
		}
		out = append(out, f)
	}
	for _, f := range Over(s, facts) {
		delete(s, f.About)
		out = append(out, f)
	}
	return out
}
