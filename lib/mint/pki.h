/* A whole PKI in the shape of the SGX one, and complete sets (collateral, quote) under it. The published test PKI and the
 * simulator's are two instances of the same thing. */
#ifndef UR_LIB_MINT_PKI_H
#define UR_LIB_MINT_PKI_H

#include "lib/mint/mint.h"

typedef enum ur_mint_role {
    UR_MINT_ROOT,
    UR_MINT_PLATFORM, /* PCK Platform CA */
    UR_MINT_PROCESSOR, /* PCK Processor CA */
    UR_MINT_TCB, /* TCB Signing */
    UR_MINT_PCK, /* leaf under the Platform CA */
    UR_MINT_PCK_PROCESSOR, /* the same key and platform under the Processor CA */
    UR_MINT_ROLES
} ur_mint_role;

typedef struct ur_mint_pki {
    const char *prefix; /* before every common name: "TEST ", "SIMULATOR " */
    const char *organisation;
    const char *crl_url;
    int64_t not_before, root_not_after, not_after;
    uint64_t serials[UR_MINT_ROLES];
    ur_mint_key root, platform, processor, tcb, pck, attestation;
    ur_mint_sgx sgx; /* of the PCK certificate; `platform` is set by role */
} ur_mint_pki;

/* The published test PKI (no secrets): "TEST ONLY - not Intel", serials 0x1001, 0x2001, 0x2002, 0x3001, 0x4001. */
UR_MUST_USE ur_status ur_mint_pki_test(ur_mint_pki *pki);
void ur_mint_pki_clear(ur_mint_pki *pki);

/* The usual certificate of a role, to be written or changed first. `names` holds the two common names it points into. */
typedef struct ur_mint_names {
    char subject[64];
    char issuer[64];
} ur_mint_names;
ur_mint_cert ur_mint_pki_cert(const ur_mint_pki *pki, ur_mint_role role, ur_mint_names *names, ur_mint_sgx *sgx);
const ur_mint_key *ur_mint_pki_issuer(const ur_mint_pki *pki, ur_mint_role role);

/* The usual certificate, DER and PEM. */
UR_MUST_USE ur_status ur_mint_pki_der(ur_writer *w, const ur_mint_pki *pki, ur_mint_role role);
UR_MUST_USE ur_status ur_mint_pki_pem(ur_writer *w, const ur_mint_pki *pki, ur_mint_role role);
/* Leaf first, root last. */
UR_MUST_USE ur_status ur_mint_pki_chain(ur_writer *w, const ur_mint_pki *pki, const ur_mint_role *roles, size_t count);

/* The CRL of the root or of a PCK CA. */
UR_MUST_USE ur_status ur_mint_pki_crl(ur_writer *w, const ur_mint_pki *pki, ur_mint_role issuer, ur_mint_crl crl);

/* What a set of collateral says; everything about the PKI comes from the PKI. */
typedef struct ur_mint_parts {
    bool processor;       /* the PCK list is the Processor CA's */
    ur_span tcb_info;     /* texts to be signed */
    ur_span qe_identity;
    ur_mint_crl root_crl; /* dates, number, revoked; names and keys are filled in */
    ur_mint_crl pck_crl;
} ur_mint_parts;
/* A whole set in the form that lib/collateral reads. About 24 KiB of stack. */
UR_MUST_USE ur_status ur_mint_pki_collateral(ur_writer *w, const ur_mint_pki *pki, const ur_mint_parts *parts);

/* The pieces of a set, for those who change some of them before ur_mint_collateral_write. */
#define UR_MINT_PIECES_BYTES 16384u
UR_MUST_USE ur_status ur_mint_pki_pieces(ur_mint_collateral *out, uint8_t memory[UR_MINT_PIECES_BYTES], const ur_mint_pki *pki,
                                         const ur_mint_parts *parts);

#endif
