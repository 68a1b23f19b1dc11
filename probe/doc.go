// Package probe looks at the outside world and, for the failover engine, acts
// on it. [Client] speaks to one cluster over gRPC, [Scraper] reads a client's
// own metrics, [Control] starts and stops a client through its hooks, and
// [Prober] and [Loop] look again and again and publish [model.Evidence].
//
// Failures come back as [model.Failure] in a class that says whose fault they
// may be. What the network really did (refused, reset, did not resolve, failed
// a handshake) is recorded at the socket, because gRPC reports all of it as the
// same "unavailable" that a server may also send itself.
package probe
