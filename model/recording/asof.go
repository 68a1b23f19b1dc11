package recording

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fumtui/fumtui/model"
)

// ErrNothingKept says that of a moment no evidence is kept any more.
var ErrNothingKept = errors.New("no evidence of then is kept")

// errPast ends the reading of evidence.
var errPast = errors.New("past the moment")

// AsOf says how the rules explain a pipeline or, where that is "", a cluster, by
// the evidence as it was at a moment. each gives the evidence since h.Since, in
// the order of the answers; told is what was told beside it, in the order of time.
// It fails with [ErrNothingKept] where there is none.
func AsOf(ctx context.Context, h Header, told []Record, pipeline, cluster string, at time.Time,
	each func(context.Context, func(model.Evidence) error) error,
) (model.Explanation, error) {
	p := NewPlayer(h, h.Rules, h.PipelineRules)
	tell := func(until time.Time) {
		for len(told) > 0 && !told[0].At.After(until) && !told[0].At.After(at) {
			p.Play(told[0])
			told = told[1:]
		}
	}
	found := false
	err := each(ctx, func(e model.Evidence) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if e.Answered.After(at) {
			return errPast
		}
		tell(e.Answered)
		found = true
		p.Play(Record{At: e.Answered, Evidence: &e})
		return nil
	})
	switch {
	case err != nil && !errors.Is(err, errPast):
		return model.Explanation{}, err
	case !found:
		return model.Explanation{}, ErrNothingKept
	}
	tell(at)
	p.judgeUntil(at)
	p.judge(at)
	explain, what := p.watch.Explain, pipeline
	if pipeline == "" {
		explain, what = p.watch.ExplainCluster, cluster
	}
	x, ok := explain(what, at)
	if !ok {
		return x, fmt.Errorf("%q is no longer configured", what)
	}
	return x, nil
}
