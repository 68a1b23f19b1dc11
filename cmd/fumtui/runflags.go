package main

import (
	"fmt"
	"math"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/fumtui/fumtui/model"
)

// runFlags are the flags that shape a run.
type runFlags struct {
	config, to, confirm, mode, reason string
	force, latest                     bool
	fromSlot                          slotFlag
	approveGap                        countFlag
}

// addConfirm adds what makes a run begin, and the words for its record.
func (f *runFlags) addConfirm(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.confirm, "confirm", "", "the name of the target cluster, to confirm the run")
	f.addReason(cmd)
}

func (f *runFlags) addReason(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.reason, "reason", "", "why, for the record")
}

// addMode adds how the source is brought to rest.
func (f *runFlags) addMode(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.mode, "mode", "", "planned (drain the source, or go back), reactive (stop it) or hybrid (drain it, and stop it where that takes too long); "+
		"by default planned while the source answers, else reactive")
}

// addGap adds the approval of a gap beforehand.
func (f *runFlags) addGap(cmd *cobra.Command) {
	cmd.Flags().Var(&f.approveGap, "approve-gap", "approve that up to this many slots are skipped")
}

// addPosition adds where the target begins.
func (f *runFlags) addPosition(cmd *cobra.Command) {
	cmd.Flags().Var(&f.fromSlot, "from-slot", "resume at this slot, and not at the one after the cursor")
	cmd.Flags().BoolVar(&f.latest, "latest", false, "resume after the target's newest slot: what lies before it is a gap to be approved")
	cmd.MarkFlagsMutuallyExclusive("from-slot", "latest")
	f.addGap(cmd)
}

// addForce adds the one check that a failback may pass over.
func (f *runFlags) addForce(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.force, "force", false, "wait neither for home to have been stable nor for a quiet window; it is recorded")
}

// addForceRecreate adds the same for a subscriber that is to be made again.
func (f *runFlags) addForceRecreate(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.force, "force", false, "make the subscriber again although it is there and not stale; it is recorded")
}

// request is what the flags ask for.
func (f *runFlags) request(c *console, pipeline, to string) model.Request {
	return model.Request{
		Pipeline: pipeline, To: to, Mode: model.Mode(f.mode), Force: f.force,
		FromSlot: f.fromSlot.slot, Latest: f.latest, ApproveGap: f.approveGap.count,
		Reason: model.Clean(f.reason, model.MaxMessage), RequestedBy: c.actor(), Origin: c.origin,
	}
}

// slotFlag is a slot, or nothing.
type slotFlag struct{ slot *model.Slot }

// Set implements pflag.Value.
func (f *slotFlag) Set(text string) error {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n > math.MaxInt64 {
		return fmt.Errorf("%q is not a slot: write a whole number", text)
	}
	slot := model.Slot(n)
	f.slot = &slot
	return nil
}

// String implements pflag.Value.
func (f *slotFlag) String() string {
	if f.slot == nil {
		return ""
	}
	return fmt.Sprint(*f.slot)
}

// Type implements pflag.Value.
func (f *slotFlag) Type() string { return "slot" }

// countFlag is a number of slots, or nothing: none is not the same as zero.
type countFlag struct{ count *uint64 }

// Set implements pflag.Value.
func (f *countFlag) Set(text string) error {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return fmt.Errorf("%q is not a number of slots: write a whole number", text)
	}
	f.count = &n
	return nil
}

// String implements pflag.Value.
func (f *countFlag) String() string {
	if f.count == nil {
		return ""
	}
	return strconv.FormatUint(*f.count, 10)
}

// Type implements pflag.Value.
func (f *countFlag) Type() string { return "slots" }
