// CometBFT's own light client, and the Cosmos SDK's check of proofs, asked line by line:
//
//	light CHAIN_ID ANCHOR_HEIGHT ANCHOR_HASH
//	from URL URL...             the sources from here on: a primary and its witnesses; what is trusted already stays
//	sync HEIGHT                 verify the header of a height (0: the primary's newest)
//	get STORE KEY_HEX HEIGHT    the record under the header of that height, with its ICS23 proof
//
// Answers with one line each: "ok HEIGHT HASH APP_HASH", "ok HEIGHT HASH VALUE_HEX" (or "absent"), or "no REASON";
// "outside HEIGHT HASH absent" when absence was claimed by a proof that ICS23 in Go refuses for one reason only: a neighbour with an
// empty value.
package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"cosmossdk.io/store/rootmulti"
	dbm "github.com/cometbft/cometbft-db"
	"github.com/cometbft/cometbft/crypto/merkle"
	"github.com/cometbft/cometbft/light"
	"github.com/cometbft/cometbft/light/provider"
	lighthttp "github.com/cometbft/cometbft/light/provider/http"
	"github.com/cometbft/cometbft/light/store"
	lightdb "github.com/cometbft/cometbft/light/store/db"
	cmtcrypto "github.com/cometbft/cometbft/proto/tendermint/crypto"
	rpcclient "github.com/cometbft/cometbft/rpc/client"
	rpchttp "github.com/cometbft/cometbft/rpc/client/http"
	"github.com/cometbft/cometbft/types"
	ics23 "github.com/cosmos/ics23/go"
)

const trustingPeriod = 14 * 24 * time.Hour

type client struct {
	chainID string
	anchor  light.TrustOptions
	store   store.Store
	urls    []string
}

// A client over what is trusted already, so that one that was given up on by an earlier question has its say again.
func (c *client) open(ctx context.Context) (*light.Client, error) {
	var sources []provider.Provider
	for _, url := range c.urls {
		p, err := lighthttp.New(c.chainID, url)
		if err != nil {
			return nil, err
		}
		sources = append(sources, p)
	}
	if len(sources) < 2 {
		return nil, errors.New("needs a primary and a witness")
	}
	return light.NewClient(ctx, c.chainID, c.anchor, sources[0], sources[1:], c.store)
}

func (c *client) sync(ctx context.Context, height int64) (*types.LightBlock, error) {
	l, err := c.open(ctx)
	if err != nil {
		return nil, err
	}
	if height != 0 {
		return l.VerifyLightBlockAtHeight(ctx, height, time.Now())
	}
	if _, err := l.Update(ctx, time.Now()); err != nil {
		return nil, err
	}
	newest, err := l.LastTrustedHeight()
	if err != nil {
		return nil, err
	}
	return l.TrustedLightBlock(newest)
}

// ICS23 in Go takes no leaf with an empty value, also not as a neighbour of what is absent.
var errBesideEmpty = errors.New("a neighbour's value is empty")

func besideEmpty(ops *cmtcrypto.ProofOps) bool {
	var p ics23.CommitmentProof
	if len(ops.Ops) == 0 || p.Unmarshal(ops.Ops[0].Data) != nil || p.GetNonexist() == nil {
		return false
	}
	for _, side := range []*ics23.ExistenceProof{p.GetNonexist().Left, p.GetNonexist().Right} {
		if side != nil && len(side.Value) == 0 {
			return true
		}
	}
	return false
}

// The value, or nil when its absence is proven.
func (c *client) get(ctx context.Context, under *types.LightBlock, store string, key []byte) ([]byte, error) {
	node, err := rpchttp.New(c.urls[0], "/websocket")
	if err != nil {
		return nil, err
	}
	options := rpcclient.ABCIQueryOptions{Height: under.Height - 1, Prove: true}
	answer, err := node.ABCIQueryWithOptions(ctx, "/store/"+store+"/key", key, options)
	if err != nil {
		return nil, err
	}
	r := answer.Response
	if r.IsErr() {
		return nil, errors.New(r.Log)
	}
	path := merkle.KeyPath{}.AppendKey([]byte(store), merkle.KeyEncodingURL).AppendKey(key, merkle.KeyEncodingHex)
	check := rootmulti.DefaultProofRuntime()
	if len(r.Value) == 0 {
		err := check.VerifyAbsence(r.ProofOps, under.AppHash, path.String())
		if err != nil && besideEmpty(r.ProofOps) {
			return nil, errBesideEmpty
		}
		return nil, err
	}
	return r.Value, check.VerifyValue(r.ProofOps, under.AppHash, path.String(), r.Value)
}

func (c *client) answer(words []string) (string, error) {
	ctx := context.Background()
	height := func(i int) (int64, error) {
		if len(words) != i+1 {
			return 0, errors.New("how many words?")
		}
		return strconv.ParseInt(words[i], 10, 64)
	}
	switch words[0] {
	case "from":
		c.urls = words[1:]
		return "ok", nil
	case "sync":
		h, err := height(1)
		if err != nil {
			return "", err
		}
		b, err := c.sync(ctx, h)
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("ok %d %x %x", b.Height, []byte(b.Hash()), []byte(b.AppHash)), nil
	case "get":
		h, err := height(3)
		if err != nil {
			return "", err
		}
		key, err := hex.DecodeString(words[2])
		if err != nil {
			return "", err
		}
		b, err := c.sync(ctx, h)
		if err != nil {
			return "", err
		}
		value, err := c.get(ctx, b, words[1], key)
		if errors.Is(err, errBesideEmpty) {
			return fmt.Sprintf("outside %d %x absent", b.Height, []byte(b.Hash())), nil
		}
		if err != nil {
			return "", err
		}
		if value == nil {
			return fmt.Sprintf("ok %d %x absent", b.Height, []byte(b.Hash())), nil
		}
		return fmt.Sprintf("ok %d %x %x", b.Height, []byte(b.Hash()), value), nil
	}
	return "", fmt.Errorf("unknown word %q", words[0])
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	if len(os.Args) != 4 {
		must(errors.New("light CHAIN_ID ANCHOR_HEIGHT ANCHOR_HASH"))
	}
	height, err := strconv.ParseInt(os.Args[2], 10, 64)
	must(err)
	hash, err := hex.DecodeString(os.Args[3])
	must(err)
	c := &client{
		chainID: os.Args[1],
		anchor:  light.TrustOptions{Period: trustingPeriod, Height: height, Hash: hash},
		store:   lightdb.New(dbm.NewMemDB(), os.Args[1]),
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) == 0 {
			continue
		}
		line, err := c.answer(words)
		if err != nil {
			line = fmt.Sprintf("no %q", err)
		}
		fmt.Println(line)
	}
	must(lines.Err())
}
