package ui

import (
	"slices"
	"strings"

	"github.com/fumtui/fumtui/model"
)

// advised are the acts that matter now: what the advice for the selected pipeline
// names, and runs that need somebody.
func (m *root) advised() []action {
	p := m.pipeline()
	if p == nil || (m.page != pageOverview && m.page != pageDetail) {
		return nil
	}
	var acts []action
	for i := range m.snap.Pipelines {
		if r := underWay(&m.snap.Pipelines[i]); r != nil && (needsPerson(r) || m.snap.Pipelines[i].Name == p.Name) {
			acts = append(acts, actRuns)
			break
		}
	}
	switch p.Advice.Action {
	case model.ActionFailOver, model.ActionDataLossSoon:
		acts = append(acts, actCutover)
		if m.alike(p) > 1 {
			acts = append(acts, actEvacuate)
		}
	case model.ActionFailBack:
		acts = append(acts, actFailback)
	case model.ActionRecreateSubscriber:
		acts = append(acts, actRecreate)
	default:
	}
	return acts
}

// alike counts the pipelines of the same cluster with the same advice.
func (m *root) alike(p *model.PipelineState) int {
	n := 0
	for i := range m.snap.Pipelines {
		if o := &m.snap.Pipelines[i]; o.Active == p.Active && o.Advice.Action == p.Advice.Action {
			n++
		}
	}
	return n
}

// footerKey is a key that the footer shows.
type footerKey struct {
	binding
	urgent bool
}

// footerKeys are the keys of the page that do something now, what is advised
// first. A page that asks something shows no way to other screens.
func (m *root) footerKeys(typing bool) []footerKey {
	advised := m.advised()
	var first, rest []footerKey
	for _, b := range m.keys {
		if b.Help().Desc == "" || !b.on(m.page) || (typing && onlyText(&b)) || (b.drop >= 10 && asking(m.page)) || m.why(&b) != "" {
			continue
		}
		if typing && b.act == actQuit {
			b.SetHelp("ctrl+c", "quit") // the other is text now
		}
		k := footerKey{binding: b, urgent: slices.Contains(advised, b.act)}
		if k.urgent {
			k.drop = 0
			first = append(first, k)
		} else {
			rest = append(rest, k)
		}
	}
	return append(first, rest...)
}

// footer is the line of keys of a page. Where it is too long each shows its
// first key only, and then the least needed go; what is advised, help and quit
// always stay.
func footer(m *root, w int) string {
	typing := m.typing()
	shown := m.footerKeys(typing)
	line := m.footerText(shown, !typing)
	for width(line) > w {
		line = m.footerText(shown, false)
		least := 0
		for i, b := range shown {
			if b.drop > shown[least].drop {
				least = i
			}
		}
		if width(line) <= w || len(shown) == 0 || shown[least].drop == 0 {
			break
		}
		shown = slices.Delete(shown, least, least+1)
		line = m.footerText(shown, false)
	}
	m.footerShown = shown
	return fit(line, w)
}

// onlyText reports whether all keys of a row are letters, which are typed while a
// confirmation is. What leaves has one that is not.
func onlyText(b *binding) bool {
	return !slices.ContainsFunc(b.Keys(), func(k string) bool { return k != "space" && len([]rune(k)) > 1 })
}

// footerText joins keys as the footer has them.
func (m *root) footerText(shown []footerKey, allKeys bool) string {
	parts := make([]string, len(shown))
	for i, k := range shown {
		r := roleFaint
		if k.urgent {
			r = roleFocus
		}
		parts[i] = m.spots.key(&k.binding, m.theme.paint(roleTitle, k.label(allKeys))+" "+m.theme.paint(r, k.Help().Desc))
	}
	return " " + strings.Join(parts, "  ")
}

// label is how a key is shown: all that do the same, or the first.
func (k *footerKey) label(all bool) string {
	keys := k.Help().Key
	if !all {
		keys = strings.Fields(keys)[0]
	}
	return keys
}
