package probe

import (
	"fmt"
	"regexp"
	"strconv"

	"github.com/fumtui/fumtui/model"
)

// MinMinor is the lowest minor version of the service that the clients' SDKs
// accept. They do not look at the major version.
const MinMinor = 39

// maxVersion bounds a version that is shown, in bytes.
const maxVersion = 64

// strictSemver is the grammar of semver.org, with the minor version captured:
// no leading v, no leading zeros, all three numbers.
var strictSemver = regexp.MustCompile(`^(?:0|[1-9]\d*)\.(0|[1-9]\d*)\.(?:0|[1-9]\d*)` +
	`(?:-(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*)?` +
	`(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$`)

// SupportedVersion tells whether clients can start on a service of version v:
// the SDKs parse it as strict semver and want a minor version of at least
// [MinMinor], whatever the major one is. Its failure is of class incompatible.
func SupportedVersion(v string) error {
	shown := model.Clean(v, maxVersion)
	match := strictSemver.FindStringSubmatch(v)
	if match == nil || len(v) > 256 {
		return model.NewFailure(model.ClassIncompatible,
			fmt.Sprintf("service version %q is not a semantic version: clients would refuse to start", shown), nil)
	}
	minor, err := strconv.ParseUint(match[1], 10, 64)
	if err != nil || minor < MinMinor {
		return model.NewFailure(model.ClassIncompatible,
			fmt.Sprintf("service version %s is too old: clients refuse to start below minor version %d", shown, MinMinor), err)
	}
	return nil
}
