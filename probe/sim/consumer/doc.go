// Package consumer is the core of a simulated client: a real Fumarole consumer
// that speaks gRPC SubscribeV2 and SubscribeData message by message as the
// reference client does, records every slot it consumed in SQLite together
// with its cursor, and shows the reference client's metrics, traps included.
//
// Within a session it reacts as the reference client does: a control plane that
// ended in a way that may pass is joined again, a data stream is opened again
// and asked again for what was in flight, and all else ends the session. Where
// that ends the reference client's process, [Client.Run] is its supervisor: it
// begins another session, with backoff, for ever, and goes on where it was.
package consumer
