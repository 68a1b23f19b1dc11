package recording

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model/health"
)

const day = 24 * time.Hour

// threshold is one field of [health.Rules] as text: it reads and writes it
// within bounds that keep out what would make a rule fire always or never.
type threshold struct {
	key string
	get func(*health.Rules) string
	set func(*health.Rules, string) error
}

// thresholds are all fields of [health.Rules], by the keys of the configuration.
func thresholds() []threshold {
	return []threshold{
		span("down_after", func(r *health.Rules) *time.Duration { return &r.DownAfter }, day),
		span("degraded_after", func(r *health.Rules) *time.Duration { return &r.DegradedAfter }, day),
		span("window", func(r *health.Rules) *time.Duration { return &r.Window }, time.Hour),
		span("silent_after", func(r *health.Rules) *time.Duration { return &r.SilentAfter }, day),
		span("stability", func(r *health.Rules) *time.Duration { return &r.Stability }, 30*day),
		span("block", func(r *health.Rules) *time.Duration { return &r.Block }, 7*day),
		span("latency", func(r *health.Rules) *time.Duration { return &r.Latency }, time.Minute),
		span("urgent_before", func(r *health.Rules) *time.Duration { return &r.UrgentBefore }, 7*day),
		span("max_age", func(r *health.Rules) *time.Duration { return &r.MaxAge }, time.Hour),
		number("error_rate", func(r *health.Rules) *float64 { return &r.ErrorRate }, 0.01, 1),
		number("slots_per_second", func(r *health.Rules) *float64 { return &r.SlotsPerSecond }, 0.01, 10_000),
		whole("first_samples", func(r *health.Rules) *int { return &r.FirstSamples }, 100),
		whole("stall_slots", func(r *health.Rules) *uint64 { return &r.StallSlots }, 100_000),
		whole("lag_noise", func(r *health.Rules) *int64 { return &r.LagNoise }, 1_000_000_000),
	}
}

// span is a duration above 0 and up to most.
func span(key string, of func(*health.Rules) *time.Duration, most time.Duration) threshold {
	return threshold{
		key: key,
		get: func(r *health.Rules) string { return of(r).String() },
		set: func(r *health.Rules, text string) error {
			d, err := time.ParseDuration(text)
			if err != nil || d <= 0 || d > most {
				return fmt.Errorf("%s: %q is not a duration above 0 and up to %s, such as 45s or 3m", key, clean(text), most)
			}
			*of(r) = d
			return nil
		},
	}
}

// number is a number from low to high.
func number(key string, of func(*health.Rules) *float64, low, high float64) threshold {
	return threshold{
		key: key,
		get: func(r *health.Rules) string { return strconv.FormatFloat(*of(r), 'g', -1, 64) },
		set: func(r *health.Rules, text string) error {
			v, err := strconv.ParseFloat(text, 64)
			if err != nil || !(v >= low && v <= high) {
				return fmt.Errorf("%s: %q is not a number from %g to %g", key, clean(text), low, high)
			}
			*of(r) = v
			return nil
		},
	}
}

// whole is a whole number from 1 to high.
func whole[T int | int64 | uint64](key string, of func(*health.Rules) *T, high T) threshold {
	return threshold{
		key: key,
		get: func(r *health.Rules) string { return fmt.Sprint(*of(r)) },
		set: func(r *health.Rules, text string) error {
			v, err := strconv.ParseInt(text, 10, 64)
			if err != nil || v < 1 || v > int64(high) {
				return fmt.Errorf("%s: %q is not a whole number from 1 to %d", key, clean(text), high)
			}
			*of(r) = T(v)
			return nil
		},
	}
}

// Settings are the names of all thresholds, sorted.
func Settings() []string {
	var keys []string
	for _, t := range thresholds() {
		keys = append(keys, t.key)
	}
	slices.Sort(keys)
	return keys
}

// Set changes one threshold, by the name that it has in the configuration.
func Set(r *health.Rules, key, value string) error {
	for _, t := range thresholds() {
		if t.key == key {
			return t.set(r, strings.TrimSpace(value))
		}
	}
	return fmt.Errorf("there is no threshold %q: there are %s", clean(key), strings.Join(Settings(), ", "))
}

// Texts are all thresholds as texts that [Set] takes, by their names.
func Texts(r health.Rules) map[string]string {
	texts := map[string]string{}
	for _, t := range thresholds() {
		texts[t.key] = t.get(&r)
	}
	return texts
}

// parseRules is the way back from [Texts]: every threshold must be there, and
// no other.
func parseRules(texts map[string]string) (health.Rules, error) {
	var r health.Rules
	for _, t := range thresholds() {
		text, ok := texts[t.key]
		if !ok {
			return r, fmt.Errorf("the threshold %s is missing", t.key)
		}
		if err := t.set(&r, text); err != nil {
			return r, err
		}
	}
	for key := range texts {
		if !slices.Contains(Settings(), key) {
			return r, fmt.Errorf("there is no threshold %q", clean(key))
		}
	}
	return r, nil
}
