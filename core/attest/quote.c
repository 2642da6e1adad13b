#include "core/attest/quote.h"

#define HEADER_BYTES 48u

/* Octets 12..27 of the header: Intel's quoting enclaves. */
static const uint8_t intel_vendor[16] = {
    0x93, 0x9a, 0x72, 0x33, 0xf7, 0x9c, 0x4c, 0xa9, 0x94, 0x0a, 0x0d, 0xb3, 0x95, 0x7f, 0x06, 0x07};

size_t ur_body_bytes(ur_body_kind kind)
{
    switch (kind) {
    case UR_BODY_SGX:
        return UR_SGX_REPORT_BYTES;
    case UR_BODY_TD10:
        return 584;
    case UR_BODY_TD15:
        return 648;
    case UR_BODY_TD15X:
        return 885;
    case UR_BODY_NONE:
        break;
    }
    return 0;
}

void ur_td_body_read(ur_td_body *out, ur_body_kind kind, ur_span body)
{
    *out = (ur_td_body){0};
    if (kind < UR_BODY_TD10 || body.n != ur_body_bytes(kind)) {
        return;
    }
#define UR_TD(name, offset, size, since)           \
    if (kind >= (since)) {                         \
        memcpy(out->name, body.p + (offset), size); \
    }
#include "core/attest/body.def"
}

void ur_sgx_body_read(ur_sgx_body *out, ur_span body)
{
    *out = (ur_sgx_body){0};
    if (body.n != UR_SGX_REPORT_BYTES) {
        return;
    }
#define UR_SGX(name, offset, size) memcpy(out->name, body.p + (offset), size);
#include "core/attest/body.def"
}

ur_span ur_quote_report_data(const ur_quote *q)
{
    return ur_span_of(q->body.p + (q->kind == UR_BODY_SGX ? 320 : 520), 64);
}

static ur_status parse_header(ur_quote *out, ur_reason *why, ur_reader *r)
{
    uint16_t key_type = 0;
    ur_span vendor;
    ur_reader h;
    if (ur_reader_bytes(r, &out->header, HEADER_BYTES) != UR_OK) {
        return ur_refuse(why, UR_REASON_FORMAT);
    }
    ur_reader_init(&h, out->header);
    /* Cannot fail: 48 octets are there. */
    UR_TRY(ur_reader_u16le(&h, &out->version));
    UR_TRY(ur_reader_u16le(&h, &key_type));
    UR_TRY(ur_reader_u32le(&h, &out->tee));
    UR_TRY(ur_reader_u16le(&h, &out->qe_svn));
    UR_TRY(ur_reader_u16le(&h, &out->pce_svn));
    UR_TRY(ur_reader_bytes(&h, &vendor, sizeof intel_vendor));
    UR_TRY(ur_reader_bytes(&h, &out->user_data, 20));
    if (out->version < 3 || out->version > 5) {
        return ur_refuse(why, UR_REASON_VERSION);
    }
    if (out->tee != UR_TEE_SGX && (out->tee != UR_TEE_TDX || out->version == 3)) {
        return ur_refuse(why, UR_REASON_TEE_TYPE);
    }
    if (key_type != 2) {
        return ur_refuse(why, UR_REASON_ATT_KEY_TYPE);
    }
    if (!ur_eq_var(vendor.p, intel_vendor, sizeof intel_vendor)) {
        return ur_refuse(why, UR_REASON_QE_VENDOR);
    }
    return UR_OK;
}

static ur_status parse_body(ur_quote *out, ur_reason *why, ur_reader *r)
{
    out->kind = out->tee == UR_TEE_SGX ? UR_BODY_SGX : UR_BODY_TD10;
    if (out->version == 5) {
        uint16_t type = 0;
        uint32_t size = 0;
        if (ur_reader_u16le(r, &type) != UR_OK || ur_reader_u32le(r, &size) != UR_OK) {
            return ur_refuse(why, UR_REASON_FORMAT);
        }
        if (type < UR_BODY_SGX || type > UR_BODY_TD15X || size != ur_body_bytes((ur_body_kind)type) ||
            (type == UR_BODY_SGX) != (out->tee == UR_TEE_SGX)) {
            return ur_refuse(why, UR_REASON_BODY_TYPE);
        }
        out->kind = (ur_body_kind)type;
    }
    if (ur_reader_bytes(r, &out->body, ur_body_bytes(out->kind)) != UR_OK) {
        return ur_refuse(why, UR_REASON_FORMAT);
    }
    out->signed_part = ur_span_of(r->p, r->at);
    return UR_OK;
}

