package main

import (
	"bytes"
	"fmt"

	distibe "github.com/FairBlock/DistributedIBE"
	"github.com/drand/kyber"
	bls "github.com/drand/kyber-bls12381"
	"github.com/drand/kyber/encrypt/ibe"
)

var (
	suite = bls.NewBLS12381Suite()
	id    = []byte("unrug/1/vault/dev-1/unrug1contract/7/1/1")
)

// committee deals t of n and returns master key, commitments S_i and each member's key share for id.
func committee(n, t uint32) (kyber.Point, []distibe.Commitment, []distibe.ExtractedKey) {
	shares, mpk, _, err := distibe.GenerateShares(n, t)
	if err != nil {
		panic(err)
	}
	var commitments []distibe.Commitment
	var keys []distibe.ExtractedKey
	for i := uint32(0); i < t; i++ {
		commitments = append(commitments, distibe.Commitment{
			SP:    suite.G1().Point().Mul(shares[i].Value, suite.G1().Point().Base()),
			Index: i + 1,
		})
		keys = append(keys, distibe.Extract(suite, shares[i].Value, i+1, id))
	}
	return mpk, commitments, keys
}

// aggregate checks t key shares and combines them. AggregateSK overwrites its inputs, so each round gets copies.
func aggregate(n, t uint32) func() run {
	return func() run {
		_, commitments, keys := committee(n, t)
		return timedFresh(func() []distibe.ExtractedKey {
			copies := make([]distibe.ExtractedKey, len(keys))
			for i, k := range keys {
				copies[i] = distibe.ExtractedKey{SK: k.SK.Clone(), Index: k.Index}
			}
			return copies
		}, func(copies []distibe.ExtractedKey) {
			if _, bad := distibe.AggregateSK(suite, copies, commitments, id); len(bad) != 0 {
				panic("a good share was refused")
			}
		})
	}
}

func init() {
	register("distibe.extract", func() run {
		share := suite.G1().Scalar().Pick(suite.RandomStream())
		return timed(func() { distibe.Extract(suite, share, 1, id) })
	})
	register("distibe.check", func() run {
		_, commitments, keys := committee(4, 3)
		bytes := must(keys[0].SK.MarshalBinary())
		return timed(func() { // parse, hash the identity, check: what a receiver of one share does
			key := suite.G2().Point()
			if err := key.UnmarshalBinary(bytes); err != nil {
				panic(err)
			}
			q := suite.G2().Point().(kyber.HashablePoint).Hash(id)
			if !distibe.VerifyShare(suite, commitments[0], distibe.ExtractedKey{SK: key, Index: 1}, q) {
				panic("a good share was refused")
			}
		})
	})
	register("distibe.encrypt", func() run {
		mpk, _, _ := committee(4, 3)
		msg := make([]byte, 32)
		return timed(func() { must(ibe.EncryptCCAonG1(suite, mpk, id, msg)) })
	})
	register("distibe.decrypt", func() run {
		mpk, commitments, keys := committee(4, 3)
		key, _ := distibe.AggregateSK(suite, keys, commitments, id)
		msg := []byte("thirty-two bytes, as a file key!")
		ct := must(ibe.EncryptCCAonG1(suite, mpk, id, msg))
		u := must(ct.U.MarshalBinary())
		return timed(func() { // from bytes, as ours
			point := suite.G1().Point()
			if err := point.UnmarshalBinary(u); err != nil {
				panic(err)
			}
			out := must(ibe.DecryptCCAonG1(suite, key, &ibe.Ciphertext{U: point, V: ct.V, W: ct.W}))
			if !bytes.Equal(out, msg) {
				panic("wrong message")
			}
		})
	})
	for _, s := range [][2]uint32{{16, 11}, {100, 67}} {
		register(fmt.Sprintf("distibe.aggregate.%d.%d", s[1], s[0]), aggregate(s[0], s[1]))
	}
}
