package ui

import (
	"math"
	"time"

	"github.com/fumtui/fumtui/model"
)

const (
	// idlePace is how long a second of the idle console takes in a test.
	idlePace    = 120 * time.Millisecond
	idleSeconds = 50
	// The first seconds are not counted: the first paint is no part of idling.
	idleSettled = 10
)

// idleAt is a console at peace at second n of its life: a new picture every
// second in which every number is another one, as live clusters have it.
func idleAt(n int) model.Snapshot {
	s := fakeSnapshot(uint64(n)+1, 3, 0) //nolint:gosec // a small number
	now := noon.Add(time.Duration(n) * time.Second)
	s.Time = now
	wave := func(period, phase float64) float64 { return math.Sin(float64(n)/period + phase) }
	for i := range s.Clusters {
		c := &s.Clusters[i]
		c.RTT = ptr(time.Duration(12+70*i)*time.Millisecond + time.Duration(3e6*wave(1.3, 0)))
		c.MeanRTT = ptr(time.Duration(14+71*i)*time.Millisecond + time.Duration(1e6*wave(9, 1)))
		c.Tip = ptr(*c.Tip + model.Offset(20*n))
		c.Slots = &model.SlotRange{Min: c.Slots.Min + model.Slot(5*n/2), Max: c.Slots.Max + model.Slot(5*n/2)} //nolint:gosec // small
		c.SlotsPerSecond, c.TipPerSecond = ptr(2.5+0.1*wave(4, 2)), ptr(20+wave(5, 3))
		c.AnsweredAt = now.Add(-time.Second)
		c.Canary = canarySees(c.Slots.Max - 8)
		c.Canary.At, c.Canary.DataAt = now.Add(-time.Duration(n%30)*time.Second), now.Add(-time.Duration(n%30)*time.Second)
	}
	for i := range s.Pipelines {
		p := &s.Pipelines[i]
		lag := func(n int) int64 { return 300 + int64(100*math.Sin(float64(n)/2+float64(i))+40*math.Sin(float64(n)*7)) }
		p.LagOffsets, p.LagSlots = ptr(lag(n)), ptr(38+int64(4*wave(3, 0)))
		p.ConsumedPerSecond, p.CursorPerSecond = ptr(20+wave(6, 0)), ptr(2.5+0.1*wave(7, 0))
		p.Seats[0].Cursor.Slot += model.Slot(5 * n / 2) //nolint:gosec // small
		p.Seats[0].Cursor.UpdatedAt = now.Add(-time.Duration(n%3) * time.Second)
		for at := max(0, idleSeconds*10-600); at <= n; at += 2 { // as if it had run for long
			p.History["ams"] = append(p.History["ams"], model.LagPoint{At: noon.Add(time.Duration(at) * time.Second), Lag: lag(at)})
		}
	}
	return s
}
