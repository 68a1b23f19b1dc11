package model

import (
	"math"
	"testing"
)

func TestCount(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0", 7: "7", 999: "999", 1000: "1,000", -1000: "-1,000", -999: "-999", 1234567: "1,234,567",
		math.MinInt64: "-9,223,372,036,854,775,808",
	} {
		if got := Count(n); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
	if got := Count(uint64(math.MaxUint64)); got != "18,446,744,073,709,551,615" {
		t.Errorf("the largest number: %q", got)
	}
	for n, want := range map[uint64]string{0: "0 slots", 1: "1 slot", 2000: "2,000 slots"} {
		if got := Units(n, "slot"); got != want {
			t.Errorf("Units(%d) = %q, want %q", n, got, want)
		}
	}
}
