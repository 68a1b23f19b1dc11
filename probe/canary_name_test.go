package probe

import (
	"strings"
	"testing"
	"time"

	"github.com/fumtui/fumtui/model"
)

func TestOwnNames(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	seen := map[string]bool{}
	for _, host := range []string{"bastion-1.example.org", "", "-", "ÄÖ", "a", strings.Repeat("x", 300), "UPPER_case", "ends-------in", "10.0.0.1"} {
		for _, started := range []string{"", "0", "18446744073709551615", "8812345", "not a number"} {
			owner := model.Holder{Host: host, BootID: "b", PID: 4_194_304, StartedAt: started}
			name := newOwnName(owner, now)
			parts, ok := parseOwnName(name)
			if !ok || parts.pid != owner.PID || !parts.made.Equal(now) || parts.machine != machineOf(owner) || len(name) > 73 {
				t.Errorf("host %q: %q is %+v", host, name, parts)
			}
			if strings.Trim(started, "0123456789") == "" && started != "0" && parts.started != started {
				t.Errorf("%q tells that it started at %q, not %q", name, parts.started, started)
			}
			if seen[name] {
				t.Errorf("%q came twice", name)
			}
			seen[name] = true
		}
	}
	if a, b := machineOf(model.Holder{Host: "a", BootID: "1"}), machineOf(model.Holder{Host: "a", BootID: "2"}); a == b {
		t.Error("two boots of a host look the same")
	}
}

func TestOtherNames(t *testing.T) {
	good := newOwnName(canaryOwner, time.Now())
	for _, name := range []string{
		"", "trades-prod", "fumtui-canary", "fumtui-canary-bastion", "fumtui-canary-bastion-1",
		good + "0", good + "-x", "x" + good, " " + good, good + "\n", strings.ToUpper(good), strings.Replace(good, "canary", "pigeon", 1),
		good[:len(good)-1], strings.Replace(good, "-4711-", "--", 1), strings.Replace(good, "-4711-", "-4711a-", 1),
	} {
		if parts, ok := parseOwnName(name); ok {
			t.Errorf("%q was taken for one of ours: %+v", name, parts)
		}
	}
}

func FuzzOwnName(f *testing.F) {
	f.Add(newOwnName(canaryOwner, time.Now()))
	f.Add("fumtui-canary-a-000000-9999999999-zzzzzzzzzzzzz-zzzzzzz-000000")
	f.Fuzz(func(t *testing.T, name string) {
		if parts, ok := parseOwnName(name); ok && (parts.pid < 0 || len(name) > 73 || !strings.HasPrefix(name, model.CanaryPrefix)) {
			t.Errorf("%q is %+v", name, parts)
		}
	})
}

func TestWhoseProcessIsDead(t *testing.T) {
	self := canaryOwner
	alive := func(h model.Holder) (bool, bool) {
		if h.Host != self.Host || h.BootID != self.BootID {
			t.Errorf("asked for %+v", h)
		}
		return h.PID == 1, h.PID != 3
	}
	is := deadOwner(self, alive)
	for _, c := range []struct {
		owner model.Holder
		want  bool
	}{
		{model.Holder{Host: self.Host, BootID: self.BootID, PID: 1, StartedAt: "5"}, false},
		{model.Holder{Host: self.Host, BootID: self.BootID, PID: 2, StartedAt: "5"}, true},
		{model.Holder{Host: self.Host, BootID: self.BootID, PID: 2}, false},
		{model.Holder{Host: self.Host, BootID: self.BootID, PID: 3, StartedAt: "5"}, false},
		{model.Holder{Host: self.Host, BootID: "an earlier one", PID: 2, StartedAt: "5"}, false},
		{model.Holder{Host: "another", BootID: self.BootID, PID: 2, StartedAt: "5"}, false},
	} {
		if got := is(newOwnName(c.owner, time.Now())); got != c.want {
			t.Errorf("%+v is dead: %t", c.owner, got)
		}
	}
	if is("trades-prod") || deadOwner(self, nil)(newOwnName(self, time.Now())) {
		t.Error("a name that tells nothing was taken for one of a dead process")
	}
}
