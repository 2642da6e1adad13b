/* X.509 certificates and CRLs in the profile of Intel's SGX PKI (RFC 5280 otherwise). */
#include <openssl/evp.h>

#include "lib/mint/der.h"
#include "lib/mint/mint.h"

#define OID_EC_KEY "\x2a\x86\x48\xce\x3d\x02\x01"
#define OID_P256 "\x2a\x86\x48\xce\x3d\x03\x01\x07"
#define OID_ECDSA_SHA256 "\x2a\x86\x48\xce\x3d\x04\x03\x02"
#define OID_SGX "\x2a\x86\x48\x86\xf8\x4d\x01\x0d\x01"

static void der_oid(der *d, const void *bytes, size_t n) { der_bytes(d, DER_OID, bytes, n); }
#define DER_OID_LIT(d, s) der_oid((d), (s), sizeof(s) - 1)

static void algorithm(der *d)
{
    der_open(d, DER_SEQUENCE);
    DER_OID_LIT(d, OID_ECDSA_SHA256);
    der_close(d);
}

static void name_part(der *d, uint8_t which, uint8_t tag, const char *value)
{
    const uint8_t oid[3] = {0x55, 0x04, which};
    der_open(d, DER_SET);
    der_open(d, DER_SEQUENCE);
    der_oid(d, oid, sizeof oid);
    der_str(d, tag, value);
    der_close(d);
    der_close(d);
}

static void name(der *d, const char *common, const char *organisation)
{
    der_open(d, DER_SEQUENCE);
    name_part(d, 3, DER_UTF8_STRING, common);
    name_part(d, 10, DER_UTF8_STRING, organisation);
    name_part(d, 7, DER_UTF8_STRING, "Santa Clara");
    name_part(d, 8, DER_UTF8_STRING, "CA");
    name_part(d, 6, DER_PRINTABLE_STRING, "US");
    der_close(d);
}

static void key_info(der *d, const uint8_t point[UR_MINT_POINT_BYTES])
{
    der_open(d, DER_SEQUENCE);
    der_open(d, DER_SEQUENCE);
    DER_OID_LIT(d, OID_EC_KEY);
    DER_OID_LIT(d, OID_P256);
    der_close(d);
    der_open(d, DER_BIT_STRING);
    ur_writer_bytes(d->w, "\x00\x04", 2); /* no unused bits; uncompressed */
    ur_writer_bytes(d->w, point, UR_MINT_POINT_BYTES);
    der_close(d);
    der_close(d);
}

/* RFC 5280, 4.2.1.2, method 1: SHA-1 of the BIT STRING's contents, here an uncompressed point. */
static void key_id(uint8_t id[20], ur_span sec1)
{
    if (EVP_Digest(sec1.p, sec1.n, id, NULL, EVP_sha1(), NULL) != 1) {
        memset(id, 0, 20);
    }
}

static void point_id(uint8_t id[20], const uint8_t point[UR_MINT_POINT_BYTES])
{
    uint8_t sec1[65] = {4};
    memcpy(sec1 + 1, point, 64);
    key_id(id, ur_span_of(sec1, sizeof sec1));
}

/* OID 2.5.29.x, criticality, and the OCTET STRING that holds the value: closed by extension_end. */
static void extension(der *d, uint8_t which, bool critical)
{
    const uint8_t oid[3] = {0x55, 0x1d, which};
    der_open(d, DER_SEQUENCE);
    der_oid(d, oid, sizeof oid);
    if (critical) {
        der_true(d);
    }
    der_open(d, DER_OCTET_STRING);
}

static void extension_end(der *d)
{
    der_close(d);
    der_close(d);
}

static void authority_key(der *d, const uint8_t *point)
{
    uint8_t id[20];
    point_id(id, point);
    extension(d, 35, false);
    der_open(d, DER_SEQUENCE);
    der_bytes(d, 0x80, id, sizeof id);
    der_close(d);
    extension_end(d);
}

static void crl_url(der *d, const char *url)
{
    extension(d, 31, false);
    der_open(d, DER_SEQUENCE);
    der_open(d, DER_SEQUENCE);
    der_open(d, 0xa0);
    der_open(d, 0xa0);
    der_str(d, 0x86, url);
    der_close(d);
    der_close(d);
    der_close(d);
    der_close(d);
    extension_end(d);
}

