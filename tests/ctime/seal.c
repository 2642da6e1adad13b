#include "lib/seal/ecies.h"
#include "lib/seal/header.h"
#include "lib/seal/payload.h"

#include "tests/ctime/ctime.h"

static void keys(ur_secp_secret *d, ur_secp_pub *pub)
{
    uint8_t bytes[UR_SECP_SECRET_BYTES];
    ctime_secret(bytes, sizeof bytes);
    bytes[0] &= 0x7f;
    ctime_ok(ur_secp_secret_parse(d, bytes), "secret_parse");
    ur_secp_pub_of(pub, d);
    ctime_public(pub, sizeof *pub);
}

static void secp_ecdh(void)
{
    ur_secp_secret d, e;
    ur_secp_pub p, q;
    uint8_t x[32];
    keys(&d, &p);
    keys(&e, &q);
    ur_secp_ecdh_x(x, &d, &q);
}

static void ecies(void)
{
    for (size_t n = 0; n < 40; n += 13) {
        ur_secp_secret d, ephemeral;
        ur_secp_pub p, q;
        uint8_t text[40], ct[UR_ECIES_OVERHEAD + 48], out[48], iv[UR_ECIES_IV_BYTES];
        size_t out_n = 0;
        keys(&d, &p);
        keys(&ephemeral, &q);
        ctime_fill(iv, sizeof iv);
        ctime_secret(text, sizeof text);
        ctime_ok(ur_ecies_seal_with(ct, &p, ur_span_of(text, n), &ephemeral, iv), "ecies_seal");
        ctime_public(ct, ur_ecies_bytes(n));
        ctime_ok(ur_ecies_open(out, &out_n, &d, ur_span_of(ct, ur_ecies_bytes(n))), "ecies_open");
    }
}

static void header(void)
{
    uint8_t key[32], text[UR_SEAL_HEADER_MAX];
    ur_seal_header h = {.kind = UR_SEAL_DISTIBE, .body_n = 112}, got;
    size_t n = 0;
    ctime_secret(key, sizeof key);
    ctime_ok(ur_seal_header_write(text, &n, &h, ur_span_of(key, sizeof key)), "header_write");
    ctime_public(text, n);
    ctime_ok(ur_seal_header_parse_var(&got, ur_span_of(text, n), NULL), "header_parse");
    ctime_ok(ur_seal_header_check(&got, ur_span_of(text, n), ur_span_of(key, sizeof key)), "header_check");
}

static void payload(void)
{
    static uint8_t text[70000], sealed[70100], out[70100];
    uint8_t key[32], nonce[UR_PAYLOAD_NONCE_BYTES];
    ur_payload p;
    uint64_t n = 0;
    ctime_secret(key, sizeof key);
    ctime_secret(text, sizeof text);
    ctime_fill(nonce, sizeof nonce);
    ctime_ok(ur_payload_sealed_bytes(&n, sizeof text), "sealed_bytes");
    ctime_ok(ur_payload_init(&p, ur_span_of(key, sizeof key), nonce), "payload_init");
    ctime_ok(ur_payload_seal(&p, sealed, ur_span_of(text, sizeof text)), "payload_seal");
    ur_payload_clear(&p);
    ctime_public(sealed, (size_t)n);
    ctime_ok(ur_payload_init(&p, ur_span_of(key, sizeof key), nonce), "payload_init");
    ctime_ok(ur_payload_open(&p, out, ur_span_of(sealed, (size_t)n), NULL), "payload_open");
    ur_payload_clear(&p);
}

const ctime_entry ctime_seal[] = {
    {"ur_secp_ecdh_x", secp_ecdh}, {"ur_ecies", ecies}, {"ur_seal_header", header}, {"ur_payload", payload}, {0},
};
