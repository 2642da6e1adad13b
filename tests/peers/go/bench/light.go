package main

import (
	"fmt"
	"sort"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/crypto/tmhash"
	cmtmath "github.com/cometbft/cometbft/libs/math"
	"github.com/cometbft/cometbft/light"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmtversion "github.com/cometbft/cometbft/proto/tendermint/version"
	"github.com/cometbft/cometbft/types"
	ics23 "github.com/cosmos/ics23/go"
)

const benchChain = "bench-1"

// lightChain is a set of 150 equal validators and signed headers of heights 1, 2 and 10.
type lightChain struct {
	set           *types.ValidatorSet
	one, two, ten *types.SignedHeader
}

func (c *lightChain) sign(height int64, keys map[string]ed25519.PrivKey) *types.SignedHeader {
	hash := func(s string) []byte { return tmhash.Sum([]byte(s)) }
	h := &types.Header{
		Version: cmtversion.Consensus{Block: 11}, ChainID: benchChain, Height: height, Time: time.Unix(1000+height, 0).UTC(),
		LastBlockID:    types.BlockID{Hash: hash("last"), PartSetHeader: types.PartSetHeader{Total: 1, Hash: hash("parts")}},
		LastCommitHash: hash("commit"), DataHash: hash("data"), ValidatorsHash: c.set.Hash(), NextValidatorsHash: c.set.Hash(),
		ConsensusHash: hash("consensus"), AppHash: hash("app"), LastResultsHash: hash("results"), EvidenceHash: hash("evidence"),
		ProposerAddress: c.set.Validators[0].Address,
	}
	id := types.BlockID{Hash: h.Hash(), PartSetHeader: types.PartSetHeader{Total: 1, Hash: hash("parts")}}
	commit := &types.Commit{Height: height, BlockID: id}
	for i, v := range c.set.Validators {
		at := time.Unix(1001+height, int64(123456789+i)).UTC()
		vote := &cmtproto.Vote{Type: cmtproto.PrecommitType, Height: height, BlockID: id.ToProto(), Timestamp: at}
		commit.Signatures = append(commit.Signatures, types.CommitSig{
			BlockIDFlag: types.BlockIDFlagCommit, ValidatorAddress: v.Address, Timestamp: at,
			Signature: must(keys[v.Address.String()].Sign(types.VoteSignBytes(benchChain, vote))),
		})
	}
	return &types.SignedHeader{Header: h, Commit: commit}
}

func makeLightChain() *lightChain {
	keys := map[string]ed25519.PrivKey{}
	var validators []*types.Validator
	for i := 0; i < 150; i++ {
		key := ed25519.GenPrivKeyFromSecret([]byte(fmt.Sprint("validator ", i)))
		keys[key.PubKey().Address().String()] = key
		validators = append(validators, types.NewValidator(key.PubKey(), 1000))
	}
	c := &lightChain{set: types.NewValidatorSet(validators)}
	sort.Sort(types.ValidatorsByVotingPower(c.set.Validators))
	c.one, c.two, c.ten = c.sign(1, keys), c.sign(2, keys), c.sign(10, keys)
	return c
}

// existence is a proof of so many steps as a chain's trees have them.
func existence(key, value, leaf []byte, steps int, step func(i int) *ics23.InnerOp) *ics23.ExistenceProof {
	p := &ics23.ExistenceProof{Key: key, Value: value, Leaf: &ics23.LeafOp{
		Hash: ics23.HashOp_SHA256, PrehashValue: ics23.HashOp_SHA256, Length: ics23.LengthOp_VAR_PROTO, Prefix: leaf}}
	for i := 0; i < steps; i++ {
		p.Path = append(p.Path, step(i))
	}
	return p
}

func init() {
	period, drift, now := 1000000*time.Second, 10*time.Second, time.Unix(1100, 0)
	third := cmtmath.Fraction{Numerator: 1, Denominator: 3}
	check := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	register("light-next", func() run {
		c := makeLightChain()
		return timed(func() { check(light.VerifyAdjacent(c.one, c.two, c.set, period, now, drift)) })
	})
	register("light-skipping", func() run {
		c := makeLightChain()
		return timed(func() { check(light.VerifyNonAdjacent(c.one, c.set, c.ten, c.set, period, now, drift, third)) })
	})
	register("light-proof", func() run {
		hash := tmhash.Sum([]byte("sibling"))
		key, value := append([]byte{3}, make([]byte, 40)...), make([]byte, 120)
		inner := existence(key, value, []byte{0x00, 0x02, 0x8e, 0x30}, 20, func(i int) *ics23.InnerOp {
			head := []byte{byte(2 * (i + 1)), 0x80, 0x80, 0x01, 0x8e, 0x60, 32}
			if i%2 == 0 {
				return &ics23.InnerOp{Hash: ics23.HashOp_SHA256, Prefix: head, Suffix: append([]byte{32}, hash...)}
			}
			return &ics23.InnerOp{Hash: ics23.HashOp_SHA256, Prefix: append(append(head, hash...), 32)}
		})
		root := must(inner.Calculate())
		outer := existence([]byte("wasm"), root, []byte{0}, 3, func(i int) *ics23.InnerOp {
			return &ics23.InnerOp{Hash: ics23.HashOp_SHA256, Prefix: []byte{1}, Suffix: hash}
		})
		app := must(outer.Calculate())
		pack := func(e *ics23.ExistenceProof) []byte {
			return must((&ics23.CommitmentProof{Proof: &ics23.CommitmentProof_Exist{Exist: e}}).Marshal())
		}
		innerBytes, outerBytes := pack(inner), pack(outer)
		return timed(func() { // from bytes, as ours
			var in, out ics23.CommitmentProof
			check(in.Unmarshal(innerBytes))
			check(out.Unmarshal(outerBytes))
			if !ics23.VerifyMembership(ics23.TendermintSpec, app, &out, []byte("wasm"), root) ||
				!ics23.VerifyMembership(ics23.IavlSpec, root, &in, key, value) {
				panic("does not verify")
			}
		})
	})
}
