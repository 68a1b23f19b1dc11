package probe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"

	"github.com/fumtui/fumtui/model"
)

// explainConn reads why a connection could not be made, or broke.
func explainConn(addr address, err error) (model.ErrorClass, string) {
	if class, text, ok := explainTLS(addr, err); ok {
		return class, text
	}
	host := addr.target
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns):
		return model.ClassDNS, "the name " + dns.Name + " does not resolve here: check the endpoint and this machine's name service"
	case errors.Is(err, errPeerSpeaksTLS):
		return model.ClassIncompatible, host + " wants TLS: write the endpoint with https://"
	case errors.Is(err, errPeerSpeaksHTTP1):
		return model.ClassIncompatible, host + " speaks HTTP/1 and not gRPC: check the endpoint's port"
	case errors.Is(err, errPeerSpeaksOther):
		return model.ClassIncompatible, host + " is not gRPC: check the endpoint's port"
	case isRefused(err):
		return model.ClassUnreachable, host + " refuses the connection: nothing listens there"
	case isUnroutable(err):
		return model.ClassUnreachable, "there is no route to " + host
	case isReset(err):
		return model.ClassUnreachable, host + " reset the connection"
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return model.ClassUnreachable, host + " closed the connection"
	case addr.secure && !isNetwork(err):
		// Neither the network nor an alert: a handshake of another protocol,
		// such as TLS without HTTP/2.
		return model.ClassIncompatible, host + " does not offer gRPC over TLS: " + model.Clean(err.Error(), maxPeerText)
	default:
		return model.ClassUnreachable, "no connection to " + host + ": " + model.Clean(err.Error(), maxPeerText)
	}
}

// isTimeout reports whether a connection failed for lack of time. That a name
// was not resolved in time is another matter.
func isTimeout(err error) bool {
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return false
	}
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}

// isNetwork reports whether an error came from the socket.
func isNetwork(err error) bool {
	var op *net.OpError
	var call *os.SyscallError
	return errors.As(err, &op) || errors.As(err, &call) || errors.Is(err, context.Canceled) || errors.Is(err, net.ErrClosed)
}

// explainTLS reads the failures of a TLS handshake.
func explainTLS(addr address, err error) (model.ErrorClass, string, bool) {
	var (
		record  tls.RecordHeaderError
		remote  *net.OpError
		unknown x509.UnknownAuthorityError
		name    x509.HostnameError
		invalid x509.CertificateInvalidError
		verify  *tls.CertificateVerificationError
	)
	host := addr.target
	switch {
	case errors.As(err, &record):
		return model.ClassIncompatible, host + " does not speak TLS: write the endpoint with http:// if that is meant", true
	case errors.As(err, &unknown):
		return model.ClassIncompatible, "the certificate of " + host + " is signed by an authority unknown here: set ca_file", true
	case errors.As(err, &name):
		return model.ClassIncompatible, "the certificate of " + host + " is for another name: check the endpoint", true
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return model.ClassIncompatible, "the certificate of " + host + " is not valid at this time: check this machine's clock and the certificate", true
	case errors.As(err, &verify):
		return model.ClassIncompatible, "the certificate of " + host + " is not good: " + model.Clean(verify.Err.Error(), maxPeerText), true
	case errors.As(err, &remote) && remote.Op == "remote error":
		return alertClass(remote.Err), host + " refused the TLS handshake: " + model.Clean(remote.Err.Error(), maxPeerText), true
	}
	return "", "", false
}

// ownAlerts are the TLS alerts that only a change of protocol or certificate
// can mend: those about a certificate of ours (42-46, 48, 49, 116), and about
// the protocol version, its security level, a fallback, or a lack of HTTP/2.
var ownAlerts = []tls.AlertError{42, 43, 44, 45, 46, 48, 49, 116, 70, 71, 86, 120}

// alertClass tells those alerts from the ones that a troubled server sends.
// The type of a received alert is private to crypto/tls, so its text decides.
func alertClass(alert error) model.ErrorClass {
	for _, own := range ownAlerts {
		if alert.Error() == own.Error() {
			return model.ClassIncompatible
		}
	}
	return model.ClassUnreachable
}
