// Follows a history of the embedded ledger's tree with cosmos/iavl, and compares every root and every proof. Lines in:
//
//	set KEY VALUE | remove KEY | save ROOT | prove VERSION KEY PROOF      (all hex but VERSION)
//
// Proofs must be those that iavl makes, byte for byte, and pass the ICS23 verifier. Ends with the counts, or at the first
// difference with status 1.
package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"strconv"
	"strings"

	"cosmossdk.io/log"
	"github.com/cosmos/iavl"
	dbm "github.com/cosmos/iavl/db"
	ics23 "github.com/cosmos/ics23/go"
)

func must(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	must(err)
	return b
}

func verify(tree *iavl.MutableTree, version int64, key, proof []byte) error {
	then, err := tree.GetImmutable(version)
	if err != nil {
		return err
	}
	theirs, err := then.GetProof(key)
	if err != nil {
		return err
	}
	want, err := theirs.Marshal()
	if err != nil {
		return err
	}
	if !bytes.Equal(want, proof) {
		return fmt.Errorf("version %d key %x: proof %x, iavl has %x", version, key, proof, want)
	}
	var ours ics23.CommitmentProof
	if err := ours.Unmarshal(proof); err != nil {
		return err
	}
	value, err := then.Get(key)
	if err != nil {
		return err
	}
	if value != nil && !ics23.VerifyMembership(ics23.IavlSpec, then.Hash(), &ours, key, value) ||
		value == nil && !ics23.VerifyNonMembership(ics23.IavlSpec, then.Hash(), &ours, key) {
		return fmt.Errorf("version %d key %x: ics23 refuses the proof", version, key)
	}
	return nil
}

func main() {
	tree := iavl.NewMutableTree(dbm.NewMemDB(), 1000, false, log.NewNopLogger())
	counts := map[string]int{}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<22)
	for lines.Scan() {
		w := strings.Fields(lines.Text())
		counts[w[0]]++
		switch w[0] {
		case "set":
			_, err := tree.Set(unhex(w[1]), unhex(w[2]))
			must(err)
		case "remove":
			_, _, err := tree.Remove(unhex(w[1]))
			must(err)
		case "save":
			root, version, err := tree.SaveVersion()
			must(err)
			if !bytes.Equal(root, unhex(w[1])) {
				must(fmt.Errorf("version %d: root %s, iavl has %x", version, w[1], root))
			}
		case "prove":
			version, err := strconv.ParseInt(w[1], 10, 64)
			must(err)
			must(verify(tree, version, unhex(w[2]), unhex(w[3])))
		default:
			must(fmt.Errorf("unknown line %q", w[0]))
		}
	}
	must(lines.Err())
	fmt.Printf("%d changes, %d roots and %d proofs agree\n", counts["set"]+counts["remove"], counts["save"], counts["prove"])
	if counts["save"] == 0 || counts["prove"] == 0 {
		os.Exit(1)
	}
}
