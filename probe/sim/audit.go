package sim

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/fumtui/fumtui/model"
	"github.com/fumtui/fumtui/probe/sim/chain"
	"github.com/fumtui/fumtui/probe/sim/consumer"
)

// maxMissing bounds the lists of missing slots and of clients that ran at once.
const maxMissing = 100

// Audit is what the pipelines of a simulator consumed, held against the chain.
type Audit struct {
	Pipelines []PipelineAudit `json:"pipelines"`
}

// PipelineAudit is that of one pipeline. FirstSlot and Cursor are nil while
// its first client has not decided where it begins. With an Error nothing else
// is known.
type PipelineAudit struct {
	Name         string   `json:"name"`
	FirstSlot    *uint64  `json:"first_slot"`    // the first that is owed
	Cursor       *uint64  `json:"cursor"`        // the last that is owed
	Owed         uint64   `json:"owed"`          // finalized blocks between the two
	Missing      uint64   `json:"missing"`       // owed and never consumed
	Repeated     uint64   `json:"repeated"`      // slots consumed more than once
	MissingSlots []uint64 `json:"missing_slots"` // the first of them, at most 100
	AtOnce       []AtOnce `json:"at_once"`       // clients that ran at the same time, at most 100
	Error        *string  `json:"error"`         // why it could not be audited; nil: it was
}

// AtOnce tells of a client that began while another one of its pipeline ran, as
// the clients recorded it themselves.
type AtOnce struct {
	Cluster string `json:"cluster"` // of the one that began
	Other   string `json:"other"`   // cluster of the one that ran already
	At      string `json:"at"`      // when it began, RFC 3339 in UTC
}

// AtOnce is how often a client of a pipeline began while another ran.
func (a Audit) AtOnce() int {
	n := 0
	for _, p := range a.Pipelines {
		n += len(p.AtOnce)
	}
	return n
}

// Missing is the number of missing slots of all pipelines.
func (a Audit) Missing() uint64 {
	var n uint64
	for _, p := range a.Pipelines {
		n += p.Missing
	}
	return n
}

// ReadAudit audits the simulator that serves or served a folder. Clients may
// be running meanwhile: blocks above their cursor are not owed yet. With an
// error about single pipelines, the audit of all is there all the same.
func ReadAudit(ctx context.Context, dir string) (Audit, error) {
	s, err := readState(dir)
	if err != nil {
		return Audit{}, err
	}
	result, errs := Audit{Pipelines: []PipelineAudit{}}, []error{}
	for _, p := range s.Pipelines {
		c, err := readConsumption(ctx, recordPath(dir, p.Name))
		a := judge(p.Name, chain.New(s.Seed), c)
		if err != nil {
			text := model.Clean(err.Error(), model.MaxMessage)
			a.Error = &text
			errs = append(errs, fmt.Errorf("pipeline %s cannot be audited: %w", p.Name, err))
		}
		result.Pipelines = append(result.Pipelines, a)
	}
	return result, errors.Join(errs...)
}

// readConsumption reads a pipeline's record. What is not there does not count
// as nothing consumed: every client makes its record before it consumes.
func readConsumption(ctx context.Context, path string) (consumer.Consumption, error) {
	c, err := consumer.ReadConsumption(ctx, path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return consumer.Consumption{}, fmt.Errorf("the record %s is missing", path)
	case err != nil:
		return consumer.Consumption{}, err
	case (c.First == nil) != (c.Cursor == nil):
		return consumer.Consumption{}, fmt.Errorf("the record %s is damaged: it has a first slot or a cursor, and not both", path)
	}
	return c, nil
}

// judge holds what a pipeline consumed against the chain.
func judge(name string, ch chain.Chain, c consumer.Consumption) PipelineAudit {
	a := PipelineAudit{Name: name, FirstSlot: c.First, Cursor: c.Cursor, MissingSlots: []uint64{}, AtOnce: []AtOnce{}}
	for _, pair := range c.Pairs[:min(len(c.Pairs), maxMissing)] {
		a.AtOnce = append(a.AtOnce, AtOnce(pair))
	}
	for _, n := range c.Times {
		if n > 1 {
			a.Repeated++
		}
	}
	if c.First == nil || c.Cursor == nil {
		return a
	}
	for slot := range ch.Finalized(model.Slot(*c.First), model.Slot(*c.Cursor)) {
		a.Owed++
		if c.Times[uint64(slot)] > 0 {
			continue
		}
		a.Missing++
		if len(a.MissingSlots) < maxMissing {
			a.MissingSlots = append(a.MissingSlots, uint64(slot))
		}
	}
	return a
}
