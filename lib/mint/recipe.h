/* Quotes and collateral under the published test PKI, described in a line of text: what differs from a plain, good one. The
 * published test sets are a table of such lines (tools/attest-pki), and tests write their own.
 *
 * Words of a quote, with blanks between:
 *   tdx4 tdx5/2 tdx5/3 tdx5/4 sgx3 sgx4 sgx5   what it is (one of them, first); the number is the body's type
 *   processor | platform        which CA certified the PCK (TDX: platform, SGX: processor unless said)
 *   sign@N=HEX                  bytes of header and body (version 5: descriptor too) before they are signed
 *   qe@N=HEX                    bytes of the QE report before it is signed
 *   out@N=HEX                   bytes of the finished quote; out@N^HEX flips bits
 *   rd=HEX                      report data, 64 bytes
 *   ak=LABEL pck=LABEL root=LABEL platform-key=LABEL   keys by their label; pck also signs the QE report
 *   qe-key=LABEL                the QE report is signed by this key, whatever the certificate says
 *   point=HEX                   the attestation key's place holds this; the QE report names it
 *   auth=N                      N bytes of QE authentication data (0, 1, …), else 32
 *   type=N                      certification data: 5 chain, 4 leaf, 1 PPID in clear
 *   certs=A,B,…                 the chain: pck platform processor root tcb true-root
 *   crlf nul                    line ends; a zero byte after the chain
 *   high-s
 *   cut=N tail=HEX zeros=N      at the end
 *   pck.from=UNIX pck.to=UNIX pck.pcesvn=N pck.components=HEX pck.cpusvn=HEX pck.fmspc-bytes=N pck.no-sgx pck.critical
 *   pck.p384 ca.not-ca ca.no-constraints    what the certificates say
 *
 * Words of a set of collateral:
 *   tdx sgx                     TCB info and QE identity (one of them, first)
 *   processor | platform        the PCK list's issuer (default as above)
 *   evaluation=N                of both
 *   tcb.tdx                     TDX's TCB info in a set for SGX
 *   module-0a                   a second TDX module identity
 *   tcb.reversed qe.reversed    levels in ascending order
 *   tcb.status=NAME tcb.advisory=ID   of the first platform level
 *   tcb:/OLD/NEW/ qe:/OLD/NEW/  in the text before it is signed: the first OLD becomes NEW; tcb#K: the K-th
 *   tcb-cut:/FROM/TO/           takes out from the first FROM to the next TO; an empty TO: all but the last two characters
 *   tcb+:/OLD/NEW/ qe+:/…/      after it was signed; tcb.spaced qe.spaced: a blank after every colon and comma
 *   tcb-key=ROLE qe-key=ROLE    who signs: pck, platform, eviltcb
 *   tcb-certs=A,B,… qe-certs=…  the signer's chain; tcb-by-pck is a signer's certificate
 *                               for the key eviltcb, issued by the PCK's key
 *   tcb-sig=short | der         63 bytes, or as DER; qe-sig^N=HEX flips bits; sigs-swapped; high-s
 *   root-crl.from= .to= .number= .revoked=HEX,…   pck-crl. the same; pck-crl=HEX puts other bytes in; crls-swapped
 *   chain                       the PCK chain goes with it
 *
 * UR_E_USAGE on a word that is none of these. */
#ifndef UR_LIB_MINT_RECIPE_H
#define UR_LIB_MINT_RECIPE_H

#include "lib/mint/pki.h"

#define UR_MINT_TEST_TIME 1780272000 /* 2026-06-01: the plain ones are good then */

/* Enough for any quote and any set that can be described. */
#define UR_MINT_QUOTE_MAX 16384u
#define UR_MINT_SET_MAX 65536u

/* About 40 KiB of stack. */
UR_MUST_USE ur_status ur_mint_recipe_quote(ur_writer *w, const char *recipe);
UR_MUST_USE ur_status ur_mint_recipe_set(ur_writer *w, const char *recipe);

#endif
