package ui

import (
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/model/failover"
)

// twister replaces all that comes from outside by what is as bad as it comes.
// Names stay the same among themselves, so that a state stays what it is.
type twister struct {
	r     *rand.Rand
	names map[string]string
}

func newTwister(r *rand.Rand) *twister {
	w := &twister{r: r, names: map[string]string{}}
	for _, name := range []string{"ams", "nyc", "trades", "accounts", "nft-index", "ledger", "alerts", "singapore", "lon"} {
		w.names[name] = hostile[2+r.IntN(len(hostile)-2)] + name
		for !utf8.ValidString(w.names[name]) { // nobody can type that
			w.names[name] = hostile[2+r.IntN(len(hostile)-2)] + name
		}
	}
	return w
}

// text is the bad sister of a text.
func (w *twister) text(s string) string {
	bad, named := w.names[s]
	switch {
	case named:
		return bad
	case s == "" || strings.HasPrefix(s, "run-") || strings.HasPrefix(s, "evac-"): // nothing, or made by fumtui
		return s
	}
	return hostile[w.r.IntN(len(hostile))] + " " + s + hostile[w.r.IntN(len(hostile))]
}

// twist copies v with all its texts replaced. Words that have a type of their own
// are ours.
func (w *twister) twist(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	switch v.Kind() {
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() {
			out.SetString(w.text(v.String()))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(w.twist(v.Elem()))
		}
	case reflect.Slice:
		if !v.IsNil() {
			out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		}
		for i := range v.Len() {
			out.Index(i).Set(w.twist(v.Index(i)))
		}
	case reflect.Map:
		if !v.IsNil() {
			out.Set(reflect.MakeMap(v.Type()))
		}
		for at := v.MapRange(); at.Next(); {
			out.SetMapIndex(w.twist(at.Key()), w.twist(at.Value()))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Name != "ID" {
				out.Field(i).Set(w.twist(v.Field(i)))
			}
		}
	default:
	}
	return out
}

func twisted[T any](w *twister, v T) T {
	return w.twist(reflect.ValueOf(&v).Elem()).Interface().(T) //nolint:forcetypeassert // the type stays
}

// worsen makes all that a console is told hostile.
func (w *twister) worsen(d *driver) {
	d.twist, d.rename = func(s model.Snapshot) model.Snapshot { return twisted(w, s) }, w.text
	worse := func(err error) error {
		if err == nil {
			return nil
		}
		return errors.New(w.text(err.Error()))
	}
	o := d.operator
	o.planErr, o.runErr = worse(o.planErr), worse(o.runErr)
	plan, evacuate := o.plan, o.evacuate
	back := map[string]string{}
	for name, bad := range w.names {
		back[bad] = name
	}
	o.plan = func(req model.Request) model.Plan {
		req.Pipeline, req.To = back[req.Pipeline], back[req.To]
		return twisted(w, plan(req))
	}
	if evacuate != nil {
		o.evacuate = func(ev failover.Evacuation) (failover.EvacuationPlan, error) {
			ev.From, ev.To = back[ev.From], back[ev.To]
			p, err := evacuate(ev)
			for i := range p.Pipelines {
				item := &p.Pipelines[i]
				item.Held = worse(item.Held)
				if item.Plan != nil {
					item.Plan = ptr(twisted(w, *item.Plan))
				}
				item.Pipeline = w.text(item.Pipeline)
			}
			p.From, p.To = w.text(p.From), w.text(p.To)
			return p, worse(err)
		}
	}
	if e, ok := d.m.opts.Explainer.(*fakeExplainer); ok {
		d.m.opts.Explainer = &worseExplainer{w, e, back}
	}
	if h, ok := d.m.opts.Historian.(*fakeHistorian); ok {
		h.runs, h.stored, h.report, h.err = twisted(w, h.runs), twisted(w, h.stored), w.text(h.report), worse(h.err)
		d.m.opts.Settings = w.text(d.m.opts.Settings)
	}
	if h, ok := d.m.opts.History.(*fakeHistory); ok {
		h.fail = worse(h.fail)
	}
}

// worseExplainer explains in bad words.
type worseExplainer struct {
	w    *twister
	e    Explainer
	back map[string]string
}

func (x *worseExplainer) Explain(ctx context.Context, pipeline string) (model.Explanation, error) {
	e, err := x.e.Explain(ctx, x.back[pipeline])
	return twisted(x.w, e), err
}

// TestHostileTextsBreakNoScreen: every state, with names, errors, questions and
// what hooks printed made of what breaks terminals.
func TestHostileTextsBreakNoScreen(t *testing.T) {
	r := rand.New(rand.NewPCG(27, 28)) //nolint:gosec // a test
	for _, s := range states() {
		sizes := append(randomSizes(r, 1), [2]int{80, 24})
		w := newTwister(rand.New(rand.NewPCG(r.Uint64(), 1))) //nolint:gosec // a test
		bad := s
		bad.keys = nil
		for _, k := range s.keys {
			if name, ok := w.names[strings.TrimPrefix(k, "=")]; ok {
				k = "=" + cut(clean(name), maxInput)
			}
			bad.keys = append(bad.keys, k)
		}
		bad.with = func(d *driver) {
			if s.with != nil {
				s.with(d)
			}
			w.worsen(d)
		}
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			d := bad.console(t, 80+40*w.r.IntN(4), 40)
			wellFormed(t, d, "hostile")
			for _, size := range sizes {
				d.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
				wellFormed(t, d, "hostile, resized")
			}
		})
	}
}
