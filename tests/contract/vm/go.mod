// Pins the VMs that chains run contracts in, fetched as built libraries through the Go module proxy; nothing of them is compiled
// here. go.sum decides what their bytes are.
module unrug/tests/contract/vm

go 1.19

require (
	github.com/CosmWasm/wasmvm/v2 v2.0.3
	github.com/CosmWasm/wasmvm/v3 v3.0.7
)
