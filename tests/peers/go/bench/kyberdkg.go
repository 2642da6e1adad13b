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
// out. Keys and commitments are in G1, packets carry Schnorr signatures, which are verified. "fast" is the mode that drand
// runs, in which everybody answers that the shares are good, and a node knows at the end that they were; our votes say
// the same. In the other mode good deals are not answered.

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

func encodeResponses(b *dkg.ResponseBundle) []byte {
	var out bytes.Buffer
	put := func(v uint32) { binary.Write(&out, binary.BigEndian, v) }
	put(b.ShareIndex)
	put(uint32(len(b.Responses)))
	for _, r := range b.Responses {
		put(r.DealerIndex)
		binary.Write(&out, binary.BigEndian, r.Status)
	}
	out.Write(b.SessionID)
	out.Write(b.Signature)
	return out.Bytes()
}

func decodeResponses(in []byte) (*dkg.ResponseBundle, error) {
	if len(in) < 8 {
		return nil, errors.New("short")
	}
	n := int(binary.BigEndian.Uint32(in[4:]))
	at := 8 + 5*n
	if len(in) < at+dkg.NonceLength {
		return nil, errors.New("short")
	}
	b := &dkg.ResponseBundle{ShareIndex: binary.BigEndian.Uint32(in), Responses: make([]dkg.Response, n)}
	for i := range b.Responses {
		b.Responses[i].DealerIndex = binary.BigEndian.Uint32(in[8+5*i:])
		b.Responses[i].Status = in[8+5*i+4] != 0
	}
	b.SessionID = in[at : at+dkg.NonceLength]
	b.Signature = in[at+dkg.NonceLength:]
	return b, nil
}

type dkgScene struct {
	group     dkg.Suite
	threshold int
	nonce     []byte
	longterm  kyber.Scalar      // of node 0, whose work is measured
	keys      [][]byte          // of all nodes
	bundles   [][]byte          // of all others
	responses [][]byte          // of all others, in the fast mode
	held      *dkg.DistKeyShare // what node 0 holds before a resharing
}

// prepare makes the deals of all others. Only the share for node 0 is a real one: node 0 does not look at the rest.
func prepareDkg(n, t int, reshare, fast bool) *dkgScene {
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
		if !fast {
			continue
		}
		answer := &dkg.ResponseBundle{ShareIndex: uint32(i), SessionID: s.nonce}
		for j := 0; j < n; j++ {
			answer.Responses = append(answer.Responses, dkg.Response{DealerIndex: uint32(j), Status: dkg.Success})
		}
		answer.Signature = must(auth.Sign(longterms[i], answer.Hash()))
		s.responses = append(s.responses, encodeResponses(answer))
	}
	return s
}

func (s *dkgScene) node() error {
	auth := schnorr.NewScheme(s.group)
	c := &dkg.Config{Suite: s.group, Longterm: s.longterm, Threshold: s.threshold, Nonce: s.nonce, Auth: auth,
		FastSync: s.responses != nil}
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
	answer, err := node.ProcessDeals(bundles)
	if err != nil {
		return err
	}
	if (answer != nil) != c.FastSync {
		return errors.New("a good deal was refused")
	}
	var answers []*dkg.ResponseBundle
	for _, in := range s.responses {
		b, err := decodeResponses(in)
		if err != nil {
			return err
		}
		if err = dkg.VerifyPacketSignature(c, b); err != nil {
			return err
		}
		answers = append(answers, b)
	}
	result, _, err := node.ProcessResponses(answers)
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
		for _, kind := range []string{"dkg", "reshare"} {
			for _, mode := range []string{"", "fast"} {
				register(fmt.Sprintf("kyber.%s%d%s", kind, n, mode), func() run {
					s := prepareDkg(n, (2*n+2)/3, kind == "reshare", mode == "fast")
					return timed(func() {
						if err := s.node(); err != nil {
							panic(err)
						}
					})
				})
			}
		}
	}
}
