#include "core/attest/x509.h"

#include "core/codec/der.h"

#define EXTENSIONS_MAX 24u

static const uint8_t oid_ecdsa_sha256[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02};
static const uint8_t oid_ec_public_key[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01};
static const uint8_t oid_prime256v1[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
static const uint8_t oid_common_name[] = {0x55, 0x04, 0x03};
static const uint8_t oid_key_usage[] = {0x55, 0x1d, 0x0f};
static const uint8_t oid_basic_constraints[] = {0x55, 0x1d, 0x13};
static const uint8_t oid_crl_number[] = {0x55, 0x1d, 0x14};
static const uint8_t oid_sgx[] = {0x2a, 0x86, 0x48, 0x86, 0xf8, 0x4d, 0x01, 0x0d, 0x01};

#define IS(span, oid) ((span).n == sizeof(oid) && ur_eq_var((span).p, oid, sizeof(oid)))

/* AlgorithmIdentifier { ecdsa-with-SHA256 }, no parameters. */
static ur_status take_algorithm(ur_reader *r)
{
    ur_reader alg;
    ur_span oid;
    UR_TRY(ur_der_enter(r, UR_DER_SEQUENCE, &alg));
    UR_TRY(ur_der_oid(&alg, &oid));
    UR_TRY(ur_reader_end(&alg));
    return IS(oid, oid_ecdsa_sha256) ? UR_OK : UR_E_INPUT;
}

/* SubjectPublicKeyInfo { { id-ecPublicKey, prime256v1 }, uncompressed point }. */
static ur_status take_key(ur_reader *r, uint8_t key[UR_P256_KEY_BYTES], ur_span *whole)
{
    ur_reader info;
    ur_reader alg;
    ur_span oid;
    ur_span bits;
    UR_TRY(ur_der_enter_whole(r, UR_DER_SEQUENCE, &info, whole));
    UR_TRY(ur_der_enter(&info, UR_DER_SEQUENCE, &alg));
    UR_TRY(ur_der_oid(&alg, &oid));
    if (!IS(oid, oid_ec_public_key)) {
        return UR_E_INPUT;
    }
    UR_TRY(ur_der_oid(&alg, &oid));
    if (!IS(oid, oid_prime256v1)) {
        return UR_E_INPUT;
    }
    UR_TRY(ur_reader_end(&alg));
    UR_TRY(ur_der_bits(&info, &bits));
    UR_TRY(ur_reader_end(&info));
    if (bits.n != 1 + UR_P256_KEY_BYTES || bits.p[0] != 0x04) {
        return UR_E_INPUT;
    }
    memcpy(key, bits.p + 1, UR_P256_KEY_BYTES);
    return UR_OK;
}

/* A Name as a whole; its sets and attributes well-formed; the value of its last commonName. */
static ur_status take_name(ur_reader *r, ur_span *whole, ur_span *common_name)
{
    ur_reader names;
    uint8_t tag = 0;
    *common_name = (ur_span){0};
    UR_TRY(ur_der_enter_whole(r, UR_DER_SEQUENCE, &names, whole));
    while (ur_reader_left(&names) > 0) {
        ur_reader set;
        UR_TRY(ur_der_enter(&names, UR_DER_SET, &set));
        do {
            ur_reader pair;
            ur_span oid;
            ur_span value;
            UR_TRY(ur_der_enter(&set, UR_DER_SEQUENCE, &pair));
            UR_TRY(ur_der_oid(&pair, &oid));
            UR_TRY(ur_der_next(&pair, &tag, &value, NULL));
            UR_TRY(ur_reader_end(&pair));
            if (IS(oid, oid_common_name)) {
                if (common_name->n != 0 || value.n == 0 ||
                    (tag != UR_DER_UTF8_STRING && tag != UR_DER_PRINTABLE_STRING)) {
                    return UR_E_INPUT;
                }
                *common_name = value;
            }
        } while (ur_reader_left(&set) > 0);
    }
    return UR_OK;
}

/* One extension: OID, critical (written only when true), value. */
static ur_status take_extension(ur_reader *r, ur_span *oid, bool *critical, ur_span *value)
{
    ur_reader e;
    *critical = false;
    UR_TRY(ur_der_enter(r, UR_DER_SEQUENCE, &e));
    UR_TRY(ur_der_oid(&e, oid));
    if (ur_der_peek(&e, UR_DER_BOOLEAN)) {
        UR_TRY(ur_der_bool(&e, critical));
        if (!*critical) {
            return UR_E_INPUT; /* a default must not be encoded */
        }
    }
    UR_TRY(ur_der_take(&e, UR_DER_OCTET_STRING, value));
    return ur_reader_end(&e);
}

/* Walk extensions and refuse one that stands twice; the visitor says what it makes of each. */
typedef ur_status extension_fn(void *ctx, ur_span oid, bool critical, ur_span value);

static ur_status walk_extensions(ur_span list, extension_fn *visit, void *ctx)
{
    ur_span seen[EXTENSIONS_MAX];
    size_t n = 0;
    ur_reader r;
    ur_reader_init(&r, list);
    while (ur_reader_left(&r) > 0) {
        bool critical = false;
        ur_span value;
        if (n == EXTENSIONS_MAX) {
            return UR_E_LIMIT;
        }
        UR_TRY(take_extension(&r, &seen[n], &critical, &value));
        for (size_t i = 0; i < n; i++) {
            if (ur_span_eq_var(seen[i], seen[n])) {
                return UR_E_INPUT;
            }
        }
        UR_TRY(visit(ctx, seen[n], critical, value));
        n++;
    }
    return n > 0 ? UR_OK : UR_E_INPUT;
}

static ur_status read_key_usage(ur_cert *out, ur_span value)
{
    ur_reader r;
    ur_span bits;
    ur_reader_init(&r, value);
    UR_TRY(ur_der_take(&r, UR_DER_BIT_STRING, &bits));
    UR_TRY(ur_reader_end(&r));
    /* A named bit list ends with its last set bit (X.690, 11.2.2). */
    if (bits.n < 2 || bits.n > 3 || bits.p[0] > 7) {
        return UR_E_INPUT;
    }
    uint8_t last = bits.p[bits.n - 1];
    unsigned unused = bits.p[0];
    if ((last & ((1u << unused) - 1u)) != 0 || (last >> unused & 1u) == 0) {
        return UR_E_INPUT;
    }
    out->key_usage = (uint16_t)(bits.p[1] << 8 | (bits.n == 3 ? bits.p[2] : 0));
    out->has_key_usage = true;
    return UR_OK;
}

static ur_status read_basic_constraints(ur_cert *out, ur_span value)
{
    ur_reader r;
    ur_reader c;
    ur_reader_init(&r, value);
    UR_TRY(ur_der_enter(&r, UR_DER_SEQUENCE, &c));
    UR_TRY(ur_reader_end(&r));
    if (ur_der_peek(&c, UR_DER_BOOLEAN)) {
        UR_TRY(ur_der_bool(&c, &out->is_ca));
        if (!out->is_ca) {
            return UR_E_INPUT;
        }
    }
    if (ur_reader_left(&c) > 0) {
        uint64_t len = 0;
        UR_TRY(ur_der_uint(&c, &len, 254));
        out->path_len = (uint8_t)len;
    }
    return ur_reader_end(&c);
}

static ur_status visit_cert_extension(void *ctx, ur_span oid, bool critical, ur_span value)
{
    ur_cert *out = ctx;
    if (IS(oid, oid_key_usage)) {
        return read_key_usage(out, value);
    }
    if (IS(oid, oid_basic_constraints)) {
        return read_basic_constraints(out, value);
    }
    if (IS(oid, oid_sgx)) {
        out->sgx = value;
        return value.n > 0 ? UR_OK : UR_E_INPUT;
    }
    return critical ? UR_E_INPUT : UR_OK;
}

/* SEQUENCE { tbs, algorithm, BIT STRING { ECDSA } } and nothing after it. */
static ur_status open_signed(ur_span der, ur_span *tbs, ur_reader *inner, uint8_t signature[UR_P256_SIG_BYTES])
{
    ur_reader r;
    ur_reader outer;
    ur_span bits;
    ur_reader_init(&r, der);
    UR_TRY(ur_der_enter(&r, UR_DER_SEQUENCE, &outer));
    UR_TRY(ur_reader_end(&r));
    UR_TRY(ur_der_enter_whole(&outer, UR_DER_SEQUENCE, inner, tbs));
    UR_TRY(take_algorithm(&outer));
    UR_TRY(ur_der_bits(&outer, &bits));
    UR_TRY(ur_reader_end(&outer));
    return ur_der_ecdsa(signature, bits);
}

/* A serial number: positive, at most 20 octets (RFC 5280, 4.1.2.2) and a sign octet. */
static ur_status take_serial(ur_reader *r, ur_span *out)
{
    UR_TRY(ur_der_integer(r, out));
    return out->p[0] < 0x80 && out->n <= 21 && !(out->n == 1 && out->p[0] == 0) ? UR_OK : UR_E_INPUT;
}

static ur_status parse_cert(ur_cert *out, ur_span der, size_t max)
{
    ur_reader tbs;
    ur_reader part;
    uint64_t version = 0;
    ur_span ignored;
    if (der.n > max) {
        return UR_E_LIMIT;
    }
    out->der = der;
    out->path_len = 255;
    UR_TRY(open_signed(der, &out->tbs, &tbs, out->signature));
    UR_TRY(ur_der_enter(&tbs, UR_DER_CONTEXT(0), &part));
    UR_TRY(ur_der_uint(&part, &version, 2));
    UR_TRY(ur_reader_end(&part));
    if (version != 2) {
        return UR_E_INPUT;
    }
    UR_TRY(take_serial(&tbs, &out->serial));
    UR_TRY(take_algorithm(&tbs));
    UR_TRY(take_name(&tbs, &out->issuer, &ignored));
    UR_TRY(ur_der_enter(&tbs, UR_DER_SEQUENCE, &part));
    UR_TRY(ur_der_time(&part, &out->not_before));
    UR_TRY(ur_der_time(&part, &out->not_after));
    UR_TRY(ur_reader_end(&part));
    UR_TRY(take_name(&tbs, &out->subject, &out->common_name));
    UR_TRY(take_key(&tbs, out->key, &out->spki));
    if (ur_reader_left(&tbs) > 0) { /* unique identifiers are not of the profile */
        ur_reader list;
        UR_TRY(ur_der_enter(&tbs, UR_DER_CONTEXT(3), &part));
        UR_TRY(ur_der_enter(&part, UR_DER_SEQUENCE, &list));
        UR_TRY(ur_reader_end(&part));
        out->extensions = ur_span_of(list.p, list.n);
        UR_TRY(walk_extensions(out->extensions, visit_cert_extension, out));
    }
    return ur_reader_end(&tbs);
}

ur_status ur_cert_parse(ur_cert *out, ur_span der, size_t max)
{
    *out = (ur_cert){0};
    ur_status s = parse_cert(out, der, max);
    if (s != UR_OK) {
        *out = (ur_cert){0};
    }
    return s;
}

typedef struct wanted {
    ur_span oid;
    ur_span value;
    bool found;
} wanted;

static ur_status visit_wanted(void *ctx, ur_span oid, bool critical, ur_span value)
{
    wanted *w = ctx;
    (void)critical;
    if (ur_span_eq_var(oid, w->oid)) {
        w->value = value;
        w->found = true;
    }
    return UR_OK;
}

ur_status ur_cert_extension(const ur_cert *cert, ur_span *out, ur_span oid)
{
    wanted w = {.oid = oid};
    *out = (ur_span){0};
    if (cert->extensions.n > 0) {
        UR_TRY(walk_extensions(cert->extensions, visit_wanted, &w));
    }
    *out = w.value;
    return w.found ? UR_OK : UR_E_ABSENT;
}

/* ---- revocation lists ---- */

static ur_status visit_entry_extension(void *ctx, ur_span oid, bool critical, ur_span value)
{
    (void)ctx;
    (void)oid;
    (void)value;
    return critical ? UR_E_INPUT : UR_OK; /* a certificate issuer (indirect lists) is critical */
}

static ur_status take_revoked(ur_reader *r, ur_span *serial)
{
    ur_reader e;
    int64_t date = 0;
    UR_TRY(ur_der_enter(r, UR_DER_SEQUENCE, &e));
    UR_TRY(take_serial(&e, serial));
    UR_TRY(ur_der_time(&e, &date));
    if (ur_reader_left(&e) > 0) {
        ur_span list;
        UR_TRY(ur_der_take(&e, UR_DER_SEQUENCE, &list));
        UR_TRY(walk_extensions(list, visit_entry_extension, NULL));
    }
    return ur_reader_end(&e);
}

static ur_status visit_crl_extension(void *ctx, ur_span oid, bool critical, ur_span value)
{
    ur_crl *out = ctx;
    if (IS(oid, oid_crl_number)) {
        ur_reader r;
        ur_reader_init(&r, value);
        UR_TRY(ur_der_integer(&r, &out->number));
        UR_TRY(ur_reader_end(&r));
        return out->number.p[0] < 0x80 && out->number.n <= 21 ? UR_OK : UR_E_INPUT;
    }
    return critical ? UR_E_INPUT : UR_OK;
}

static ur_status parse_crl(ur_crl *out, ur_span der)
{
    ur_reader tbs;
    uint64_t version = 0;
    ur_span ignored;
    if (der.n > UR_CRL_MAX) {
        return UR_E_LIMIT;
    }
    UR_TRY(open_signed(der, &out->tbs, &tbs, out->signature));
    UR_TRY(ur_der_uint(&tbs, &version, 1));
    if (version != 1) {
        return UR_E_INPUT;
    }
    UR_TRY(take_algorithm(&tbs));
    UR_TRY(take_name(&tbs, &out->issuer, &ignored));
    UR_TRY(ur_der_time(&tbs, &out->this_update));
    UR_TRY(ur_der_time(&tbs, &out->next_update));
    if (ur_der_peek(&tbs, UR_DER_SEQUENCE)) {
        ur_reader list;
        UR_TRY(ur_der_take(&tbs, UR_DER_SEQUENCE, &out->revoked));
        if (out->revoked.n == 0) {
            return UR_E_INPUT; /* an empty list is left out (RFC 5280, 5.1.2.6) */
        }
        ur_reader_init(&list, out->revoked);
        while (ur_reader_left(&list) > 0) {
            UR_TRY(take_revoked(&list, &ignored));
        }
    }
    if (ur_reader_left(&tbs) > 0) {
        ur_reader part;
        ur_span list;
        UR_TRY(ur_der_enter(&tbs, UR_DER_CONTEXT(0), &part));
        UR_TRY(ur_der_take(&part, UR_DER_SEQUENCE, &list));
        UR_TRY(ur_reader_end(&part));
        UR_TRY(walk_extensions(list, visit_crl_extension, out));
    }
    return ur_reader_end(&tbs);
}

ur_status ur_crl_parse(ur_crl *out, ur_span der)
{
    *out = (ur_crl){0};
    ur_status s = parse_crl(out, der);
    if (s != UR_OK) {
        *out = (ur_crl){0};
    }
    return s;
}

bool ur_crl_lists(const ur_crl *crl, ur_span serial)
{
    ur_reader list;
    ur_reader entry;
    ur_span listed;
    ur_reader_init(&list, crl->revoked);
    while (ur_reader_left(&list) > 0) {
        /* Cannot fail after ur_crl_parse; if it did, everything counts as revoked. */
        if (ur_der_enter(&list, UR_DER_SEQUENCE, &entry) != UR_OK ||
            ur_der_take(&entry, UR_DER_INTEGER, &listed) != UR_OK || ur_span_eq_var(listed, serial)) {
            return true;
        }
    }
    return false;
}
