// Package consumer is the core of a simulated client: a real Fumarole consumer
// that speaks gRPC SubscribeV2 and SubscribeData message by message as the
// reference client does, records every slot it consumed in SQLite together
// with its cursor, and shows the reference client's metrics, traps included.
//
// A [Client] outlives its connections: when the cluster fails it connects
// again, with backoff, for ever, and goes on where it was.
package consumer