static void subject_key(der *d, const uint8_t *point, ur_span info)
{
    uint8_t id[20];
    if (info.n > 97) { /* the 97 bytes of a P-384 point end it */
        key_id(id, ur_span_of(info.p + info.n - 97, 97));
    } else {
        point_id(id, point);
    }
    extension(d, 14, false);
    der_bytes(d, DER_OCTET_STRING, id, sizeof id);
    extension_end(d);
}

static void key_usage(der *d, uint8_t bits)
{
    uint8_t unused = 0;
    while (unused < 7 && (bits >> unused & 1) == 0) {
        unused++;
    }
    const uint8_t value[2] = {unused, bits};
    extension(d, 15, true);
    der_bytes(d, DER_BIT_STRING, value, sizeof value);
    extension_end(d);
}

static void basic_constraints(der *d, bool ca, int path_len)
{
    extension(d, 19, true);
    der_open(d, DER_SEQUENCE);
    if (ca) {
        der_true(d);
    }
    if (path_len >= 0) {
        der_uint(d, DER_INTEGER, (uint64_t)path_len);
    }
    der_close(d);
    extension_end(d);
}

/* One pair { OID 1.2.840.113741.1.13.1.suffix, … } opened; closed by der_close. */
static void sgx_pair(der *d, const uint8_t *suffix, size_t n)
{
    der_open(d, DER_SEQUENCE);
    der_open(d, DER_OID);
    ur_writer_bytes(d->w, OID_SGX, sizeof OID_SGX - 1);
    ur_writer_bytes(d->w, suffix, n);
    der_close(d);
}

static void sgx_octets(der *d, const uint8_t *suffix, size_t suffix_len, const uint8_t *p, size_t n)
{
    sgx_pair(d, suffix, suffix_len);
    der_bytes(d, DER_OCTET_STRING, p, n);
    der_close(d);
}

static void sgx_tcb(der *d, const ur_mint_sgx *sgx)
{
    sgx_pair(d, (const uint8_t[]){2}, 1);
    der_open(d, DER_SEQUENCE);
    for (uint8_t i = 1; i <= 17; i++) {
        sgx_pair(d, (const uint8_t[]){2, i}, 2);
        der_uint(d, DER_INTEGER, i <= 16 ? sgx->components[i - 1] : sgx->pcesvn);
        der_close(d);
    }
    sgx_octets(d, (const uint8_t[]){2, 18}, 2, sgx->cpusvn, 16);
    der_close(d);
    der_close(d);
}

static void sgx_extension(der *d, const ur_mint_sgx *sgx)
{
    der_open(d, DER_SEQUENCE);
    DER_OID_LIT(d, OID_SGX);
    der_open(d, DER_OCTET_STRING);
    der_open(d, DER_SEQUENCE);
    sgx_octets(d, (const uint8_t[]){1}, 1, sgx->ppid, 16);
    sgx_tcb(d, sgx);
    sgx_octets(d, (const uint8_t[]){3}, 1, sgx->pceid, 2);
    if (sgx->fmspc_len != 0) {
        sgx_octets(d, (const uint8_t[]){4}, 1, sgx->fmspc, sgx->fmspc_len < 6 ? sgx->fmspc_len : 6);
    }
    sgx_pair(d, (const uint8_t[]){5}, 1);
    der_uint(d, DER_ENUMERATED, sgx->platform ? 1 : 0);
    der_close(d);
    if (sgx->platform) {
        sgx_octets(d, (const uint8_t[]){6}, 1, sgx->instance, 16);
        sgx_pair(d, (const uint8_t[]){7}, 1);
        der_open(d, DER_SEQUENCE);
        for (uint8_t i = 1; i <= 3; i++) {
            sgx_pair(d, (const uint8_t[]){7, i}, 2);
            der_true(d);
            der_close(d);
        }
        der_close(d);
        der_close(d);
    }
    der_close(d);
    der_close(d);
    der_close(d);
}

static void unknown_critical(der *d)
{
    der_open(d, DER_SEQUENCE);
    DER_OID_LIT(d, "\x2b\x06\x01\x04\x01\x86\x8d\x1f\x01"); /* 1.3.6.1.4.1.99999.1 */
    der_true(d);
    der_open(d, DER_OCTET_STRING);
    ur_writer_bytes(d->w, "\x05\x00", 2);
    der_close(d);
    der_close(d);
}

