package consumer_test

import (
	"errors"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/fumtui/fumtui/probe/sim/cluster"
	"github.com/fumtui/fumtui/probe/sim/consumer"
)

// The injections that end a session, each with the one way in which it ends.
func TestConformance19FaultsThatEndASession(t *testing.T) {
	for _, test := range []struct {
		fault cluster.Fault
		rpc   string
		want  error
		code  codes.Code // Unknown: whatever gRPC calls it
	}{
		{cluster.FaultEndControl, "", consumer.ErrStopped, codes.Unknown},
		{cluster.FaultCutConnections, "", consumer.ErrDisconnected, codes.Unknown},
		{cluster.FaultUnavailable, "SubscribeV2", consumer.ErrRejoin, codes.Unavailable},
		{cluster.FaultUnavailable, "SubscribeData", consumer.ErrData, codes.Unavailable},
		{cluster.FaultMissBlock, "", consumer.ErrData, codes.NotFound},
		{cluster.FaultFailBlock, "", consumer.ErrData, codes.Unavailable},
		{cluster.FaultLoseSubscriber, "", consumer.ErrDisconnected, codes.NotFound},
		{cluster.FaultStaleSubscriber, "", consumer.ErrDisconnected, codes.FailedPrecondition},
	} {
		t.Run(string(test.fault)+test.rpc, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, 1, 1, subscribeFilters())
			p := r.once()
			until(t, "the cursor is there", func() bool { return r.cursor() > 0 })
			r.broken(test.fault, test.rpc)
			err := p.wait()
			wantEnd(t, err, test.want)
			if code := status.Code(err); test.code != codes.Unknown && code != test.code {
				t.Errorf("it ended %v, want %v", code, test.code)
			}
		})
	}
}

// These end every stream at once: which of them the session hears of first is a
// race.
func TestConformance19FaultsThatEndAllStreams(t *testing.T) {
	for fault, want := range map[cluster.Fault]codes.Code{
		cluster.FaultDown: codes.Unavailable, cluster.FaultRejectToken: codes.Unauthenticated,
	} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			r := newRig(t, 1, 2, subscribeFilters())
			p := r.once()
			until(t, "the cursor is there", func() bool { return r.cursor() > 0 })
			r.broken(fault, "")
			err := p.wait()
			if !errors.Is(err, consumer.ErrDisconnected) && !errors.Is(err, consumer.ErrData) || status.Code(err) != want {
				t.Errorf("the session ended with: %v", err)
			}
		})
	}
}

// The injections that a session survives: what happens once, and what holds
// only for calls that were made before.
func TestConformance19FaultsThatASessionSurvives(t *testing.T) {
	for _, test := range []struct {
		fault cluster.Fault
		rpc   string
	}{
		{cluster.FaultRestartControl, ""},
		{cluster.FaultFailDownload, ""},
		{cluster.FaultDeadSlots, ""},
		{cluster.FaultHang, "SubscribeData"},
		{cluster.FaultUnavailable, "Version"},
		{cluster.FaultErrors, "SubscribeV2"},
	} {
		t.Run(string(test.fault)+test.rpc, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, 4, 2, subscribeFilters())
			p := r.once()
			for range 2 {
				before := r.cursor()
				until(t, "the cursor moves", func() bool { return r.cursor() > before+2 })
				r.broken(test.fault, test.rpc)
			}
			healed := uint64(r.cluster.SlotRange().Max)
			until(t, "the cursor moves on", func() bool { return r.cursor() > healed })
			if n := len(r.cluster.Subscribers()); n != 1 || r.cluster.Subscribers()[0].Sessions != 1 {
				t.Errorf("sessions of %+v", r.cluster.Subscribers())
			}
			_ = p.stop()
			r.audit()
		})
	}
}

// Without a tip the gauge stands still, commits run past it, the lag is 0 and
// the session goes on.
func TestConformance19TipIsLost(t *testing.T) {
	for _, fault := range []cluster.Fault{cluster.FaultUnavailable, cluster.FaultHang} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			r := newRig(t, 1, 1, subscribeFilters())
			p := r.once()
			tip := func() float64 { return p.metric(t, "fumarole_blockchain_offset_tip") }
			until(t, "the tip is known", func() bool { return tip() > 0 && r.cursor() > 0 })
			r.broken(fault, "GetChainTip")
			frozen := tip()
			until(t, "commits run past the tip", func() bool {
				if now := tip(); now > frozen { // an answer that was under way
					frozen = now
				}
				return p.metric(t, "fumarole_max_offset_committed") > frozen+20
			})
			if lag := p.metric(t, "fumarole_offset_lag_from_tip"); lag != 0 || tip() != frozen {
				t.Errorf("lag %v, tip %v, was %v", lag, tip(), frozen)
			}
			if err := r.cluster.Heal(); err != nil {
				t.Fatal(err)
			}
			until(t, "the tip moves again", func() bool { return tip() > frozen })
		})
	}
}

// While nothing is taken in the tip and the newest slot stand still, the lag
// goes to 0 rather than up, and polls go on being answered empty.
func TestConformance19IngestStalls(t *testing.T) {
	r := newRig(t, 1, 1, subscribeFilters())
	p := r.once()
	until(t, "the tip is known", func() bool { return p.metric(t, "fumarole_blockchain_offset_tip") > 0 && r.cursor() > 0 })
	r.broken(cluster.FaultFreeze, "")
	until(t, "all is committed", func() bool {
		return p.metric(t, "fumarole_max_offset_committed") == float64(r.cluster.Tip()) &&
			p.metric(t, "fumarole_blockchain_offset_tip") == float64(r.cluster.Tip())
	})
	newest, polls := p.metric(t, "fumarole_max_slot_detected"), p.metric(t, "fumarole_poll_history_call_count")
	until(t, "an empty poll is answered", func() bool { return p.metric(t, "fumarole_poll_history_call_count") > polls })
	if lag := p.metric(t, "fumarole_offset_lag_from_tip"); lag != 0 || p.metric(t, "fumarole_max_slot_detected") != newest {
		t.Errorf("lag %v, newest slot %v, was %v", lag, p.metric(t, "fumarole_max_slot_detected"), newest)
	}
	if err := r.cluster.Heal(); err != nil {
		t.Fatal(err)
	}
	until(t, "slots come again", func() bool { return p.metric(t, "fumarole_max_slot_detected") > newest })
}

// The reference client would wait for ever: this one gives up, so that it can
// be started again.
func TestConformance19SilenceIsNoticed(t *testing.T) {
	r := newRig(t, 1, 1, subscribeFilters())
	p := r.launch(runOnce)
	until(t, "the cursor is there", func() bool { return r.cursor() > 0 })
	r.broken(cluster.FaultSilence, "")
	if err := p.wait(); err == nil || status.Code(err) != codes.Unknown {
		t.Errorf("the session ended with: %v", err)
	}
}

// broken breaks the cluster, for one RPC or, with none named, for all.
func (r *rig) broken(fault cluster.Fault, rpc string) {
	r.t.Helper()
	var rpcs []string
	if rpc != "" {
		rpcs = []string{rpc}
	}
	if err := r.cluster.SetFault(fault, rpcs...); err != nil {
		r.t.Fatal(err)
	}
}
