package main

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/drand/kyber"
	"github.com/drand/kyber/encrypt/ecies"
	"github.com/drand/kyber/share"
	"github.com/drand/kyber/share/dkg"
	"github.com/drand/kyber/sign/schnorr"
)

// One node of drand's key generation: everybody's keys and deals come in as bytes, a share and a public polynomial come
// out. Keys and commitments are in G1, packets carry Schnorr signatures, which are verified. The regular mode, in which
// nobody answers a good deal, takes least work; so that is what we compare with.

const dealShareBytes = 48 + 32 + 16 // R, the share, the tag

func encodeBundle(b *dkg.DealBundle) []byte {
	var out bytes.Buffer
	put := func(v uint32) { binary.Write(&out, binary.BigEndian, v) }
	put(b.DealerIndex)
	put(uint32(len(b.Public)))
	for _, p := range b.Public {
		must(p.MarshalTo(&out))
	}
	put(uint32(len(b.Deals)))
	for _, d := range b.Deals {
		put(d.ShareIndex)
		out.Write(d.EncryptedShare)
	}
	out.Write(b.SessionID)
	out.Write(b.Signature)
	return out.Bytes()
}

func decodeBundle(group kyber.Group, in []byte) (*dkg.DealBundle, error) {
	r := bytes.NewReader(in)
	number := func() uint32 {
		var v uint32
		_ = binary.Read(r, binary.BigEndian, &v)
		return v
	}
	b := &dkg.DealBundle{DealerIndex: number()}
	b.Public = make([]kyber.Point, number())
	for k := range b.Public {
		b.Public[k] = group.Point()
		if _, err := b.Public[k].UnmarshalFrom(r); err != nil {
			return nil, err
		}
	}
	b.Deals = make([]dkg.Deal, number())
	for j := range b.Deals {
		b.Deals[j].ShareIndex = number()
		b.Deals[j].EncryptedShare = make([]byte, dealShareBytes)
		if _, err := io.ReadFull(r, b.Deals[j].EncryptedShare); err != nil {
			return nil, err
		}
	}
	b.SessionID = make([]byte, dkg.NonceLength)
	if _, err := io.ReadFull(r, b.SessionID); err != nil {
		return nil, err
	}
	b.Signature = make([]byte, r.Len())
	_, err := io.ReadFull(r, b.Signature)
	return b, err
}

type dkgScene struct {
	group     dkg.Suite
	threshold int
	nonce     []byte
	longterm  kyber.Scalar // of node 0, whose work is measured
	keys      [][]byte     // of all nodes
	bundles   [][]byte     // of all others
	held      *dkg.DistKeyShare // what node 0 holds before a resharing
}

// prepare makes the deals of all others. Only the share for node 0 is a real one: node 0 does not look at the rest.
func prepareDkg(n, t int, reshare bool) *dkgScene {
	group := suite.G1().(dkg.Suite)
	s := &dkgScene{group: group, threshold: t, nonce: make([]byte, dkg.NonceLength)}
	must(rand.Read(s.nonce))
	auth := schnorr.NewScheme(group)
	longterms := make([]kyber.Scalar, n)
	publics := make([]kyber.Point, n)
	for i := range longterms {
		longterms[i] = group.Scalar().Pick(group.RandomStream())
		publics[i] = group.Point().Mul(longterms[i], nil)
		s.keys = append(s.keys, must(publics[i].MarshalBinary()))
	}
	s.longterm = longterms[0]
	old := share.NewPriPoly(group, t, nil, group.RandomStream())
	if reshare {
		_, commits := old.Commit(group.Point().Base()).Info()
		s.held = &dkg.DistKeyShare{Commits: commits, Share: old.Eval(0)}
	}
	for i := 1; i < n; i++ {
		var secret kyber.Scalar
		if reshare {
			secret = old.Eval(i).V
		}
		poly := share.NewPriPoly(group, t, secret, group.RandomStream())
		_, commits := poly.Commit(group.Point().Base()).Info()
		b := &dkg.DealBundle{DealerIndex: uint32(i), Public: commits, SessionID: s.nonce}
		for j := 0; j < n; j++ {
			if j == i {
				continue
			}
			masked := make([]byte, dealShareBytes)
			if j == 0 {
				masked = must(ecies.Encrypt(group, publics[0], must(poly.Eval(0).V.MarshalBinary()), sha256.New))
			} else {
				must(rand.Read(masked))
			}
			b.Deals = append(b.Deals, dkg.Deal{ShareIndex: uint32(j), EncryptedShare: masked})
		}
		b.Signature = must(auth.Sign(longterms[i], b.Hash()))
		s.bundles = append(s.bundles, encodeBundle(b))
	}
	return s
}

func (s *dkgScene) node() error {
	auth := schnorr.NewScheme(s.group)
	c := &dkg.Config{Suite: s.group, Longterm: s.longterm, Threshold: s.threshold, Nonce: s.nonce, Auth: auth}
	for i, bytes := range s.keys {
		p := s.group.Point()
		if err := p.UnmarshalBinary(bytes); err != nil {
			return err
		}
		c.NewNodes = append(c.NewNodes, dkg.Node{Index: uint32(i), Public: p})
	}
	if s.held != nil {
		c.OldNodes = c.NewNodes
		c.OldThreshold = s.threshold
		c.Share = s.held
	}
	node, err := dkg.NewDistKeyHandler(c)
	if err != nil {
		return err
	}
	if _, err = node.Deals(); err != nil {
		return err
	}
	var bundles []*dkg.DealBundle
	for _, in := range s.bundles {
		b, err := decodeBundle(s.group, in)
		if err != nil {
			return err
		}
		if err = dkg.VerifyPacketSignature(c, b); err != nil {
			return err
		}
		bundles = append(bundles, b)
	}
	complaints, err := node.ProcessDeals(bundles)
	if err != nil {
		return err
	}
	if complaints != nil {
		return errors.New("a good deal was refused")
	}
	result, _, err := node.ProcessResponses(nil)
	if err != nil {
		return err
	}
	if result == nil || len(result.QUAL) != len(s.keys) {
		return errors.New("not finished")
	}
	return nil
}

func init() {
	for _, n := range []int{16, 64, 256} {
		for _, reshare := range []bool{false, true} {
			n, reshare := n, reshare
			name := "dkg"
			if reshare {
				name = "reshare"
			}
			register(fmt.Sprintf("kyber.%s%d", name, n), func() run {
				s := prepareDkg(n, (2*n+2)/3, reshare)
				return timed(func() {
					if err := s.node(); err != nil {
						panic(err)
					}
				})
			})
		}
	}
}
