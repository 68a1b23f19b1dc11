package probe

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/fumtui/fumtui/model"
)

// ownShape is what the names of fumtui's own subscribers look like, and no
// other name: host, machine, process, when that and when the name was
// made, and chance. It is at most 73 bytes long.
var ownShape = regexp.MustCompile(
	`^` + model.CanaryPrefix + `([a-z0-9](?:[a-z0-9-]{0,10}[a-z0-9])?)-([0-9a-f]{6})-([0-9]{1,10})-([0-9a-z]{1,13})-([0-9a-z]{1,7})-([0-9a-f]{6})$`)

// ownName is a name of that shape, in its parts.
type ownName struct {
	machine string // of the boot of a host, or of a container
	pid     int
	started string    // as in [model.Holder]; "": not known
	made    time.Time // to the second
}

// newOwnName makes a name for a subscriber of this process. Chance sets it apart
// from all other names, those of the same process included.
func newOwnName(owner model.Holder, now time.Time) string {
	chance := make([]byte, 3)
	_, _ = rand.Read(chance) // it never fails
	started := "0"
	if ticks, err := strconv.ParseUint(owner.StartedAt, 10, 64); err == nil {
		started = strconv.FormatUint(ticks, 36)
	}
	return model.CanaryPrefix + strings.Join([]string{
		hostLabel(owner.Host), machineOf(owner),
		strconv.Itoa(max(owner.PID, 0)), started, strconv.FormatInt(max(now.Unix(), 0), 36), hex.EncodeToString(chance),
	}, "-")
}

// parseOwnName reads a name of fumtui's own subscribers; ok is false for any
// other.
func parseOwnName(name string) (parts ownName, ok bool) {
	fields := ownShape.FindStringSubmatch(name)
	if fields == nil {
		return ownName{}, false
	}
	pid, pidErr := strconv.Atoi(fields[3])
	ticks, ticksErr := strconv.ParseUint(fields[4], 36, 64)
	made, madeErr := strconv.ParseInt(fields[5], 36, 64)
	if pidErr != nil || ticksErr != nil || madeErr != nil {
		return ownName{}, false
	}
	parts = ownName{machine: fields[2], pid: pid, made: time.Unix(made, 0)}
	if ticks != 0 {
		parts.started = strconv.FormatUint(ticks, 10)
	}
	return parts, true
}

// hostLabel shortens the name of a host to what a person recognises.
func hostLabel(host string) string {
	const limit = 12
	short, _, _ := strings.Cut(strings.ToLower(host), ".")
	var b strings.Builder
	for _, r := range short {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' {
			b.WriteRune(r)
		}
		if b.Len() == limit {
			break
		}
	}
	if label := strings.Trim(b.String(), "-"); label != "" {
		return label
	}
	return "host"
}

// machineOf tells one boot of one host, or one container, from others: a number
// of a process means nothing elsewhere.
func machineOf(owner model.Holder) string {
	sum := sha256.Sum256([]byte(owner.Host + "\x00" + owner.BootID))
	return hex.EncodeToString(sum[:3])
}
