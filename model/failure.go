package model

import (
	"errors"
	"fmt"
)

// ErrorClass says what kind of failure a call met, and so whose fault it may
// be. Only [ErrorClass.Outage] classes can add up to an outage of a cluster.
type ErrorClass string

// The classes of errors of a probe.
const (
	ClassUnreachable  ErrorClass = "unreachable"  // refused, reset, no route, handshake cut off
	ClassTimeout      ErrorClass = "timeout"      // no answer before the deadline
	ClassDNS          ErrorClass = "dns"          // the name does not resolve here
	ClassAuth         ErrorClass = "auth"         // Unauthenticated, PermissionDenied
	ClassNotFound     ErrorClass = "not_found"    // the subscriber does not exist
	ClassThrottled    ErrorClass = "throttled"    // ResourceExhausted
	ClassServer       ErrorClass = "server"       // the service, or a proxy before it, failed
	ClassIncompatible ErrorClass = "incompatible" // wrong protocol, version or certificate
)

// Outage reports whether failures of this class, repeated, speak for an outage
// of the cluster. The others are the customer's to mend.
func (c ErrorClass) Outage() bool {
	return c == ClassUnreachable || c == ClassTimeout || c == ClassServer
}

// RefusesUs reports whether the cluster, or something on the way, turns this
// customer away: a matter of configuration, never a reason to fail over.
func (c ErrorClass) RefusesUs() bool {
	return c == ClassAuth || c == ClassThrottled || c == ClassIncompatible
}

// Failure is a failed look at, or act on, the outside world. Message is bounded
// in length and free of control characters.
type Failure struct {
	Class   ErrorClass `json:"class"`
	Message string     `json:"message"`
	cause   error
}

// NewFailure makes a failure of the given class. The cause, which may be nil,
// is kept for errors.Is and errors.As only; it is not stored.
func NewFailure(class ErrorClass, message string, cause error) *Failure {
	return &Failure{Class: class, Message: Clean(message, MaxMessage), cause: cause}
}

// Error implements error.
func (f *Failure) Error() string { return fmt.Sprintf("%s: %s", f.Class, f.Message) }

// Unwrap gives the cause.
func (f *Failure) Unwrap() error { return f.cause }

// ClassOf is the class of the [Failure] in err's chain, or "" without one.
func ClassOf(err error) ErrorClass {
	var f *Failure
	if errors.As(err, &f) {
		return f.Class
	}
	return ""
}
