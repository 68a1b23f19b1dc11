// Package fumarolepb is the Fumarole API in Go: the messages and the gRPC
// client and server, generated from the .proto files beside it.
//
// The .proto files are this project's own and describe only what travels on
// the wire: fumarole.proto the service, geyser.proto the filters and updates
// that it carries, solana_storage.proto the parts of a block that these refer
// to. Whatever they leave out is kept as unknown fields.
//
// All of them share this one Go package. Slots and offsets are bare integers
// here; the rest of the project turns them into types of its own at once.
package fumarolepb

//go:generate go tool -modfile=../../tools/go.mod buf generate
