// Pins blst, fetched as source through the Go module proxy; nothing of it is written in Go here.
module unrug/third_party/blst

go 1.19

require github.com/supranational/blst v0.3.16