/* u16 type, u32 length and that many octets. */
static ur_status take_certification(ur_reader *r, uint16_t *type, ur_span *data)
{
    uint32_t n = 0;
    UR_TRY(ur_reader_u16le(r, type));
    UR_TRY(ur_reader_u32le(r, &n));
    return ur_reader_bytes(r, data, n);
}

static ur_status take_pointer(ur_reader *r, const uint8_t **out, size_t n)
{
    ur_span s;
    UR_TRY(ur_reader_bytes(r, &s, n));
    *out = s.p;
    return UR_OK;
}

/* QE report, its signature, QE authentication data, certification data: to the end of r. */
static ur_status parse_qe(ur_quote *out, ur_reader *r)
{
    uint16_t n = 0;
    UR_TRY(ur_reader_bytes(r, &out->qe_report, UR_SGX_REPORT_BYTES));
    UR_TRY(take_pointer(r, &out->qe_report_signature, UR_P256_SIG_BYTES));
    UR_TRY(ur_reader_u16le(r, &n));
    UR_TRY(ur_reader_bytes(r, &out->qe_auth, n));
    UR_TRY(take_certification(r, &out->cert_type, &out->cert_data));
    return ur_reader_end(r);
}

static ur_status parse_authentication(ur_quote *out, ur_reason *why, ur_reader *r)
{
    ur_reader outer;
    ur_reader inner;
    uint32_t n = 0;
    ur_span auth;
    if (ur_reader_u32le(r, &n) != UR_OK || ur_reader_bytes(r, &auth, n) != UR_OK) {
        return ur_refuse(why, UR_REASON_FORMAT);
    }
    ur_reader_init(&outer, auth);
    inner = outer;
    ur_status s = take_pointer(&outer, &out->signature, UR_P256_SIG_BYTES);
    s = s == UR_OK ? take_pointer(&outer, &out->attestation_key, UR_P256_KEY_BYTES) : s;
    if (out->version == 3) {
        inner = outer;
    } else {
        uint16_t type = 0;
        ur_span data = {0};
        s = s == UR_OK ? take_certification(&outer, &type, &data) : s;
        s = s == UR_OK ? ur_reader_end(&outer) : s;
        if (s == UR_OK && type != 6) {
            return ur_refuse(why, UR_REASON_CERT_TYPE);
        }
        ur_reader_init(&inner, data);
    }
    s = s == UR_OK ? parse_qe(out, &inner) : s;
    if (s != UR_OK) {
        return ur_refuse(why, UR_REASON_FORMAT);
    }
    if (out->cert_type < UR_CERT_TYPE_PPID_CLEAR || out->cert_type > UR_CERT_TYPE_PCK_CHAIN) {
        return ur_refuse(why, UR_REASON_CERT_TYPE);
    }
    return UR_OK;
}

static ur_status parse(ur_quote *out, ur_reason *why, ur_span bytes)
{
    ur_reader r;
    if (bytes.n > UR_QUOTE_MAX) {
        return ur_refuse(why, UR_REASON_FORMAT);
    }
    ur_reader_init(&r, bytes);
    UR_TRY(parse_header(out, why, &r));
    UR_TRY(parse_body(out, why, &r));
    UR_TRY(parse_authentication(out, why, &r));
    UR_TRY(ur_reader_bytes(&r, &out->trailing, ur_reader_left(&r)));
    for (size_t i = 0; i < out->trailing.n; i++) {
        if (out->trailing.p[i] != 0) {
            return ur_refuse(why, UR_REASON_TRAILING);
        }
    }
    return UR_OK;
}

ur_status ur_quote_parse(ur_quote *out, ur_reason *why, ur_span bytes)
{
    *out = (ur_quote){0};
    *why = UR_REASON_NONE;
    ur_status s = parse(out, why, bytes);
    if (s != UR_OK) {
        *out = (ur_quote){0};
    }
    return s;
}
