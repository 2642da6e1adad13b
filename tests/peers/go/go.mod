module unrug/peers

go 1.24

require (
	filippo.io/age v1.1.1
	github.com/FairBlock/DistributedIBE v0.0.0-20231211202607-d457df6869db
	github.com/btcsuite/btcd v0.22.3
	github.com/drand/kyber v1.3.1
	github.com/drand/kyber-bls12381 v0.3.1
)

require (
	github.com/kilic/bls12-381 v0.1.0 // indirect
	golang.org/x/crypto v0.21.0 // indirect
	golang.org/x/sys v0.18.0 // indirect
)
