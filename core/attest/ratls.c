#include "core/attest/dstack.h"
#include "core/codec/der.h"

/* 1.3.6.1.4.1.62397.1.x: 62397 in base 128 is 83 e7 3d. */
#define ARC(x)                                                               \
    {                                                                        \
        0x2b, 0x06, 0x01, 0x04, 0x01, 0x83, 0xe7, 0x3d, 0x01, (x)            \
    }

enum { QUOTE = 1, EVENT_LOG = 2, APP_ID = 3, USAGE = 4, ATTESTATION = 8 };

/* An extension of the arc: its value is an OCTET STRING inside extnValue. Empty if it is not there. */
static ur_status take(ur_span *out, const ur_cert *cert, uint8_t which)
{
    const uint8_t oid[] = ARC(which);
    ur_span value;
    ur_reader r;
    ur_status s = ur_cert_extension(cert, &value, ur_span_of(oid, sizeof oid));
    *out = (ur_span){0};
    if (s == UR_E_ABSENT) {
        return UR_OK;
    }
    UR_TRY(s);
    ur_reader_init(&r, value);
    UR_TRY(ur_der_take(&r, UR_DER_OCTET_STRING, out));
    UR_TRY(ur_reader_end(&r));
    return out->n > 0 ? UR_OK : UR_E_INPUT;
}

static ur_status parse(ur_ratls *out, ur_span der)
{
    ur_span attestation;
    ur_span log;
    ur_span app_id;
    UR_TRY(ur_cert_parse(&out->cert, der, UR_CERT_EVIDENCE_MAX));
    UR_TRY(take(&attestation, &out->cert, ATTESTATION));
    UR_TRY(take(&out->quote, &out->cert, QUOTE));
    UR_TRY(take(&log, &out->cert, EVENT_LOG));
    UR_TRY(take(&app_id, &out->cert, APP_ID));
    UR_TRY(take(&out->usage, &out->cert, USAGE));
    if (attestation.n != 0) {
        ur_dstack_wire wire;
        if (out->quote.n != 0 || log.n != 0) {
            return UR_E_INPUT; /* one or the other */
        }
        UR_TRY(ur_dstack_wire_parse(&wire, attestation));
        out->quote = wire.quote;
        out->log = wire.log;
    } else {
        if (out->quote.n == 0 || log.n == 0 || (log.n >= 6 && ur_eq_var(log.p, "ELGZv1", 6))) {
            return UR_E_INPUT;
        }
        out->log = (ur_event_log){UR_EVENT_LOG_JSON, log};
    }
    if (app_id.n != 0) {
        if (app_id.n != sizeof out->app_id) {
            return UR_E_INPUT;
        }
        memcpy(out->app_id, app_id.p, sizeof out->app_id);
        out->claims_app_id = true;
    }
    out->self_signed = ur_span_eq_var(out->cert.issuer, out->cert.subject);
    return UR_OK;
}

ur_status ur_ratls_parse(ur_ratls *out, ur_reason *why, ur_span der)
{
    *out = (ur_ratls){0};
    *why = UR_REASON_NONE;
    if (parse(out, der) != UR_OK) {
        *out = (ur_ratls){0};
        return ur_refuse(why, UR_REASON_RATLS_FORMAT);
    }
    return UR_OK;
}

ur_status ur_ratls_check(ur_reason *why, const ur_attest_ops *ops, const ur_ratls *ratls, const ur_verdict *verdict,
    const ur_dstack_identity *identity, int64_t now)
{
    const ur_cert *c = &ratls->cert;
    const ur_span parts[] = {UR_SPAN_LIT("ratls-cert:"), c->spki};
    uint8_t hash[64];
    ur_quote q;
    *why = UR_REASON_NONE;
    if (verdict->status != UR_OK) {
        return UR_E_USAGE;
    }
    /* The verdict must be that of the quote in here. */
    UR_TRY(ur_quote_parse(&q, why, ratls->quote));
    ops->sha256(ops->ctx, hash, &q.signed_part, 1);
    if (!ur_eq_var(hash, verdict->signed_hash, sizeof verdict->signed_hash)) {
        return ur_refuse(why, UR_REASON_RATLS_QUOTE);
    }
    ops->sha512(ops->ctx, hash, parts, 2);
    if (!ur_eq_var(hash, verdict->report_data, sizeof hash)) {
        return ur_refuse(why, UR_REASON_REPORT_DATA);
    }
    if (now < c->not_before || now > c->not_after) {
        return ur_refuse(why, UR_REASON_CERT_EXPIRED);
    }
    if (ratls->self_signed) {
        ur_status s = ur_attest_signed(ops, c->key, c->tbs, c->signature, false);
        if (s != UR_OK) {
            return s == UR_E_PROOF || s == UR_E_INPUT ? ur_refuse(why, UR_REASON_RATLS_SIGNATURE) : s;
        }
        if (ratls->claims_app_id && !ur_eq_var(ratls->app_id, identity->app_id, sizeof identity->app_id)) {
            return ur_refuse(why, UR_REASON_APP_ID_CLAIM);
        }
    }
    return UR_OK;
}
