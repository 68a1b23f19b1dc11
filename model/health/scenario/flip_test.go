package scenario

import (
	"testing"

	"github.com/fumtui/fumtui/model"
)

// TestTicks proves that an advice is judged in the middle of a stretch, and not
// at its end alone.
func TestTicks(t *testing.T) {
	s, err := Parse("ticks", []byte("name: ticks\nshows: ticks\nlength: 30m\n"+
		"events: [{at: 10m, for: 15m, fail: {cluster: ams, class: unreachable}}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	if o := Hold(s, Watch); o.Bad() || len(o.Blips) > 0 {
		t.Fatalf("as it is: %v %v %v %v %v %v", o.False, o.Missed, o.Late, o.Wrong, o.Flips, o.Blips)
	}
	// It is right at both ends of the outage, and wrong for a while between.
	side := 0
	o := Hold(s, saying(func(p *model.PipelineState, _ []model.ClusterState) {
		if p.Advice.Action == model.ActionFailOver {
			if side++; side > 60 && side < 90 {
				p.Advice.Action = model.ActionCheckYourSide
			}
		}
	}))
	if len(o.Wrong) != 1 || len(o.Flips) > 0 {
		t.Errorf("a wrong side for a while: wrong %v, flips %v", o.Wrong, o.Flips)
	}
	n := 0
	o = Hold(s, saying(func(p *model.PipelineState, _ []model.ClusterState) {
		if n++; p.Advice.Action == model.ActionFailOver && n%20 < 3 {
			p.Advice.Action = model.ActionWait
		}
	}))
	if len(o.Flips) != 1 {
		t.Errorf("flipping: %v", o.Flips)
	}
	n = 0
	o = Hold(s, saying(func(p *model.PipelineState, _ []model.ClusterState) {
		if n++; n == 300 {
			p.Advice.Action = model.ActionWait
		}
	}))
	if len(o.Blips) != 1 || o.Bad() {
		t.Errorf("a false blip: %v", o.Blips)
	}
}
