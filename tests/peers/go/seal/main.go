// Sealed files by DistributedIBE and ECIES messages by btcec, for tests/peers/seal: what they write and read.
//
//	go-seal encrypt MPK ID-HEX IN OUT
//	go-seal decrypt MPK KEY IN OUT
//	go-seal ecies-keys              prints a private and a public key
//	go-seal ecies-seal PUBLIC IN OUT
//	go-seal ecies-open PRIVATE IN OUT
//
// Keys are throw-away ones, in hex. Exit code 1 when decryption is refused.
package main

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"

	enc "github.com/FairBlock/DistributedIBE/encryption"
	"github.com/btcsuite/btcd/btcec"
	"github.com/drand/kyber"
	bls "github.com/drand/kyber-bls12381"
)

func must[T any](v T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, "go-seal:", err)
		os.Exit(2)
	}
	return v
}

func point(p kyber.Point, text string) kyber.Point {
	must(0, p.UnmarshalBinary(must(hex.DecodeString(text))))
	return p
}

// finish writes what came out, or says why not.
func finish(path string, out []byte, err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "go-seal: refused:", err)
		os.Exit(1)
	}
	must(0, os.WriteFile(path, out, 0o600))
}

func main() {
	a := os.Args[1:]
	suite := bls.NewBLS12381Suite()
	var out bytes.Buffer
	switch {
	case len(a) == 5 && a[0] == "encrypt":
		in := bytes.NewReader(must(os.ReadFile(a[3])))
		err := enc.Encrypt(point(suite.G1().Point(), a[1]), must(hex.DecodeString(a[2])), &out, in)
		finish(a[4], out.Bytes(), err)
	case len(a) == 5 && a[0] == "decrypt":
		in := bytes.NewReader(must(os.ReadFile(a[3])))
		err := enc.Decrypt(point(suite.G1().Point(), a[1]), point(suite.G2().Point(), a[2]), &out, in)
		finish(a[4], out.Bytes(), err)
	case len(a) == 1 && a[0] == "ecies-keys":
		key := must(btcec.NewPrivateKey(btcec.S256()))
		fmt.Println(hex.EncodeToString(key.Serialize()), hex.EncodeToString(key.PubKey().SerializeCompressed()))
	case len(a) == 4 && a[0] == "ecies-seal":
		key := must(btcec.ParsePubKey(must(hex.DecodeString(a[1])), btcec.S256()))
		sealed, err := btcec.Encrypt(key, must(os.ReadFile(a[2])))
		finish(a[3], sealed, err)
	case len(a) == 4 && a[0] == "ecies-open":
		key, _ := btcec.PrivKeyFromBytes(btcec.S256(), must(hex.DecodeString(a[1])))
		text, err := btcec.Decrypt(key, must(os.ReadFile(a[2])))
		finish(a[3], text, err)
	default:
		fmt.Fprintln(os.Stderr, "go-seal: see the head of main.go")
		os.Exit(2)
	}
}
