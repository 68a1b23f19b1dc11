package ui

import (
	"context"
	"github.com/fumtui/fumtui/model"
	"os"
	"testing"
	"time"
)

func TestPlay(t *testing.T) {
	v := os.Getenv("PLAY")
	if v == "" {
		t.Skip()
	}
	s := fakeSnapshot(1, 5, 10*time.Minute)
	if v == "outage" {
		s = outage(1, 5)
	}
	if v == "run" {
		s.Pipelines[0].Run = fakeRun(false)
		s.Pipelines[0].Verdict = model.PipelineMoving
	}
	if v == "two" {
		s = fakeSnapshot(1, 2, time.Minute)
	}
	op := &fakeOperator{plan: refusedPlan}
	if v == "ok" {
		op.plan = fakePlan
	}
	if v == "away" {
		for i := range s.Pipelines {
			s.Pipelines[i].Active = "nyc"
		}
	}
	if err := Run(context.Background(), Options{Feed: newFakeFeed(s), Operator: op, Faults: &fakeFaults{}, Version: "dev"}); err != nil {
		t.Fatal(err)
	}
}