static void cert_extensions(der *d, const ur_mint_cert *cert)
{
    if (cert->bare && cert->no_constraints && cert->sgx == NULL) {
        return;
    }
    der_open(d, 0xa3);
    der_open(d, DER_SEQUENCE);
    if (!cert->bare) {
        authority_key(d, cert->issuer_key);
        crl_url(d, cert->crl_url);
        subject_key(d, cert->key, cert->key_info);
        key_usage(d, cert->key_usage);
    }
    if (!cert->no_constraints) {
        basic_constraints(d, cert->ca, cert->path_len);
    }
    if (cert->sgx != NULL) {
        sgx_extension(d, cert->sgx);
    }
    if (cert->unknown_critical) {
        unknown_critical(d);
    }
    der_close(d);
    der_close(d);
}

/* Appends algorithm and signature to the to-be-signed part that starts at `tbs`, and closes the outer SEQUENCE. */
static ur_status seal(der *d, size_t tbs, const ur_mint_key *issuer)
{
    uint8_t sig[64];
    if (d->w->overflow) {
        return UR_OK; /* comes out of ur_writer_end */
    }
    UR_TRY(ur_mint_sign_var(sig, issuer, ur_span_of(d->w->p + tbs, d->w->n - tbs)));
    algorithm(d);
    der_open(d, DER_BIT_STRING);
    ur_writer_u8(d->w, 0);
    ur_mint_sig_der(d->w, sig);
    der_close(d);
    der_close(d);
    return UR_OK;
}

ur_status ur_mint_cert_write(ur_writer *w, const ur_mint_cert *cert, const ur_mint_key *issuer)
{
    der d = {w, {0}, 0};
    der_open(&d, DER_SEQUENCE);
    size_t tbs = w->n;
    der_open(&d, DER_SEQUENCE);
    der_open(&d, 0xa0);
    der_uint(&d, DER_INTEGER, 2);
    der_close(&d);
    der_uint(&d, DER_INTEGER, cert->serial);
    algorithm(&d);
    name(&d, cert->issuer, cert->organisation);
    der_open(&d, DER_SEQUENCE);
    der_time(&d, cert->not_before);
    der_time(&d, cert->not_after);
    der_close(&d);
    name(&d, cert->subject, cert->organisation);
    if (cert->key_info.n != 0) {
        ur_writer_span(w, cert->key_info);
    } else {
        key_info(&d, cert->key);
    }
    cert_extensions(&d, cert);
    der_close(&d);
    return seal(&d, tbs, issuer);
}

ur_status ur_mint_crl_write(ur_writer *w, const ur_mint_crl *crl, const ur_mint_key *issuer)
{
    der d = {w, {0}, 0};
    der_open(&d, DER_SEQUENCE);
    size_t tbs = w->n;
    der_open(&d, DER_SEQUENCE);
    der_uint(&d, DER_INTEGER, 1);
    algorithm(&d);
    name(&d, crl->issuer, crl->organisation);
    der_time(&d, crl->this_update);
    der_time(&d, crl->next_update);
    if (crl->revoked_count != 0) {
        der_open(&d, DER_SEQUENCE);
        for (size_t i = 0; i < crl->revoked_count; i++) {
            der_open(&d, DER_SEQUENCE);
            der_uint(&d, DER_INTEGER, crl->revoked[i]);
            der_time(&d, crl->revoked_at);
            der_close(&d);
        }
        der_close(&d);
    }
    der_open(&d, 0xa0);
    der_open(&d, DER_SEQUENCE);
    authority_key(&d, crl->issuer_key);
    extension(&d, 20, false);
    der_uint(&d, DER_INTEGER, crl->number);
    extension_end(&d);
    der_close(&d);
    der_close(&d);
    der_close(&d);
    return seal(&d, tbs, issuer);
}

void ur_mint_pem(ur_writer *w, ur_span der_bytes_in, const char *line_end)
{
    uint8_t line[65]; /* 64 characters and EVP's terminator */
    ur_writer_str(w, "-----BEGIN CERTIFICATE-----");
    ur_writer_str(w, line_end);
    for (size_t at = 0; at < der_bytes_in.n; at += 48) {
        size_t n = der_bytes_in.n - at < 48 ? der_bytes_in.n - at : 48;
        int chars = EVP_EncodeBlock(line, der_bytes_in.p + at, (int)n);
        ur_writer_bytes(w, line, (size_t)chars);
        ur_writer_str(w, line_end);
    }
    ur_writer_str(w, "-----END CERTIFICATE-----");
    ur_writer_str(w, line_end);
}
